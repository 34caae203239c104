"""The catalogue: which models there are, what each can do, costs and may be asked, as data."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import ModelCannot, ModelEnded, UnknownModel, Violation
from shared.frozen import Frozen
from shared.models import MODEL_FIELD, Model, State
from shared.settings import Settings
from shared.tasks import TASKS, Task

AUTO = "auto"


class Route(Frozen):
    """The models ``auto`` tries, in order, for a kind of task whose fields match ``when``."""

    kind: str
    when: dict[str, str] = Field(default_factory=dict)
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


class Catalog(Frozen):
    """All models and the routes of ``auto``."""

    auto: tuple[Route, ...]
    models: tuple[Model, ...]
    enabled: frozenset[str] = frozenset()
    """Ended models that the operator may still call, by a private arrangement with AWS."""
    refused: frozenset[str] = frozenset()
    """Models that live, and that Bedrock would not call for this account when last asked."""

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
        raise UnknownModel(Violation(MODEL_FIELD, f"No such model. There are: {known}."))

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
            raise ModelEnded(Violation(MODEL_FIELD, _how_it_ended(model, successor)), successor)
        if violations := model.violations(task):
            raise ModelCannot(*violations)
        return self._choice(model, task, today)

    def _route(self, task: Task, today: date) -> Choice:
        passed_over: str | None = None
        spare: Model | None = None
        reasons = [Violation(MODEL_FIELD, f"No model can do this “{task.kind}” at present.")]
        for model in self._candidates(task):
            violations = model.violations(task)
            if not violations and self.state(model, today) is State.ENDED:
                ended = _how_it_ended(model)
                passed_over = passed_over or ended
                violations = (Violation(MODEL_FIELD, ended),)
            if not violations and model.name in self.refused:
                passed_over = passed_over or _was_refused(model)
                spare = spare or model
            elif not violations:
                return self._choice(model, task, today, passed_over)
            reasons += violations
        if spare is not None:
            # All are refused: that may be over, and to try is better than to turn everyone away.
            return self._choice(spare, task, today)
        raise ModelCannot(*dict.fromkeys(reasons))

    def _candidates(self, task: Task) -> Iterator[Model]:
        """The models ``auto`` tries for a task, in order."""
        route = next((r.models for r in self.auto if r.fits(task)), ())
        return (self.model(name) for name in route)

    def _successor(self, ended: Model, task: Task, today: date) -> str | None:
        """What to use for this task instead of an ended model: what ``auto`` would, or else what
        replaces it, if that can.
        """
        candidates = list(self._candidates(task))
        if ended.lifecycle.successor is not None:
            candidates.append(self.model(ended.lifecycle.successor))
        for model in candidates:
            if self.state(model, today) is not State.ENDED and not model.violations(task):
                return model.name
        return None

    def _choice(
        self, model: Model, task: Task, today: date, fallback_reason: str | None = None
    ) -> Choice:
        warnings = model.warnings(task)
        if self.state(model, today) is State.LEGACY and model.name not in self.enabled:
            warnings = (*warnings, _how_it_will_end(model))
        if model.name in self.refused:
            warnings = (*warnings, _may_fail(model))
        return Choice(model=model, fallback_reason=fallback_reason, warnings=warnings)


CurrentCatalog = Callable[[], Catalog]
"""Says what the catalogue is now: what Bedrock tells of its models changes it."""


# Each sentence is whole: the studio says it in other languages, where its parts stand elsewhere.


def _how_it_ended(model: Model, instead: str | None = None) -> str:
    title, ended = model.title, model.lifecycle.ended
    if ended is None:
        if instead is None:
            return f"{title} reached its end of life."
        return f"{title} reached its end of life; use {instead} instead."
    if instead is None:
        return f"{title} reached its end of life on {ended}."
    return f"{title} reached its end of life on {ended}; use {instead} instead."


def _how_it_will_end(model: Model) -> str:
    title, ended, successor = model.title, model.lifecycle.ended, model.lifecycle.successor
    if ended is None:
        if successor is None:
            return f"{title} is a legacy model."
        return f"{title} is a legacy model; {successor} replaces it."
    if successor is None:
        return f"{title} is a legacy model and ends on {ended}."
    return f"{title} is a legacy model and ends on {ended}; {successor} replaces it."


def _was_refused(model: Model) -> str:
    return f"Bedrock did not call {model.title} for this account when it was last asked."


def _may_fail(model: Model) -> str:
    return (
        f"Bedrock did not call {model.title} for this account when it was last asked, "
        "so this may fail."
    )
