"""How a task names pictures: by upload, by artifact, or, small ones, by their own bytes."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from shared.ids import ARTIFACT_PATTERN, ID_PATTERN

DATA_MOST = 1_000_000
"""Characters of base64: an API request may have no larger body."""


class Reference(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadRef(Reference):
    """A picture that was uploaded before."""

    upload: Annotated[str, Field(pattern=ID_PATTERN)]


class ArtifactRef(Reference):
    """A picture that a job made: `<job id>/<k>`."""

    artifact: Annotated[str, Field(pattern=ARTIFACT_PATTERN)]

    @property
    def job_id(self) -> str:
        return self.artifact.partition("/")[0]

    @property
    def k(self) -> int:
        return int(self.artifact.partition("/")[2])


class DataRef(Reference):
    """A small picture as base64. It is stored as an upload before the job exists."""

    data: Annotated[str, Field(min_length=1, max_length=DATA_MOST, repr=False)]


def _way(value: Any) -> str | None:
    if isinstance(value, Reference):
        return next(iter(type(value).model_fields))
    if isinstance(value, dict):
        return next((way for way in ("upload", "artifact", "data") if way in value), None)
    return None


ImageRef = Annotated[
    Annotated[UploadRef, Tag("upload")]
    | Annotated[ArtifactRef, Tag("artifact")]
    | Annotated[DataRef, Tag("data")],
    Discriminator(
        _way,
        custom_error_type="image_reference",
        custom_error_message="Name a picture as {“upload”: …}, {“artifact”: …} or {“data”: …}",
    ),
]
"""A picture, by reference."""


class TaskModel(BaseModel):
    """Base of every task: immutable, trimmed, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def references(self) -> dict[str, Reference]:
        """Every picture the task names, by its place: ``image``, ``images/0``, ``region/mask``."""
        return dict(_references(self, ""))

    def settings(self) -> dict[str, Any]:
        """What is set of it but pictures, in JSON."""
        settings: dict[str, Any] = _settings(self)
        return settings

    def with_references(self, replaced: Mapping[str, Reference]) -> Self:
        """The task naming other pictures at these places."""
        task: Self = _replace(self, "", replaced)
        return task


def _settings(value: Any) -> Any:
    """A part of a task in JSON; None if it is nothing but pictures."""
    if isinstance(value, Reference):
        return None
    if isinstance(value, BaseModel):
        parts = ((name, _settings(part)) for name, part in value)
        return {name: part for name, part in parts if part is not None}
    if isinstance(value, tuple):
        return [part for part in map(_settings, value) if part is not None] or None
    return value


def _references(value: Any, place: str) -> Iterator[tuple[str, Reference]]:
    if isinstance(value, Reference):
        yield place, value
    elif isinstance(value, BaseModel):
        for name, part in value:
            yield from _references(part, f"{place}/{name}".lstrip("/"))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _references(part, f"{place}/{number}")


def _replace(value: Any, place: str, replaced: Mapping[str, Reference]) -> Any:
    if isinstance(value, Reference):
        return replaced.get(place, value)
    if isinstance(value, BaseModel):
        parts = {name: _replace(v, f"{place}/{name}".lstrip("/"), replaced) for name, v in value}
        return value.model_copy(update=parts)
    if isinstance(value, tuple):
        return tuple(_replace(v, f"{place}/{n}", replaced) for n, v in enumerate(value))
    return value
