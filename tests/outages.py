"""Outages: a wrapper that makes any twin unreachable, slow or mute, when a test says so."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from shared.errors import RowUnreadable, StoreUnavailable

Call = Callable[[], Awaitable[Any]]
Fault = Callable[[str, Call], Awaitable[Any]]


class Outages:
    """A twin that fails at the calls it is told to: before they have an effect, or after."""

    def __init__(self, twin: Any) -> None:
        self._twin = twin
        self._faults: dict[str, deque[Fault]] = {}
        self._late: set[asyncio.Task[None]] = set()

    def fail(self, method: str, times: int = 1) -> None:
        """The next ``times`` calls of a method do nothing but fail."""
        self._plan(method, _unheard, times)

    def spoil(self, method: str) -> None:
        """The next call of a method finds a row that cannot be read."""
        self._plan(method, _unreadable)

    def lose_reply(self, method: str) -> None:
        """The next call of a method has its effect, but its caller does not hear of it."""
        self._plan(method, _mute)

    def hold_up(self, method: str, span: timedelta) -> None:
        """The next call of a method has its effect only after so long."""

        async def slow(name: str, call: Call) -> Any:
            await asyncio.sleep(span.total_seconds())
            return await call()

        self._plan(method, slow)

    def come_late(self, method: str, span: timedelta) -> None:
        """The next call of a method fails, and has its effect all the same, so much later."""

        async def later(call: Call) -> None:
            await asyncio.sleep(span.total_seconds())
            await call()

        async def late(name: str, call: Call) -> Any:
            self._late.add(asyncio.create_task(later(call)))
            return await _unheard(name, call)

        self._plan(method, late)

    def spare(self, method: str, times: int) -> None:
        """The next ``times`` calls of a method are let through, whatever comes after them."""
        self._plan(method, _well, times)

    def _plan(self, method: str, fault: Fault, times: int = 1) -> None:
        self._faults.setdefault(method, deque()).extend([fault] * times)

    def __getattr__(self, name: str) -> Any:
        what = getattr(self._twin, name)
        return self._with_faults(name, what) if name in self._faults else what

    def _with_faults(
        self, name: str, what: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            faults = self._faults[name]
            fault = faults.popleft() if faults else _well
            return await fault(name, lambda: what(*args, **kwargs))

        return call


async def _well(name: str, call: Call) -> Any:
    return await call()


async def _unheard(name: str, call: Call) -> Any:
    raise StoreUnavailable(f"{name} was not heard")


async def _unreadable(name: str, call: Call) -> Any:
    raise RowUnreadable(f"what {name} found cannot be read")


async def _mute(name: str, call: Call) -> Any:
    await call()
    raise StoreUnavailable(f"the reply to {name} was lost")
