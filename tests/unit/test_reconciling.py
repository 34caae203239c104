"""What the reconciler decides from a row and the clock."""

from datetime import datetime, timedelta

import pytest

from shared.due import (
    CLOSING_GRACE,
    COMES_BACK_WITHIN,
    NUDGE_EVERY,
    SEND_GRACE,
    Due,
    due,
)
from shared.errors import IllegalTransition
from shared.jobs import Job
from shared.records import RETENTION, Reservation
from shared.uploads import LOOK_AFTER
from tests.builders import LEASE, MINUTE, NOON, SECOND, a_job, a_running_job, ended
from worker.reconciler import next_look

QUEUED = a_job()
RUNNING = a_running_job()
DONE = ended(RUNNING)
NUDGED = QUEUED.nudge(NOON + MINUTE)
PARKED = QUEUED.park(NOON + MINUTE)
WAITING = RUNNING.wait(counts=True)
OWED = ended(
    a_running_job(reservation=Reservation(meter="2026-11-02", amount=50_000, until=NOON, item="i"))
)
HURRIED = a_job(start_by=NOON + 10 * SECOND, finish_by=NOON + 3 * MINUTE)
BEGUN = HURRIED.start(NOON, LEASE, (0,))
LEASE_ENDS = NOON + LEASE


@pytest.mark.parametrize(
    ("job", "now", "what"),
    [
        (QUEUED, NOON + SEND_GRACE - SECOND, Due.NOTHING),
        (QUEUED, NOON + SEND_GRACE, Due.MESSAGE),
        (NUDGED, NOON + MINUTE + NUDGE_EVERY - SECOND, Due.NOTHING),
        (NUDGED, NOON + MINUTE + NUDGE_EVERY, Due.MESSAGE),
        (PARKED, NOON + MINUTE + NUDGE_EVERY - SECOND, Due.NOTHING),
        (PARKED, NOON + MINUTE + NUDGE_EVERY, Due.MESSAGE),
        (WAITING, LEASE_ENDS + NUDGE_EVERY - SECOND, Due.NOTHING),
        (WAITING, LEASE_ENDS + NUDGE_EVERY, Due.MESSAGE),
        (RUNNING, LEASE_ENDS - SECOND, Due.NOTHING),
        (RUNNING, LEASE_ENDS + COMES_BACK_WITHIN - SECOND, Due.NOTHING),
        (RUNNING, LEASE_ENDS + COMES_BACK_WITHIN, Due.MESSAGE),
        (RUNNING.nudge(LEASE_ENDS), LEASE_ENDS + COMES_BACK_WITHIN, Due.NOTHING),
        (RUNNING.nudge(LEASE_ENDS), LEASE_ENDS + NUDGE_EVERY + COMES_BACK_WITHIN, Due.MESSAGE),
        (HURRIED, NOON + 10 * SECOND - SECOND, Due.NOTHING),
        (HURRIED, NOON + 10 * SECOND, Due.END),
        (HURRIED.park(NOON), NOON + 10 * SECOND, Due.END),
        (BEGUN, LEASE_ENDS, Due.NOTHING),
        (BEGUN.wait(counts=True), NOON + 3 * MINUTE - SECOND, Due.NOTHING),
        (BEGUN.wait(counts=True), NOON + 3 * MINUTE, Due.END),
        (BEGUN, NOON + 3 * MINUTE, Due.END),
        (BEGUN.nudge(NOON + 2 * MINUTE), NOON + 3 * MINUTE, Due.NOTHING),
        (QUEUED, NOON + RETENTION, Due.END),
        (RUNNING, NOON + RETENTION, Due.END),
        (DONE, NOON + RETENTION - SECOND, Due.NOTHING),
        (DONE, NOON + RETENTION, Due.ERASURE),
        (OWED, NOON + CLOSING_GRACE - SECOND, Due.NOTHING),
        (OWED, NOON + CLOSING_GRACE, Due.CLOSING),
        (OWED.close(), NOON + RETENTION - SECOND, Due.NOTHING),
        (OWED.close(), NOON + RETENTION, Due.ERASURE),
        (DONE.delete(NOON + MINUTE), NOON + MINUTE + CLOSING_GRACE - SECOND, Due.NOTHING),
        (DONE.delete(NOON + MINUTE), NOON + MINUTE + CLOSING_GRACE, Due.CLOSING),
    ],
)
def test_what_a_job_needs_follows_from_its_row_and_the_clock(
    job: Job, now: datetime, what: Due
) -> None:
    assert due(job, now) is what


def test_a_nudge_and_a_park_are_new_versions_and_only_a_nudge_replaces_the_message() -> None:
    assert (NUDGED.version, NUDGED.nudges) == (QUEUED.version + 1, 1)
    assert (PARKED.version, PARKED.nudges) == (QUEUED.version + 1, 0)
    assert NUDGED.nudge(NOON + 2 * MINUTE).nudges == 2


@pytest.mark.parametrize("job", [QUEUED, RUNNING])
def test_a_nudge_and_a_park_leave_the_rest_of_a_job_as_it_is(job: Job) -> None:
    for moved in (job.nudge(NOON), job.park(NOON)):
        as_it_was = {"version": job.version, "nudges": 0, "nudged_at": None}
        assert moved.model_copy(update=as_it_was) == job


def test_a_done_job_needs_no_message() -> None:
    for move in (DONE.nudge, DONE.park):
        with pytest.raises(IllegalTransition):
            move(NOON)


def test_a_tombstone_says_whose_job_it_was_and_why_it_is_gone() -> None:
    tombstone = DONE.tombstone("expired", NOON + RETENTION)
    assert (tombstone.id, tombstone.owner, tombstone.reason) == (DONE.id, "ada", "expired")


def test_an_upload_that_no_job_names_is_not_looked_at_again() -> None:
    assert next_look([]) is None


def test_an_upload_is_looked_at_again_after_the_last_job_that_names_it_has_gone() -> None:
    later = a_job(created_at=NOON + timedelta(days=2))
    assert next_look([later, a_job()]) == later.expires_at + LOOK_AFTER
