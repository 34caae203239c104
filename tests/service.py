"""The whole service in memory: twins behind every port, and models that do as they are told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self, cast

from shared.adapters.memory import (
    MemoryJobStore,
    MemoryMeters,
    MemoryPictures,
    MemoryPools,
    MemoryQueue,
    MemorySpending,
    MemorySubmissions,
    MemoryUploads,
)
from shared.cancellation import Canceler
from shared.catalog import Catalog
from shared.clock import Clock
from shared.closing import Closer
from shared.darkroom import Darkroom
from shared.deletion import Deleter
from shared.erasure import Eraser
from shared.jobs import Job
from shared.limits import UNLIMITED, Limits, day_of
from shared.lines import Lane, PoolState
from shared.money import Micros, micros
from shared.naming import Namer
from shared.orders import Order
from shared.ports.queue import Delivery
from shared.submission import Submitter
from tests.builders import NOON, a_task
from tests.outages import Outages
from tests.scripted_models import ScriptedModels
from tests.virtual_time import virtual_clock
from worker.assembly import Surroundings, assemble
from worker.mailbox import Verdict
from worker.processor import Processor
from worker.reconciler import Reconciler

NOVA = "nova-canvas"
CORE = "stable-image-core"


@dataclass(frozen=True)
class Stores:
    """A twin behind every port that remembers something."""

    jobs: Any
    meters: Any
    spending: Any
    queue: Any
    pictures: Any
    pools: Any
    submissions: Any
    uploads: Any

    @classmethod
    def in_memory(cls, clock: Clock) -> Self:
        return cls(
            jobs=MemoryJobStore(),
            meters=MemoryMeters(),
            spending=MemorySpending(),
            queue=MemoryQueue(clock),
            pictures=MemoryPictures(),
            pools=MemoryPools(),
            submissions=MemorySubmissions(),
            uploads=MemoryUploads(),
        )

    def behind(self, wall: Callable[[Any], Any]) -> Self:
        """The same, each behind something of its own."""
        return type(self)(**{name: wall(store) for name, store in vars(self).items()})


@dataclass(frozen=True)
class Service(Stores):
    """Everything between an order and its pictures."""

    models: Any
    limits: Limits
    submitter: Submitter
    canceler: Canceler
    deleter: Deleter
    processor: Processor
    eraser: Eraser
    reconciler: Reconciler

    async def submit(self, *, model: str = NOVA, **fields: Any) -> Job:
        return (await self.submitter.submit(an_order(model=model, **fields))).job

    async def job(self, job: Job) -> Job:
        kept: Job | None = await self.jobs.get(job.id)
        assert kept is not None
        return kept

    async def receive(self, lane: Lane = Lane.NORMAL) -> Delivery:
        """The next message, however long that takes."""
        for _ in range(1000):
            if found := await self.queue.receive(lane, at_most=1, wait=timedelta()):
                return found[0]
            await asyncio.sleep(1)
        raise AssertionError("no message came")

    async def handle(self, delivery: Delivery) -> Verdict:
        """What an entry point does with one message."""
        verdict = await self.processor.handle(delivery)
        if verdict is Verdict.DELETE:
            await self.queue.delete(delivery)
        return verdict

    async def work(self) -> Verdict:
        return await self.handle(await self.receive())

    async def finish(self, job: Job) -> Job:
        """Work on whatever comes until the job is done."""
        for _ in range(50):
            if (kept := await self.job(job)).done:
                return kept
            await self.work()
        raise AssertionError("the job did not end")

    async def messages(self) -> int:
        """How many messages there are, hidden ones too."""
        await asyncio.sleep(3600)
        found = await self.queue.receive(Lane.NORMAL, at_most=10, wait=timedelta())
        return len(found)

    async def pool(self, job: Job) -> PoolState:
        """The pool of a job as it is now."""
        found = await self.pools.look([job.pool])
        return cast(PoolState, found.get(job.pool, PoolState()))

    async def next_slot(self, job: Job) -> datetime | None:
        return (await self.pool(job)).next_at

    async def spent(self) -> Micros:
        """What was spent on the day of the tests."""
        await self.spending.balance(day_of(NOON))
        return int(await self.spending.spent(day_of(NOON)))

    async def used(self, meter: str) -> int:
        now = virtual_clock()
        reading = await self.meters.take(meter, 0, UNLIMITED, now=now, until=now)
        return int(reading.used)


def an_order(**fields: Any) -> Order:
    """An order for a fox. What is no field of an order is one of its task."""
    own = {name: fields.pop(name) for name in list(fields) if name in Order.__dataclass_fields__}
    defaults = {"owner": "ada", "network": "192.0.2.0/24", "model": NOVA}
    return Order(**{**defaults, "task": a_task(**fields), **own})


def a_service(
    darkroom: Darkroom,
    *,
    requests_per_minute: int = 6000,
    memory: int = 512_000_000,
    clock: Clock = virtual_clock,
) -> Service:
    stores = Stores.in_memory(clock).behind(Outages)
    return assembled(
        stores,
        models=ScriptedModels(),
        darkroom=darkroom,
        catalog=Catalog.load(enabled=frozenset({NOVA}), requests_per_minute=requests_per_minute),
        limits=Limits(
            stores.meters, stores.spending, per_owner=20, per_network=100, spend_a_day=micros("10")
        ),
        memory=memory,
        clock=clock,
        random=Random(1),
    )


def assembled(
    stores: Stores,
    *,
    models: Any,
    darkroom: Darkroom,
    catalog: Catalog,
    limits: Limits,
    memory: int,
    clock: Clock,
    random: Random,
) -> Service:
    """The service as one process has it."""
    jobs, pictures = stores.jobs, stores.pictures
    eraser = Eraser(jobs, stores.uploads, pictures, clock)
    closer = Closer(jobs, stores.pools, limits, eraser)
    worker = assemble(
        Surroundings(
            jobs=jobs,
            queue=stores.queue,
            pictures=pictures,
            pools=stores.pools,
            uploads=stores.uploads,
            meters=stores.meters,
            models=models,
            darkroom=darkroom,
        ),
        limits=limits,
        catalog=catalog,
        memory=memory,
        clock=clock,
        random=random,
    )
    return Service(
        **vars(stores),
        models=models,
        limits=limits,
        submitter=Submitter(
            jobs=jobs,
            queue=stores.queue,
            submissions=stores.submissions,
            pools=stores.pools,
            limits=limits,
            namer=Namer(jobs, stores.uploads, pictures),
            catalog=lambda: catalog,
            clock=clock,
            random=random,
        ),
        canceler=Canceler(jobs, closer, clock),
        deleter=Deleter(jobs, closer, clock),
        processor=worker.processor,
        eraser=eraser,
        reconciler=worker.reconciler,
    )


async def until(service: Service, job: Job, happened: Callable[[Job], bool]) -> None:
    """Look at a job again and again, while others work on it, until something happened."""
    for _ in range(10_000):
        if happened(await service.job(job)):
            return
    raise AssertionError("it did not happen")
