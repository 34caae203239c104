"""Bugs to plant: each is one mistake that a change could make, and that a run must find.

A bug is what takes the place of a method; its docstring says what is wrong with it. With it stand
words of the sentence in which a run is expected to complain.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from unittest.mock import patch

import worker.caller
import worker.lambda_handler
from shared.adapters.memory import (
    MemoryJobStore,
    MemoryMeters,
    MemoryPools,
    MemorySpending,
    MemorySubmissions,
    MemoryUploads,
)
from shared.cancellation import Canceler
from shared.closing import Closer
from shared.deletion import Deleter
from shared.erasure import Eraser
from shared.errors import LimitReached, ModelTimeout
from shared.jobs import Job
from shared.lines import PoolState
from shared.messages import JobId, JobMessage
from shared.ports.meters import Reading
from shared.ports.queue import Delivery
from shared.ports.submissions import Submission
from shared.statuses import JobStatus
from worker.attempt import Attempt
from worker.bookkeeper import Bookkeeper
from worker.caller import Caller
from worker.census import Census
from worker.mailbox import Mailbox, Verdict
from worker.poller import Poller
from worker.reconciler import Reconciler
from worker.runner import Runner
from worker.undertaker import Undertaker


@dataclass(frozen=True)
class Bug:
    """What is put in the place of what, and what is expected to be said of it."""

    place: Any
    name: str
    instead: Any
    found_as: str
    only_when_fine: bool = False
    """It is one of those that are told from what a storm does only where there is none."""

    def planted(self) -> AbstractContextManager[Any]:
        return patch.object(self.place, self.name, self.instead)

    def found_in(self, wrongs: Iterable[str]) -> bool:
        return any(re.search(self.found_as, wrong) for wrong in wrongs)


BUGS: dict[str, Bug] = {}
_delete = Deleter._try


def _bug(
    place: Any, name: str, found_as: str, *, only_when_fine: bool = False
) -> Callable[[Any], Any]:
    def plant(instead: Any) -> Any:
        named = instead.fget if isinstance(instead, property) else instead
        BUGS[named.__name__] = Bug(place, name, instead, found_as, only_when_fine)
        return instead

    return plant


# -- who may write ----------------------------------------------------------------------------


@_bug(MemoryJobStore, "save", "which is final, and changed|was written by claim")
async def drop_the_fence(self: Any, job: Job) -> None:
    """Whoever comes last wins."""
    await asyncio.sleep(0)
    self._jobs[job.id] = job


@_bug(Job, "leased", "was claimed while")
def take_a_live_lease(self: Job, now: datetime) -> bool:
    """Nobody holds a job."""
    return False


@_bug(Attempt, "beat", "paid again without a reason", only_when_fine=True)
async def let_the_lease_run_out(self: Any) -> None:
    """A call that takes minutes is taken for dead."""
    await asyncio.get_running_loop().create_future()


@_bug(Canceler, "cancel", "which is final, and changed")
async def cancel_what_is_done(self: Any, job: Job) -> Job:
    """Every job can be canceled."""
    canceled = job.model_copy(
        update={
            "status": JobStatus.CANCELED,
            "cancel_requested": True,
            "version": job.version + 1,
            "lease_until": None,
            "charged": job.owed,
            "artifacts": (),
        }
    )
    await self.jobs.save(canceled)
    return canceled


@_bug(Deleter, "_try", "was deleted, and is there")
async def cancel_what_is_to_be_deleted(self: Any, job: Job) -> Job | None:
    """A job that runs is canceled, and nobody remembers that it was to be deleted."""
    if job.status is JobStatus.RUNNING:
        return cast(Job, await self.jobs.request_cancel(job.id))
    return await _delete(self, job)


@_bug(Job, "settle", "was canceled by its owner and ended")
def forget_the_cancel(self: Job, now: datetime, unmade: Any) -> Job:
    """A job that runs is run to its end."""
    missing = {call.k for call in self.missing}
    calls = tuple(
        call.model_copy(update={"refused": unmade}) if call.k in missing else call
        for call in self.calls
    )
    status = JobStatus.SUCCEEDED if self.artifacts else JobStatus.FAILED
    failure = None if self.artifacts else unmade
    return self._end(status, now, calls=calls, failure=failure)


# -- what is kept -----------------------------------------------------------------------------


@_bug(Caller, "_put", "is not what was stored|are not stored")
async def settle_before_storing(
    self: Any, key: str, body: bytes, content_type: str, sha256: str | None = None
) -> None:
    """A picture is on its way when its job says that it is there."""
    storing = self.pictures.put(key, body, content_type=content_type)
    asyncio.get_running_loop().create_task(storing)


_artifact = worker.caller._artifact


@_bug(worker.caller, "_artifact", "is not what was stored")
def one_name_for_all_claims(job: Job, k: int, made: Any, **fields: Any) -> Any:
    """A late writer replaces the picture of the claim that came after it."""
    return _artifact(job.model_copy(update={"fence": 1}), k, made, **fields)


@_bug(MemoryUploads, "name", "is not there any more")
async def forget_who_names_it(self: Any, upload_id: str, job_id: str, *, look_at: datetime) -> bool:
    """An upload lives for a day, whoever needs it."""
    return True


@_bug(Eraser, "erase", "was erased, and .* still there")
async def forget_before_erasing(self: Any, job: Job) -> None:
    """The record goes first, and whoever dies then leaves what nobody knows of."""
    await self.jobs.bury(job, job.epitaph or job.tombstone("expired", self.clock()))
    await self.sweep(job, keep=())


# -- what is on its way -----------------------------------------------------------------------


@_bug(Poller, "_handle", "its last message was deleted")
async def delete_before_settling(self: Any, delivery: Delivery, shift: Any) -> None:
    """The message goes first; when there is more to do, nobody knows."""
    await self.queue.delete(delivery)
    await self.processor.handle(delivery, shift)


@_bug(worker.lambda_handler, "_must_return", "its last message was deleted")
def say_that_all_was_handled(task: asyncio.Task[Verdict]) -> bool:
    """What is not named as failed is deleted, though it was cut short."""
    return False


@_bug(Undertaker, "look", "lies with the dead for ever")
async def leave_the_dead_alone(self: Any) -> int:
    """A job whose message died is nobody's business."""
    return 0


