"""The lifecycle of Bedrock's models, as GetFoundationModel tells it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import AwsClients
from shared.adapters.aws_errors import code, store_errors, words
from shared.models import Lifecycle, State

_PROFILE = re.compile(r"^(?:us|us-gov|eu|apac|jp|au|ca|global)\.")
"""What an inference profile puts before its model's id; models are asked about by the latter."""
_END = "end of its life"
_NO_SUCH_MODEL = {"ResourceNotFoundException", "ValidationException"}
_STATES = {"ACTIVE": State.ACTIVE, "LEGACY": State.LEGACY}


class BedrockLifecycles:
    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    async def lifecycle(self, model_id: str, region: str) -> Lifecycle | None:
        client = await self._clients.bedrock_control(region)
        base_id = _PROFILE.sub("", model_id)
        with store_errors():
            try:
                reply = await client.get_foundation_model(modelIdentifier=base_id)
            except ClientError as error:
                if code(error) not in _NO_SUCH_MODEL:
                    raise
                return Lifecycle(at_least=State.ENDED) if _END in words(error) else None
        return _lifecycle(reply["modelDetails"].get("modelLifecycle", {}))


def _lifecycle(told: Mapping[str, Any]) -> Lifecycle:
    return Lifecycle(
        launched=_day(told.get("startOfLifeTime")),
        legacy=_day(told.get("legacyTime")),
        ended=_day(told.get("endOfLifeTime")),
        at_least=_STATES.get(told.get("status", ""), State.ACTIVE),
    )


def _day(moment: Any) -> date | None:
    return None if moment is None else moment.date()
