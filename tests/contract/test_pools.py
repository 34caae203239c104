"""The contract of ``Pools``."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_pools import DynamoPools
from shared.adapters.memory import MemoryPools
from shared.errors import StoreUnavailable
from shared.ports import Pools
from tests.builders import MINUTE, NOON, SECOND
from tests.contract.conftest import Aws

MS = timedelta(milliseconds=1)


@pytest.fixture
async def pools(aws: Aws | None) -> Pools:
    if aws is None:
        return MemoryPools()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoPools(aws.clients.dynamodb, aws.settings.ledger_table)


async def test_the_first_slot_is_now_and_the_next_are_spaced(pools: Pools) -> None:
    slots = [await pools.take_slot("p", 600 * MS, MINUTE, now=NOON) for _ in range(3)]
    assert slots == [NOON, NOON + 600 * MS, NOON + 1200 * MS]


async def test_a_slot_that_passed_unused_is_not_given_late(pools: Pools) -> None:
    await pools.take_slot("p", SECOND, MINUTE, now=NOON)
    later = NOON + 10 * SECOND
    assert await pools.take_slot("p", SECOND, MINUTE, now=later) == later
    assert await pools.take_slot("p", SECOND, MINUTE, now=later) == later + SECOND


async def test_a_slot_that_is_due_at_this_very_instant_is_given(pools: Pools) -> None:
    await pools.take_slot("p", SECOND, MINUTE, now=NOON)
    slot = await pools.take_slot("p", SECOND, MINUTE, now=NOON + SECOND)
    assert slot == NOON + SECOND
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON + SECOND) == NOON + 2 * SECOND


async def test_beyond_the_horizon_there_is_none_and_nothing_is_taken(pools: Pools) -> None:
    slots = [await pools.take_slot("p", SECOND, 3 * SECOND, now=NOON) for _ in range(5)]
    assert slots == [NOON, NOON + SECOND, NOON + 2 * SECOND, None, None]
    assert await pools.take_slot("p", SECOND, 4 * SECOND, now=NOON) == NOON + 3 * SECOND


async def test_without_a_horizon_there_is_no_slot(pools: Pools) -> None:
    assert await pools.take_slot("p", SECOND, timedelta(), now=NOON) is None
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON) == NOON


async def test_pools_do_not_share(pools: Pools) -> None:
    await pools.take_slot("p", SECOND, MINUTE, now=NOON)
    assert await pools.take_slot("q", SECOND, MINUTE, now=NOON) == NOON


async def test_slots_are_never_before_now_nor_closer_than_the_spacing(pools: Pools) -> None:
    now, spacing = NOON + timedelta(microseconds=1), MINUTE / 7
    slots = [await pools.take_slot("p", spacing, MINUTE, now=now) for _ in range(4)]
    assert all(slot is not None for slot in slots)
    given = [slot for slot in slots if slot is not None]
    assert now <= given[0] < now + MS
    gaps = [after - before for before, after in pairwise(given)]
    assert all(spacing <= gap < spacing + MS for gap in gaps)


async def test_a_pool_that_is_held_off_gives_nothing_before(pools: Pools) -> None:
    await pools.take_slot("p", SECOND, MINUTE, now=NOON)
    await pools.hold_off("p", NOON + 5 * SECOND)
    assert await pools.take_slot("p", SECOND, 5 * SECOND, now=NOON) is None
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON) == NOON + 5 * SECOND
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON) == NOON + 6 * SECOND


async def test_a_pool_that_was_never_used_can_be_held_off(pools: Pools) -> None:
    await pools.hold_off("p", NOON + SECOND)
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON) == NOON + SECOND


async def test_holding_off_never_moves_back(pools: Pools) -> None:
    await pools.hold_off("p", NOON + 5 * SECOND)
    await pools.hold_off("p", NOON + SECOND)
    assert await pools.take_slot("p", SECOND, MINUTE, now=NOON) == NOON + 5 * SECOND


@pytest.mark.concurrent
async def test_thirty_at_once_get_thirty_slots_each_spaced(pools: Pools) -> None:
    slots = await asyncio.gather(
        *(pools.take_slot("p", 600 * MS, MINUTE, now=NOON) for _ in range(30))
    )
    assert sorted(slot for slot in slots if slot) == [NOON + k * 600 * MS for k in range(30)]


@pytest.mark.concurrent
async def test_many_at_once_who_find_the_row_past_get_a_slot_each(pools: Pools) -> None:
    await pools.take_slot("p", SECOND, MINUTE, now=NOON - MINUTE)
    slots = await asyncio.gather(
        *(pools.take_slot("p", SECOND, 10 * SECOND, now=NOON) for _ in range(15))
    )
    assert sorted(slot for slot in slots if slot) == [NOON + k * SECOND for k in range(10)]
    assert slots.count(None) == 5


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    pools = DynamoPools(nowhere.dynamodb, "canvas-ledger")
    ends = await asyncio.gather(
        pools.take_slot("p", SECOND, MINUTE, now=NOON),
        pools.hold_off("p", NOON),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 2
