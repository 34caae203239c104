"""Outages: a wrapper that makes any twin unreachable, or loses its replies, when a test says so."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from shared.errors import StoreUnavailable


class Outages:
    """A twin that fails at the calls it is told to: before they have an effect, or after."""

    def __init__(self, twin: Any) -> None:
        self._twin = twin
        self._faults: dict[str, deque[str]] = {}

    def fail(self, method: str, times: int = 1) -> None:
        """The next ``times`` calls of a method do nothing but fail."""
        self._faults.setdefault(method, deque()).extend(["before"] * times)

    def lose_reply(self, method: str) -> None:
        """The next call of a method has its effect, but its caller does not hear of it."""
        self._faults.setdefault(method, deque()).append("after")

    def spare(self, method: str, times: int) -> None:
        """The next ``times`` calls of a method are let through, whatever comes after them."""
        self._faults.setdefault(method, deque()).extend(["never"] * times)

    def __getattr__(self, name: str) -> Any:
        what = getattr(self._twin, name)
        return self._with_faults(name, what) if name in self._faults else what

    def _with_faults(
        self, name: str, what: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            faults = self._faults[name]
            fault = faults.popleft() if faults else "never"
            if fault == "before":
                raise StoreUnavailable(f"{name} was not heard")
            reply = await what(*args, **kwargs)
            if fault == "after":
                raise StoreUnavailable(f"the reply to {name} was lost")
            return reply

        return call
