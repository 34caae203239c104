"""Pacing: a slot now, a slot to wait for, or a time to come back."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from shared.adapters.memory import MemoryPools
from shared.lines import LOW_SHARE, Lane, Line, PoolState, Took
from shared.messages import Slot
from shared.pacing import (
    AHEAD,
    LATE,
    LEAST,
    NEAR,
    PARK_MOST,
    Durations,
    Pacer,
    Park,
    Wish,
    until_its_turn,
)
from shared.retries import BUSY_POOL_RESTS
from tests.builders import MINUTE, NOON, SECOND

POOL = "model@region"


@pytest.fixture
def pacer() -> Pacer:
    return Pacer(MemoryPools(), lambda: NOON, Random(1))


def wish(lane: Lane = Lane.NORMAL, *, spacing: timedelta = SECOND, turn: int | None = None) -> Wish:
    return Wish(pool=POOL, spacing=spacing, lane=lane, turn=turn)


async def slots(pacer: Pacer, wanted: Wish, count: int) -> list[Slot | Park]:
    return [await pacer.slot(wanted) for _ in range(count)]


def reserved(taken: Sequence[Slot | Park]) -> list[Slot]:
    found = [part.slot if isinstance(part, Park) else part for part in taken]
    return [slot for slot in found if slot is not None]


async def test_near_slots_are_used_and_far_ones_are_parked_for(pacer: Pacer) -> None:
    first, second, third, fourth = await slots(pacer, wish(), 4)
    assert first == Slot(pool=POOL, at=NOON)
    assert second == Slot(pool=POOL, at=NOON + SECOND)
    assert third == Slot(pool=POOL, at=NOON + NEAR)
    assert fourth == Park(3 * SECOND, Slot(pool=POOL, at=NOON + 3 * SECOND))


@pytest.mark.parametrize(
    ("lane", "spacing", "most"),
    [
        (Lane.NORMAL, SECOND, 10),
        (Lane.NORMAL, 30 * SECOND, 2),
        (Lane.LOW, SECOND / 2, 4),
        (Lane.LOW, 30 * SECOND, 1),
    ],
)
async def test_a_lane_reserves_no_further_ahead_than_it_may(
    pacer: Pacer, lane: Lane, spacing: timedelta, most: int
) -> None:
    # The low lane was just given the call that it was owed.
    await pacer.pools.take_slot(
        POOL,
        timedelta(),
        lane=Lane.LOW,
        turn=None,
        horizon=lambda _: MINUTE,
        took=None,
        now=NOON,
    )
    taken = await slots(pacer, wish(lane, spacing=spacing), most + 5)
    assert len(reserved(taken)) == most
    unreserved = [part for part in taken[most:] if isinstance(part, Park)]
    assert len(unreserved) == 5
    assert all(part.slot is None and LEAST <= part.delay <= PARK_MOST for part in unreserved)


async def test_a_call_whose_turn_has_not_come_takes_only_what_would_go_unused(
    pacer: Pacer,
) -> None:
    early = wish(turn=50)
    assert await pacer.slot(early) == Slot(pool=POOL, at=NOON)
    assert reserved([await pacer.slot(early)]) == [Slot(pool=POOL, at=NOON + SECOND)]
    refused = await pacer.slot(early)
    assert isinstance(refused, Park)
    assert refused.slot is None
    # Two were served, so it is the third round now.
    assert reserved([await pacer.slot(wish(turn=3))]) == [Slot(pool=POOL, at=NOON + NEAR)]


async def test_a_call_whose_turn_is_past_reserves_behind_those_whose_turn_it_is(
    pacer: Pacer,
) -> None:
    for round_served in range(1, 10):
        await pacer.slot(wish(turn=round_served))
    assert reserved([await pacer.slot(wish(turn=6))]) == []
    assert reserved([await pacer.slot(wish(turn=5))]) == [Slot(pool=POOL, at=NOON + AHEAD / 2)]


async def test_the_low_lane_is_owed_a_call_after_ten_of_the_normal_one(pacer: Pacer) -> None:
    low = wish(Lane.LOW)
    assert len(reserved(await slots(pacer, low, 3))) == 2
    # The normal lane reserves all it may, and the low one comes after it all the same.
    assert len(reserved(await slots(pacer, wish(), 20))) == 8
    assert reserved([await pacer.slot(low)]) == []
    await pacer.pools.leave(POOL, Lane.NORMAL, "ada", LOW_SHARE - 8)
    assert len(reserved(await slots(pacer, low, 2))) == 1


async def test_nobody_parks_for_less_than_the_queue_can_count(pacer: Pacer) -> None:
    crowd = wish(spacing=timedelta(milliseconds=10))
    taken = await slots(pacer, crowd, int(AHEAD / crowd.spacing) + 3)
    assert [part for part in taken if isinstance(part, Park) and part.slot is None] == [
        Park(LEAST)
    ] * 3


async def test_a_carried_slot_is_used_and_no_other_is_reserved(pacer: Pacer) -> None:
    carried = Slot(pool=POOL, at=NOON - LATE)
    assert await pacer.slot(wish(), carried) == carried
    assert await pacer.slot(wish()) == Slot(pool=POOL, at=NOON)


async def test_a_carried_slot_that_came_too_early_is_parked_for_again(pacer: Pacer) -> None:
    carried = Slot(pool=POOL, at=NOON + AHEAD)
    assert await pacer.slot(wish(), carried) == Park(AHEAD, carried)


@pytest.mark.parametrize(
    ("pool", "off"),
    [("another@region", timedelta()), (POOL, -LATE - SECOND), (POOL, AHEAD + NEAR + 3 * SECOND)],
    ids=["another pool's", "too old", "made up"],
)
async def test_a_carried_slot_that_is_no_good_is_replaced(
    pacer: Pacer, pool: str, off: timedelta
) -> None:
    carried = Slot(pool=pool, at=NOON + off)
    assert await pacer.slot(wish(), carried) == Slot(pool=POOL, at=NOON)


async def test_after_a_throttled_call_everyone_rests(pacer: Pacer) -> None:
    await pacer.too_busy(POOL)
    rested = Slot(pool=POOL, at=NOON + BUSY_POOL_RESTS)
    assert await pacer.slot(wish()) == Park(BUSY_POOL_RESTS, rested)


async def test_a_slot_that_was_reserved_within_the_rest_is_replaced_by_one_after_it(
    pacer: Pacer,
) -> None:
    in_it, after_it = (Slot(pool=POOL, at=NOON + s * SECOND) for s in (4, 6))
    await pacer.too_busy(POOL)
    assert await pacer.slot(wish(), after_it) == Park(6 * SECOND, after_it)
    replaced = await pacer.slot(wish(), in_it)
    assert reserved([replaced]) == [Slot(pool=POOL, at=NOON + BUSY_POOL_RESTS)]


def park(lane: Lane = Lane.NORMAL, *, turn: int, **lines: Line) -> timedelta:
    """The longest of many parks of a call, in a pool called once a second."""
    state = PoolState(lines={Lane(name): line for name, line in lines.items()})
    spans = [until_its_turn(wish(lane, turn=turn), state, NOON, Random(n)) for n in range(200)]
    assert min(spans) >= LEAST
    return max(spans)


def test_a_call_parks_until_about_its_turn() -> None:
    line = Line(entered=400, turn=10, owners=5)
    assert 4 * SECOND < park(turn=11, normal=line) <= 5 * SECOND
    assert 45 * SECOND < park(turn=21, normal=line) <= 50 * SECOND
    assert 110 * SECOND < park(turn=300, normal=line) <= PARK_MOST


def test_nobody_parks_until_all_who_wait_are_gone() -> None:
    assert park(turn=300, normal=Line(entered=40, owners=1)) <= 20 * SECOND


def test_a_call_of_the_low_lane_parks_for_the_normal_one_too() -> None:
    low = Line(entered=400, owners=1)
    assert park(Lane.LOW, turn=2, low=low) <= SECOND
    assert 10 * SECOND < park(Lane.LOW, turn=2, low=low, normal=Line(entered=400)) <= 11 * SECOND


def test_it_is_no_use_to_come_back_before_anything_can_be_reserved() -> None:
    resting = PoolState(next_at=NOON + MINUTE)
    assert until_its_turn(wish(), resting, NOON, Random(1)) == MINUTE - AHEAD
    for_long = PoolState(next_at=NOON + 60 * MINUTE)
    assert until_its_turn(wish(), for_long, NOON, Random(1)) == PARK_MOST


def test_durations_tell_half_and_nine_tenths_of_the_latest_calls() -> None:
    durations = Durations()
    assert durations.of(POOL) is None
    durations.note(POOL, 7 * SECOND)
    assert durations.of(POOL) == Took(7 * SECOND, 7 * SECOND)
    for n in range(100):
        durations.note(POOL, (n + 1) * SECOND)
    assert durations.of(POOL) == Took(50 * SECOND, 90 * SECOND)
    assert durations.of("another") is None
