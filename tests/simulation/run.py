"""One run: a seed in, what came of a hundred jobs out."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from shared.catalog import Catalog
from shared.uploads import OUTLIVED
from tests.service import NOVA, Stores
from tests.simulation.clients import Clients
from tests.simulation.loop import SeededLoop
from tests.simulation.painter import Painter
from tests.simulation.processes import Frontend, Function, Worker, World
from tests.simulation.reckoning import Reckoning
from tests.simulation.stores import seen_stores
from tests.simulation.weather import Weather
from tests.simulation.wire import QueueWire, Wire
from tests.simulation.witness import Witness

FRONTENDS, WORKERS, FUNCTIONS = 2, 2, 2
STORM = 360
"""Seconds for which things go wrong."""
STUCK = 4 * 3600
"""Seconds of calm after which a job that is not done never will be."""
LOOK = 30
STARTS = (0, 0, 12 * 3600 - 150)
"""Seconds after noon: some runs go past midnight, when a new day's money begins."""
SERVICES = (
    ("jobs", "meters", "pools", "spending", "submissions", "uploads"),
    ("queue",),
    ("pictures",),
)
"""What cannot be asked at the same time."""
MAX_RECEIVES = (4, 10, 10)
"""With four, messages die for which there is still hope, and somebody has to see to them."""
REQUESTS_PER_MINUTE = (30, 100, 1000)


@dataclass(frozen=True)
class Outcome:
    """What came of a run. ``digest`` stands for every event in its order."""

    seed: int
    wrongs: tuple[str, ...]
    jobs: int
    ends: Counter[str]
    kills: int
    calls: int
    repeated: int
    """Paid calls beyond the first of a picture."""
    seconds: float
    events: int
    digest: int
    story: tuple[str, ...] = ()


def simulate(seed: int, *, story: bool = False) -> Outcome:
    """Run a seed to its end. The same seed is the same run, event by event."""
    run = Run(seed)
    if story:
        run.witness.story = []
    loop = SeededLoop(run.drawn("order"), begins_at=run.drawn("start").choice(STARTS))
    bugs = _Bugs(run.witness)
    logging.getLogger().addHandler(bugs)
    logging.disable(logging.WARNING)
    try:
        loop.run_until_complete(run.to_its_end(loop))
        return run.outcome(loop)
    finally:
        logging.disable(logging.CRITICAL)
        loop.close()
        logging.getLogger().removeHandler(bugs)
        logging.disable(logging.NOTSET)


def is_fine(seed: int) -> bool:
    """Whether no process and no store is in trouble in a run."""
    return Run(seed).weather.fine


class Run:
    """Everything that is in one run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.weather = Weather.drawn(self.drawn("weather"))
        self.witness = Witness(self.weather)

    def drawn(self, what: str) -> Random:
        """Chance for one purpose, which no other purpose disturbs."""
        return Random(f"{self.seed}/{what}")

    async def to_its_end(self, loop: SeededLoop) -> None:
        chance = self.drawn("world")
        stores = seen_stores(self.witness, max_receives=chance.choice(MAX_RECEIVES))
        self.wires = {name: self._wire(name, store) for name, store in vars(stores).items()}
        world = World(
            stores=Stores(**self.wires),
            models=Painter(self.weather, self.witness, self.drawn("models")),
            catalog=_catalog(chance.choice(REQUESTS_PER_MINUTE)),
            weather=self.weather,
            witness=self.witness,
            random=chance,
        )
        frontends = [Frontend(world, f"frontend-{n}") for n in range(FRONTENDS)]
        places = [
            *frontends,
            *(Worker(world, f"worker-{n}") for n in range(WORKERS)),
            *(Function(world, f"function-{n}") for n in range(FUNCTIONS)),
        ]
        clients = Clients(world, frontends, self.drawn("clients"))
        self.reckoning = Reckoning(stores, self.witness, clients)
        async with asyncio.TaskGroup() as outside:
            running = [outside.create_task(place.keep_running()) for place in places]
            outside.create_task(self._kill_at_times(places))
            outside.create_task(self._be_down_at_times())
            wishes = outside.create_task(clients.run())
            await asyncio.sleep(STORM)
            self.weather.calm_down()
            await wishes
            await self._quiet()
            for task in running:
                task.cancel()
        for process in loop.processes:
            process.kill()
        self.reckoning.once_all_is_quiet()
        await self._grow_old(world)

    def _wire(self, name: str, store: Any) -> Wire:
        kind = QueueWire if name == "queue" else Wire
        return kind(store, name, self.weather, self.drawn(name), self.witness)

    async def _kill_at_times(self, places: list[Any]) -> None:
        chance = self.drawn("kills")
        while self.weather.kills:
            await asyncio.sleep(chance.expovariate(1 / (60 * self.weather.kills)))
            chance.choice(places).process.kill()

    async def _be_down_at_times(self) -> None:
        chance = self.drawn("outages")
        loop = asyncio.get_running_loop()
        while self.weather.outages:
            await asyncio.sleep(chance.expovariate(1 / (60 * self.weather.outages)))
            until = loop.time() + chance.uniform(1, 60)
            for name in chance.choice(SERVICES):
                self.wires[name].down_until = until

    async def _quiet(self) -> None:
        """Wait until nothing is left to do, or for so long that it never will be done."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STUCK
        while loop.time() < deadline:
            if not self.reckoning.left_to_do():
                return
            await asyncio.sleep(LOOK)

    async def _grow_old(self, world: World) -> None:
        process = world.process("sweeper")
        reconciler = world.service(process).reconciler
        for _ in range(OUTLIVED.days + 2):
            await asyncio.sleep(timedelta(days=1).total_seconds())
            await process.spawn(reconciler.sweep())
            self.reckoning.at_any_age()
        self.reckoning.in_old_age()

    def outcome(self, loop: SeededLoop) -> Outcome:
        witness = self.witness
        return Outcome(
            seed=self.seed,
            wrongs=tuple(witness.wrongs),
            jobs=len(witness.jobs),
            ends=Counter(job.status.value for job in witness.jobs.values()),
            kills=sum(process.killed for process in loop.processes),
            calls=sum(map(len, witness.calls.values())),
            repeated=sum(len(calls) - 1 for calls in witness.calls.values()),
            seconds=loop.time(),
            events=witness.events,
            digest=witness.digest,
            story=tuple(witness.story or ()),
        )


class _Bugs(logging.Handler):
    """What is logged with a traceback is a bug that something swallowed so that others go on."""

    def __init__(self, witness: Witness) -> None:
        super().__init__(logging.ERROR)
        self._witness = witness

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._witness.wrong(f"a bug was logged: {logging.Formatter().format(record)}")


@cache
def _catalog(requests_per_minute: int) -> Catalog:
    return Catalog.load(enabled=frozenset({NOVA}), requests_per_minute=requests_per_minute)
