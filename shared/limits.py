"""Limits: how much an owner, a network and the whole service may use, taken before work is kept."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

from shared.errors import LimitReached, StoreUnavailable
from shared.jobs import Job
from shared.money import Micros, micros
from shared.ports.meters import Meters, Spending
from shared.settings import Settings
from shared.tasks import Task, is_premium

logger = logging.getLogger(__name__)

RATE_WINDOW = timedelta(minutes=20)


@dataclass(frozen=True)
class Rate:
    """What an owner, and all owners of a network, may do only so often within a window."""

    policy: str
    network_policy: str
    meter: str
    network_meter: str
    per_submission: int
    """How often for each submission that an owner or network may make."""

    @classmethod
    def beside(cls, what: str, per_submission: int) -> Self:
        """The rate of something that goes along with submissions."""
        return cls(what, f"network-{what}", what, f"network-{what}", per_submission)


SUBMISSIONS = Rate("submissions", "network", "rate", "network", 1)
UPLOADS = Rate.beside("uploads", 10)
"""A task names up to five pictures, and masks are painted over more than once."""
PROMPTS = Rate.beside("prompts", 3)
"""Answers of the prompt helper."""
SHARES = Rate.beside("shares", 3)
RATES = (SUBMISSIONS, UPLOADS, PROMPTS, SHARES)
SPEND = "spend"
"""The policy of what the whole service may spend."""
UNLIMITED = 2**62
"""A limit no meter reaches: what is used is counted all the same."""


@dataclass(frozen=True)
class Taken:
    """Something taken from a meter, with what a client needs to know of it."""

    policy: str
    meter: str
    amount: int
    limit: int
    used: int
    until: datetime
    item: str | None = None
    """What was reserved, if it is money that can be refunded."""

    @property
    def allowance(self) -> "Allowance":
        return Allowance(self.policy, self.limit, self.used, self.until)


@dataclass(frozen=True)
class Allowance:
    """How much there is of something within a window, and how much of it is used."""

    policy: str
    limit: int
    used: int
    until: datetime | None
    """When the window ends; None before it has begun."""

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


_Wanted = tuple[str, str, int, int, datetime]
"""Policy, meter, amount, limit, and when a new window would end."""


@dataclass(frozen=True)
class Limits:
    """The limits of this service and the meters they are held by."""

    meters: Meters
    spending: Spending
    per_owner: int
    """Submissions in 20 minutes; premium counts twice."""
    per_network: int
    spend_a_day: Micros | None
    """Of the whole service, in a UTC day."""

    @classmethod
    def of(cls, settings: Settings, meters: Meters, spending: Spending) -> Self:
        """The limits an operator's settings ask for."""
        cap = settings.daily_spend_usd
        return cls(
            meters=meters,
            spending=spending,
            per_owner=settings.rate_limit,
            per_network=settings.network_rate_limit,
            spend_a_day=None if cap is None else micros(cap),
        )

    async def take(
        self,
        *,
        owner: str,
        network: str,
        task: Task,
        estimate: Micros,
        item: str,
        now: datetime,
    ) -> Sequence[Taken]:
        """Take from all three, the spend last; or from none.

        The money is reserved under the name ``item`` until it is confirmed or given back. Raises
        ``LimitReached`` naming the policy. What was taken before is given back then.
        """
        weight = 2 if is_premium(task) else 1
        rates = self._rated(SUBMISSIONS, owner, network, now, weight)
        return await self._take_and_reserve(rates, item, estimate, now)

    async def take_prompt(
        self, *, owner: str, network: str, price: Micros, now: datetime
    ) -> Sequence[Taken]:
        """Take one answer of the prompt helper, the spend last; or none, and ``LimitReached``."""
        rates = self._rated(PROMPTS, owner, network, now)
        return await self._take_and_reserve(rates, None, price, now)

    async def take_one(
        self, rate: Rate, *, owner: str, network: str, now: datetime
    ) -> Sequence[Taken]:
        """Take one of what costs no money; or none, and ``LimitReached``."""
        return await self._take(*self._rated(rate, owner, network, now), now=now)

    async def allowances(self, *, owner: str, network: str, now: datetime) -> Sequence[Allowance]:
        """All that limits an owner, the spend last."""
        wanted = [w for rate in RATES for w in self._rated(rate, owner, network, now)]
        shown, spent = await asyncio.gather(
            self.meters.read([meter for _, meter, *_ in wanted], now=now),
            self.spending.spent(day_of(now)),
        )
        rates = [
            Allowance(policy, limit, reading.used, reading.until)
            if (reading := shown.get(meter))
            else Allowance(policy, limit, 0, None)
            for policy, meter, _, limit, _ in wanted
        ]
        return [*rates, Allowance(SPEND, self._cap, spent, midnight_after(now))]

    def _rated(
        self, rate: Rate, owner: str, network: str, now: datetime, amount: int = 1
    ) -> tuple[_Wanted, _Wanted]:
        until, times = now + RATE_WINDOW, rate.per_submission
        return (
            (rate.policy, f"{rate.meter}#{owner}", amount, times * self.per_owner, until),
            (
                rate.network_policy,
                f"{rate.network_meter}#{network}",
                amount,
                times * self.per_network,
                until,
            ),
        )

    @property
    def _cap(self) -> Micros:
        return UNLIMITED if self.spend_a_day is None else self.spend_a_day

    async def _take_and_reserve(
        self, rates: Sequence[_Wanted], item: str | None, amount: Micros, now: datetime
    ) -> Sequence[Taken]:
        taken = await self._take(*rates, now=now)
        day, until = day_of(now), midnight_after(now)
        try:
            reading = await self.spending.reserve(
                day, item, amount, self._cap, now=now, until=until
            )
        except (LimitReached, StoreUnavailable) as error:
            await self.give_back(taken)
            if isinstance(error, LimitReached):
                raise LimitReached(SPEND, error.reset_at) from None
            raise
        return [*taken, Taken(SPEND, day, amount, self._cap, reading.used, until, item)]

    async def _take(self, *wanted: _Wanted, now: datetime) -> Sequence[Taken]:
        taken: list[Taken] = []
        try:
            for policy, meter, amount, limit, until in wanted:
                try:
                    reading = await self.meters.take(meter, amount, limit, now=now, until=until)
                except LimitReached as reached:
                    raise LimitReached(policy, reached.reset_at) from None
                taken.append(Taken(policy, meter, amount, limit, reading.used, reading.until))
        except (LimitReached, StoreUnavailable):
            await self.give_back(taken)
            raise
        return taken

    async def give_back(self, taken: Sequence[Taken]) -> None:
        """Undo a taking, as far as the stores can be asked.

        The rest of a rate ends with its window; the reconciler finds money that nothing came of.
        """
        for part in reversed(taken):
            try:
                if part.policy != SPEND:
                    await self.meters.adjust(part.meter, -part.amount, until=part.until)
                elif part.item is not None:
                    await self.spending.release(part.meter, part.item)
            except StoreUnavailable as error:
                logger.warning("not given back: %s", error, extra={"meter": part.meter})

    async def confirm(self, kept: Job) -> None:
        """The job is kept, so the money that is reserved for it is no longer pending."""
        reserved = kept.reservation
        if reserved is not None and reserved.item is not None:
            await self.spending.confirm(reserved.meter, reserved.item)

    async def give_back_prompt(self, taken: Sequence[Taken], owner: str, now: datetime) -> None:
        """An answer that was taken then did not come, and costs nothing; the rate stays used."""
        spend = taken[-1]
        item = f"prompt#{owner}#{now:%H:%M:%S.%f}"
        try:
            await self.spending.refund(spend.meter, item, spend.amount, until=spend.until)
        except StoreUnavailable as error:
            logger.warning("not given back: %s", error, extra={"meter": spend.meter})

    async def refund(self, ended: Job) -> None:
        """Note what of its reservation an ended job did not use, or what it used beyond it."""
        reserved = ended.reservation
        if reserved is not None:
            await self.spending.refund(
                reserved.meter,
                reserved.item or ended.id,
                reserved.amount - ended.charged,
                until=reserved.until,
            )


def day_of(now: datetime) -> str:
    """The UTC day to which a moment's money belongs."""
    return f"{now.astimezone(UTC):%Y-%m-%d}"


def midnight_after(now: datetime) -> datetime:
    """When the UTC day ends, and with it what was spent in it."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
