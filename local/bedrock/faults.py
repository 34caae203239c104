"""What can be made to go wrong, and the plan that decides which call it happens to."""

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from local.bedrock import errors


class Fault(StrEnum):
    """What happens to one call."""

    OK = "ok"
    THROTTLE = "throttle"
    INTERNAL_ERROR = "internal_error"
    UNAVAILABLE = "unavailable"
    NOT_READY = "not_ready"
    ACCESS_DENIED = "access_denied"
    QUOTA_EXCEEDED = "quota_exceeded"
    MODEL_TIMEOUT = "model_timeout"
    MODEL_ERROR = "model_error"
    INFERENCE_ERROR = "inference_error"
    """Break down over the picture: a reason in a reply of Stability's, an error of the others."""
    HANG = "hang"
    """Take the request and never answer."""
    DROP = "drop"
    """Do the work, then close the connection without a reply."""


AT_THE_DOOR: Mapping[Fault, type[errors.ServiceError]] = {
    Fault.THROTTLE: errors.ThrottlingException,
    Fault.INTERNAL_ERROR: errors.InternalServerException,
    Fault.UNAVAILABLE: errors.ServiceUnavailableException,
    Fault.NOT_READY: errors.ModelNotReadyException,
    Fault.ACCESS_DENIED: errors.AccessDeniedException,
    Fault.QUOTA_EXCEEDED: errors.ServiceQuotaExceededException,
}
"""Faults that refuse a call before a model sees it: without delay and without cost."""

Share = Annotated[float, Field(ge=0, le=1)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Wait = Annotated[timedelta, Field(ge=timedelta(0))]


class Dates(BaseModel):
    """The dates in a model's life, as the control plane tells them. None is not set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_of_life: AwareDatetime | None = None
    legacy: AwareDatetime | None = None
    """From here on the model is legacy."""
    public_extended_access: AwareDatetime | None = None
    end_of_life: AwareDatetime | None = None
    """From here on the model is not found."""


class Faults(BaseModel):
    """How the simulated service behaves. By default it is quick and nothing goes wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="float")

    seed: int = 0
    """Repeats a run: the same calls in the same order meet the same faults."""
    delay: Wait = timedelta(0)
    """How long a model takes, in seconds on the wire."""
    jitter: Wait = timedelta(0)
    """Up to so much is added to the delay."""
    next: tuple[Fault, ...] = ()
    """What happens to the next calls, one each, before chance decides."""
    chance: Mapping[Fault, Share] = {}
    """How likely a fault is for every call after those."""
    requests_per_minute: Annotated[int, Field(ge=0)] = 6000
    model_requests_per_minute: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """Quotas of single models, by id."""
    prompt_words: tuple[str, ...] = ("forbidden",)
    """A prompt with one of these is refused."""
    output_words: tuple[str, ...] = ("unsafe-output",)
    """A prompt with one of these gets all its pictures blocked."""
    partly_words: tuple[str, ...] = ("partly-unsafe",)
    """A prompt with one of these gets its pictures with odd seeds blocked."""
    endless_words: tuple[str, ...] = ("endless",)
    """A text model that reads one of these writes on until it may write no more."""
    input_colour: Colour = "#badbad"
    """A given picture that is nothing but this colour is refused."""
    ended: frozenset[str] = frozenset()
    """Models at the end of their life; here and below a profile's id or its model's will do."""
    legacy: frozenset[str] = frozenset()
    """Models that still work and say that they are legacy."""
    idle: frozenset[str] = frozenset()
    """Legacy models that this account did not use and may not use any more."""
    dates: Mapping[str, Dates] = {}
    """When models begin, grow old and end."""

    @model_validator(mode="after")
    def _chances_add_up(self) -> Self:
        if sum(self.chance.values()) > 1:
            raise ValueError("the chances add up to more than 1")
        return self

    def life(self, names: Collection[str]) -> Dates:
        """The dates of a model that has these names."""
        return next((self.dates[name] for name in names if name in self.dates), Dates())

    def is_ended(self, names: Collection[str], now: datetime) -> bool:
        end = self.life(names).end_of_life
        return not self.ended.isdisjoint(names) or (end is not None and end <= now)

    def is_idle(self, names: Collection[str]) -> bool:
        return not self.idle.isdisjoint(names)

    def is_legacy(self, names: Collection[str], now: datetime) -> bool:
        begun = self.life(names).legacy
        named = not (self.legacy | self.idle).isdisjoint(names)
        return named or (begun is not None and begun <= now)

    def quota(self, model: str) -> int:
        return self.model_requests_per_minute.get(model, self.requests_per_minute)


class Plan:
    """Deals out faults and delays, call by call."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._next = deque(faults.next)
        self._random = Random(faults.seed)

    @property
    def faults(self) -> Faults:
        """The settings, with what is left of ``next``."""
        return self._faults.model_copy(update={"next": tuple(self._next)})

    def fault(self) -> Fault:
        """What happens to this call."""
        if self._next:
            return self._next.popleft()
        point = self._random.random()
        for fault, share in self._faults.chance.items():
            if point < share:
                return fault
            point -= share
        return Fault.OK

    def delay(self) -> timedelta:
        """How long the model takes over this call."""
        return self._faults.delay + self._random.random() * self._faults.jitter
