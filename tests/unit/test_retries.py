"""Retry delays, as arithmetic."""

from datetime import timedelta
from random import Random

import pytest

from shared.retries import FIRST, MOST, OUTAGE, STORE_AGAIN, backoff, jittered, outage
from tests.builders import SECOND


class Always(Random):
    """Chance that always says the same."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def random(self) -> float:
        return self.share


@pytest.mark.parametrize(
    ("attempt", "ceiling"),
    [(1, 4), (2, 8), (3, 16), (4, 32), (6, 128), (7, 256), (8, 300), (1000, 300)],
)
def test_the_wait_doubles_up_to_five_minutes(attempt: int, ceiling: int) -> None:
    assert backoff(attempt, Always(1)) == timedelta(seconds=ceiling)
    assert backoff(attempt, Always(0.5)) == timedelta(seconds=ceiling / 2)


def test_the_wait_is_never_under_a_second() -> None:
    assert backoff(1, Always(0)) == SECOND
    assert (FIRST, MOST) == (4 * SECOND, 300 * SECOND)


def test_jitter_makes_a_span_up_to_a_quarter_longer() -> None:
    spans = [jittered(8 * SECOND, Random(seed)) for seed in range(200)]
    assert min(spans) >= 8 * SECOND
    assert max(spans) <= 10 * SECOND
    assert len(set(spans)) > 100


def test_an_outage_is_waited_for_longer_each_time_so_that_no_message_is_worn_out() -> None:
    waits = [outage(receives, Always(0)) for receives in range(1, 11)]
    assert waits[0] == OUTAGE
    assert waits == sorted(waits)
    assert sum(waits, timedelta()) > timedelta(minutes=25)
    assert outage(1000, Always(0)) == MOST


def test_storing_again_ends_well_within_a_lease() -> None:
    assert sum(STORE_AGAIN, timedelta()) < timedelta(seconds=60)
