"""The contract of ``Pools``."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_pools import DynamoPools
from shared.adapters.memory import MemoryPools
from shared.errors import StoreUnavailable
from shared.lines import LOW_SHARE, Lane, Line, PoolState, Took, Waiting
from shared.ports.pools import Pools
from tests.builders import MINUTE, NOON, SECOND
from tests.contract.conftest import Aws

MS = timedelta(milliseconds=1)


@pytest.fixture
async def pools(aws: Aws | None) -> Pools:
    if aws is None:
        return MemoryPools()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoPools(aws.clients.dynamodb, aws.settings.ledger_table)


async def take(
    pools: Pools,
    pool: str = "p",
    spacing: timedelta = SECOND,
    horizon: timedelta = MINUTE,
    *,
    lane: Lane = Lane.NORMAL,
    turn: int | None = None,
    took: Took | None = None,
    now: datetime = NOON,
) -> datetime | None:
    """A slot, or None if it would be too far."""
    at = await pools.take_slot(
        pool, spacing, lane=lane, turn=turn, horizon=lambda _: horizon, took=took, now=now
    )
    return None if isinstance(at, PoolState) else at


async def look(pools: Pools, pool: str = "p") -> PoolState:
    return (await pools.look([pool]))[pool]


async def line(pools: Pools, lane: Lane = Lane.NORMAL) -> Line:
    return (await look(pools)).line(lane)


async def test_the_first_slot_is_now_and_the_next_are_spaced(pools: Pools) -> None:
    slots = [await take(pools, spacing=600 * MS) for _ in range(3)]
    assert slots == [NOON, NOON + 600 * MS, NOON + 1200 * MS]


async def test_a_slot_that_passed_unused_is_not_given_late(pools: Pools) -> None:
    await take(pools)
    later = NOON + 10 * SECOND
    assert await take(pools, now=later) == later
    assert await take(pools, now=later) == later + SECOND


async def test_a_slot_that_is_due_at_this_very_instant_is_given(pools: Pools) -> None:
    await take(pools)
    assert await take(pools, now=NOON + SECOND) == NOON + SECOND
    assert await take(pools, now=NOON + SECOND) == NOON + 2 * SECOND


async def test_beyond_the_horizon_there_is_none_and_nothing_is_taken(pools: Pools) -> None:
    slots = [await take(pools, horizon=3 * SECOND) for _ in range(5)]
    assert slots == [NOON, NOON + SECOND, NOON + 2 * SECOND, None, None]
    assert await take(pools, horizon=4 * SECOND) == NOON + 3 * SECOND


async def test_the_horizon_is_asked_of_the_pool_as_it_is(pools: Pools) -> None:
    seen: list[PoolState] = []

    def horizon(state: PoolState) -> timedelta:
        seen.append(state)
        return SECOND

    await take(pools, turn=1)
    refused = await pools.take_slot(
        "p", SECOND, lane=Lane.NORMAL, turn=None, horizon=horizon, took=None, now=NOON
    )
    assert refused == seen[-1] == await look(pools)


async def test_pools_do_not_share(pools: Pools) -> None:
    await take(pools)
    assert await take(pools, "q") == NOON


async def test_slots_are_never_before_now_nor_closer_than_the_spacing(pools: Pools) -> None:
    now, spacing = NOON + timedelta(microseconds=1), MINUTE / 7
    given = [slot for _ in range(4) if (slot := await take(pools, spacing=spacing, now=now))]
    assert now <= given[0] < now + MS
    gaps = [after - before for before, after in pairwise(given)]
    assert len(gaps) == 3
    assert all(spacing <= gap < spacing + MS for gap in gaps)


async def test_a_pool_that_is_held_off_gives_nothing_before(pools: Pools) -> None:
    await take(pools)
    await pools.hold_off("p", NOON + 5 * SECOND)
    assert await take(pools, horizon=5 * SECOND) is None
    assert await take(pools) == NOON + 5 * SECOND
    assert await take(pools) == NOON + 6 * SECOND
    assert (await look(pools)).held_until == NOON + 5 * SECOND


async def test_a_pool_that_is_called_far_ahead_says_all_the_same_that_it_is_held_off(
    pools: Pools,
) -> None:
    await take(pools, spacing=MINUTE)
    await pools.hold_off("p", NOON + 5 * SECOND)
    state = await look(pools)
    assert (state.next_at, state.held_until) == (NOON + MINUTE, NOON + 5 * SECOND)


async def test_a_pool_that_was_never_used_can_be_held_off(pools: Pools) -> None:
    await pools.hold_off("p", NOON + SECOND)
    assert await take(pools) == NOON + SECOND


async def test_holding_off_never_moves_back(pools: Pools) -> None:
    await pools.hold_off("p", NOON + 5 * SECOND)
    await pools.hold_off("p", NOON + SECOND)
    assert await take(pools) == NOON + 5 * SECOND
    assert (await look(pools)).held_until == NOON + 5 * SECOND


async def test_a_pool_is_refused_until_then_or_until_it_is_not_any_more(pools: Pools) -> None:
    await take(pools)
    await pools.refuse("p", NOON + MINUTE)
    state = await look(pools)
    assert (state.refused_until, state.next_at) == (NOON + MINUTE, NOON + SECOND)
    # Who asks for a slot by name gets one all the same.
    assert await take(pools) == NOON + SECOND
    for until in (NOON + SECOND, None, None):
        await pools.refuse("p", until)
        assert (await look(pools)).refused_until == until


async def test_a_pool_that_nobody_asked_for_is_not_there(pools: Pools) -> None:
    await take(pools)
    assert (await pools.look(["p", "q", "p"])).keys() == {"p"}
    assert await pools.look([]) == {}


async def test_those_who_enter_and_leave_are_counted(pools: Pools) -> None:
    for owner, calls in (("ada", 3), ("eve", 2), ("ada", 1)):
        await pools.enter("p", Lane.NORMAL, owner, calls, now=NOON)
    await take(pools)
    await pools.leave("p", Lane.NORMAL, "eve", 2)
    counted = await line(pools)
    assert (counted.entered, counted.left, counted.waiting) == (6, 3, 3)
    assert await line(pools, Lane.LOW) == Line()


async def test_an_owner_s_turns_follow_one_another_and_owners_do_not_wait_for_each_other(
    pools: Pools,
) -> None:
    async def turn(owner: str, calls: int = 1) -> int:
        return await pools.enter("p", Lane.NORMAL, owner, calls, now=NOON)

    # Who comes first need not take turns: nobody else is there.
    assert await turn("ada", 5) == 1
    assert [await turn("ada", 2) for _ in range(3)] == [1, 3, 5]
    assert [await turn("eve") for _ in range(3)] == [1, 2, 3]


async def test_nobody_gets_a_turn_that_is_past(pools: Pools) -> None:
    for _ in range(9):
        await pools.enter("p", Lane.NORMAL, "ada", 1, now=NOON)
    for turn in (1, 2, 3):
        await take(pools, turn=turn)
    assert await pools.enter("p", Lane.NORMAL, "eve", 1, now=NOON) == 4


async def test_who_leaves_gets_the_turns_back(pools: Pools) -> None:
    turns = [await pools.enter("p", Lane.LOW, "ada", 10, now=NOON) for _ in range(3)]
    await pools.leave("p", Lane.LOW, "ada", 10)
    assert await pools.enter("p", Lane.LOW, "ada", 1, now=NOON) == turns[2]


@pytest.mark.parametrize(
    ("turns", "round_served"), [([1, 2, 2, 3], 3), ([9, 9, 9], 3), ([None, 1, 1], 1), ([None], 0)]
)
async def test_a_round_is_over_once_a_call_of_a_later_one_is_made(
    pools: Pools, turns: list[int | None], round_served: int
) -> None:
    for turn in turns:
        await take(pools, turn=turn)
    assert (await line(pools)).turn == round_served


async def test_a_refused_slot_changes_nothing(pools: Pools) -> None:
    await take(pools, spacing=MINUTE)
    before = await look(pools)
    assert await take(pools, horizon=SECOND, lane=Lane.LOW, turn=9, took=Took(MS, MS)) is None
    assert await look(pools) == before


async def test_a_call_of_the_low_lane_says_after_how_many_of_the_normal_one_comes_the_next(
    pools: Pools,
) -> None:
    await take(pools, lane=Lane.LOW)
    assert (await look(pools)).low_after == LOW_SHARE
    for _ in range(4):
        await take(pools)
    assert (await look(pools)).low_after == LOW_SHARE
    await take(pools, lane=Lane.LOW)
    assert (await look(pools)).low_after == 4 + LOW_SHARE


async def test_how_long_calls_took_is_noted_with_a_slot(pools: Pools) -> None:
    await take(pools)
    assert (await look(pools)).took is None
    took = Took(p50=1500 * MS, p90=MINUTE)
    await take(pools, took=took)
    await take(pools)
    assert (await look(pools)).took == took


async def test_a_recount_notes_who_waits_and_what_the_counters_are_wrong_by(
    pools: Pools,
) -> None:
    for owner in ("ada", "ada", "eve"):
        await pools.enter("p", Lane.NORMAL, owner, 2, now=NOON)
    seen = await look(pools)
    waiting = {Lane.NORMAL: Waiting(calls=4, owners=1), Lane.LOW: Waiting(calls=1, owners=1)}
    await pools.enter("p", Lane.NORMAL, "eve", 1, now=NOON)
    for _ in range(2):
        await pools.recount("p", seen, waiting)
    counted, low = await line(pools), await line(pools, Lane.LOW)
    assert (counted.phantoms, counted.owners, counted.waiting) == (2, 1, 5)
    assert (low.phantoms, low.owners, low.waiting) == (-1, 1, 1)


@pytest.mark.concurrent
async def test_thirty_at_once_get_thirty_slots_each_spaced(pools: Pools) -> None:
    slots = await asyncio.gather(*(take(pools, spacing=600 * MS, turn=1) for _ in range(30)))
    assert sorted(slot for slot in slots if slot) == [NOON + k * 600 * MS for k in range(30)]
    counted = await line(pools)
    assert (counted.left, counted.turn) == (30, 1)


@pytest.mark.concurrent
async def test_many_at_once_who_find_the_row_past_get_a_slot_each(pools: Pools) -> None:
    await take(pools, now=NOON - MINUTE)
    slots = await asyncio.gather(*(take(pools, horizon=10 * SECOND) for _ in range(15)))
    assert sorted(slot for slot in slots if slot) == [NOON + k * SECOND for k in range(10)]
    assert slots.count(None) == 5


@pytest.mark.concurrent
async def test_many_who_enter_at_once_are_all_counted(pools: Pools) -> None:
    await pools.enter("p", Lane.NORMAL, "ada", 1, now=NOON)
    await asyncio.gather(*(pools.enter("p", Lane.NORMAL, "ada", 1, now=NOON) for _ in range(20)))
    assert (await line(pools)).entered == 21


async def test_what_was_seen_before_is_not_believed(aws: Aws | None, pools: Pools) -> None:
    """Another process moves the pool on; a twin has no memory that could be wrong."""
    if aws is None:
        return
    other = DynamoPools(aws.clients.dynamodb, aws.settings.ledger_table)
    await take(pools, turn=1)
    for turn in range(2, 12):
        await take(other, turn=turn)
    assert await take(pools, horizon=5 * SECOND, turn=2) is None
    assert await take(pools, turn=2) == NOON + 11 * SECOND
    assert (await line(pools)).turn == 11
    later = NOON + MINUTE
    assert await take(pools, now=later) == later


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    pools = DynamoPools(nowhere.dynamodb, "canvas-ledger")
    ends = await asyncio.gather(
        take(pools),
        pools.hold_off("p", NOON),
        pools.enter("p", Lane.NORMAL, "ada", 1, now=NOON),
        pools.leave("p", Lane.NORMAL, "ada", 1),
        pools.refuse("p", NOON),
        pools.look(["p"]),
        pools.recount("p", PoolState(), {Lane.NORMAL: Waiting(calls=1, owners=1)}),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 7
