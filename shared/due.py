"""Due: when a job that nobody touches should be looked at, and what it needs then."""

from datetime import datetime, timedelta
from enum import Enum

from shared.jobs import Job

SEND_GRACE = timedelta(seconds=30)
"""How long a queued job may stay unsent before the reconciler sends it."""
NUDGE_EVERY = timedelta(minutes=10)
"""How long a message may be on its way before the reconciler sends another."""
COMES_BACK_WITHIN = timedelta(minutes=2)
"""The queue shows a dead worker's message again by itself in less."""
CLOSING_GRACE = timedelta(seconds=30)
"""How long who ended a job has for what is left to do, before the reconciler does it."""
DUE_WITHIN = NUDGE_EVERY + timedelta(minutes=5)
"""A job that is not done is due at most so much later."""


class Due(Enum):
    """What a job that is due needs."""

    NOTHING = "it changed, or may still come back by itself"
    MESSAGE = "its message seems to be lost"
    END = "it can never be run in time"
    CLOSING = "it has ended, and something is left to do"
    ERASURE = "it has been kept for as long as jobs are kept"


def due(job: Job, now: datetime) -> Due:
    """What a job needs at this instant."""
    if now < due_at(job):
        return Due.NOTHING
    if job.done:
        return Due.CLOSING if job.gone or job.to_be_closed else Due.ERASURE
    if job.late(now) or now >= job.expires_at:
        return Due.END
    if job.lease_until is not None and now < due_at(job) + COMES_BACK_WITHIN:
        return Due.NOTHING
    return Due.MESSAGE


def due_at(job: Job) -> datetime:
    """When the job should be looked at, if nothing else happens to it."""
    if job.finished_at is not None:
        # Who ended it also closes and erases it, if nothing stops him.
        if job.to_be_closed:
            return job.finished_at + CLOSING_GRACE
        if job.delete_requested_at is not None:
            return max(job.finished_at, job.delete_requested_at) + CLOSING_GRACE
        return job.expires_at
    if job.lease_until is not None:
        return max(job.lease_until, missed_at(job))
    if job.deadline is not None:
        return min(job.deadline, missed_at(job))
    return missed_at(job)


def missed_at(job: Job) -> datetime:
    """From when on the message of a job that is not done is taken for lost."""
    if job.nudged_at is None:
        return job.created_at + SEND_GRACE
    return job.nudged_at + NUDGE_EVERY


def nudged(job: Job, now: datetime) -> Job:
    """The job with a number for a new message, which is yet to be sent.

    Until who sends it says so by ``Job.park``, it is missed as soon as that of a new job: he may
    die first, or find no queue, and the message before it is not heeded any more.
    """
    return job.nudge(now + SEND_GRACE - NUDGE_EVERY)
