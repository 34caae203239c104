"""The contract of ``Spending``."""

import asyncio
from datetime import datetime

import pytest
from aiobotocore.session import AioSession

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_spending import DynamoSpending
from shared.adapters.memory import MemorySpending
from shared.errors import LimitReached, StoreUnavailable
from shared.ports.meters import Reading, Spending
from tests.builders import MINUTE, NOON, SECOND
from tests.contract.conftest import Aws
from tests.local_settings import own_settings
from tests.lossy_proxy import LossyProxy

TODAY, TOMORROW = "2026-11-02", "2026-11-03"
MIDNIGHT = datetime.fromisoformat("2026-11-03T00:00:00Z")


@pytest.fixture
async def spending(aws: Aws | None) -> Spending:
    if aws is None:
        return MemorySpending()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoSpending(aws.clients.dynamodb, aws.settings.ledger_table)


async def reserve(
    spending: Spending,
    item: str | None,
    amount: int = 40,
    cap: int = 100,
    *,
    day: str = TODAY,
    now: datetime = NOON,
) -> Reading:
    return await spending.reserve(day, item, amount, cap, now=now, until=MIDNIGHT)


async def spent(spending: Spending) -> int:
    await spending.balance(TODAY)
    return await spending.spent(TODAY)


async def test_what_is_reserved_is_spent(spending: Spending) -> None:
    assert await spent(spending) == 0
    assert await reserve(spending, "a") == Reading(40, MIDNIGHT)
    assert await reserve(spending, None, 25) == Reading(65, MIDNIGHT)
    assert await spent(spending) == 65


async def test_the_cap_is_kept_and_what_is_refused_changes_nothing(spending: Spending) -> None:
    await reserve(spending, "a", 60)
    with pytest.raises(LimitReached) as reached:
        await reserve(spending, "b", 41)
    assert (reached.value.policy, reached.value.reset_at) == (TODAY, MIDNIGHT)
    assert await reserve(spending, "c", 40) == Reading(100, MIDNIGHT)
    assert await spending.unconfirmed(TODAY, NOON) == ["a", "c"]


async def test_more_than_the_cap_is_never_reserved(spending: Spending) -> None:
    with pytest.raises(LimitReached):
        await reserve(spending, "a", 101)
    assert await spent(spending) == 0


async def test_days_do_not_share(spending: Spending) -> None:
    await reserve(spending, "a", 100)
    assert await reserve(spending, "a", 100, day=TOMORROW) == Reading(100, MIDNIGHT)


async def test_an_item_is_reserved_once_while_it_is_pending(spending: Spending) -> None:
    for _ in range(3):
        assert await reserve(spending, "a") == Reading(40, MIDNIGHT)
    assert await spent(spending) == 40


async def test_items_are_pending_until_they_are_confirmed_or_released(spending: Spending) -> None:
    for number, item in enumerate(("a", "b", "c.d#1")):
        await reserve(spending, item, 10, now=NOON + number * MINUTE)
    assert await spending.unconfirmed(TODAY, NOON + MINUTE) == ["a", "b"]
    assert await spending.unconfirmed(TODAY, NOON - SECOND) == []
    await spending.confirm(TODAY, "a")
    await spending.release(TODAY, "c.d#1")
    assert await spending.unconfirmed(TODAY, MIDNIGHT) == ["b"]
    assert await spent(spending) == 20


async def test_what_is_confirmed_or_released_stays_so(spending: Spending) -> None:
    await reserve(spending, "a")
    await reserve(spending, "b")
    for _ in range(2):
        await spending.confirm(TODAY, "a")
        await spending.release(TODAY, "a")
        await spending.release(TODAY, "b")
        await spending.confirm(TODAY, "b")
    assert await spent(spending) == 40


async def test_of_a_day_on_which_nothing_was_reserved_nothing_is_known(spending: Spending) -> None:
    await spending.confirm(TOMORROW, "a")
    await spending.release(TOMORROW, "a")
    await spending.balance(TOMORROW)
    assert await spending.unconfirmed(TOMORROW, MIDNIGHT) == []
    assert await spending.spent(TOMORROW) == 0


