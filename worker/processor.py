"""The only way work happens: read the row, take a slot, claim, call, keep, settle."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from pydantic import ValidationError

from shared.calls import Call, Failure
from shared.catalog import Catalog
from shared.clock import Clock
from shared.closing import Closer
from shared.errors import CallFailed, InputRejected, StaleJob, StoreUnavailable
from shared.jobs import Job, JobStatus
from shared.logs import log_context
from shared.messages import JobMessage, Slot
from shared.pacing import Pacer, Park, Wish
from shared.ports import Delivery, JobStore, Queue
from shared.retries import CONTENTION, backoff, jittered, outage
from worker.attempt import BEAT, LEASE, Attempt, LeaseLost
from worker.budget import ByteBudget, Held, footprint
from worker.caller import Caller
from worker.inputs import Gathered, Gatherer
from worker.models.parts import Inputs

logger = logging.getLogger(__name__)

ARRIVES_WITHIN = timedelta(seconds=5)
"""How soon after its delay a message is received when all is well."""
CRASHED = Failure(
    code="worker_crashed",
    message="The worker stopped before the picture was stored, too often to try again.",
    retryable=True,
)
UNKNOWN_MODEL = Failure(
    code="model_unavailable",
    message="The model was taken out of the catalogue after the job was accepted.",
)
TOO_LATE = Failure(
    code="deadline_passed", message="The job could not be run before its deadline.", retryable=True
)


class Verdict(Enum):
    """What becomes of a message."""

    DELETE = "it is dealt with"
    KEEP = "it must come back once its invisibility ends"


@dataclass(frozen=True)
class Processor:
    """Turns deliveries into settled jobs."""

    jobs: JobStore
    queue: Queue
    closer: Closer
    pacer: Pacer
    gatherer: Gatherer
    caller: Caller
    catalog: Catalog
    budget: ByteBudget
    clock: Clock
    random: Random

    async def handle(self, delivery: Delivery) -> Verdict:
        """Work on one delivery. The caller deletes the message, or leaves it, as told.

        Cancelled, it hands the job back to the queue and re-raises.
        """
        try:
            message = JobMessage.model_validate_json(delivery.body)
        except ValidationError as error:
            logger.warning(
                "malformed message moved to the dead letters",
                extra={"message_id": delivery.message_id, "reason": _first_reason(error)},
            )
            await self.queue.bury(delivery, "malformed")
            return Verdict.DELETE
        with log_context(job_id=message.job, owner=delivery.owner, trace_id=delivery.trace):
            try:
                return await self._work(message, delivery)
            except StoreUnavailable as error:
                logger.warning("a store could not be asked: %s", error)
                await self._leave_for_later(delivery)
                return Verdict.KEEP

    async def _work(self, message: JobMessage, delivery: Delivery) -> Verdict:
        job = await self.jobs.get(message.job)
        if job is None:
            logger.warning("a message names a job that is not kept")
            return Verdict.DELETE
        if job.done or (message.nudge or 0) < job.nudges:
            return Verdict.DELETE
        now = self.clock()
        if job.lease_until is not None and job.leased(now):
            await self.queue.hide(delivery, jittered(job.lease_until - now, self.random))
            return Verdict.KEEP
        if job.status is JobStatus.QUEUED:
            # Alarms and scaling read the age of the oldest waiting job off this line.
            waited = (now - job.created_at).total_seconds()
            logger.info("job received", extra={"waited_s": round(waited, 1)})
        if job.cancel_requested or self._too_late(job, now):
            return await self._end_unmade(job, delivery)
        # A job for which nothing more can be done is claimed only to be settled.
        calls = job.affordable if job.attempt < job.max_attempts and self._knows(job) else ()
        # A slot that came before was used then.
        carried = message.slot if delivery.receives == 1 else None
        async with self.budget.hold(
            footprint(job.task, calls),
            meanwhile=lambda: self.queue.hide(delivery, LEASE),
            every=BEAT,
        ) as held:
            slots, park = await self._slots(job, calls, carried)
            if park is not None and not slots:
                return await self._park_unclaimed(job, delivery, park)
            return await self._attempt(job, slots, park, delivery, held)

    def _knows(self, job: Job) -> bool:
        return self.catalog.find(job.resolved_model) is not None

    def _too_late(self, job: Job, now: datetime) -> bool:
        never_started = job.started_at is None
        return (never_started and job.start_by is not None and now >= job.start_by) or (
            job.finish_by is not None and now >= job.finish_by
        )

    async def _end_unmade(self, job: Job, delivery: Delivery) -> Verdict:
        now = self.clock()
        ended = job.cancel(now) if job.cancel_requested else job.expire(now, TOO_LATE)
        try:
            await self.jobs.save(ended)
        except StaleJob:
            await self.queue.hide(delivery, jittered(CONTENTION, self.random))
            return Verdict.KEEP
        await self.closer.ended(ended, before=job)
        return Verdict.DELETE

    async def _slots(
        self, job: Job, calls: tuple[Call, ...], carried: Slot | None
    ) -> tuple[dict[int, Slot], Park | None]:
        """Slots for the calls that can be made now, and the park for the first that cannot."""
        slots: dict[int, Slot] = {}
        for call in calls:
            wish = Wish(
                pool=job.pool,
                spacing=self.catalog.model(job.resolved_model).pool.spacing,
                lane=job.lane,
                turn=None if job.turn is None else job.turn + call.k,
            )
            slot = await self.pacer.slot(wish, carried)
            if isinstance(slot, Park):
                return slots, slot
            slots[call.k] = slot
            carried = None
        return slots, None

    async def _park_unclaimed(self, job: Job, delivery: Delivery, park: Park) -> Verdict:
        """Park a job, and say so on its row before the reconciler takes its message for lost."""
        now = self.clock()
        if job.due_at <= now + park.delay + ARRIVES_WITHIN:
            job = job.park(now)
            try:
                await self.jobs.save(job)
            except StaleJob:
                await self.queue.hide(delivery, jittered(CONTENTION, self.random))
                return Verdict.KEEP
        return await self._park(job, delivery, park)

    async def _park(self, job: Job, delivery: Delivery, park: Park) -> Verdict:
        """Put the job's id back, to come again at its slot; then the old message may go."""
        await self.queue.send(
            JobMessage(job=job.id, slot=park.slot, nudge=job.nudges or None),
            lane=job.lane,
            owner=job.owner,
            delay=park.delay,
            trace=delivery.trace,
        )
        return Verdict.DELETE

    async def _attempt(
        self,
        job: Job,
        slots: dict[int, Slot],
        park: Park | None,
        delivery: Delivery,
        held: Held,
    ) -> Verdict:
        claimed = job.start(self.clock(), LEASE, tuple(slots))
        try:
            await self.jobs.save(claimed)
        except StaleJob:
            await self.queue.hide(delivery, jittered(CONTENTION, self.random))
            return Verdict.KEEP
        attempt = Attempt(
            claimed,
            delivery,
            uncalled=slots,
            jobs=self.jobs,
            queue=self.queue,
            clock=self.clock,
        )
        with log_context(attempt=claimed.attempt):
            try:
                failures = await self._calls(attempt, slots, held)
                return await _to_its_end(self._conclude(attempt, failures, park))
            except LeaseLost as lost:
                logger.warning("%s", lost)
                await self.queue.hide(delivery, jittered(CONTENTION, self.random))
                return Verdict.KEEP

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
        job = attempt.job
        again = job.attempt < job.max_attempts if failures else park is not None
        if again and job.affordable and not job.cancel_requested:
            waiting = await attempt.record(lambda job: job.wait(counts=bool(failures)))
            if waiting.cancel_requested:
                return await self._end_unmade(waiting, attempt.delivery)
            if park is not None and not failures:
                return await self._park(waiting, attempt.delivery, park)
            await self.queue.hide(attempt.delivery, backoff(job.attempt, self.random))
            return Verdict.KEEP
        if failures:
            unmade = Failure.of(failures[0], retryable=True)
        else:
            unmade = CRASHED if self._knows(job) else UNKNOWN_MODEL
        settled = await attempt.record(lambda job: job.settle(self.clock(), unmade))
        await self.closer.ended(settled, before=job)
        logger.info("job settled", extra={"status": settled.status.value})
        return Verdict.DELETE

    async def _hand_back(self, attempt: Attempt) -> None:
        try:
            uncalled = frozenset(attempt.uncalled)
            await attempt.record(lambda job: job.wait(counts=False, uncalled=uncalled))
            await self.queue.hide(attempt.delivery, CONTENTION)
        except (LeaseLost, StoreUnavailable) as error:
            logger.warning("the job could not be handed back; its lease will end: %s", error)

    async def _leave_for_later(self, delivery: Delivery) -> None:
        try:
            await self.queue.hide(delivery, outage(delivery.receives, self.random))
        except StoreUnavailable as error:
            logger.warning("the message keeps its invisibility: %s", error)


async def _to_its_end(concluding: Coroutine[None, None, Verdict]) -> Verdict:
    """Told to stop, a job of which only the settling is left is settled, not handed back."""
    task = asyncio.create_task(concluding)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        return await task


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
