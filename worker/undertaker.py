"""The undertaker: a job whose message died ends, so that nobody polls for ever.

A message that came back too often lies with the dead letters: workers died on its job again and
again, or no store could be asked for half an hour. Letters that are not ours to read stay there,
for a person to look at.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from shared.clock import Clock
from shared.closing import Closer
from shared.errors import RowUnreadable, StaleJob
from shared.jobs import Job
from shared.logs import log_context
from shared.messages import JobMessage, MessageUnreadable, read
from shared.ports.jobs import JobStore
from shared.ports.queue import Delivery
from worker.attempt import LEASE
from worker.endings import CRASHED
from worker.mailbox import Mailbox

logger = logging.getLogger(__name__)

AT_ONCE, ROUNDS = 10, 20
"""Letters that are received at once, and how often in one sweep."""
NOT_OURS = timedelta(hours=11)
"""For how long a letter that cannot be read is not looked at again; SQS hides it for twelve."""


@dataclass(frozen=True)
class Undertaker:
    """Sees to dead letters."""

    jobs: JobStore
    mailbox: Mailbox
    closer: Closer
    clock: Clock

    async def look(self) -> int:
        """See to the letters that are there, and say how many jobs ended with it."""
        ended = 0
        for _ in range(ROUNDS):
            letters = await self.mailbox.queue.dead_letters(at_most=AT_ONCE)
            for letter in letters:
                ended += await self._see_to(letter)
            if len(letters) < AT_ONCE:
                break
        return ended

    async def _see_to(self, letter: Delivery) -> bool:
        try:
            message = read(letter.body)
        except MessageUnreadable as unreadable:
            return await self._leave(letter, unreadable)
        with log_context(job_id=message.job, owner=letter.owner, trace_id=letter.trace):
            try:
                job = await self.jobs.get(message.job)
            except RowUnreadable as unreadable:
                return await self._leave(letter, unreadable)
            if job is None or not self._is_last(message, job):
                await self.mailbox.queue.delete(letter)
                return False
            if job.lease_until is not None and job.leased(self.clock()):
                await self.mailbox.about(letter, job.lease_until - self.clock())
                return False
            return await self._end(job, letter)

    async def _leave(self, letter: Delivery, unreadable: Exception) -> bool:
        logger.error("a dead letter is not ours: %s", unreadable)
        await self.mailbox.after(letter, NOT_OURS)
        return False

    def _is_last(self, message: JobMessage, job: Job) -> bool:
        """Whether the job has no other message, and still needs one."""
        return not job.done and (message.nudge or 0) >= job.nudges

    async def _end(self, job: Job, letter: Delivery) -> bool:
        """Settle the job with what it has: a claim first, lest another holds it meanwhile."""
        claimed = job.start(self.clock(), LEASE, ())
        settled = claimed.settle(self.clock(), CRASHED)
        try:
            await self.jobs.save(claimed)
            await self.jobs.save(settled)
        except StaleJob:
            await self.mailbox.soon(letter)
            return False
        logger.error("a job's message died", extra={"status": settled.status.value})
        await self.closer.ended(settled, before=job)
        await self.mailbox.queue.delete(letter)
        return True
