"""What is expected of a job, from its row and its pool's."""

from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from shared.adapters.memory import MemoryPools
from shared.calls import plan_calls
from shared.catalog import Catalog
from shared.errors import StoreUnavailable
from shared.estimates import (
    NOTHING_KNOWN,
    PARKED,
    SOON,
    UNLUCKY,
    Estimate,
    Estimator,
    Eta,
    estimate,
    estimate_of_new,
    seconds,
)
from shared.jobs import Job
from shared.lines import LOW_SHARE, Lane, Line, PoolState, Took
from tests.builders import MINUTE, NOON, SECOND, a_job, a_running_job, ended

TOOK = Took(p50=10 * SECOND, p90=20 * SECOND)


def waiting(turn: int, lane: Lane = Lane.NORMAL, calls: int = 1) -> Job:
    return a_job(turn=turn, lane=lane, calls=plan_calls(calls, 1))


def longer(wait: timedelta) -> timedelta:
    """What nine of ten jobs wait that are expected to wait so long."""
    return wait * UNLUCKY + PARKED


def pool(low: Line | None = None, **line: int) -> PoolState:
    lines = {Lane.NORMAL: Line(**line), Lane.LOW: low or Line()}
    return PoolState(took=TOOK, lines=lines)


@pytest.mark.parametrize(
    ("turn", "line", "ahead"),
    [
        (1, Line(entered=1), 0),
        (41, Line(entered=41, left=30, turn=30), 10),
        (41, Line(entered=41, left=30, turn=30, phantoms=4), 6),
        (41, Line(entered=41, left=28, turn=30, phantoms=-4), 10),
        # Four hundred wait, but in the first rounds of five owners it is among the next five.
        (1, Line(entered=401, owners=5), 4),
        (10, Line(entered=410, owners=5), 49),
        (10, Line(entered=410, turn=9, owners=5), 4),
        (10, Line(entered=410, turn=12, owners=5), 0),
        (300, Line(entered=410, owners=5), 409),
        (3, Line(entered=4, left=9), 0),
    ],
)
def test_ahead_are_the_rounds_before_its_own_and_never_more_than_wait(
    turn: int, line: Line, ahead: int
) -> None:
    state = PoolState(lines={Lane.NORMAL: line})
    assert estimate(waiting(turn), state, SECOND, NOON).ahead == ahead


def test_ahead_of_the_low_lane_is_the_normal_one_up_to_what_it_is_owed() -> None:
    job = waiting(4, Lane.LOW)
    low = Line(entered=4, owners=1)
    assert estimate(job, pool(low), SECOND, NOON).ahead == 3
    assert estimate(job, pool(low, entered=7), SECOND, NOON).ahead == 3 + 7
    assert estimate(job, pool(low, entered=999), SECOND, NOON).ahead == 3 + 4 * LOW_SHARE


def test_a_job_is_done_after_the_calls_ahead_and_its_own() -> None:
    state = pool(entered=26, left=20, turn=20)
    wait = (2 + 2) * SECOND
    found = estimate(waiting(23, calls=3), state, SECOND, NOON)
    assert found == Estimate(2, Eta(wait + TOOK.p50, longer(wait) + TOOK.p90))


@pytest.mark.parametrize("what", ["next_at", "held_until"])
def test_nothing_is_called_before_the_pool_is_free(what: str) -> None:
    state = PoolState(took=TOOK, **{what: NOON + MINUTE})
    found = estimate(waiting(1), state, SECOND, NOON).eta
    assert found == Eta(MINUTE + TOOK.p50, longer(MINUTE) + TOOK.p90)
    found = estimate(waiting(1), state, SECOND, NOON + 2 * MINUTE).eta
    assert found == Eta(TOOK.p50, TOOK.p90)


def test_of_a_job_that_has_some_pictures_the_missing_calls_count() -> None:
    job = waiting(6, calls=3)
    stored = job.calls[0].model_copy(update={"stored": True})
    job = job.model_copy(update={"calls": (stored, *job.calls[1:])})
    found = estimate(job, pool(entered=8, left=6, turn=6), SECOND, NOON)
    assert found == Estimate(0, Eta(SECOND + TOOK.p50, longer(SECOND) + TOOK.p90))


