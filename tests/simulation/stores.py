"""The in-memory twins, with somebody looking at every row that is written."""

from datetime import datetime, timedelta
from math import inf
from typing import Any

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
from shared.jobs import Job
from shared.lines import Lane, PoolState
from shared.messages import JobId, Slot
from shared.uploads import Upload
from tests.service import Stores
from tests.simulation.loop import true_clock
from tests.simulation.witness import Witness


class Rows(dict[JobId, Job]):
    """The rows of the job store."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    def __setitem__(self, key: JobId, row: Job) -> None:
        before = self.get(key)
        super().__setitem__(key, row)
        self._witness.job_written(before, row)

    def __delitem__(self, key: JobId) -> None:
        before = self[key]
        super().__delitem__(key)
        self._witness.job_written(before, None)


class SeenJobs(MemoryJobStore):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._jobs: dict[JobId, Job] = Rows(witness)

    @property
    def rows(self) -> dict[JobId, Job]:
        return self._jobs

    @property
    def buried(self) -> frozenset[JobId]:
        return frozenset(self._tombstones)


class SeenPictures(MemoryPictures):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._blobs = witness.pictures


class SeenSpending(MemorySpending):
    def spent_on(self, day: str) -> int:
        return self._days[day].spent if day in self._days else 0

    def pending(self) -> list[str]:
        """What is reserved and neither confirmed nor released."""
        return [item for day in self._days.values() for item in day.pending]


class SeenPools(MemoryPools):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    async def take_slot(self, pool: str, spacing: timedelta, **wish: Any) -> datetime | PoolState:
        at = await super().take_slot(pool, spacing, **wish)
        if not isinstance(at, PoolState):
            self._witness.slot_given(Slot(pool=pool, at=at), spacing)
        return at

    def miscounted(self) -> list[str]:
        """Lines in which somebody seems to wait."""
        return [
            f"{pool} {lane}"
            for pool, state in self._states.items()
            for lane, line in state.lines.items()
            if line.entered - line.left - line.phantoms
        ]


class SeenQueue(MemoryQueue):
    def until_next(self, lane: Lane) -> float:
        """Seconds until the first message of a lane is shown, if nothing more is sent."""
        now = true_clock()
        spans = ((message.visible_at - now).total_seconds() for message in self._lanes[lane])
        return min(spans, default=inf)

    def bodies(self) -> list[str]:
        """Of all messages that will be received once more."""
        return [message.body for lane in self._lanes.values() for message in lane]


class SeenUploads(MemoryUploads):
    @property
    def rows(self) -> dict[str, Upload]:
        return self._uploads


def seen_stores(witness: Witness, max_receives: int) -> Stores:
    return Stores(
        jobs=SeenJobs(witness),
        meters=MemoryMeters(),
        spending=SeenSpending(),
        queue=SeenQueue(true_clock, max_receives=max_receives),
        pictures=SeenPictures(witness),
        pools=SeenPools(witness),
        submissions=MemorySubmissions(),
        uploads=SeenUploads(),
    )
