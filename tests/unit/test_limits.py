"""Limits: what is taken from which meter, in which order, and given back when one is used up."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.memory import MemoryMeters, MemorySpending
from shared.errors import LimitReached, StoreUnavailable
from shared.limits import UNLIMITED, Limits
from shared.money import micros
from shared.records import Reservation
from shared.settings import Settings
from tests.builders import MINUTE, NOON, SECOND, a_job, a_task
from tests.outages import Outages

RATE, NETWORK, TODAY = "rate#ada", "network#192.0.2.0/24", "2026-11-02"
ITEM = "a job's"


async def take(
    limits: Limits,
    *,
    quality: str = "standard",
    estimate: int = 40_000,
    item: str = ITEM,
    now: datetime = NOON,
) -> list[tuple[str, int]]:
    taken = await limits.take(
        owner="ada",
        network="192.0.2.0/24",
        task=a_task(quality=quality),
        estimate=estimate,
        item=item,
        now=now,
    )
    return [(part.meter, part.amount) for part in taken]


async def used(limits: Limits, meter: str, now: datetime = NOON) -> int:
    return (await limits.meters.take(meter, 0, UNLIMITED, now=now, until=now)).used


async def spent(limits: Limits, day: str = TODAY) -> int:
    await limits.spending.balance(day)
    return await limits.spending.spent(day)


def some_limits(**fields: int | None) -> Limits:
    return Limits(
        MemoryMeters(),
        MemorySpending(),
        **{"per_owner": 20, "per_network": 100, "spend_a_day": 10**7, **fields},
    )


@pytest.mark.parametrize(("quality", "weight"), [("standard", 1), ("premium", 2)])
async def test_all_three_are_taken_and_premium_counts_twice(quality: str, weight: int) -> None:
    taken = await take(some_limits(), quality=quality)
    assert taken == [(RATE, weight), (NETWORK, weight), (TODAY, 40_000)]


@pytest.mark.parametrize(
    ("limits", "policy"),
    [
        ({"per_owner": 0}, "submissions"),
        ({"per_network": 0}, "network"),
        ({"spend_a_day": 39_999}, "spend"),
    ],
)
async def test_the_limit_that_is_used_up_is_named_and_nothing_stays_taken(
    limits: dict[str, int], policy: str
) -> None:
    limited = some_limits(**limits)
    with pytest.raises(LimitReached) as reached:
        await take(limited)
    assert reached.value.policy == policy
    assert [await used(limited, meter) for meter in (RATE, NETWORK)] == [0, 0]
    assert await spent(limited) == 0


async def test_exactly_the_limit_may_be_used() -> None:
    limits = some_limits(per_owner=4, per_network=4, spend_a_day=80_000)
    for item in ("one", "another"):
        await take(limits, quality="premium", item=item)
    assert await spent(limits) == 80_000
    with pytest.raises(LimitReached):
        await take(limits)


async def test_the_spend_s_day_ends_at_midnight_utc() -> None:
    limits = some_limits(spend_a_day=40_000)
    before = datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC)
    await take(limits, now=before)
    with pytest.raises(LimitReached) as reached:
        await take(limits, item="another", now=before)
    assert reached.value.reset_at == datetime(2026, 11, 3, tzinfo=UTC)
    assert (await take(limits, now=before + SECOND))[2] == ("2026-11-03", 40_000)


async def test_without_a_cap_spend_is_still_counted() -> None:
    limits = some_limits(spend_a_day=None)
    await take(limits, estimate=10**12)
    assert await spent(limits) == 10**12


async def test_a_meter_that_cannot_be_asked_lets_nothing_pass() -> None:
    meters = Outages(MemoryMeters())
    spending = Outages(MemorySpending())
    limits = Limits(meters, spending, per_owner=20, per_network=100, spend_a_day=None)
    for store, question in ((meters, "take"), (spending, "reserve")):
        store.fail(question)
        with pytest.raises(StoreUnavailable):
            await take(limits)
        assert [await used(limits, meter) for meter in (RATE, NETWORK)] == [0, 0]


@pytest.mark.parametrize("charged", [0, 40_000, 100_000, 120_000])
async def test_of_an_ended_job_what_it_owes_is_spent(charged: int) -> None:
    limits = some_limits()
    await take(limits, estimate=100_000)
    reserved = Reservation(meter=TODAY, amount=100_000, until=NOON + MINUTE, item=ITEM)
    for _ in range(2):
        await limits.refund(a_job(reservation=reserved, charged=charged))
    assert await spent(limits) == charged


async def test_what_was_reserved_yesterday_is_not_refunded_today() -> None:
    limits = some_limits()
    await take(limits)
    await take(limits, now=NOON + timedelta(days=1))
    reserved = Reservation(meter=TODAY, amount=40_000, until=NOON, item=ITEM)
    await limits.refund(a_job(reservation=reserved))
    assert [await spent(limits, day) for day in (TODAY, "2026-11-03")] == [0, 40_000]


async def test_a_job_without_a_reservation_has_nothing_to_be_refunded_or_confirmed() -> None:
    limits = some_limits()
    await limits.refund(a_job())
    await limits.confirm(a_job())
    assert await spent(limits) == 0


async def test_money_is_pending_until_the_job_is_kept_or_it_is_given_back() -> None:
    limits = some_limits()
    taken = await limits.take(
        owner="ada", network="n", task=a_task(), estimate=5, item=ITEM, now=NOON
    )
    assert await limits.spending.unconfirmed(TODAY, NOON) == [ITEM]
    await limits.give_back(taken)
    assert await limits.spending.unconfirmed(TODAY, NOON) == []
    assert await spent(limits) == 0
    await take(limits)
    await limits.confirm(
        a_job(reservation=Reservation(meter=TODAY, amount=5, until=NOON, item=ITEM))
    )
    assert await limits.spending.unconfirmed(TODAY, NOON) == []


async def test_settings_say_what_the_limits_are() -> None:
    stores = MemoryMeters(), MemorySpending()
    limits = Limits.of(Settings(rate_limit=3, network_rate_limit=4), *stores)
    assert (limits.per_owner, limits.per_network) == (3, 4)
    assert limits.spend_a_day == micros("10")
    assert Limits.of(Settings(daily_spend_usd=None), *stores).spend_a_day is None


async def test_a_window_that_opened_lasts_twenty_minutes() -> None:
    limits = some_limits(per_owner=1)
    await take(limits)
    with pytest.raises(LimitReached):
        await take(limits, now=NOON + 20 * MINUTE - SECOND)
    assert await take(limits, now=NOON + 20 * MINUTE)
