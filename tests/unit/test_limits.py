"""Limits: what is taken from which meter, in which order, and given back when one is used up."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.memory import MemoryMeters
from shared.errors import LimitReached, StoreUnavailable
from shared.jobs import Reservation
from shared.limits import UNLIMITED, Limits
from shared.money import micros
from shared.settings import Settings
from tests.builders import MINUTE, NOON, SECOND, a_job, a_task
from tests.outages import Outages

RATE, NETWORK, SPEND = "rate#ada", "network#192.0.2.0/24", "spend#2026-11-02"


async def take(
    limits: Limits, *, quality: str = "standard", estimate: int = 40_000, now: datetime = NOON
) -> list[tuple[str, int]]:
    taken = await limits.take(
        owner="ada",
        network="192.0.2.0/24",
        task=a_task(quality=quality),
        estimate=estimate,
        now=now,
    )
    return [(part.meter, part.amount) for part in taken]


async def used(limits: Limits, meter: str, now: datetime = NOON) -> int:
    return (await limits.meters.take(meter, 0, UNLIMITED, now=now, until=now)).used


def some_limits(**fields: int | None) -> Limits:
    return Limits(
        MemoryMeters(), **{"per_owner": 20, "per_network": 100, "spend_a_day": 10**7, **fields}
    )


@pytest.mark.parametrize(("quality", "weight"), [("standard", 1), ("premium", 2)])
async def test_all_three_are_taken_and_premium_counts_twice(quality: str, weight: int) -> None:
    taken = await take(some_limits(), quality=quality)
    assert taken == [(RATE, weight), (NETWORK, weight), (SPEND, 40_000)]


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
    assert [await used(limited, meter) for meter in (RATE, NETWORK, SPEND)] == [0, 0, 0]


async def test_exactly_the_limit_may_be_used() -> None:
    limits = some_limits(per_owner=4, per_network=4, spend_a_day=80_000)
    for _ in range(2):
        await take(limits, quality="premium")
    with pytest.raises(LimitReached):
        await take(limits)


async def test_the_spend_s_day_ends_at_midnight_utc() -> None:
    limits = some_limits(spend_a_day=40_000)
    before = datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC)
    await take(limits, now=before)
    with pytest.raises(LimitReached) as reached:
        await take(limits, now=before)
    assert reached.value.reset_at == datetime(2026, 11, 3, tzinfo=UTC)
    assert (await take(limits, now=before + SECOND))[2] == ("spend#2026-11-03", 40_000)


async def test_without_a_cap_spend_is_still_counted() -> None:
    limits = some_limits(spend_a_day=None)
    await take(limits, estimate=10**12)
    assert await used(limits, SPEND) == 10**12


async def test_a_meter_that_cannot_be_asked_lets_nothing_pass() -> None:
    meters = Outages(MemoryMeters())
    limits = Limits(meters, per_owner=20, per_network=100, spend_a_day=None)
    meters.spare("take", 2)
    meters.fail("take")
    with pytest.raises(StoreUnavailable):
        await take(limits)
    assert [await used(limits, meter) for meter in (RATE, NETWORK)] == [0, 0]


@pytest.mark.parametrize("charged", [0, 40_000, 100_000, 120_000])
async def test_an_ended_job_leaves_what_it_owes_in_the_meter(charged: int) -> None:
    limits = some_limits()
    taken = await limits.take(owner="ada", network="n", task=a_task(), estimate=100_000, now=NOON)
    reserved = Reservation(meter=SPEND, amount=100_000, until=taken[-1].until)
    await limits.square(a_job(reservation=reserved, charged=charged))
    assert await used(limits, SPEND) == charged


async def test_what_was_reserved_yesterday_is_not_refunded_today() -> None:
    limits = some_limits()
    taken = await limits.take(owner="ada", network="n", task=a_task(), estimate=5, now=NOON)
    tomorrow = NOON + timedelta(days=1)
    await take(limits, now=tomorrow)
    reserved = Reservation(meter=SPEND, amount=5, until=taken[-1].until)
    await limits.square(a_job(reservation=reserved))
    assert await used(limits, "spend#2026-11-03", tomorrow) == 40_000


async def test_a_job_without_a_reservation_is_square() -> None:
    await some_limits().square(a_job())


async def test_settings_say_what_the_limits_are() -> None:
    limits = Limits.of(Settings(rate_limit=3, network_rate_limit=4), MemoryMeters())
    assert (limits.per_owner, limits.per_network) == (3, 4)
    assert limits.spend_a_day == micros("10")
    assert Limits.of(Settings(daily_spend_usd=None), MemoryMeters()).spend_a_day is None


async def test_a_window_that_opened_lasts_twenty_minutes() -> None:
    limits = some_limits(per_owner=1)
    await take(limits)
    with pytest.raises(LimitReached):
        await take(limits, now=NOON + 20 * MINUTE - SECOND)
    assert await take(limits, now=NOON + 20 * MINUTE)
