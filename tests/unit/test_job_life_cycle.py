"""The life cycle of a job: which moves there are, and what each changes."""

from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest

from shared.calls import Failure
from shared.due import SEND_GRACE, due_at
from shared.errors import IllegalTransition, Moderated
from shared.jobs import Job
from shared.records import RETENTION
from shared.statuses import NEXT, JobStatus
from tests.builders import (
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    a_failure,
    a_job,
    a_job_of,
    a_running_job,
    an_artifact,
)

MOVES: dict[JobStatus, Callable[[Job], Job]] = {
    JobStatus.QUEUED: lambda job: job.wait(counts=True),
    JobStatus.RUNNING: lambda job: job.start(NOON + 2 * LEASE, LEASE, (0,)),
    JobStatus.SUCCEEDED: lambda job: job.model_copy(update={"artifacts": (an_artifact(),)}).settle(
        NOON, a_failure()
    ),
    JobStatus.FAILED: lambda job: job.settle(NOON, a_failure()),
    JobStatus.MODERATED: lambda job: job.settle(NOON, Failure.of(Moderated("prompt", "No."))),
    JobStatus.CANCELED: lambda job: job.cancel(NOON),
    JobStatus.EXPIRED: lambda job: job.expire(NOON, a_failure()),
}
DONE = {
    JobStatus.SUCCEEDED,
    JobStatus.FAILED,
    JobStatus.MODERATED,
    JobStatus.CANCELED,
    JobStatus.EXPIRED,
}
ALLOWED = {
    JobStatus.QUEUED: {JobStatus.RUNNING, *DONE} - {JobStatus.SUCCEEDED},
    JobStatus.RUNNING: {JobStatus.RUNNING, JobStatus.QUEUED, *DONE},
    **{status: set() for status in DONE},
}


def a_job_that_is(status: JobStatus) -> Job:
    if status is JobStatus.QUEUED:
        return a_job()
    running = a_running_job()
    return running if status is JobStatus.RUNNING else MOVES[status](running)


@pytest.mark.parametrize(("before", "after"), list(product(JobStatus, JobStatus)))
def test_a_job_makes_the_moves_of_its_life_cycle_and_no_other(
    before: JobStatus, after: JobStatus
) -> None:
    job = a_job_that_is(before)
    assert job.status is before
    if after in ALLOWED[before]:
        moved = MOVES[after](job)
        assert (moved.status, moved.version) == (after, job.version + 1)
    else:
        with pytest.raises(IllegalTransition):
            MOVES[after](job)


def test_the_table_of_moves_is_complete() -> None:
    assert {status: set(after) for status, after in NEXT.items()} == ALLOWED
    assert {status for status in JobStatus if status.done} == DONE


def test_moves_return_new_jobs() -> None:
    job = a_job()
    before = job.model_dump()
    job.start(NOON, LEASE, (0,)).keep(job.calls[0], (an_artifact(),)).wait(counts=True)
    assert job.model_dump() == before


def test_a_claim_numbers_itself_counts_and_notes_its_calls_as_paid() -> None:
    job = a_job_of(3)
    claimed = job.start(NOON + MINUTE, LEASE, (0, 2))
    assert (claimed.fence, claimed.attempt) == (1, 1)
    assert [call.paid for call in claimed.calls] == [1, 0, 1]
    assert claimed.lease_until == NOON + MINUTE + LEASE
    assert claimed.started_at == NOON + MINUTE
    assert claimed.timings.queued_ms == 60_000


def test_a_held_job_cannot_be_claimed_before_its_lease_ends() -> None:
    held = a_running_job()
    with pytest.raises(IllegalTransition):
        held.start(NOON + LEASE - SECOND, LEASE, (0,))
    again = held.start(NOON + LEASE, LEASE, (0,))
    assert (again.fence, again.attempt, again.calls[0].paid) == (2, 2, 2)
    assert again.started_at == NOON
    assert again.timings.queued_ms == 0


def test_a_claim_for_settling_only_counts_no_attempt() -> None:
    claimed = a_job().start(NOON, LEASE, ())
    assert (claimed.fence, claimed.attempt, claimed.billed) == (1, 0, False)


@pytest.mark.parametrize(("counts", "attempt"), [(True, 1), (False, 0)])
def test_waiting_lets_the_lease_go_and_gives_an_attempt_back_unless_it_counts(
    counts: bool, attempt: int
) -> None:
    waiting = a_running_job().wait(counts=counts)
    assert (waiting.attempt, waiting.fence, waiting.lease_until) == (attempt, 1, None)
    assert waiting.calls[0].paid == 1
    assert waiting.start(NOON, LEASE, (0,)).fence == 2


def test_calls_that_were_not_made_after_all_are_handed_back_unpaid() -> None:
    claimed = a_job_of(3).start(NOON, LEASE, (0, 1))
    waiting = claimed.hand_back({1})
    assert [call.paid for call in waiting.calls] == [1, 0, 0]
    assert (waiting.status, waiting.attempt) == (JobStatus.QUEUED, 0)


