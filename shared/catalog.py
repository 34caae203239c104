"""The catalogue: which models there are, what each can do, costs and may be asked, as data."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import ModelCannot, ModelEnded, UnknownModel, Violation
from shared.money import Micros, micros
from shared.settings import Settings
from shared.tasks import TASKS, Task, unusual

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
        return (self.quality is None or self.quality == task.quality) and (
            self.up_to_pixels is None or task.width * task.height <= self.up_to_pixels
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


class Lifecycle(Entry):
    """The dates on which a model changes state, and what replaces it."""

    launched: date | None = None
    legacy: date | None = None
    ended: date | None = None
    successor: str | None = None

    def state(self, today: date) -> State:
        if self.ended is not None and today >= self.ended:
            return State.ENDED
        if self.legacy is not None and today >= self.legacy:
            return State.LEGACY
        return State.ACTIVE


class Ability(Entry):
    """How a model does one kind of task: what it cannot map, and what only nearly."""

    unmapped: dict[str, str] = {}
    """Field → why it has no effect; said only when the field is set to something unusual."""
    approximate: dict[str, str] = {}
    """Subject → what is done instead; always said."""

    def warnings(self, task: Task) -> tuple[str, ...]:
        asked = unusual(task)
        return (
            *self.approximate.values(),
            *(why for field, why in self.unmapped.items() if field in asked),
        )


class Model(Entry):
    """One model: how it is named here and at Bedrock, what it can do, and what it costs."""

    name: str
    title: str
    family: str
    model_id: str
    """The id or inference profile that InvokeModel takes."""
    images_per_call: Annotated[int, Field(ge=1)]
    tasks: dict[str, Ability]
    prices: Annotated[tuple[Price, ...], Field(min_length=1)]
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    lifecycle: Lifecycle

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
        self._check(model, task, today)
        return self._choice(model, task, today)

    def _route(self, task: Task, today: date) -> Choice:
        passed_over: str | None = None
        for name in next((r.models for r in self.auto if r.fits(task)), ()):
            model = self.model(name)
            try:
                self._check(model, task, today)
            except ModelCannot as reason:
                passed_over = passed_over or reason.violations[0].detail
                continue
            return self._choice(model, task, today, passed_over)
        raise ModelCannot(Violation(_MODEL_FIELD, f"No model can do “{task.kind}” at present."))

    def _check(self, model: Model, task: Task, today: date) -> None:
        if self.state(model, today) is State.ENDED:
            successor = model.lifecycle.successor
            instead = f"; use {successor} instead" if successor else ""
            ended = f"{model.title} reached its end of life on {model.lifecycle.ended}{instead}."
            raise ModelEnded(Violation(_MODEL_FIELD, ended), successor)
        if task.kind not in model.tasks:
            raise ModelCannot(Violation(_MODEL_FIELD, f"{model.title} cannot do “{task.kind}”."))

    def _choice(
        self, model: Model, task: Task, today: date, fallback_reason: str | None = None
    ) -> Choice:
        warnings = model.tasks[task.kind].warnings(task)
        lifecycle = model.lifecycle
        if self.state(model, today) is State.LEGACY and model.name not in self.enabled:
            end = f" and ends on {lifecycle.ended}" if lifecycle.ended else ""
            after = f"; {lifecycle.successor} replaces it" if lifecycle.successor else ""
            warnings = (*warnings, f"{model.title} is a legacy model{end}{after}.")
        return Choice(model=model, fallback_reason=fallback_reason, warnings=warnings)
