"""The byte budget: how many pictures, encoded and decoded, a worker holds at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

from shared.jobs import Call
from shared.tasks import Task

REPLY_MOST = 25_000_000
"""Bytes of an InvokeModel reply at most (InvokeModel API reference)."""


def footprint(task: Task, calls: Iterable[Call]) -> int:
    """Bytes these calls may need at once: replies, those replies as text, and their pictures.

    A picture is taken as three bytes a pixel, which a PNG does not exceed by more than a trifle.
    """
    pixels = task.width * task.height
    replies = (min(REPLY_MOST, call.images * pixels * 3 * 4 // 3) for call in calls)
    return sum(reply + reply + reply * 3 // 4 + pixels * 4 for reply in replies)


class ByteBudget:
    """Admits work, first come first served, while the bytes it needs fit."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._free = total
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def hold(
        self, need: int, *, meanwhile: Callable[[], Awaitable[None]], every: timedelta
    ) -> AsyncIterator[None]:
        """Wait until ``need`` bytes are free, and hold them; call ``meanwhile`` while waiting.

        A need over the whole budget is admitted alone, so that it is slow but not stuck.
        """
        need = min(need, self._total)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((need, turn))
        self._admit()
        try:
            while not turn.done():
                await asyncio.wait([turn], timeout=every.total_seconds())
                if not turn.done():
                    await meanwhile()
            yield
        finally:
            if turn.done():
                self._free += need
            else:
                self._waiting.remove((need, turn))
            self._admit()

    def _admit(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            need, turn = self._waiting.popleft()
            self._free -= need
            turn.set_result(None)
