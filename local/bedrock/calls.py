"""A record of what was asked of each model, for tests and measurements."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEPT = 200
"""How many calls of each model are remembered one by one."""


@dataclass(slots=True)
class Call:
    """One request to a model. ``status`` is 0 until it is answered, and stays 0 if it never is."""

    request_id: str
    at: float
    """When it came, in seconds since 1970."""
    body_sha256: str
    status: int = 0
    outcome: str = "running"
    """``ok``, an error's name, ``drop`` or ``hang``."""
    billed_images: int = 0
    """Pictures that the model made, delivered or not: what the real service would charge."""
    seconds: float = 0.0


@dataclass(slots=True)
class _Tally:
    requests: int = 0
    billed_images: int = 0
    running: int = 0
    most_running: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    latest: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))


class CallLog:
    """Counts and remembers calls by model."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tallies: dict[str, _Tally] = {}

    def begin(self, model: str, request_id: str, body_sha256: str) -> Call:
        call = Call(request_id, self._clock(), body_sha256)
        tally = self._tallies.setdefault(model, _Tally())
        tally.requests += 1
        tally.running += 1
        tally.most_running = max(tally.most_running, tally.running)
        tally.latest.append(call)
        return call

    def end(self, model: str, call: Call, status: int, outcome: str) -> None:
        call.status, call.outcome = status, outcome
        call.seconds = round(self._clock() - call.at, 6)
        tally = self._tallies.setdefault(model, _Tally())
        tally.running = max(0, tally.running - 1)
        tally.billed_images += call.billed_images
        tally.outcomes[outcome] += 1

    def clear(self) -> None:
        self._tallies.clear()

    def report(self) -> dict[str, Any]:
        """Everything by model, as JSON, the latest call last."""
        return {
            model: {
                "requests": tally.requests,
                "billed_images": tally.billed_images,
                "running": tally.running,
                "most_running": tally.most_running,
                "outcomes": dict(tally.outcomes),
                "latest": [
                    {name: getattr(call, name) for name in Call.__slots__} for call in tally.latest
                ],
            }
            for model, tally in self._tallies.items()
        }
