"""What travels on the queue: a job's id, never a payload."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

JobId = Annotated[str, Field(pattern=r"^[0-9a-hjkmnp-tv-z]{26}$")]
"""26 characters of Crockford's base 32: 48 bits of time, 80 of chance."""


class Slot(BaseModel):
    """Permission to call a pool at an instant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pool: str
    at: AwareDatetime


class JobMessage(BaseModel):
    """One delivery's worth of work: which job, and the slot it already holds, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    job: JobId
    slot: Slot | None = None
