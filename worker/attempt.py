"""An attempt: one claim on one job, kept alive by heartbeats until it is settled or given back."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from shared.artifacts import Artifact
from shared.clock import Clock
from shared.errors import CanvasError, StaleJob, StoreUnavailable
from shared.jobs import Job, beside
from shared.ports.jobs import JobStore
from shared.ports.queue import Delivery, Queue
from shared.retries import patiently
from shared.statuses import JobStatus

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=20)


class LeaseLost(CanvasError):
    """Another attempt holds the job; nothing more may be written for this one."""


class Attempt:
    """The job as this attempt knows it, and the only hand that writes it meanwhile."""

    def __init__(
        self,
        job: Job,
        delivery: Delivery,
        *,
        uncalled: Iterable[int],
        jobs: JobStore,
        queue: Queue,
        clock: Clock,
    ) -> None:
        self.job = job
        self.delivery = delivery
        self.uncalled = set(uncalled)
        """Calls noted as paid at the claim, of which the model was not asked yet."""
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._writing = asyncio.Lock()

    async def record(self, move: Callable[[Job], Job]) -> Job:
        """Make a move and save it. Raises ``LeaseLost`` if the job is another attempt's by now."""
        async with self._writing:
            self.job = await patiently(lambda: self._save(move))
            return self.job

    async def _save(self, move: Callable[[Job], Job]) -> Job:
        moved = move(self.job)
        try:
            await self._jobs.save(moved)
        except (StaleJob, StoreUnavailable):
            return await self._save_again(move, moved)
        return moved

    async def _save_again(self, move: Callable[[Job], Job], moved: Job) -> Job:
        """Make the move on what is kept, unless it was made and only its reply was lost.

        While this claim runs, what is kept can differ from what we know by a cancel request, or by
        a write of ours that was cut short.
        """
        kept = await self._jobs.get(moved.id)
        if kept is not None and _same_move(kept, moved):
            return kept
        if kept is None or kept.fence != moved.fence or kept.status is not JobStatus.RUNNING:
            raise LeaseLost(f"job {moved.id} is no longer held")
        again = move(kept)
        try:
            await self._jobs.save(again)
        except StaleJob as error:
            raise LeaseLost(f"job {moved.id} was changed by another") from error
        return again

    async def unnamed(self, artifacts: Sequence[Artifact]) -> list[Artifact]:
        """Those of the artifacts that the job's row does not name, now that its claim is lost."""
        kept = await self._jobs.get(self.job.id)
        named = {artifact.key for artifact in kept.artifacts} if kept is not None else set()
        return [artifact for artifact in artifacts if artifact.key not in named]

    async def beat(self) -> None:
        """Renew the lease and the message's invisibility together, until cancelled.

        A beat that no store hears is missed: calls under way are worth more, and two beats fit
        into a lease. Raises ``LeaseLost`` when another attempt holds the job.
        """
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            try:
                await self._renew()
                await self._queue.hide(self.delivery, LEASE)
            except StoreUnavailable as error:
                logger.warning("a heartbeat was missed: %s", error)

    async def still_holds(self) -> None:
        """Make sure of the claim before something is paid: a process may have stood still.

        Costs nothing while the lease runs. Raises ``LeaseLost`` when another attempt holds the job.
        """
        if not self.job.leased(self._clock()):
            await self._renew()

    async def _renew(self) -> None:
        async with self._writing:
            until = self._clock() + LEASE
            try:
                kept = await self._jobs.renew(self.job.id, self.job.fence, until)
            except StaleJob as error:
                raise LeaseLost(f"job {self.job.id} is no longer held") from error
            self.job = beside(self.job, kept).model_copy(update={"lease_until": until})


def _same_move(kept: Job, moved: Job) -> bool:
    """Whether they are one job, but for what others write without a version of their own."""
    return moved == beside(kept, moved)
