"""Pacing: a slot now, a slot to wait for, or a time to come back."""

from datetime import timedelta
from random import Random

import pytest

from shared.adapters.memory import MemoryPools
from shared.jobs import Lane
from shared.messages import Slot
from shared.pacing import AHEAD, BACK_OFF, LATE, LEAST, NEAR, Pacer, Park
from tests.builders import NOON, SECOND

POOL = "model@region"


@pytest.fixture
def pacer() -> Pacer:
    return Pacer(MemoryPools(), lambda: NOON, Random(1))


async def slots(
    pacer: Pacer, requests_per_minute: int, lane: Lane, count: int
) -> list[Slot | Park]:
    return [await pacer.slot(POOL, requests_per_minute, lane) for _ in range(count)]


def reserved(taken: list[Slot | Park]) -> list[Slot]:
    found = [part.slot if isinstance(part, Park) else part for part in taken]
    return [slot for slot in found if slot is not None]


async def test_near_slots_are_used_and_far_ones_are_parked_for(pacer: Pacer) -> None:
    first, second, third, fourth = await slots(pacer, 60, Lane.NORMAL, 4)
    assert first == Slot(pool=POOL, at=NOON)
    assert second == Slot(pool=POOL, at=NOON + SECOND)
    assert third == Slot(pool=POOL, at=NOON + NEAR)
    assert fourth == Park(3 * SECOND, Slot(pool=POOL, at=NOON + 3 * SECOND))


@pytest.mark.parametrize(("lane", "most"), [(Lane.NORMAL, 10), (Lane.LOW, 2)])
async def test_a_lane_reserves_no_further_ahead_than_it_may(
    pacer: Pacer, lane: Lane, most: int
) -> None:
    taken = await slots(pacer, 10, lane, most + 5)
    assert len(reserved(taken)) == most
    unreserved = [part for part in taken[most:] if isinstance(part, Park)]
    assert len(unreserved) == 5
    assert all(part.slot is None and LEAST <= part.delay <= AHEAD for part in unreserved)


async def test_nobody_parks_for_less_than_the_queue_can_count(pacer: Pacer) -> None:
    taken = await slots(pacer, 6000, Lane.LOW, 5)
    assert [part.delay for part in taken if isinstance(part, Park)] == [LEAST] * 3


async def test_a_carried_slot_is_used_and_no_other_is_reserved(pacer: Pacer) -> None:
    carried = Slot(pool=POOL, at=NOON - LATE)
    assert await pacer.slot(POOL, 60, Lane.NORMAL, carried) == carried
    assert await pacer.slot(POOL, 60, Lane.NORMAL) == Slot(pool=POOL, at=NOON)


async def test_a_carried_slot_that_came_too_early_is_parked_for_again(pacer: Pacer) -> None:
    carried = Slot(pool=POOL, at=NOON + AHEAD)
    assert await pacer.slot(POOL, 60, Lane.NORMAL, carried) == Park(AHEAD, carried)


@pytest.mark.parametrize(
    ("pool", "off"),
    [("another@region", timedelta()), (POOL, -LATE - SECOND), (POOL, AHEAD + SECOND)],
    ids=["another pool's", "too old", "made up"],
)
async def test_a_carried_slot_that_is_no_good_is_replaced(
    pacer: Pacer, pool: str, off: timedelta
) -> None:
    carried = Slot(pool=pool, at=NOON + off)
    assert await pacer.slot(POOL, 60, Lane.NORMAL, carried) == Slot(pool=POOL, at=NOON)


async def test_after_a_throttled_call_everyone_rests(pacer: Pacer) -> None:
    await pacer.too_busy(POOL)
    at = NOON + BACK_OFF
    assert await pacer.slot(POOL, 60, Lane.NORMAL) == Park(BACK_OFF, Slot(pool=POOL, at=at))
