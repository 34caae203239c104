"""The queue in memory: hidden messages, receive counts, long polls and dead letters."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from shared.adapters.memory.round_trip import round_trip
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.queue import Delivery

_LOOK_AGAIN = timedelta(seconds=1)
"""After this a waiting receiver looks at the clock again, which need not be the loop's own."""


@dataclass(frozen=True)
class DeadLetter:
    """A message nobody receives again. One that was received too often has no reason."""

    body: str
    owner: str | None
    reason: str | None = None


@dataclass
class _Message:
    number: int
    body: str
    owner: str | None
    trace: str | None
    visible_at: datetime
    receives: int = 0
    reason: str | None = None

    @property
    def receipt(self) -> str:
        """Each receipt is good until the next."""
        return f"{self.number}/{self.receives}"


class MemoryQueue:
    """Hides a received message for ``visibility``; buries one received ``max_receives`` times."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        visibility: timedelta = timedelta(seconds=90),
        max_receives: int = 10,
    ) -> None:
        self._clock = clock
        self._visibility = visibility
        self._max_receives = max_receives
        self._lanes: dict[Lane, list[_Message]] = {lane: [] for lane in Lane}
        self._dead: list[_Message] = []
        self._numbers = count(1)
        self._changed = asyncio.Event()

    @property
    def dead(self) -> list[DeadLetter]:
        return [DeadLetter(letter.body, letter.owner, letter.reason) for letter in self._dead]

    async def send(
        self,
        message: JobMessage,
        *,
        lane: Lane,
        owner: str,
        delay: timedelta = timedelta(),
        trace: str | None = None,
    ) -> None:
        await self.send_body(
            message.model_dump_json(exclude_none=True),
            lane=lane,
            owner=owner,
            delay=delay,
            trace=trace,
        )

    async def send_body(
        self,
        body: str,
        *,
        lane: Lane,
        owner: str,
        delay: timedelta = timedelta(),
        trace: str | None = None,
    ) -> None:
        """Put any text on a lane, as anyone with access to the queue could."""
        async with round_trip():
            visible_at = self._clock() + delay
            number = next(self._numbers)
            self._lanes[lane].append(_Message(number, body, owner, trace, visible_at))
            self._wake()

    async def receive(self, lane: Lane, *, at_most: int, wait: timedelta) -> list[Delivery]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait.total_seconds()
        async with round_trip():
            while not (batch := self._take(lane, at_most)):
                left = deadline - loop.time()
                if left <= 0:
                    break
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._until_next(lane))):
                        await self._changed.wait()
            return batch

    async def delete(self, delivery: Delivery) -> None:
        async with round_trip():
            if (message := self._find(delivery)) is not None:
                self._place(delivery).remove(message)

    async def hide(self, delivery: Delivery, span: timedelta) -> None:
        async with round_trip():
            if (message := self._find(delivery)) is not None:
                message.visible_at = self._clock() + span
                self._wake()

    async def bury(self, delivery: Delivery, reason: str) -> None:
        async with round_trip():
            self._die(delivery.body, delivery.owner, delivery.trace, reason)
        await self.delete(delivery)

    async def dead_letters(self, *, at_most: int) -> list[Delivery]:
        async with round_trip():
            visible = [letter for letter in self._dead if letter.visible_at <= self._clock()]
            return [
                replace(self._show(letter, Lane.NORMAL), dead=True) for letter in visible[:at_most]
            ]

    def _take(self, lane: Lane, at_most: int) -> list[Delivery]:
        now = self._clock()
        visible = [m for m in self._lanes[lane] if m.visible_at <= now]
        for message in visible:
            if message.receives >= self._max_receives:
                self._lanes[lane].remove(message)
                self._die(message.body, message.owner, message.trace)
        taken = [m for m in visible if m.receives < self._max_receives][:at_most]
        return [self._show(message, lane) for message in taken]

    def _show(self, message: _Message, lane: Lane) -> Delivery:
        message.receives += 1
        message.visible_at = self._clock() + self._visibility
        return _delivery(message, lane)

    def _die(
        self, body: str, owner: str | None, trace: str | None, reason: str | None = None
    ) -> None:
        letter = _Message(next(self._numbers), body, owner, trace, self._clock(), reason=reason)
        self._dead.append(letter)

    def _until_next(self, lane: Lane) -> float:
        """Seconds until a message of the lane may be shown."""
        hidden_for = (m.visible_at - self._clock() for m in self._lanes[lane])
        soonest = min((*hidden_for, _LOOK_AGAIN))
        return max(0.001, soonest.total_seconds())

    def _find(self, delivery: Delivery) -> _Message | None:
        place = self._place(delivery)
        return next((m for m in place if m.receipt == delivery.receipt), None)

    def _place(self, delivery: Delivery) -> list[_Message]:
        return self._dead if delivery.dead else self._lanes[delivery.lane]

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _delivery(message: _Message, lane: Lane) -> Delivery:
    return Delivery(
        body=message.body,
        receipt=message.receipt,
        message_id=str(message.number),
        receives=message.receives,
        owner=message.owner,
        trace=message.trace,
        lane=lane,
    )
