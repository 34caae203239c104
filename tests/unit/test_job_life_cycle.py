"""The life cycle of a job: which moves there are, what each changes, and what a job owes."""

from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calls import MAX_PAID_CALLS, Call, Failure, plan_calls
from shared.due import SEND_GRACE, due_at
from shared.errors import IllegalTransition, Moderated, NotDone
from shared.jobs import NEXT, RETENTION, Job, JobStatus, Reservation
from shared.lines import Lane
from shared.orders import Order
from tests.builders import (
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    a_failure,
    a_job,
    a_running_job,
    an_artifact,
    ended,
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


def a_job_of(calls: int) -> Job:
    return a_job(calls=plan_calls(calls, 1), estimate=calls * 40_000)


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


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=5))
def test_a_job_owes_the_price_of_each_picture_of_each_paid_call(
    plan: list[tuple[int, int]],
) -> None:
    price = 40_000
    calls = plan_calls(sum(images for _, images in plan), 1)
    calls = tuple(
        calls[k].model_copy(update={"paid": paid, "images": images})
        for k, (paid, images) in enumerate(plan)
    )
    job = a_job(calls=calls, estimate=price * sum(images for _, images in plan))
    assert job.owed == price * sum(paid * images for paid, images in plan)
    assert job.billed == any(paid for paid, _ in plan)


def test_a_call_may_be_paid_three_times_and_no_more() -> None:
    job = a_job_of(2)
    calls = tuple(
        call.model_copy(update={"paid": paid})
        for call, paid in zip(job.calls, (MAX_PAID_CALLS - 1, MAX_PAID_CALLS), strict=True)
    )
    job = job.model_copy(update={"calls": calls})
    assert [call.k for call in job.affordable] == [0]
    assert [call.k for call in job.missing] == [0, 1]


@pytest.mark.parametrize(
    ("images", "per_call", "plan"),
    [
        (1, 1, [(0, 1)]),
        (5, 5, [(0, 5)]),
        (3, 1, [(0, 1), (1, 1), (2, 1)]),
        (5, 2, [(0, 2), (2, 2), (4, 1)]),
    ],
)
def test_calls_are_planned_to_make_all_pictures(
    images: int, per_call: int, plan: list[tuple[int, int]]
) -> None:
    calls = plan_calls(images, per_call)
    assert [(call.first, call.images) for call in calls] == plan
    assert [call.k for call in calls] == list(range(len(plan)))


def test_the_reconciler_looks_when_something_should_have_happened() -> None:
    queued, running = a_job(), a_running_job()
    assert due_at(queued) == NOON + SEND_GRACE
    assert due_at(running) == NOON + LEASE
    assert due_at(running.cancel(NOON)) == NOON + RETENTION


def test_everything_that_is_stored_of_a_picture_has_a_key() -> None:
    artifact = an_artifact(key="artifacts/j/0/1.png", thumbnail_key="artifacts/j/0/1.webp")
    assert artifact.keys == ("artifacts/j/0/1.png", "artifacts/j/0/1.webp", "artifacts/j/0/1.json")


def test_a_job_that_is_canceled_at_the_wish_that_it_be_erased_is_gone_with_that() -> None:
    gone = a_job().cancel(NOON, delete=True)
    assert (gone.status, gone.gone, gone.version) == (JobStatus.CANCELED, True, 2)
    assert gone.epitaph == gone.tombstone("deleted", NOON)
    assert not a_job().cancel(NOON).gone


def test_a_running_job_that_is_to_be_erased_is_gone_only_once_it_has_ended() -> None:
    wished = a_running_job().model_copy(
        update={"cancel_requested": True, "delete_requested_at": NOON}
    )
    assert (wished.gone, wished.epitaph) == (False, None)
    assert wished.settle(NOON + LEASE, a_failure()).gone


def test_only_a_job_that_is_done_is_deleted_and_only_once() -> None:
    done = ended(a_running_job())
    assert done.delete(NOON).version == done.version + 1
    for wrong in (a_job(), a_running_job(), done.delete(NOON)):
        with pytest.raises(IllegalTransition):
            wrong.delete(NOON)


@pytest.mark.parametrize(
    ("amount", "litter", "open"),
    [(40_000, False, False), (40_001, False, True), (39_999, False, True), (40_000, True, True)],
)
def test_a_job_is_to_be_closed_if_money_or_litter_is_left(
    amount: int, litter: bool, open: bool
) -> None:
    reserved = Reservation(meter="2026-11-02", amount=amount, until=NOON, item="i")
    job = ended(a_running_job(reservation=reserved, litter=litter))
    assert (job.charged, job.to_be_closed) == (40_000, open)
    if open:
        assert not job.close().to_be_closed
    for wrong in (a_running_job(reservation=reserved, litter=True), job.close() if open else job):
        with pytest.raises(IllegalTransition):
            wrong.close()


def test_dropped_pictures_and_those_of_a_lost_claim_are_litter() -> None:
    stored = Call(k=0, images=1, first=0, paid=1, stored=True)
    kept = a_running_job().keep(stored, (an_artifact(),))
    assert kept.cancel(NOON).may_litter
    assert not kept.settle(NOON, a_failure()).may_litter
    assert not a_running_job().cancel(NOON).may_litter
    taken_over = a_running_job().start(NOON + LEASE, LEASE, (0,))
    assert taken_over.crashes == 1
    assert taken_over.keep(stored, (an_artifact(),)).settle(NOON, a_failure()).may_litter
    handed_back = a_running_job().wait(counts=True).start(NOON, LEASE, (0,))
    assert (handed_back.crashes, handed_back.may_litter) == (0, False)


def test_of_a_call_that_is_cut_short_pictures_may_be_stored() -> None:
    assert a_running_job().hand_back(()).may_litter
    assert not a_running_job().hand_back({0}).may_litter
    stored = Call(k=0, images=1, first=0, paid=1, stored=True)
    assert not a_running_job().keep(stored, (an_artifact(),)).hand_back(()).may_litter


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


@pytest.mark.parametrize(("new_seed", "seed"), [(False, 7), (True, None)])
def test_an_order_is_given_again_with_what_was_asked_for_and_not_what_was_resolved(
    new_seed: bool, seed: int | None
) -> None:
    done = ended(
        a_running_job(
            lane=Lane.LOW,
            metadata={"ticket": "42"},
            start_by=NOON,
            finish_by=NOON + LEASE,
            requested_model="auto",
        )
    )
    again = Order.again(done, "192.0.2.0/24", new_seed=new_seed)
    assert again == Order(
        owner=done.owner,
        network="192.0.2.0/24",
        task=done.task.model_copy(update={"seed": seed}),
        model="auto",
        lane=Lane.LOW,
        metadata={"ticket": "42"},
        parent=done.id,
    )


def test_an_order_is_given_again_only_once_its_job_has_ended() -> None:
    for job in (a_job(), a_running_job()):
        with pytest.raises(NotDone):
            Order.again(job, "192.0.2.0/24")


def test_a_call_whose_pictures_turned_out_to_cost_less_is_charged_so_for_each_try() -> None:
    calls = (
        Call(k=0, images=2, first=0, paid=2, price=30_000),
        Call(k=1, images=1, first=2, paid=1),
    )
    assert a_job(calls=calls, estimate=3 * 50_000).owed == 2 * 2 * 30_000 + 50_000
