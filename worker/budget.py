"""The byte budget: how many pictures, encoded and decoded, a worker holds at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from shared.calls import Call
from shared.ports.models import BODY_MOST
from shared.tasks import Extend, Task, Upscale, pixels_wanted

GIVEN_PIXELS_MOST = 9_437_184
"""Of a given picture, and so of one changed from it (Bedrock user guide, stable-image-services)."""
UPSCALED_PIXELS_MOST = 16_777_216
EXTENDED_PIXELS_MOST = 2 * GIVEN_PIXELS_MOST
"""A guess: a side may grow by 2,000 pixels, and hardly anybody lets all four do so."""


@dataclass(frozen=True)
class Load:
    """What is given to a model: the bytes of all its pictures, and the pixels of the largest."""

    size: int
    pixels: int


def footprint(task: Task, calls: Sequence[Call], given: Load | None = None) -> int:
    """Bytes these calls may need at once.

    The given pictures, as many and large as there may be while that is not known; the requests
    with them, one of which is being written; replies, those replies as text, and their pictures. A
    made picture is taken as three bytes a pixel, which a PNG does not exceed by more than a trifle.
    """
    if given is None:
        most = BODY_MOST * 3 // 4 if task.references() else 0
        given = Load(most, GIVEN_PIXELS_MOST)
    requests = given.size * 4 // 3 * (len(calls) + 1)
    pixels = _pixels(task, given)
    replies = (min(BODY_MOST, call.images * pixels * 3 * 4 // 3) for call in calls)
    answers = sum(reply + reply + reply * 3 // 4 + pixels * 4 for reply in replies)
    return given.size + requests + answers


def _pixels(task: Task, given: Load) -> int:
    match task:
        case Upscale():
            return UPSCALED_PIXELS_MOST
        case Extend():
            return EXTENDED_PIXELS_MOST
        case _:
            return pixels_wanted(task) or given.pixels


class Held:
    """Bytes that are held; what turns out not to be needed can be let go."""

    def __init__(self, need: int, let_go: Callable[[int], None]) -> None:
        self.need = need
        self._let_go = let_go

    def shrink(self, need: int) -> None:
        """Hold ``need`` bytes from now on, if that is less."""
        if need < self.need:
            surplus, self.need = self.need - need, need
            self._let_go(surplus)


class ByteBudget:
    """Admits work, first come first served, while the bytes it needs fit."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._free = total
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def hold(
        self, need: int, *, meanwhile: Callable[[], Awaitable[object]], every: timedelta
    ) -> AsyncIterator[Held]:
        """Wait until ``need`` bytes are free, and hold them; call ``meanwhile`` while waiting.

        A need over the whole budget is admitted alone, so that it is slow but not stuck.
        """
        held = Held(min(need, self.total), self._let_go)
        need = held.need
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((need, turn))
        self._admit()
        try:
            while not turn.done():
                await asyncio.wait([turn], timeout=every.total_seconds())
                if not turn.done():
                    await meanwhile()
            yield held
        finally:
            if turn.done():
                self._let_go(held.need)
            else:
                self._waiting.remove((need, turn))
                self._admit()

    def _let_go(self, surplus: int) -> None:
        self._free += surplus
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            need, turn = self._waiting.popleft()
            self._free -= need
            turn.set_result(None)