def test_a_running_job_has_nobody_ahead_and_is_done_when_its_calls_are() -> None:
    job = a_running_job()
    assert estimate(job, pool(), SECOND, NOON + 4 * SECOND) == Estimate(
        0, Eta(6 * SECOND, 16 * SECOND)
    )
    assert estimate(job, pool(), SECOND, NOON + MINUTE) == Estimate(0, Eta(SOON, SOON))


@pytest.mark.parametrize(
    ("job", "state", "spacing", "known"),
    [
        (ended(a_running_job()), pool(), SECOND, NOTHING_KNOWN),
        (a_job(), pool(), SECOND, NOTHING_KNOWN),
        (waiting(1), PoolState(), SECOND, Estimate(0, None)),
        (waiting(1), pool(), None, Estimate(0, None)),
        (a_running_job(), PoolState(), SECOND, Estimate(0, None)),
    ],
    ids=["done", "without a turn", "pool never called", "model gone", "running, never called"],
)
def test_what_is_not_known_is_not_said(
    job: Job, state: PoolState, spacing: timedelta | None, known: Estimate
) -> None:
    assert estimate(job, state, spacing, NOON) == known


def test_a_job_that_might_be_submitted_has_all_who_wait_ahead() -> None:
    state = pool(Line(entered=5), entered=9, left=2)
    assert estimate_of_new(Lane.NORMAL, 1, state, SECOND, NOON).ahead == 7
    assert estimate_of_new(Lane.LOW, 1, state, SECOND, NOON).ahead == 12


@pytest.mark.parametrize(
    ("span", "said"),
    [(0.2, 5), (1, 5), (5, 5), (5.1, 10), (119, 120), (121, 150), (899, 900), (901, 960)],
)
def test_seconds_are_given_no_finer_than_they_are_worth(span: float, said: int) -> None:
    assert seconds(timedelta(seconds=span)) == said


class CountedLooks(MemoryPools):
    """Counts what it is asked, and may be out of reach."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[set[str]] = []
        self.down = False

    async def look(self, pools: Collection[str]) -> Mapping[str, PoolState]:
        self.looks.append(set(pools))
        if self.down:
            raise StoreUnavailable("It is not there.")
        return await super().look(pools)


@pytest.fixture
def pools() -> CountedLooks:
    return CountedLooks()


class SetClock:
    now = NOON

    def __call__(self) -> object:
        return self.now


async def test_all_pools_of_a_poll_are_asked_for_at_once_and_remembered_for_a_moment(
    pools: CountedLooks,
) -> None:
    clock = SetClock()
    estimator = Estimator(pools, Catalog.load, clock)
    one, other = a_job(pool="p"), a_job(pool="q")
    done = ended(a_running_job(pool="r"))
    assert (await estimator.of([one, other, done])).keys() == {one.id, other.id, done.id}
    await estimator.of([one])
    assert pools.looks == [{"p", "q"}]
    clock.now += 2 * SECOND
    await estimator.of([one])
    assert pools.looks[1:] == [{"p"}]


async def test_a_new_job_is_one_of_those_who_wait(pools: CountedLooks) -> None:
    estimator = Estimator(pools, Catalog.load, SetClock())
    job = a_job(pool="p")
    for at_once in (False, True, False, True):
        await estimator.of([job], at_once=at_once)
    assert len(pools.looks) == 3


async def test_jobs_that_are_done_ask_nothing(pools: CountedLooks) -> None:
    done = ended(a_running_job())
    assert await Estimator(pools, Catalog.load, SetClock()).of([done]) == {done.id: NOTHING_KNOWN}
    assert pools.looks == []


async def test_a_store_that_does_not_answer_makes_it_unknown_and_is_asked_again(
    pools: CountedLooks,
) -> None:
    estimator = Estimator(pools, Catalog.load, SetClock())
    job = waiting(1)
    pools.down = True
    assert await estimator.of([job]) == {job.id: NOTHING_KNOWN}
    pools.down = False
    assert await estimator.of([job]) == {job.id: Estimate(0, None)}
