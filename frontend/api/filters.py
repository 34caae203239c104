"""Filters: which jobs a list is to show, as a client says it in the query."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from shared.ids import ID_PATTERN
from shared.search import JobFilter, sought
from shared.statuses import JobStatus

SHA256_PATTERN = "^[0-9a-f]{64}$"


class FilterQuery(BaseModel):
    """What can be said in the query of a list."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[
        str | None,
        Field(
            max_length=200,
            description="Words that must all begin a word in the prompt, the negative prompt or"
            " another text of the task; case and accents do not matter.",
        ),
    ] = None
    status: Annotated[
        str | None, Field(max_length=200, description="One or several, separated by commas.")
    ] = None
    kind: Annotated[str | None, Field(max_length=64, description="The kind of task.")] = None
    model: Annotated[
        str | None, Field(max_length=200, description="The name of the model that was used.")
    ] = None
    favorite: bool | None = None
    after: Annotated[
        AwareDatetime | None, Field(description="Only jobs made after this instant.")
    ] = None
    before: Annotated[
        AwareDatetime | None, Field(description="Only jobs made before this instant.")
    ] = None
    sha256: Annotated[
        str | None,
        Field(
            pattern=SHA256_PATTERN,
            description="Of one of its pictures, in hexadecimal: finds the job that made it.",
        ),
    ] = None
    pictures: Annotated[bool, Field(description="Only jobs that have pictures.")] = False
    made_from: Annotated[
        str | None,
        Field(
            pattern=ID_PATTERN,
            description="A job: only those whose parent it is, or whose task names its pictures.",
        ),
    ] = None

    @field_validator("status")
    @classmethod
    def _are_states(cls, named: str | None) -> str | None:
        _statuses(named)
        return named

    def filter(self) -> JobFilter:
        return JobFilter(
            statuses=_statuses(self.status),
            kind=self.kind,
            model=self.model,
            favorite=self.favorite,
            created_after=self.after,
            created_before=self.before,
            words=sought(self.q or ""),
            sha256=self.sha256,
            has_pictures=self.pictures,
            made_from=self.made_from,
        )


def _statuses(named: str | None) -> frozenset[JobStatus]:
    if named is None:
        return frozenset()
    try:
        return frozenset(JobStatus(part.strip()) for part in named.split(","))
    except ValueError:
        raise PydanticCustomError(
            "statuses",
            "One of these, or several, separated by commas: {known}",
            {"known": ", ".join(JobStatus)},
        ) from None


Filters = Annotated[FilterQuery, Query()]
