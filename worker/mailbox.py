"""The mailbox: what becomes of the message in hand, once it is known how its job stands."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from random import Random

from shared.errors import StoreUnavailable
from shared.jobs import Job
from shared.messages import JobMessage
from shared.pacing import Park
from shared.ports.queue import Delivery, Queue
from shared.retries import CONTENTION, jittered, outage

logger = logging.getLogger(__name__)


class Verdict(Enum):
    """What becomes of a message."""

    DELETE = "it is dealt with"
    KEEP = "it must come back once its invisibility ends"


@dataclass(frozen=True)
class Mailbox:
    """Puts messages back, now or for later."""

    queue: Queue
    random: Random

    async def park(self, job: Job, delivery: Delivery, park: Park) -> Verdict:
        """Send the job's id again, to come at its slot; then the old message may go."""
        await self.queue.send(
            JobMessage(job=job.id, slot=park.slot, nudge=job.nudges or None),
            lane=job.lane,
            owner=job.owner,
            delay=park.delay,
            trace=delivery.trace,
        )
        return Verdict.DELETE

    async def bury(self, delivery: Delivery, reason: str) -> Verdict:
        """Move the message to the dead letters; it is no work of ours."""
        await self.queue.bury(delivery, reason)
        return Verdict.DELETE

    async def after(self, delivery: Delivery, span: timedelta) -> Verdict:
        """Let the message come back after exactly this."""
        await self.queue.hide(delivery, span)
        return Verdict.KEEP

    async def about(self, delivery: Delivery, span: timedelta) -> Verdict:
        """Let it come back after about this, so that those who wait do not come together."""
        return await self.after(delivery, jittered(span, self.random))

    async def soon(self, delivery: Delivery) -> Verdict:
        """Another changed the job at the same moment; look again."""
        return await self.about(delivery, CONTENTION)

    async def after_an_outage(self, delivery: Delivery) -> Verdict:
        """A store could not be asked; later each time."""
        try:
            return await self.after(delivery, outage(delivery.receives, self.random))
        except StoreUnavailable as error:
            logger.warning("the message keeps its invisibility: %s", error)
            return Verdict.KEEP