@_bug(Mailbox, "park", "and its slot at .* is lost")
async def park_without_the_slot(self: Any, job: Job, delivery: Delivery, park: Any) -> Verdict:
    """The slot that was reserved is nobody's."""
    message = JobMessage(job=job.id, nudge=job.nudges or None)
    await self.queue.send(message, lane=job.lane, owner=job.owner, delay=park.delay)
    return Verdict.DELETE


@_bug(Reconciler, "_send_again", "like one before it")
async def send_again_without_saying_so(self: Any, job: Job, now: datetime) -> None:
    """Every sweep sends another message for the same job."""
    await self.queue.send(JobMessage(job=job.id), lane=job.lane, owner=job.owner)


@_bug(Job, "give_up", "does not name")
def forget_whose_worker_died(self: Job, now: datetime, why: Any) -> Job:
    """A job that is ended in its worker's stead has no pictures that nobody knows of."""
    return self.cancel(now) if self.cancel_requested else self.expire(now, why)


@_bug(Reconciler, "sweep", "is stuck")
async def nobody_sweeps(self: Any) -> int:
    """What was lost stays lost."""
    return 0


@_bug(Job, "late", "was called after its deadline", only_when_fine=True)
def run_what_comes_too_late(self: Job, now: datetime) -> bool:
    """Deadlines are for others."""
    return False


# -- what is paid -----------------------------------------------------------------------------


@_bug(Job, "start", "on record")
def claim_without_counting(self: Job, now: datetime, lease: timedelta, calls: Any) -> Job:
    """Calls are counted when they have been made, if somebody lives to do so."""
    return self._move(
        JobStatus.RUNNING,
        fence=self.fence + 1,
        attempt=self.attempt + 1 if calls else self.attempt,
        lease_until=now + lease,
        started_at=self.started_at or now,
    )


