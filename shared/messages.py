"""What travels on the queue: a job's id, never a payload."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, ValidationError

from shared.frozen import Frozen
from shared.ids import ID_PATTERN

JobId = Annotated[str, Field(pattern=ID_PATTERN)]


class Slot(Frozen):
    """Permission to call a pool at an instant."""

    pool: str
    at: AwareDatetime


class JobMessage(Frozen):
    """One delivery's worth of work: which job, and the slot it already holds, if any.

    What a newer release says beyond that, this one need not know: otherwise ``v`` is another.
    """

    model_config = ConfigDict(extra="ignore")

    v: Literal[1] = 1
    job: JobId
    slot: Slot | None = None
    nudge: Annotated[int, Field(ge=0)] | None = None
    """Which message for the job this is; none is the first. Only the last counts."""


class MessageUnreadable(ValueError):
    """The body of a message is not one of ours; ``newer`` if it is one of a newer release's."""

    def __init__(self, reason: str, *, newer: bool) -> None:
        super().__init__(reason)
        self.newer = newer


def read(body: str) -> JobMessage:
    """The message in a body, which may be anything. Raises ``MessageUnreadable``."""
    try:
        return JobMessage.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise MessageUnreadable(reason, newer=_is_newer(body)) from None


class _Versioned(BaseModel):
    v: StrictInt


def _is_newer(body: str) -> bool:
    try:
        return _Versioned.model_validate_json(body).v > 1
    except ValidationError:
        return False
