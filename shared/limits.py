"""Limits: how much an owner, a network and the whole service may use, taken before work is kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

from shared.errors import LimitReached, StoreUnavailable
from shared.jobs import Job
from shared.money import Micros, micros
from shared.ports import Meters
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
    per_owner: int
    """Submissions in 20 minutes; premium counts twice."""
    per_network: int
    spend_a_day: Micros | None
    """Of the whole service, in a UTC day."""

    @classmethod
    def of(cls, settings: Settings, meters: Meters) -> Self:
        """The limits an operator's settings ask for."""
        cap = settings.daily_spend_usd
        return cls(
            meters=meters,
            per_owner=settings.rate_limit,
            per_network=settings.network_rate_limit,
            spend_a_day=None if cap is None else micros(cap),
        )

    async def take(
        self, *, owner: str, network: str, task: Task, estimate: Micros, now: datetime
    ) -> Sequence[Taken]:
        """Take from all three, the spend last; or from none.

        Raises ``LimitReached`` naming the policy. What was taken before is given back then.
        """
        weight = 2 if is_premium(task) else 1
        return await self._take(
            *self._rated(SUBMISSIONS, owner, network, now, weight),
            self._spend(estimate, now),
            now=now,
        )

    async def take_prompt(
        self, *, owner: str, network: str, price: Micros, now: datetime
    ) -> Sequence[Taken]:
        """Take one answer of the prompt helper, the spend last; or none, and ``LimitReached``."""
        return await self._take(
            *self._rated(PROMPTS, owner, network, now), self._spend(price, now), now=now
        )

    async def take_one(
        self, rate: Rate, *, owner: str, network: str, now: datetime
    ) -> Sequence[Taken]:
        """Take one of what costs no money; or none, and ``LimitReached``."""
        return await self._take(*self._rated(rate, owner, network, now), now=now)

    async def allowances(self, *, owner: str, network: str, now: datetime) -> Sequence[Allowance]:
        """All that limits an owner, the spend last."""
        wanted = [w for rate in RATES for w in self._rated(rate, owner, network, now)]
        wanted.append(self._spend(0, now))
        shown = await self.meters.read([meter for _, meter, *_ in wanted], now=now)
        return [
            Allowance(policy, limit, reading.used, reading.until)
            if (reading := shown.get(meter))
            else Allowance(policy, limit, 0, None)
            for policy, meter, _, limit, _ in wanted
        ]

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

    def _spend(self, amount: Micros, now: datetime) -> _Wanted:
        cap = UNLIMITED if self.spend_a_day is None else self.spend_a_day
        return (SPEND, f"spend#{now:%Y-%m-%d}", amount, cap, midnight_after(now))

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
        """Undo a taking, as far as the meters can be asked; the rest ends with its window."""
        for part in reversed(taken):
            await self._adjust(part.meter, -part.amount, part.until)

    async def square(self, ended: Job) -> None:
        """Charge an ended job's spend with what it owes, and refund the rest of its reservation.

        As far as the meters can be asked: a refund that is lost is only money held until midnight.
        """
        reserved = ended.reservation
        if reserved is not None and reserved.amount != ended.charged:
            await self._adjust(reserved.meter, ended.charged - reserved.amount, reserved.until)

    async def _adjust(self, meter: str, amount: int, until: datetime) -> None:
        try:
            await self.meters.adjust(meter, amount, until=until)
        except StoreUnavailable as error:
            logger.warning("not adjusted: %s", error, extra={"meter": meter, "amount": amount})


def midnight_after(now: datetime) -> datetime:
    """When the UTC day ends, and with it what was spent in it."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
