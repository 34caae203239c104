"""Owners share a pool: whoever has few jobs does not wait for whoever has many."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.catalog import Catalog
from shared.estimates import Estimator
from shared.jobs import Job
from shared.limits import UNLIMITED, Limits
from shared.lines import LOW_SHARE, Lane
from shared.statuses import JobStatus
from tests.scripted_models import ScriptedModels
from tests.service import NOVA, Service, Stores, assembled
from tests.virtual_time import virtual_clock
from worker.poller import Poller

MANY, FEW = 400, 10
OTHERS = ("bob", "cat", "dan", "eve")


class TimedModels(ScriptedModels):
    """Remembers when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[datetime] = []

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        self.at.append(virtual_clock())
        return await super().invoke(model_id, region, body)


def workers(count: int, requests_per_minute: int, darkroom: PillowDarkroom) -> list[Service]:
    """So many workers on the same stores and the same models."""
    stores, models = Stores.in_memory(virtual_clock), TimedModels()
    catalog = Catalog.load(enabled=frozenset({NOVA}), requests_per_minute=requests_per_minute)
    return [
        assembled(
            stores,
            models=models,
            darkroom=darkroom,
            catalog=catalog,
            limits=Limits(
                stores.meters,
                stores.spending,
                per_owner=UNLIMITED,
                per_network=UNLIMITED,
                spend_a_day=None,
            ),
            memory=512_000_000,
            clock=virtual_clock,
            random=Random(number),
        )
        for number in range(count)
    ]


@asynccontextmanager
async def at_work(services: list[Service]) -> AsyncIterator[None]:
    """All of them, and their reconcilers, until the block ends."""
    stopping = asyncio.Event()
    pollers = [
        Poller(service.processor, service.queue, concurrency=10, drain=timedelta(seconds=9))
        for service in services
    ]
    polling = [asyncio.create_task(poller.run(stopping)) for poller in pollers]
    sweeping = [asyncio.create_task(service.reconciler.run()) for service in services]
    yield
    stopping.set()
    for task in sweeping:
        task.cancel()
    await asyncio.wait([*polling, *sweeping])


async def all_done(service: Service, jobs: list[Job]) -> list[Job]:
    ended: list[Job] = []
    while len(ended) < len(jobs):
        await asyncio.sleep(5)
        while len(ended) < len(jobs) and (kept := await service.job(jobs[len(ended)])).done:
            ended.append(kept)
    assert {job.status for job in ended} == {JobStatus.SUCCEEDED}
    return ended


def longest_wait(jobs: list[Job]) -> Mapping[str, timedelta]:
    waits: defaultdict[str, timedelta] = defaultdict(timedelta)
    for job in jobs:
        assert job.started_at is not None
        waits[job.owner] = max(waits[job.owner], job.started_at - job.created_at)
    return waits


@pytest.mark.parametrize(
    ("count", "requests_per_minute", "head_start"),
    [(1, 100, 0), (8, 100, 30), (4, 10, 0)],
)
async def test_ten_jobs_beside_another_owner_s_four_hundred_wait_less_than_twice_their_share(
    darkroom: PillowDarkroom, count: int, requests_per_minute: int, head_start: int
) -> None:
    services = workers(count, requests_per_minute, darkroom)
    service, spacing = services[0], timedelta(minutes=1) / requests_per_minute
    async with at_work(services):
        jobs = [await service.submit(owner="ada") for _ in range(MANY)]
        await asyncio.sleep(head_start)
        for owner in OTHERS:
            jobs += [await service.submit(owner=owner) for _ in range(FEW)]
        waits = longest_wait(await all_done(service, jobs))
    share = spacing * FEW * (len(OTHERS) + 1)
    assert max(waits[owner] for owner in OTHERS) < 2 * share
    at = service.models.at
    assert len(at) == len(jobs)
    # Nor is the quota overrun, or left unused.
    assert all(later - earlier >= spacing * 0.99 for earlier, later in pairwise(at))
    assert spacing * (len(at) - 1) > 0.95 * (at[-1] - at[0])


async def test_the_low_lane_waits_for_the_normal_one_and_is_not_starved(
    darkroom: PillowDarkroom,
) -> None:
    services = workers(2, 60, darkroom)
    service = services[0]
    async with at_work(services):
        low = [await service.submit(owner="ada", lane=Lane.LOW) for _ in range(20)]
        normal = [await service.submit(owner="bob") for _ in range(120)]
        await all_done(service, normal)
        ended = [job.done for job in [await service.job(job) for job in low]]
        await all_done(service, low)
    # Not each comes back just when it is owed a call.
    assert 120 / LOW_SHARE / 2 <= sum(ended) < len(low)


async def test_what_is_said_of_the_line_comes_true(darkroom: PillowDarkroom) -> None:
    services = workers(2, 60, darkroom)
    service = services[0]
    async with at_work(services):
        await all_done(service, [await service.submit(owner="ada")])
        jobs = [await service.submit(owner="ada") for _ in range(60)]
        jobs += [await service.submit(owner="eve") for _ in range(20)]
        await asyncio.sleep(35)
        waiting = [job for job in [await service.job(job) for job in jobs] if not job.done]
        said = await Estimator(service.pools, lambda: service.processor.catalog, virtual_clock).of(
            waiting
        )
        asked_at = virtual_clock()
        ended = {job.id: job for job in await all_done(service, waiting)}
    took = {job.id: ended[job.id].finished_at - asked_at for job in waiting}
    in_time = [took[job.id] <= said[job.id].eta.p90 for job in waiting]
    assert sum(in_time) >= 0.9 * len(waiting)
    off = [took[job.id] / said[job.id].eta.p50 for job in waiting if said[job.id].ahead > 5]
    assert 0.6 < sum(off) / len(off) < 1.5
