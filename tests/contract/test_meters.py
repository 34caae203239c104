"""The contract of ``Meters``."""

import asyncio
from datetime import timedelta

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_meters import DynamoMeters
from shared.adapters.memory import MemoryMeters
from shared.errors import LimitReached, StoreUnavailable
from shared.ports.meters import Meters, Reading
from tests.builders import MINUTE, NOON
from tests.contract.conftest import Aws

UNTIL = NOON + 20 * MINUTE


@pytest.fixture
async def meters(aws: Aws | None) -> Meters:
    if aws is None:
        return MemoryMeters()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoMeters(aws.clients.dynamodb, aws.settings.ledger_table)


async def test_what_is_taken_adds_up(meters: Meters) -> None:
    assert await meters.take("m", 3, 10, now=NOON, until=UNTIL) == Reading(3, UNTIL)
    assert await meters.take("m", 4, 10, now=NOON, until=UNTIL) == Reading(7, UNTIL)


async def test_the_limit_itself_can_be_taken(meters: Meters) -> None:
    assert await meters.take("m", 10, 10, now=NOON, until=UNTIL) == Reading(10, UNTIL)


async def test_over_the_limit_nothing_is_changed(meters: Meters) -> None:
    await meters.take("m", 8, 10, now=NOON, until=UNTIL)
    with pytest.raises(LimitReached) as reached:
        await meters.take("m", 3, 10, now=NOON, until=UNTIL + MINUTE)
    assert (reached.value.policy, reached.value.reset_at) == ("m", UNTIL)
    assert await meters.take("m", 2, 10, now=NOON, until=UNTIL) == Reading(10, UNTIL)


@pytest.mark.parametrize("used_before", [0, 1])
async def test_more_than_the_limit_is_never_given(meters: Meters, used_before: int) -> None:
    if used_before:
        await meters.take("m", used_before, 10, now=NOON, until=UNTIL)
    with pytest.raises(LimitReached) as reached:
        await meters.take("m", 11, 10, now=NOON + MINUTE, until=UNTIL + MINUTE)
    assert reached.value.reset_at == (UNTIL if used_before else UNTIL + MINUTE)
    assert (await meters.take("m", 1, 10, now=NOON, until=UNTIL)).used == used_before + 1


async def test_an_open_window_keeps_its_end(meters: Meters) -> None:
    await meters.take("m", 1, 10, now=NOON, until=UNTIL)
    reading = await meters.take("m", 1, 10, now=NOON + MINUTE, until=UNTIL + MINUTE)
    assert reading == Reading(2, UNTIL)


async def test_a_window_that_ended_gives_way_to_an_empty_one(meters: Meters) -> None:
    await meters.take("m", 10, 10, now=NOON, until=UNTIL)
    just_before = UNTIL - timedelta(microseconds=1)
    with pytest.raises(LimitReached):
        await meters.take("m", 1, 10, now=just_before, until=just_before + MINUTE)
    reading = await meters.take("m", 1, 10, now=UNTIL, until=UNTIL + MINUTE)
    assert reading == Reading(1, UNTIL + MINUTE)


async def test_a_window_that_ended_with_room_in_it_is_not_gone_on_with(meters: Meters) -> None:
    await meters.take("m", 2, 10, now=NOON, until=UNTIL)
    reading = await meters.take("m", 1, 10, now=UNTIL, until=UNTIL + MINUTE)
    assert reading == Reading(1, UNTIL + MINUTE)


async def test_meters_do_not_share(meters: Meters) -> None:
    await meters.take("rate#ada", 10, 10, now=NOON, until=UNTIL)
    assert (await meters.take("rate#eve", 1, 10, now=NOON, until=UNTIL)).used == 1


async def test_the_limit_is_the_callers_and_may_be_vast(meters: Meters) -> None:
    await meters.take("m", 10, 10, now=NOON, until=UNTIL)
    assert (await meters.take("m", 1, 2**62, now=NOON, until=UNTIL)).used == 11


async def test_what_is_given_back_can_be_taken_again(meters: Meters) -> None:
    await meters.take("m", 10, 10, now=NOON, until=UNTIL)
    await meters.adjust("m", -4, until=UNTIL)
    assert (await meters.take("m", 4, 10, now=NOON, until=UNTIL)).used == 10


async def test_meters_are_read_together_while_their_windows_are_open(meters: Meters) -> None:
    await meters.take("m", 3, 10, now=NOON, until=UNTIL)
    await meters.take("n#0", 7, 10, now=NOON, until=UNTIL + MINUTE)
    asked = ["m", "n#0", "never used"]
    assert await meters.read(asked, now=NOON) == {
        "m": Reading(used=3, until=UNTIL),
        "n#0": Reading(used=7, until=UNTIL + MINUTE),
    }
    assert (await meters.read(asked, now=UNTIL)).keys() == {"n#0"}
    assert await meters.read([], now=NOON) == {}


async def test_an_adjustment_knows_no_limit(meters: Meters) -> None:
    await meters.take("m", 10, 10, now=NOON, until=UNTIL)
    await meters.adjust("m", 5, until=UNTIL)
    assert (await meters.take("m", 1, 100, now=NOON, until=UNTIL)).used == 16


async def test_an_adjustment_of_another_window_is_left(meters: Meters) -> None:
    await meters.adjust("m", -4, until=UNTIL)
    assert (await meters.take("m", 6, 10, now=NOON, until=UNTIL)).used == 6
    await meters.adjust("m", -4, until=UNTIL - MINUTE)
    assert (await meters.take("m", 1, 10, now=NOON, until=UNTIL)).used == 7


@pytest.mark.concurrent
async def test_of_fifty_at_once_exactly_the_limit_is_let_through(meters: Meters) -> None:
    ends = await asyncio.gather(
        *(meters.take("m", 1, 20, now=NOON, until=UNTIL) for _ in range(50)),
        return_exceptions=True,
    )
    readings = sorted(end.used for end in ends if isinstance(end, Reading))
    assert readings == list(range(1, 21))
    assert sum(isinstance(end, LimitReached) for end in ends) == 30


@pytest.mark.concurrent
async def test_of_many_who_find_a_window_ended_one_opens_the_next(meters: Meters) -> None:
    await meters.take("m", 20, 20, now=NOON, until=UNTIL)
    readings = await asyncio.gather(
        *(meters.take("m", 1, 20, now=UNTIL, until=UNTIL + MINUTE) for _ in range(15))
    )
    assert sorted(reading.used for reading in readings) == list(range(1, 16))


@pytest.mark.concurrent
async def test_takers_and_givers_at_once_leave_the_right_sum(meters: Meters) -> None:
    await meters.take("m", 50, 100, now=NOON, until=UNTIL)
    await asyncio.gather(
        *(meters.take("m", 2, 100, now=NOON, until=UNTIL) for _ in range(10)),
        *(meters.adjust("m", -3, until=UNTIL) for _ in range(10)),
    )
    assert (await meters.take("m", 0, 100, now=NOON, until=UNTIL)).used == 40


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    meters = DynamoMeters(nowhere.dynamodb, "canvas-ledger")
    ends = await asyncio.gather(
        meters.take("m", 1, 2, now=NOON, until=UNTIL),
        meters.take("m", 3, 2, now=NOON, until=UNTIL),
        meters.adjust("m", 1, until=UNTIL),
        meters.read(["m"], now=NOON),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 4
