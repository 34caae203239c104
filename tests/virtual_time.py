"""An event loop in which waiting takes no time: when all are waiting, its clock jumps ahead."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOON


def virtual_clock() -> datetime:
    """Noon when the test's loop was made; moved by whoever sleeps."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time stands still while code or a thread runs, so that a test of minutes takes no seconds."""

    def __init__(self) -> None:
        self._now = 0.0
        self._in_threads = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self._now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        work = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        work.add_done_callback(self._back_from_thread)
        return work

    @property
    def waits_for_a_thread(self) -> bool:
        return self._in_threads > 0

    def jump(self, seconds: float) -> None:
        self._now += seconds

    def _back_from_thread(self, _: object) -> None:
        self._in_threads -= 1


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout == 0:
            return super().select(0)
        if self._loop.waits_for_a_thread:
            return super().select()
        if timeout is None:
            raise RuntimeError("All are waiting, and nothing will ever happen.")
        self._loop.jump(timeout)
        return super().select(0)
