"""The runner: one claim on a job, from the call to the model to the settled job."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from random import Random

from shared.calls import Call, Failure
from shared.catalog import Catalog
from shared.clock import Clock
from shared.closing import Closer
from shared.errors import CallFailed, InputRejected, StaleJob, StoreUnavailable
from shared.jobs import Job
from shared.logs import log_context
from shared.messages import Slot
from shared.pacing import Park
from shared.ports.jobs import JobStore
from shared.ports.queue import Delivery
from shared.retries import CONTENTION, backoff
from worker.attempt import LEASE, Attempt, LeaseLost
from worker.budget import Held, footprint
from worker.caller import Caller
from worker.endings import CRASHED, UNKNOWN_MODEL
from worker.inputs import Gathered, Gatherer
from worker.mailbox import Mailbox, Verdict
from worker.models.parts import Inputs

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runner:
    """Runs claims."""

    jobs: JobStore
    mailbox: Mailbox
    closer: Closer
    gatherer: Gatherer
    caller: Caller
    catalog: Catalog
    clock: Clock
    random: Random

    async def run(
        self,
        job: Job,
        slots: dict[int, Slot],
        park: Park | None,
        delivery: Delivery,
        held: Held,
    ) -> Verdict:
        """Claim the job, make the calls that have slots, and settle it or send it on its way.

        ``park`` is for the calls that have none. Cancelled, it hands the job back and re-raises.
        """
        claimed = job.start(self.clock(), LEASE, tuple(slots))
        try:
            await self.jobs.save(claimed)
        except StaleJob:
            return await self.mailbox.soon(delivery)
        attempt = Attempt(
            claimed,
            delivery,
            uncalled=slots,
            jobs=self.jobs,
            queue=self.mailbox.queue,
            clock=self.clock,
        )
        with log_context(attempt=claimed.attempt):
            try:
                failures = await self._calls(attempt, slots, held)
                return await _to_its_end(self._conclude(attempt, failures, park))
            except LeaseLost as lost:
                logger.warning("%s", lost)
                return await self.mailbox.soon(delivery)

    async def _calls(
        self, attempt: Attempt, slots: dict[int, Slot], held: Held
    ) -> list[CallFailed]:
        """Make the calls at once, under one heartbeat; return what may be tried again."""
        calls = [call for call in attempt.job.calls if call.k in slots]
        if not calls:
            return []
        made: list[asyncio.Task[CallFailed | StoreUnavailable | None]] = []
        try:
            async with asyncio.TaskGroup() as group:
                heart = group.create_task(attempt.beat())
                gathered = await self._gather(attempt, calls)
                if gathered is not None:
                    held.shrink(footprint(attempt.job.task, calls, gathered.load))
                    made = [
                        group.create_task(self._make(attempt, call, slots[call.k], gathered.inputs))
                        for call in calls
                    ]
                    await asyncio.wait(made)
                heart.cancel()
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(attempt))
            raise
        ended = [task.result() for task in made]
        for unavailable in ended:
            if isinstance(unavailable, StoreUnavailable):
                raise unavailable
        return [failed for failed in ended if isinstance(failed, CallFailed)]

    async def _make(
        self, attempt: Attempt, call: Call, slot: Slot, inputs: Inputs
    ) -> CallFailed | StoreUnavailable | None:
        """One call. A store that fails it is no reason to drop its siblings, which are paid."""
        try:
            return await self.caller.make(attempt, call, slot, inputs)
        except StoreUnavailable as unavailable:
            return unavailable

    async def _gather(self, attempt: Attempt, calls: list[Call]) -> Gathered | None:
        """The job's pictures; or None, and no call is made, if one of them cannot be used."""
        job = attempt.job
        try:
            gathered = await self.gatherer.gather(job)
        except InputRejected as reason:
            for call in calls:
                await self.caller.refuse(attempt, call, reason)
            return None
        except StoreUnavailable:
            # Nothing is owed yet, and the message will come back.
            await self._hand_back(attempt)
            raise
        if not set(gathered.warnings) <= set(job.warnings):
            await attempt.record(lambda job: job.warn(gathered.warnings))
        return gathered

    async def _conclude(
        self, attempt: Attempt, failures: list[CallFailed], park: Park | None
    ) -> Verdict:
        before = attempt.job
        again = before.attempt < before.max_attempts if failures else park is not None
        again = again and bool(before.affordable)
        unmade = self._why_unmade(before, failures)

        def move(job: Job) -> Job:
            if again and not job.cancel_requested:
                return job.wait(counts=bool(failures))
            return job.settle(self.clock(), unmade)

        job = await attempt.record(move)
        if job.done:
            await self.closer.ended(job, before=before)
            logger.info("job settled", extra={"status": job.status.value})
            return Verdict.DELETE
        if park is not None and not failures:
            return await self.mailbox.park(job, attempt.delivery, park)
        return await self.mailbox.after(attempt.delivery, backoff(job.attempt, self.random))

    def _why_unmade(self, job: Job, failures: list[CallFailed]) -> Failure:
        """Why the calls that are missing will never be made, if this is the end."""
        if failures:
            return Failure.of(failures[0], retryable=True)
        return CRASHED if self.catalog.find(job.resolved_model) else UNKNOWN_MODEL

    async def _hand_back(self, attempt: Attempt) -> None:
        try:
            uncalled = frozenset(attempt.uncalled)
            await attempt.record(lambda job: job.hand_back(uncalled))
            await self.mailbox.after(attempt.delivery, CONTENTION)
        except (LeaseLost, StoreUnavailable) as error:
            logger.warning("the job could not be handed back; its lease will end: %s", error)


async def _to_its_end(concluding: Coroutine[None, None, Verdict]) -> Verdict:
    """Told to stop, a job of which only the settling is left is settled, not handed back."""
    task = asyncio.create_task(concluding)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        return await task
