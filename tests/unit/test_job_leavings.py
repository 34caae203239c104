"""What is left when a job has ended: pictures nobody wants, money to give back, a tombstone."""

import pytest

from shared.calls import Call
from shared.errors import IllegalTransition
from shared.records import Reservation
from shared.statuses import JobStatus
from tests.builders import LEASE, NOON, a_failure, a_job, a_running_job, an_artifact, ended


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
