"""The wire between a process and a store: what goes wrong on it is the weather's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import timedelta
from random import Random
from typing import Any

from shared.errors import CanvasError, StoreUnavailable
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.queue import Delivery
from tests.simulation.loop import PROCESS
from tests.simulation.weather import Fate, Weather
from tests.simulation.witness import Witness

PAUSE = (61, 200)
"""Seconds; a lease lasts for sixty."""
LATEST = 90
"""Seconds after which a request that was given up may still have its effect."""
LOOK_EVERY = 1.0
MOST_DOUBLES = 300
"""Each copy of a message is sent on by itself, and doubled with them would be the work of a run."""


class Wire:
    """A store as processes reach it. From the world outside, it is reached as it is."""

    def __init__(
        self, store: Any, name: str, weather: Weather, random: Random, witness: Witness
    ) -> None:
        self._store = store
        self._name = name
        self._weather = weather
        self._random = random
        self._witness = witness
        self._late: list[asyncio.Task[None]] = []
        self.down_until = 0.0

    def __getattr__(self, name: str) -> Any:
        effect = getattr(self._store, name)

        async def request(*args: Any, **kwargs: Any) -> Any:
            return await self._send(name, lambda: effect(*args, **kwargs), *args)

        setattr(self, name, request)
        return request

    async def _send(self, name: str, effect: Callable[[], Awaitable[Any]], *about: Any) -> Any:
        process = PROCESS.get()
        if process is None:
            return await effect()
        fate = self._fate()
        self._witness.note(f"{process.name} {self._name}.{name} {fate.name}", *about)
        if fate is not Fate.CALM:
            process.troubled = True
        match fate:
            case Fate.SLOW:
                await self._wait()
                reply = await effect()
                await self._wait()
                return reply
            case Fate.REFUSED:
                await self._wait()
                raise StoreUnavailable(f"{name} was not heard")
            case Fate.LOST:
                await effect()
                raise StoreUnavailable(f"the reply to {name} was lost")
            case Fate.LATE:
                loop = asyncio.get_running_loop()
                self._late.append(loop.create_task(self._later(effect), context=Context()))
                raise StoreUnavailable(f"{name} took too long")
            case Fate.KILLED_BEFORE:
                await process.die()
            case Fate.PAUSED:
                process.pause(self._random.uniform(*PAUSE))
                await asyncio.sleep(0)
        reply = await effect()
        if fate is Fate.KILLED_AFTER:
            await process.die()
        return reply

    def _fate(self) -> Fate:
        if asyncio.get_running_loop().time() < self.down_until:
            return Fate.REFUSED
        point = self._random.random()
        for fate, share in self._weather.fates.items():
            if point < share:
                return fate
            point -= share
        return Fate.CALM

    async def _wait(self) -> None:
        await asyncio.sleep(self._random.expovariate(1.0))

    async def _later(self, effect: Callable[[], Awaitable[Any]]) -> None:
        await asyncio.sleep(self._random.uniform(0, LATEST))
        try:
            await effect()
        except CanvasError as error:
            self._witness.note(f"a late {self._name} request failed: {error}")


class QueueWire(Wire):
    """The same for the queue, which also doubles messages, shows them twice, and is late."""

    _doubled = 0

    async def send(self, message: JobMessage, **kwargs: Any) -> None:
        delay = kwargs.pop("delay", timedelta())

        async def effect() -> None:
            self._witness.sent(message, delay)
            for _ in range(1 + self._double()):
                late = timedelta(seconds=self._lateness())
                await self._store.send(message, delay=delay + late, **kwargs)

        await self._send("send", effect, message)

    async def receive(self, lane: Lane, *, at_most: int, wait: timedelta) -> list[Delivery]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait.total_seconds()
        while True:
            found: list[Delivery] = await self._send(
                "receive",
                lambda: self._store.receive(lane, at_most=at_most, wait=timedelta()),
            )
            left = deadline - loop.time()
            if found or left <= 0:
                break
            await asyncio.sleep(min(left, self._until_next_look(lane)))
        for delivery in found:
            if self._double():
                await self._store.hide(delivery, timedelta(seconds=self._random.uniform(0, 3)))
        return found

    def _until_next_look(self, lane: Lane) -> float:
        """Once the storm is over nobody looks where there is nothing to see: that takes longest."""
        if self._weather.fates or self._weather.moods:
            return LOOK_EVERY
        return max(LOOK_EVERY, self._store.until_next(lane))

    async def delete(self, delivery: Delivery) -> None:
        async def effect() -> None:
            await self._store.delete(delivery)
            self._witness.deleted(delivery, self._store.bodies())

        await self._send("delete", effect, delivery)

    def _double(self) -> bool:
        double = self._doubled < MOST_DOUBLES and self._random.random() < self._weather.doubles
        self._doubled += double
        return double

    def _lateness(self) -> float:
        late = self._random.random() < self._weather.delays
        return self._random.expovariate(1 / 20) if late else 0.0
