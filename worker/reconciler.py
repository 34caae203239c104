"""The reconciler: finds what fell between two steps, and what has had its time, and acts on it.

What is to be done is decided from a row and the clock alone. Every act is written before it has an
effect, or may be repeated: so a sweep that dies is finished by the next, and several at once do no
more than one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from shared.clock import Clock
from shared.closing import Closer
from shared.due import Due, due, nudged
from shared.erasure import Eraser
from shared.errors import LimitReached, RowUnreadable, StaleJob, StoreUnavailable
from shared.jobs import Job
from shared.logs import log_context
from shared.messages import JobMessage
from shared.ports.jobs import JobStore
from shared.ports.meters import Meters
from shared.ports.queue import Queue
from shared.retries import jittered
from shared.uploads import LOOK_AFTER, Upload, Uploads
from worker.bookkeeper import Bookkeeper
from worker.census import Census
from worker.endings import NEVER_RUN, TOO_LATE
from worker.undertaker import Undertaker

logger = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(seconds=30)
TURN = "sweep"
"""The meter that lets one worker sweep at a time."""
PAGE, PAGES = 100, 20
"""Rows that are read at once, and how often in one sweep."""
AT_ONCE = 10

Thing = TypeVar("Thing", Job, Upload)


def next_look(naming: Collection[Job]) -> datetime | None:
    """When to look again at an upload that these jobs name; None if nothing needs it."""
    if not naming:
        return None
    return max(job.expires_at for job in naming) + LOOK_AFTER


@dataclass(frozen=True)
class Reconciler:
    """Sweeps jobs and uploads that are due."""

    jobs: JobStore
    uploads: Uploads
    queue: Queue
    closer: Closer
    eraser: Eraser
    bookkeeper: Bookkeeper
    undertaker: Undertaker
    meters: Meters
    census: Census
    clock: Clock
    random: Random

    async def run(self) -> None:
        """Sweep every half minute, in turn with other workers, for ever."""
        while True:
            await asyncio.sleep(jittered(SWEEP_EVERY, self.random).total_seconds())
            try:
                if await self._my_turn():
                    await self.sweep()
            except StoreUnavailable as error:
                logger.warning("the sweep was cut short: %s", error)
            except Exception:
                logger.exception("the sweep ended in a bug")

    async def sweep(self) -> int:
        """Act on everything that is due, and say on how much."""
        jobs = await self._sweep(self.jobs.due, self._see_to)
        uploads = await self._sweep(self.uploads.due, self._look_at)
        await self.undertaker.look()
        await self.bookkeeper.look()
        await self.census.take()
        if jobs or uploads:
            logger.info("swept", extra={"jobs": jobs, "uploads": uploads})
        return jobs + uploads

    async def _my_turn(self) -> bool:
        """Turns only save work: that two sweep at once does no harm."""
        now = self.clock()
        try:
            await self.meters.take(TURN, 1, 1, now=now, until=now + SWEEP_EVERY)
        except LimitReached:
            return False
        return True

    async def _sweep(
        self,
        find: Callable[..., Awaitable[list[Thing]]],
        act: Callable[[Thing], Awaitable[bool]],
    ) -> int:
        """Act on page after page, until there are no more or none of a page needs anything."""
        acted = 0
        for _ in range(PAGES):
            page = await find(self.clock(), limit=PAGE)
            now_acted = await self._act_on(page, act)
            acted += now_acted
            if len(page) < PAGE or not now_acted:
                break
        return acted

    async def _act_on(self, page: Sequence[Thing], act: Callable[[Thing], Awaitable[bool]]) -> int:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(thing: Thing) -> bool:
            async with room:
                try:
                    return await act(thing)
                except RowUnreadable as unreadable:
                    logger.error("%s is left as it is: %s", thing.id, unreadable)
                    return False
                except StoreUnavailable:
                    raise
                except Exception:
                    # What poisons one must not stop the others.
                    logger.exception("%s could not be seen to", thing.id)
                    return False

        ends = await asyncio.gather(*map(one, page), return_exceptions=True)
        for error in ends:
            if isinstance(error, BaseException):
                raise error
        return sum(map(bool, ends))

    async def _see_to(self, job: Job) -> bool:
        """Do what a job needs; False if that is nothing, or another did it first."""
        now = self.clock()
        with log_context(job_id=job.id, owner=job.owner):
            try:
                match due(job, now):
                    case Due.NOTHING:
                        return False
                    case Due.MESSAGE:
                        await self._send_again(job, now)
                    case Due.END:
                        ended = job.give_up(now, TOO_LATE if job.late(now) else NEVER_RUN)
                        await self.jobs.save(ended)
                        await self.closer.ended(ended, before=job)
                        logger.warning("a job was not run in time")
                    case Due.CLOSING:
                        await self.closer.close(job)
                    case Due.ERASURE:
                        await self.eraser.erase(job)
            except StaleJob:
                return False
        return True

    async def _send_again(self, job: Job, now: datetime) -> None:
        numbered = nudged(job, now)
        await self.jobs.save(numbered)
        message = JobMessage(job=job.id, nudge=numbered.nudges)
        await self.queue.send(message, lane=job.lane, owner=job.owner)
        logger.warning("a job's message was sent again", extra={"status": job.status.value})
        await self.jobs.save(numbered.park(now))

    async def _look_at(self, upload: Upload) -> bool:
        """Delete an upload that no job needs, or put off the next look."""
        naming = await self._living(upload)
        for job_id in upload.jobs - {job.id for job in naming}:
            await self.uploads.unname(upload.id, job_id)
        look_at = next_look(naming)
        if look_at is None:
            return await self.eraser.discard(upload.owner, upload.id)
        await self.uploads.postpone(upload.id, look_at)
        return True

    async def _living(self, upload: Upload) -> list[Job]:
        """The jobs that name an upload and are not erased. A name may be of a job never kept."""
        named = sorted(upload.jobs)
        pages = [named[start : start + PAGE] for start in range(0, len(named), PAGE)]
        return [job for page in pages for job in await self.jobs.get_many(page)]
