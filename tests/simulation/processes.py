"""Frontends and workers, kept running: what dies is started again after a while."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from shared.adapters.memory import PlainForms
from shared.catalog import Catalog
from shared.errors import NotAccepted, StaleJob, StoreUnavailable
from shared.limits import Limits
from shared.lines import Lane
from shared.money import micros
from shared.ports.queue import Delivery
from shared.uploads import Uploader
from tests.service import Service, Stores, assembled
from tests.simulation.loop import Process
from tests.simulation.painter import Painter, QuickDarkroom, SeenCaller
from tests.simulation.weather import Weather
from tests.simulation.witness import Witness
from worker.lambda_handler import run_batch
from worker.poller import Poller

PER_OWNER = 40
DRAIN = timedelta(seconds=25)
BATCH = 10
INVOCATION = (20, 120)
"""Seconds that a function has for a batch; one that has not ended in twice the most is killed."""
RECYCLED = 0.9
"""Share of environments that are used once more."""
GIVES_UP_AFTER = 30
"""Seconds after which a client does not wait for an answer any more."""


class NoAnswer(Exception):
    """A client waited for a frontend in vain."""


@dataclass(frozen=True)
class World:
    """What all processes of a run share."""

    stores: Stores
    models: Painter
    catalog: Catalog
    weather: Weather
    witness: Witness
    random: Random

    def process(self, name: str) -> Process:
        skew = self.random.uniform(-1, 1) * self.weather.skew
        return Process(name, timedelta(seconds=skew))

    def service(self, process: Process) -> Service:
        """The service as it runs in one process."""
        service = assembled(
            self.stores,
            models=self.models,
            darkroom=QuickDarkroom(),
            catalog=self.catalog,
            limits=Limits(
                self.stores.meters,
                self.stores.spending,
                per_owner=PER_OWNER,
                per_network=100_000,
                spend_a_day=micros("1000"),
            ),
            memory=512_000_000,
            clock=process.clock,
            random=Random(self.random.random()),
        )
        runner = service.processor.runner
        seen = replace(runner, caller=SeenCaller(**vars(runner.caller)))
        return replace(service, processor=replace(service.processor, runner=seen))

    def until_a_stop(self) -> float | None:
        """Seconds until a worker is told to stop, if ever."""
        stops = self.weather.stops
        return self.random.expovariate(1 / (60 * stops)) if stops else None

    async def a_while(self) -> None:
        """How long it takes until somebody notices that a process is gone."""
        await asyncio.sleep(self.random.expovariate(1 / 5))


class Place(ABC):
    """Where one process runs after another."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._starts = 0
        self._begin()

    def _begin(self) -> None:
        """Start the next."""
        self.process = self._world.process(f"{self._name}.{self._starts}")
        self._starts += 1

    @abstractmethod
    async def keep_running(self) -> None:
        """For ever: what it does while it lives, and the next when it has died."""


class Frontend(Place):
    """A place that clients send requests to."""

    def _begin(self) -> None:
        super()._begin()
        self.service = self._world.service(self.process)
        self.uploader = Uploader(
            self.service.uploads,
            PlainForms(),
            self.service.limits,
            self.process.clock,
            Random(self._world.random.random()),
        )

    async def keep_running(self) -> None:
        while True:
            await self.process.died.wait()
            await self._world.a_while()
            self._begin()

    async def ask(self, work: Callable[["Frontend"], Coroutine[Any, Any, Any]]) -> Any:
        """What the frontend answers, which may be an error. Raises ``NoAnswer``."""
        asked = self.process.spawn(self._answered(work))
        await asyncio.wait({asked}, timeout=GIVES_UP_AFTER)
        if not asked.done():
            raise NoAnswer
        answer = asked.result()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _answered(self, work: Callable[["Frontend"], Coroutine[Any, Any, Any]]) -> Any:
        """An error is an answer, too: nobody may be left to raise it to."""
        try:
            return await work(self)
        except (NotAccepted, StaleJob, StoreUnavailable) as error:
            return error
        except Exception as bug:
            self._world.witness.wrong(f"a request ended: {bug!r}")
            return StoreUnavailable("The frontend answered 500.")


class Worker(Place):
    """A worker and its successors."""

    async def keep_running(self) -> None:
        while True:
            await self._until_it_ends()
            await self._world.a_while()
            self._begin()

    async def _until_it_ends(self) -> None:
        """What ``worker.poller.serve`` does, and SIGTERM, and SIGKILL when that takes too long."""
        process, service = self.process, self._world.service(self.process)
        stopping = asyncio.Event()
        poller = Poller(
            processor=service.processor,
            queue=service.queue,
            concurrency=self._world.random.randint(1, 10),
            drain=DRAIN,
        )
        polling = process.spawn(poller.run(stopping))
        process.spawn(service.reconciler.run())
        dying = asyncio.create_task(process.died.wait())
        await _first(polling, dying, within=self._world.until_a_stop())
        if process.alive:
            process.troubled = True
            stopping.set()
            await _first(polling, dying, within=2 * DRAIN.total_seconds())
        if polling.done() and (bug := polling.exception()):
            self._world.witness.wrong(f"a poller ended: {bug!r}")
        process.end()


class Function(Place):
    """A worker as Lambda runs it: a batch at a time, frozen in between, ended without a word."""

    def _begin(self) -> None:
        super()._begin()
        self._processor = self._world.service(self.process).processor
        self.process.freeze()

    async def keep_running(self) -> None:
        """What its event source mapping does: it receives, invokes, and deletes what is done."""
        queue = self._world.stores.queue
        while True:
            await asyncio.sleep(self._world.random.uniform(1, 5))
            lane = self._world.random.choice(list(Lane))
            batch = await queue.receive(lane, at_most=BATCH, wait=timedelta())
            if batch and not await self._invoke(batch):
                await self._world.a_while()
                self._begin()

    async def _invoke(self, batch: list[Delivery]) -> bool:
        """Whether the environment is still there."""
        process, world = self.process, self._world
        if not process.alive:
            return False
        process.thaw()
        budget = timedelta(seconds=world.random.uniform(*INVOCATION))
        running = process.spawn(run_batch(self._processor, batch, budget, process.clock))
        dying = asyncio.create_task(process.died.wait())
        await _first(running, dying, within=2 * INVOCATION[1])
        if not running.done():
            process.kill()
            return False
        # What is handed back was cut short, and paid.
        process.troubled = True
        failed = set(running.result())
        for delivery in batch:
            if delivery.message_id not in failed:
                await world.stores.queue.delete(delivery)
        process.freeze()
        return world.random.random() < RECYCLED


async def _first(*tasks: asyncio.Task[Any], within: float | None) -> None:
    await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