async def test_a_refund_makes_room_and_counts_once(spending: Spending) -> None:
    await reserve(spending, "a", 100)
    await spending.confirm(TODAY, "a")
    for _ in range(3):
        await spending.refund(TODAY, "a", 70, until=MIDNIGHT)
    assert await reserve(spending, "b", 70) == Reading(100, MIDNIGHT)
    with pytest.raises(LimitReached):
        await reserve(spending, "c", 1)
    assert await spent(spending) == 100


async def test_what_was_spent_beyond_a_reservation_counts_at_once(spending: Spending) -> None:
    await reserve(spending, "a", 40)
    await spending.refund(TODAY, "a", -50, until=MIDNIGHT)
    with pytest.raises(LimitReached):
        await reserve(spending, "b", 11)
    assert await reserve(spending, "b", 10) == Reading(100, MIDNIGHT)


async def test_refunds_of_many_items_are_summed_up(spending: Spending) -> None:
    await reserve(spending, None, 1000, 1000)
    for number in range(25):
        await spending.refund(TODAY, f"item {number}", number, until=MIDNIGHT)
    assert await spent(spending) == 1000 - sum(range(25))


async def test_a_refund_of_yesterday_is_none_of_today(spending: Spending) -> None:
    await reserve(spending, "a", 40)
    await spending.refund(TOMORROW, "a", 40, until=MIDNIGHT)
    assert await spent(spending) == 40


@pytest.mark.concurrent
async def test_sixty_at_once_reserve_no_more_than_there_is(spending: Spending) -> None:
    ends = await asyncio.gather(
        *(reserve(spending, f"{number}", 10, 200) for number in range(60)), return_exceptions=True
    )
    assert sum(isinstance(end, Reading) for end in ends) == 20
    assert sum(isinstance(end, LimitReached) for end in ends) == 40
    assert await spent(spending) == 200


@pytest.mark.concurrent
async def test_refunds_and_reservations_at_once_lose_nothing(spending: Spending) -> None:
    await reserve(spending, None, 500, 1000)
    await asyncio.gather(
        *(spending.refund(TODAY, f"{n}", n - 5, until=MIDNIGHT) for n in range(20)),
        *(reserve(spending, f"r{n}", 10, 1000) for n in range(10)),
        *(spending.balance(TODAY) for _ in range(5)),
    )
    assert await spent(spending) == 500 + 100 - sum(n - 5 for n in range(20))


@pytest.mark.concurrent
async def test_ten_who_release_at_once_release_once(spending: Spending) -> None:
    await reserve(spending, "a")
    await reserve(spending, "b")
    await asyncio.gather(*(spending.release(TODAY, "a") for _ in range(10)))
    assert await spent(spending) == 40


async def test_a_reservation_whose_reply_was_lost_is_made_once(
    aws_endpoint: str, aws_session: AioSession
) -> None:
    proxy = LossyProxy(aws_endpoint)
    async with proxy.listening() as url:
        settings = own_settings(url)
        async with AwsClients.open(settings, aws_session) as clients:
            await make_table(ledger_table(settings), clients.dynamodb)
            spending = DynamoSpending(clients.dynamodb, settings.ledger_table)
            await reserve(spending, "a")
            for act in (
                reserve(spending, "b"),
                spending.release(TODAY, "a"),
                spending.refund(TODAY, "b", 10, until=MIDNIGHT),
            ):
                proxy.lose = 1
                await act
            assert proxy.lost == 3
            assert await spent(spending) == 30


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    spending = DynamoSpending(nowhere.dynamodb, "canvas-ledger")
    ends = await asyncio.gather(
        reserve(spending, "a"),
        spending.confirm(TODAY, "a"),
        spending.release(TODAY, "a"),
        spending.unconfirmed(TODAY, NOON),
        spending.refund(TODAY, "a", 1, until=MIDNIGHT),
        spending.balance(TODAY),
        spending.spent(TODAY),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 7