def test_artifacts_are_kept_in_order_and_times_add_up() -> None:
    job = a_job_of(2).start(NOON, LEASE, (0, 1))
    job = job.keep(job.calls[1], (an_artifact(1),), model_ms=5)
    job = job.keep(job.calls[0], (an_artifact(0),), model_ms=7, store_ms=2)
    assert [artifact.k for artifact in job.artifacts] == [0, 1]
    assert (job.timings.model_ms, job.timings.store_ms) == (12, 2)


REFUSED = a_failure(code="input_invalid")
MODERATED = Failure.of(Moderated("output", "No."))
UNMADE = a_failure(code="model_busy", retryable=True)


@pytest.mark.parametrize(
    ("reasons", "artifacts", "canceled", "status", "code"),
    [
        ((None, None), 2, False, JobStatus.SUCCEEDED, None),
        ((None, REFUSED), 1, False, JobStatus.SUCCEEDED, None),
        ((None, MODERATED), 1, False, JobStatus.SUCCEEDED, None),
        ((None, None), 0, False, JobStatus.FAILED, "model_busy"),
        ((None, REFUSED), 0, False, JobStatus.FAILED, "model_busy"),
        ((REFUSED, None), 0, False, JobStatus.FAILED, "input_invalid"),
        ((MODERATED, REFUSED), 0, False, JobStatus.MODERATED, "moderated"),
        ((MODERATED, MODERATED), 0, False, JobStatus.MODERATED, "moderated"),
        ((REFUSED, MODERATED), 0, False, JobStatus.FAILED, "input_invalid"),
        ((None, None), 2, True, JobStatus.CANCELED, None),
        ((REFUSED, MODERATED), 0, True, JobStatus.CANCELED, None),
    ],
)
def test_a_job_settles_with_what_there_is(
    reasons: tuple[Failure | None, ...],
    artifacts: int,
    canceled: bool,
    status: JobStatus,
    code: str | None,
) -> None:
    job = a_job_of(2).start(NOON, LEASE, (0, 1))
    for call, reason in zip(job.calls, reasons, strict=True):
        job = job.keep(call.model_copy(update={"refused": reason}), ())
    for call in job.calls[:artifacts]:
        kept = call.model_copy(update={"stored": True})
        job = job.keep(kept, (an_artifact(call.k),))
    job = job.model_copy(update={"cancel_requested": canceled})
    settled = job.settle(NOON + MINUTE, UNMADE)
    assert settled.status is status
    assert (settled.failure.code if settled.failure else None) == code
    assert (settled.finished_at, settled.lease_until) == (NOON + MINUTE, None)
    assert len(settled.artifacts) == (0 if canceled else artifacts)
    assert settled.partial == (status is JobStatus.SUCCEEDED and artifacts < 2)
    assert canceled or settled.missing == ()


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_a_job_that_is_stopped_drops_its_pictures_and_stays_charged(end: str) -> None:
    job = a_running_job()
    job = job.keep(job.calls[0].model_copy(update={"stored": True}), (an_artifact(),))
    ended = job.cancel(NOON) if end == "cancel" else job.expire(NOON, a_failure())
    assert ended.artifacts == ()
    assert (ended.billed, ended.charged) == (True, 40_000)


def test_the_reconciler_looks_when_something_should_have_happened() -> None:
    queued, running = a_job(), a_running_job()
    assert due_at(queued) == NOON + SEND_GRACE
    assert due_at(running) == NOON + LEASE
    assert due_at(running.cancel(NOON)) == NOON + RETENTION


def test_a_job_that_nobody_holds_ends_as_its_owner_wants_or_else_expired() -> None:
    crashed = a_running_job()
    for job, litter in ((a_job(), False), (crashed, True)):
        expired = job.give_up(NOON + LEASE, a_failure(code="deadline_passed"))
        assert (expired.status, expired.may_litter) == (JobStatus.EXPIRED, litter)
        assert expired.failure == a_failure(code="deadline_passed")
    asked = crashed.model_copy(update={"cancel_requested": True})
    canceled = asked.give_up(NOON + LEASE, a_failure())
    assert (canceled.status, canceled.may_litter) == (JobStatus.CANCELED, True)


@pytest.mark.parametrize(
    ("start_by", "finish_by", "queued", "begun"),
    [
        (None, None, None, None),
        (NOON, None, NOON, None),
        (None, NOON, NOON, NOON),
        (NOON, NOON + MINUTE, NOON, NOON + MINUTE),
    ],
)
def test_start_by_counts_until_a_job_is_first_begun_and_finish_by_until_its_end(
    start_by: datetime | None,
    finish_by: datetime | None,
    queued: datetime | None,
    begun: datetime | None,
) -> None:
    job = a_job(start_by=start_by, finish_by=finish_by)
    again = job.start(NOON, LEASE, (0,)).wait(counts=True)
    assert (job.deadline, again.deadline) == (queued, begun)
    assert job.late(NOON) is (queued is not None)
    assert not job.late(NOON - SECOND)
