"""Whatever goes wrong around it, every accepted job ends once, and what was paid is known."""

from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor

import pytest

from shared.statuses import JobStatus
from tests.simulation.many import hunt, run_all, runners
from tests.simulation.planted import BUGS
from tests.simulation.run import Outcome, simulate

SLICE = 40
"""Seeds that are run with every test run; `make simulate` runs a thousand."""
MOST = 30
"""Seeds after which a bug counts as one that the simulation does not see."""
pytestmark = pytest.mark.timeout(300)
"""All wait for the same processes, which may have much else to do."""
FINAL = {status.value for status in JobStatus if status.done}


@pytest.fixture(scope="module")
def outcomes(pool: ProcessPoolExecutor) -> list[Outcome]:
    return list(run_all(pool, range(SLICE)))


def test_nothing_is_lost_stuck_or_done_twice_in_any_run(outcomes: list[Outcome]) -> None:
    wrongs = {f"make simulate SEED={o.seed}": o.wrongs for o in outcomes if o.wrongs}
    assert wrongs == {}


def test_the_runs_are_rough_enough_to_prove_something(outcomes: list[Outcome]) -> None:
    ends: Counter[str] = Counter()
    for outcome in outcomes:
        ends += outcome.ends
    assert set(ends) == FINAL
    assert all(count > SLICE for count in ends.values())
    assert sum(outcome.jobs for outcome in outcomes) > 100 * SLICE
    assert sum(outcome.kills for outcome in outcomes) > 10 * SLICE
    assert sum(outcome.repeated for outcome in outcomes) > 10 * SLICE


def test_a_seed_is_the_same_run_in_every_process_to_the_last_event() -> None:
    stories = []
    for _ in range(2):
        with runners() as alone:
            told = alone.submit(simulate, 1, story=True).result()
            assert len(told.story) == told.events
            assert alone.submit(simulate, 1).result().digest == told.digest
            stories.append(told.story)
    assert stories[0] == stories[1]


def test_two_seeds_are_two_runs(outcomes: list[Outcome]) -> None:
    assert len({outcome.digest for outcome in outcomes}) == SLICE


@pytest.fixture(scope="module")
def hunts(pool: ProcessPoolExecutor) -> dict[str, Future[int | None]]:
    return {name: pool.submit(hunt, name, MOST) for name in BUGS}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(hunts: dict[str, Future[int | None]], name: str) -> None:
    assert hunts[name].result() is not None
