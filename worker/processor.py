"""The only way work happens: read the row, take a slot, claim, call, keep, settle.

What is to be done with a message is decided here; the rest, from the claim on, is the runner's.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from shared.calls import Call
from shared.catalog import Catalog
from shared.clock import Clock
from shared.closing import Closer
from shared.due import missed_at
from shared.errors import StaleJob, StoreUnavailable
from shared.jobs import Job
from shared.logs import log_context
from shared.messages import JobMessage, MessageUnreadable, Slot, read
from shared.pacing import Pacer, Park, Wish
from shared.ports.jobs import JobStore
from shared.ports.queue import Delivery
from shared.statuses import JobStatus
from worker.attempt import BEAT, LEASE
from worker.budget import ByteBudget, footprint
from worker.endings import TOO_LATE
from worker.mailbox import Mailbox, Verdict
from worker.runner import Runner
from worker.shift import Shift

logger = logging.getLogger(__name__)

ARRIVES_WITHIN = timedelta(seconds=5)
"""How soon after its delay a message is received when all is well."""
SUSPECT = 2
"""A job that so many claims died with is run alone, lest it take others with it."""


@dataclass(frozen=True)
class Processor:
    """Turns deliveries into settled jobs."""

    jobs: JobStore
    mailbox: Mailbox
    closer: Closer
    pacer: Pacer
    runner: Runner
    catalog: Catalog
    budget: ByteBudget
    clock: Clock

    async def handle(self, delivery: Delivery, shift: Shift | None = None) -> Verdict:
        """Work on one delivery. The caller deletes the message, or leaves it, as told.

        Once the shift is over, no job is begun any more. Cancelled, it hands the job back to the
        queue and re-raises.
        """
        try:
            message = read(delivery.body)
        except MessageUnreadable as unreadable:
            return await self._put_aside(delivery, unreadable)
        with log_context(job_id=message.job, owner=delivery.owner, trace_id=delivery.trace):
            try:
                return await self._work(message, delivery, shift or Shift(self.clock))
            except StoreUnavailable as error:
                logger.warning("a store could not be asked: %s", error)
                return await self.mailbox.after_an_outage(delivery)

    async def _put_aside(self, delivery: Delivery, unreadable: MessageUnreadable) -> Verdict:
        told = {"message_id": delivery.message_id, "reason": str(unreadable)}
        if unreadable.newer:
            logger.warning("a message is left to a newer release", extra=told)
            return await self.mailbox.after_an_outage(delivery)
        logger.error("malformed message moved to the dead letters", extra=told)
        return await self.mailbox.bury(delivery, "malformed")

    async def _work(self, message: JobMessage, delivery: Delivery, shift: Shift) -> Verdict:
        job = await self.jobs.get(message.job)
        if job is None:
            logger.warning("a message names a job that is not kept")
            return Verdict.DELETE
        if job.done or (message.nudge or 0) < job.nudges:
            return Verdict.DELETE
        now = self.clock()
        if job.lease_until is not None and job.leased(now):
            return await self.mailbox.about(delivery, job.lease_until - now)
        if job.status is JobStatus.QUEUED:
            # Alarms and scaling read the age of the oldest waiting job off this line.
            waited = (now - job.created_at).total_seconds()
            logger.info("job received", extra={"waited_s": round(waited, 1)})
        if job.cancel_requested or job.late(now):
            return await self._end_unmade(job, delivery)
        return await self._begin(job, message, delivery, shift)

    async def _begin(
        self, job: Job, message: JobMessage, delivery: Delivery, shift: Shift
    ) -> Verdict:
        # A job for which nothing more can be done is claimed only to be settled.
        calls = job.affordable if job.attempt < job.max_attempts and self._knows(job) else ()
        # A slot that came before was used then.
        carried = message.slot if delivery.receives == 1 else None
        need = self.budget.total if job.crashes >= SUSPECT else footprint(job.task, calls)
        async with self.budget.hold(
            need, meanwhile=lambda: self.mailbox.after(delivery, LEASE), every=BEAT
        ) as held:
            if shift.over:
                return await self.mailbox.after(delivery, timedelta())
            slots, park = await self._slots(job, calls, carried)
            if park is not None and not slots:
                return await self._park_unclaimed(job, delivery, park)
            return await self.runner.run(job, slots, park, delivery, held)

    def _knows(self, job: Job) -> bool:
        return self.catalog.find(job.resolved_model) is not None

    async def _end_unmade(self, job: Job, delivery: Delivery) -> Verdict:
        ended = job.give_up(self.clock(), TOO_LATE)
        try:
            await self.jobs.save(ended)
        except StaleJob:
            return await self.mailbox.soon(delivery)
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
        if missed_at(job) <= now + park.delay + ARRIVES_WITHIN:
            job = job.park(now)
            try:
                await self.jobs.save(job)
            except StaleJob:
                return await self.mailbox.soon(delivery)
        return await self.mailbox.park(job, delivery, park)
