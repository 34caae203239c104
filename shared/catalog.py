"""The catalogue: which models there are, what each can do, costs and may be asked, as data."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import ModelCannot, ModelEnded, UnknownModel, Violation
from shared.money import Micros, micros
from shared.settings import Settings
from shared.tasks import TASKS, Task, pixels_wanted, unusual

AUTO = "auto"
_MODEL_FIELD = "/model"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(Entry):
    """Dollars for one picture; the first price whose conditions a task meets is its price."""

    usd: Decimal
    quality: str | None = None
    up_to_pixels: int | None = None

    def meets(self, task: Task) -> bool:
        """Where the size follows a given picture it is not known yet, so the higher price holds."""
        pixels = pixels_wanted(task)
        return (self.quality is None or self.quality == getattr(task, "quality", None)) and (
            self.up_to_pixels is None or (pixels is not None and pixels <= self.up_to_pixels)
        )


class Pool(Entry):
    """Where a model is called and how often it may be: the thing that has a quota."""

    region: str
    requests_per_minute: Annotated[int, Field(ge=1)]


class State(StrEnum):
    """A model's lifecycle state, as the user guide's model-lifecycle page names them."""

    ACTIVE = "active"
    LEGACY = "legacy"
    ENDED = "ended"


_AGE = tuple(State)


class Lifecycle(Entry):
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


class InputRules(Entry):
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


class Only(Entry):
    """The values of a field that a model can do."""

    values: Annotated[tuple[str, ...], Field(min_length=1)]
    why: str


class Ability(Entry):
    """How a model does one kind of task: what it asks for, cannot do, maps only nearly, or drops.

    Every key is a field of the task. What is not named here is translated as it is.
    """

    needs: dict[str, str] = {}
    """Field → why it must be set."""
    lacks: dict[str, str] = {}
    """Field → why it must not be set."""
    only: dict[str, Only] = {}
    """Field → the values it may have."""
    most: dict[str, Annotated[int, Field(ge=1)]] = {}
    """Field → how many at most."""
    unmapped: dict[str, str] = {}
    """Field → what becomes of it; said only when the field is set to something unusual."""
    approximate: dict[str, str] = {}
    """Field → what is done instead; always said."""

    @property
    def fields(self) -> frozenset[str]:
        """All fields that something is said about."""
        said: tuple[Mapping[str, object], ...] = (
            *(self.needs, self.lacks, self.only),
            *(self.most, self.unmapped, self.approximate),
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
            *(why for field, why in self.unmapped.items() if field in asked),
        )
        return tuple(dict.fromkeys(said))


class Model(Entry):
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

    def price(self, task: Task) -> Micros:
        """The price of one picture of this task. Raises ``ModelCannot`` if none is listed."""
        for price in self.prices:
            if price.meets(task):
                return micros(price.usd)
        raise ModelCannot(Violation(_MODEL_FIELD, f"{self.title} has no price for this task."))

    def violations(self, task: Task) -> tuple[Violation, ...]:
        """Why this model cannot do the task as asked; empty if it can."""
        if task.kind not in self.tasks:
            return (Violation(_MODEL_FIELD, f"{self.title} cannot do “{task.kind}”."),)
        return self.tasks[task.kind].violations(task)

    def warnings(self, task: Task) -> tuple[str, ...]:
        """What of a task it can do will not come out as asked."""
        warnings = self.tasks[task.kind].warnings(task)
        words = sum(len(getattr(task, f, None) or "") for f in ("prompt", "negative_prompt"))
        if self.words_most is not None and words > self.words_most:
            together = f"Prompt and negative prompt have {words:,} characters together"
            warnings = (
                *warnings,
                f"{together}; {self.title} may not heed what is beyond {self.words_most:,}.",
            )
        return warnings


class Route(Entry):
    """The models ``auto`` tries, in order, for a kind of task whose fields match ``when``."""

    kind: str
    when: dict[str, str] = {}
    models: Annotated[tuple[str, ...], Field(min_length=1)]

    def fits(self, task: Task) -> bool:
        return self.kind == task.kind and all(
            getattr(task, field, None) == value for field, value in self.when.items()
        )


class Choice(BaseModel):
    """The model a job will use, and why it is not the first that was thought of."""

    model_config = ConfigDict(frozen=True)

    model: Model
    fallback_reason: str | None = None
    """Said when a model that could do the task was passed over because it ended."""
    warnings: tuple[str, ...] = ()


class Catalog(Entry):
    """All models and the routes of ``auto``."""

    auto: tuple[Route, ...]
    models: tuple[Model, ...]
    enabled: frozenset[str] = frozenset()
    """Ended models that the operator may still call, by a private arrangement with AWS."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The catalogue an operator's settings ask for."""
        return cls.load(
            settings.catalog,
            enabled=settings.ended_models,
            requests_per_minute=settings.requests_per_minute,
        )

    @classmethod
    def load(
        cls,
        path: Path | None = None,
        *,
        enabled: frozenset[str] = frozenset(),
        requests_per_minute: int | None = None,
    ) -> Self:
        """The catalogue in ``path``, or the one that ships.

        ``requests_per_minute`` replaces every pool's quota: for endpoints without quotas.
        Raises ``pydantic.ValidationError``, or ``OSError`` if the file cannot be read.
        """
        source = path or Path(__file__).with_name("catalog.json")
        catalog = cls.model_validate_json(source.read_bytes())
        unknown = enabled - {model.name for model in catalog.models}
        if unknown:
            raise ValueError(f"enabled models are not in the catalogue: {sorted(unknown)}")
        models = catalog.models
        if requests_per_minute is not None:
            quota = {"requests_per_minute": requests_per_minute}
            models = tuple(
                model.model_copy(
                    update={"pools": tuple(p.model_copy(update=quota) for p in model.pools)}
                )
                for model in models
            )
        return catalog.model_copy(update={"models": models, "enabled": enabled})

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = {model.name for model in self.models}
        if len(names) != len(self.models):
            raise ValueError("two models have the same name")
        for route in self.auto:
            if stray := set(route.models) - names:
                raise ValueError(f"auto names unknown models: {sorted(stray)}")
            if route.kind not in TASKS:
                raise ValueError(f"auto names an unknown kind of task: {route.kind}")
        for model in self.models:
            successor = model.lifecycle.successor
            if successor is not None and successor not in names:
                raise ValueError(f"{model.name} names an unknown successor: {successor}")
        return self

    def find(self, name: str) -> Model | None:
        """The model of that name or Bedrock id, or None."""
        return next((m for m in self.models if name in (m.name, m.model_id)), None)

    def model(self, name: str) -> Model:
        """The model of that name or Bedrock id. Raises ``UnknownModel``."""
        if (model := self.find(name)) is not None:
            return model
        known = ", ".join([AUTO, *(model.name for model in self.models)])
        raise UnknownModel(Violation(_MODEL_FIELD, f"No such model. There are: {known}."))

    def state(self, model: Model, today: date) -> State:
        """The model's state here: an ended model that is enabled counts as legacy."""
        state = model.lifecycle.state(today)
        return State.LEGACY if state is State.ENDED and model.name in self.enabled else state

    def choose(self, task: Task, name: str, today: date) -> Choice:
        """The model for a task: the one named, or the first of ``auto`` that can do it today.

        Raises ``UnknownModel``, ``ModelEnded`` or ``ModelCannot``.
        """
        if name == AUTO:
            return self._route(task, today)
        model = self.model(name)
        if self.state(model, today) is State.ENDED:
            successor = self._successor(model, task, today)
            instead = f"; use {successor} instead" if successor else ""
            raise ModelEnded(
                Violation(_MODEL_FIELD, f"{_how_it_ended(model)}{instead}."), successor
            )
        if violations := model.violations(task):
            raise ModelCannot(*violations)
        return self._choice(model, task, today)

    def _route(self, task: Task, today: date) -> Choice:
        passed_over: str | None = None
        reasons = [Violation(_MODEL_FIELD, f"No model can do this “{task.kind}” at present.")]
        for model in self._candidates(task):
            violations = model.violations(task)
            if not violations and self.state(model, today) is State.ENDED:
                ended = f"{_how_it_ended(model)}."
                passed_over = passed_over or ended
                violations = (Violation(_MODEL_FIELD, ended),)
            if not violations:
                return self._choice(model, task, today, passed_over)
            reasons += violations
        raise ModelCannot(*dict.fromkeys(reasons))

    def _candidates(self, task: Task) -> Iterator[Model]:
        """The models ``auto`` tries for a task, in order."""
        route = next((r.models for r in self.auto if r.fits(task)), ())
        return (self.model(name) for name in route)

    def _successor(self, ended: Model, task: Task, today: date) -> str | None:
        """What to use for this task instead of an ended model: what replaces it, if that can."""
        candidates = list(self._candidates(task))
        if ended.lifecycle.successor is not None:
            candidates.insert(0, self.model(ended.lifecycle.successor))
        for model in candidates:
            if self.state(model, today) is not State.ENDED and not model.violations(task):
                return model.name
        return None

    def _choice(
        self, model: Model, task: Task, today: date, fallback_reason: str | None = None
    ) -> Choice:
        warnings = model.warnings(task)
        lifecycle = model.lifecycle
        if self.state(model, today) is State.LEGACY and model.name not in self.enabled:
            end = f" and ends on {lifecycle.ended}" if lifecycle.ended else ""
            after = f"; {lifecycle.successor} replaces it" if lifecycle.successor else ""
            warnings = (*warnings, f"{model.title} is a legacy model{end}{after}.")
        return Choice(model=model, fallback_reason=fallback_reason, warnings=warnings)


CurrentCatalog = Callable[[], Catalog]
"""Says what the catalogue is now: what Bedrock tells of its models changes it."""


def _how_it_ended(model: Model) -> str:
    on = f" on {model.lifecycle.ended}" if model.lifecycle.ended else ""
    return f"{model.title} reached its end of life{on}"