@_bug(Runner, "_hand_back", "on record")
async def hand_back_what_was_paid(self: Any, attempt: Attempt) -> None:
    """Told to stop, a worker says that it called nothing."""
    made = [call.k for call in attempt.job.calls if call.paid]
    await attempt.record(lambda job: job.hand_back(made))


_ask = Caller._ask


@_bug(Caller, "_ask", "on record|was used twice")
async def ask_twice(self: Any, *args: Any) -> Any:
    """The client repeats by itself what was not answered."""
    try:
        return await _ask(self, *args)
    except ModelTimeout:
        return await _ask(self, *args)


@_bug(Job, "missing", "paid again without a reason", only_when_fine=True)
@property
def make_them_all_again(self: Job) -> Any:
    """What was stored before a park is made once more after it."""
    return tuple(call for call in self.calls if call.refused is None)


@_bug(Job, "affordable", "was paid 4 times")
@property
def pay_for_ever(self: Job) -> Any:
    """There is no most that a picture may cost."""
    return self.missing


BUGS["call_a_timeout_free"] = Bug(ModelTimeout, "paid", False, "on record")

_refund = MemorySpending.refund


@_bug(MemorySpending, "refund", "shows .* was charged")
async def refund_twice(self: Any, day: str, item: str, amount: int, *, until: datetime) -> None:
    """What was not used is given back as often as somebody says so."""
    again = sum(name.startswith(item) for name in self._days[day].refunds)
    await _refund(self, day, f"{item}/{again}", amount, until=until)


@_bug(Closer, "close", "shows .* was charged|are nobody's")
async def leave_it_as_it_is(self: Any, job: Job) -> Job:
    """Nobody sees to what is left to do when a job has ended."""
    return job


@_bug(Bookkeeper, "look", "shows .* was charged")
async def keep_no_books(self: Any) -> int:
    """What was reserved for a job that never came to be stays reserved."""
    return 0


# -- what is limited --------------------------------------------------------------------------


@_bug(MemoryMeters, "take", "jobs, and may have")
async def look_and_then_take(
    self: Any, meter: str, amount: int, limit: int, *, now: datetime, until: datetime
) -> Reading:
    """Two who look at the same time both find room."""
    before = self._windows.get(meter)
    if before is None or before.until <= now:
        before = Reading(used=0, until=until)
    await asyncio.sleep(1)
    if before.used + amount > limit:
        raise LimitReached(meter, before.until)
    self._windows[meter] = Reading(before.used + amount, before.until)
    return self._windows[meter]


@_bug(MemoryPools, "take_slot", "was given twice")
async def give_a_slot_twice(
    self: Any, pool: str, spacing: timedelta, *, now: datetime, **_: Any
) -> datetime:
    """The same for instants."""
    state = self._states.get(pool, PoolState())
    slot = max(now, state.next_at or now)
    await asyncio.sleep(0)
    self._states[pool] = replace(state, next_at=slot + spacing)
    return slot


_take_slot = MemoryPools.take_slot


@_bug(MemoryPools, "take_slot", "over the quota")
async def call_twice_as_often(
    self: Any, pool: str, spacing: timedelta, **wish: Any
) -> datetime | PoolState:
    """A quota of a hundred calls is taken for two hundred."""
    return await _take_slot(self, pool, spacing / 2, **wish)


@_bug(Census, "take", "somebody seems to wait")
async def count_nobody(self: Any) -> None:
    """What a crash leaves wrong in the counters stays wrong."""


@_bug(MemoryJobStore, "rule_out", "became 2 jobs|shows .* was charged|jobs, and may have")
async def rule_nothing_out(self: Any, job_id: JobId, now: datetime) -> bool:
    """A submission that was taken for dead keeps its job after all."""
    await asyncio.sleep(0)
    return job_id not in self._jobs and job_id not in self._tombstones


@_bug(MemorySubmissions, "begin", "became 2 jobs")
async def forget_the_key(
    self: Any, owner: str, key: str, submission: Submission, *, expires_at: datetime
) -> Submission:
    """Every request is the first."""
    await asyncio.sleep(0)
    return submission
