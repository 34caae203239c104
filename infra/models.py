"""Which models of Bedrock may be called, and where: what IAM policies say, read off the catalogue.

The catalogue is read as data, so that this app needs none of the service's own code.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CATALOG = Path(__file__).parent.parent / "shared" / "catalog.json"

_ROUTES = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "eu": ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    # A request that may go anywhere is checked against no region at all, too.
    "global": ("*", ""),
}
"""Inference profile's prefix → the regions that it sends a request to."""


@dataclass(frozen=True)
class CallableModel:
    """A model by the id that InvokeModel takes, in the region where it is called."""

    model_id: str
    region: str

    @property
    def _profile(self) -> str | None:
        prefix, _, rest = self.model_id.partition(".")
        return prefix if "." in rest else None

    @property
    def base_id(self) -> str:
        """The id without an inference profile's prefix."""
        return self.model_id.removeprefix(f"{self._profile}.")

    def invoke_arns(self, partition: str, account: str) -> list[str]:
        """What must be allowed: the model, or a profile and the model wherever that leads."""
        profile = self._profile
        if profile is None:
            return [self.foundation_arn(partition, self.region)]
        if profile not in _ROUTES:
            raise ValueError(f"{self.model_id}: it is not known where this profile leads")
        own = f"arn:{partition}:bedrock:{self.region}:{account}:inference-profile/{self.model_id}"
        return [own, *(self.foundation_arn(partition, region) for region in _ROUTES[profile])]

    def foundation_arn(self, partition: str, region: str) -> str:
        return f"arn:{partition}:bedrock:{region}::foundation-model/{self.base_id}"


def image_models(catalog: Path = CATALOG) -> list[CallableModel]:
    """Every model of the catalogue in every region where it has a pool."""
    return list(_pools(json.loads(catalog.read_text())["models"]))


def _pools(models: Iterable[dict[str, object]]) -> Iterator[CallableModel]:
    for model in models:
        pools = model["pools"]
        assert isinstance(pools, list)
        for pool in pools:
            yield CallableModel(str(model["model_id"]), str(pool["region"]))
