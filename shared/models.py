"""Models: what each can do and lacks, what it costs, how often it may be asked, how it ends."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.errors import ModelCannot, Violation
from shared.frozen import Frozen
from shared.money import Micros, micros
from shared.tasks import TASKS, Task, pixels_wanted, unusual

MODEL_FIELD = "/model"
"""Where a request names a model."""


class Price(Frozen):
    """Dollars for one picture; the first price whose conditions a task meets is its price."""

    usd: Decimal
    quality: str | None = None
    up_to_pixels: int | None = None

    def meets(self, task: Task, pixels: int | None = None) -> bool:
        """Where the size follows a given picture it is known only once the picture is made, as
        ``pixels``; until then the higher price holds.
        """
        pixels = pixels_wanted(task) or pixels
        return (self.quality is None or self.quality == getattr(task, "quality", None)) and (
            self.up_to_pixels is None or (pixels is not None and pixels <= self.up_to_pixels)
        )


class Pool(Frozen):
    """Where a model is called and how often it may be: the thing that has a quota."""

    region: str
    requests_per_minute: Annotated[int, Field(ge=1)]

    @property
    def spacing(self) -> timedelta:
        """The time from one call to the next that uses up the quota and no more."""
        return timedelta(minutes=1) / self.requests_per_minute


class State(StrEnum):
    """A model's lifecycle state, as the user guide's model-lifecycle page names them."""

    ACTIVE = "active"
    LEGACY = "legacy"
    ENDED = "ended"


_AGE = tuple(State)


class Lifecycle(Frozen):
    """The dates on which a model changes state, and what replaces it."""

    launched: date | None = None
    legacy: date | None = None
    ended: date | None = None
    successor: str | None = None
    at_least: State = State.ACTIVE
    """How far along it is whatever the dates say: Bedrock tells the state without all dates."""

    def state(self, today: date) -> State:
        return max(self.at_least, self._dated(today), key=_AGE.index)

    def _dated(self, today: date) -> State:
        if self.ended is not None and today >= self.ended:
            return State.ENDED
        if self.legacy is not None and today >= self.legacy:
            return State.LEGACY
        return State.ACTIVE


class InputRules(Frozen):
    """What a picture must be to be given to a model. A bound that is unset is not documented."""

    side_min: Annotated[int, Field(ge=1)] = 1
    side_max: Annotated[int, Field(ge=1)] | None = None
    pixels_min: Annotated[int, Field(ge=1)] = 1
    pixels_max: Annotated[int, Field(ge=1)] | None = None
    ratio_max: Annotated[float, Field(ge=1)] | None = None
    """The longer side over the shorter."""
    alpha: bool
    """Whether transparent pixels may be in it."""
    formats: Annotated[tuple[Literal["png", "jpeg", "webp"], ...], Field(min_length=1)]


class Only(Frozen):
    """The values of a field that a model can do."""

    values: Annotated[tuple[str, ...], Field(min_length=1)]
    why: str


class Ability(Frozen):
    """How a model does one kind of task: what it asks for, cannot do, maps only nearly, or drops.

    Every key is a field of the task. What is not named here is translated as it is.
    """

    needs: dict[str, str] = Field(default_factory=dict)
    """Field → why it must be set."""
    lacks: dict[str, str] = Field(default_factory=dict)
    """Field → why it must not be set."""
    only: dict[str, Only] = Field(default_factory=dict)
    """Field → the values it may have."""
    most: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Field → how many at most."""
    ignored: dict[str, str] = Field(default_factory=dict)
    """Field → why it has no effect; said only when the field is set to something unusual."""
    unmapped: dict[str, str] = Field(default_factory=dict)
    """Field → what becomes of it; said only when the field is set to something unusual."""
    approximate: dict[str, str] = Field(default_factory=dict)
    """Field → what is done instead; always said."""

    @property
    def fields(self) -> frozenset[str]:
        """All fields that something is said about."""
        said: tuple[Mapping[str, object], ...] = (
            *(self.needs, self.lacks, self.only),
            *(self.most, self.ignored, self.unmapped, self.approximate),
        )
        return frozenset(field for part in said for field in part)

    def violations(self, task: Task) -> tuple[Violation, ...]:
        """Why the model cannot do this task, field by field; empty if it can."""
        return tuple(Violation(f"/task/{field}", why) for field, why in self._refusals(task))

    def _refusals(self, task: Task) -> Iterator[tuple[str, str]]:
        asked = unusual(task)
        yield from ((field, why) for field, why in self.needs.items() if field not in asked)
        yield from ((field, why) for field, why in self.lacks.items() if field in asked)
        for field, only in self.only.items():
            if getattr(task, field) not in only.values:
                yield field, only.why
        for field, most in self.most.items():
            value = getattr(task, field)
            if (value if isinstance(value, int) else len(value or ())) > most:
                yield field, f"This model takes at most {most}."

    def warnings(self, task: Task) -> tuple[str, ...]:
        asked = unusual(task)
        said = (
            *self.approximate.values(),
            *(why for field, why in (self.ignored | self.unmapped).items() if field in asked),
        )
        return tuple(dict.fromkeys(said))


class Model(Frozen):
    """One model: how it is named here and at Bedrock, what it can do, and what it costs."""

    name: str
    title: str
    family: str
    model_id: str
    """The id or inference profile that InvokeModel takes."""
    images_per_call: Annotated[int, Field(ge=1)]
    words_most: Annotated[int, Field(ge=1)] | None = None
    """Characters of the prompt and the negative prompt together that the model heeds."""
    inputs: InputRules | None = None
    """What its input pictures must be; None for a model that takes none."""
    tasks: dict[str, Ability]
    prices: Annotated[tuple[Price, ...], Field(min_length=1)]
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    lifecycle: Lifecycle

    @model_validator(mode="after")
    def _tasks_are_known(self) -> Self:
        for kind, ability in self.tasks.items():
            if kind not in TASKS:
                raise ValueError(f"{self.name} does an unknown kind of task: {kind}")
            if stray := ability.fields - set(TASKS[kind].model_fields):
                raise ValueError(f"{self.name}: “{kind}” has no such fields: {sorted(stray)}")
        return self

    @property
    def pool(self) -> Pool:
        return self.pools[0]

    @property
    def pool_name(self) -> str:
        return f"{self.model_id}@{self.pool.region}"

    def price(self, task: Task, pixels: int | None = None) -> Micros:
        """The price of one picture of this task, which has so many pixels, if that is known.

        Raises ``ModelCannot`` if none is listed.
        """
        for price in self.prices:
            if price.meets(task, pixels):
                return micros(price.usd)
        raise ModelCannot(Violation(MODEL_FIELD, f"{self.title} has no price for this task."))

    def violations(self, task: Task) -> tuple[Violation, ...]:
        """Why this model cannot do the task as asked; empty if it can."""
        if task.kind not in self.tasks:
            return (Violation(MODEL_FIELD, f"{self.title} cannot do “{task.kind}”."),)
        return self.tasks[task.kind].violations(task)

    def warnings(self, task: Task) -> tuple[str, ...]:
        """What of a task it can do will not come out as asked."""
        warnings = self.tasks[task.kind].warnings(task)
        words = sum(len(getattr(task, f, None) or "") for f in ("prompt", "negative_prompt"))
        if self.words_most is not None and words > self.words_most:
            warnings = (
                *warnings,
                f"Prompt and negative prompt have {words:,} characters together; "
                f"{self.title} may not heed what is beyond {self.words_most:,}.",
            )
        return warnings
