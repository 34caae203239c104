"""Meters and spending: what counts requests within windows, and a day's money against its cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.money import Micros


@dataclass(frozen=True)
class Reading:
    """What a meter shows."""

    used: int
    until: datetime


class Meters(Protocol):
    """Counts what is used up within windows."""

    async def read(self, meters: Sequence[str], *, now: datetime) -> dict[str, Reading]:
        """What those of up to 100 meters show whose window is open at ``now``."""

    async def take(
        self, meter: str, amount: int, limit: int, *, now: datetime, until: datetime
    ) -> Reading:
        """Add ``amount`` if the sum stays within ``limit``, atomically under any concurrency.

        A window that is open at ``now`` keeps its end; otherwise a new one opens, empty, and ends
        at ``until``. Raises ``LimitReached`` (policy ``meter``), having changed nothing.
        """

    async def adjust(self, meter: str, amount: int, *, until: datetime) -> None:
        """Add ``amount`` (less than zero gives back) to the window that ends at ``until``.

        No limit applies. A window that is gone is left gone.
        """


class Spending(Protocol):
    """Counts a day's money against a cap: what is reserved, less what is refunded.

    Whatever may be cut short may be said again: nothing counts twice, and nothing is forgotten.
    """

    async def reserve(
        self,
        day: str,
        item: str | None,
        amount: Micros,
        cap: Micros,
        *,
        now: datetime,
        until: datetime,
    ) -> Reading:
        """Reserve ``amount`` if the day's sum stays within the cap, atomically under any
        concurrency. ``LimitReached`` (policy ``day``, opens ``until``), with nothing changed.

        An item is pending then, until it is confirmed or released; reserving it again while it is
        pending changes nothing. What has no name is never pending.
        """

    async def confirm(self, day: str, item: str) -> None:
        """The item is kept elsewhere now, and is not pending any more."""

    async def release(self, day: str, item: str) -> None:
        """Nothing came of a pending item: what it reserved is free again. Others are left alone."""

    async def unconfirmed(self, day: str, before: datetime) -> list[str]:
        """The items that have been pending since ``before`` or longer."""

    async def refund(self, day: str, item: str, amount: Micros, *, until: datetime) -> None:
        """Of what an item reserved, ``amount`` was not spent; if it is less than zero, more was.

        Saying the same again changes nothing.
        """

    async def balance(self, day: str) -> None:
        """Sum up the refunds, which until then count only where a reservation would be refused."""

    async def spent(self, day: str) -> Micros:
        """What is reserved, less the refunds that were summed up."""
