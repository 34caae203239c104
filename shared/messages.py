"""What travels on the queue: a job's id, never a payload."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.frozen import Frozen
from shared.ids import ID_PATTERN

JobId = Annotated[str, Field(pattern=ID_PATTERN)]


class Slot(Frozen):
    """Permission to call a pool at an instant."""

    pool: str
    at: AwareDatetime


class JobMessage(Frozen):
    """One delivery's worth of work: which job, and the slot it already holds, if any."""

    v: Literal[1] = 1
    job: JobId
    slot: Slot | None = None
    nudge: Annotated[int, Field(ge=0)] | None = None
    """Which message for the job this is; none is the first. Only the last counts."""
