"""The control plane: what Bedrock tells about its models, and about the life they are in."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.bedrock import models
from local.bedrock.errors import (
    END_OF_LIFE,
    UNKNOWN_MODEL,
    ResourceNotFoundException,
    ValidationException,
)
from local.bedrock.faults import Faults

Details = dict[str, Any]

FILTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "byOutputModality": ("outputModalities", ("TEXT", "IMAGE", "EMBEDDING")),
    "byInferenceType": ("inferenceTypesSupported", ("ON_DEMAND", "PROVISIONED")),
    "byCustomizationType": (
        "customizationsSupported",
        ("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"),
    ),
}
"""What a list can be narrowed by: the property that is looked at, and the values allowed."""

_DATES = {
    "startOfLifeTime": "start_of_life",
    "legacyTime": "legacy",
    "publicExtendedAccessTime": "public_extended_access",
    "endOfLifeTime": "end_of_life",
}


class Control:
    """Answers about models, for one region and one moment."""

    def __init__(
        self,
        known: Mapping[str, models.Model],
        faults: Faults,
        *,
        authorization: str,
        now: datetime,
    ) -> None:
        self._models = models.foundations(known)
        self._faults = faults
        self._region = _region(authorization)
        self._now = now

    def get(self, identifier: str) -> Details:
        """Answer GetFoundationModel, which knows models and not profiles."""
        name = identifier.rpartition("/")[2]
        if name not in self._models:
            raise ValidationException(UNKNOWN_MODEL)
        model = self._models[name]
        if self._faults.is_ended(model.names, self._now):
            raise ResourceNotFoundException(END_OF_LIFE)
        return {"modelDetails": self._details(model)}

    def list(self, query: Mapping[str, str]) -> Details:
        """Answer ListFoundationModels: all that fit the filters and are not at their end."""
        for name, wanted in query.items():
            if name in FILTERS and wanted not in FILTERS[name][1]:
                raise ValidationException(
                    f"1 validation error detected: Value '{wanted}' at '{name}' failed to satisfy "
                    "constraint: Member must satisfy enum value set: "
                    f"[{', '.join(FILTERS[name][1])}]"
                )
        found = [
            self._details(model)
            for model in self._models.values()
            if not self._faults.is_ended(model.names, self._now)
        ]
        return {"modelSummaries": [details for details in found if _fits(details, query)]}

    def _details(self, model: models.Model) -> Details:
        return {
            "modelArn": f"arn:aws:bedrock:{self._region}::foundation-model/{model.foundation}",
            "modelId": model.foundation,
            "modelName": model.name,
            "providerName": model.provider,
            "inputModalities": list(model.inputs),
            "outputModalities": [model.output],
            "responseStreamingSupported": False,
            "customizationsSupported": [],
            "inferenceTypesSupported": [model.inference_type],
            "modelLifecycle": self._lifecycle(model),
        }

    def _lifecycle(self, model: models.Model) -> Details:
        legacy = self._faults.is_legacy(model.names, self._now)
        life = self._faults.life(model.names)
        dates = {wire: getattr(life, field) for wire, field in _DATES.items()}
        return {
            "status": "LEGACY" if legacy else "ACTIVE",
            **{wire: date.isoformat() for wire, date in dates.items() if date is not None},
        }


def _fits(details: Details, query: Mapping[str, str]) -> bool:
    maker = query.get("byProvider", "").lower()
    return maker in details["providerName"].lower() and all(
        query[name] in details[member] for name, (member, _) in FILTERS.items() if name in query
    )


def _region(authorization: str) -> str:
    """The region a request was signed for."""
    scope = re.search(r"Credential=[^/]+/\d+/([a-z0-9-]+)/", authorization)
    return scope[1] if scope else "us-west-2"
