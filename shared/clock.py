"""The clock: time is asked of what was passed in, so that tests can pass their own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what time it is, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)
