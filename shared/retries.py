"""How long to wait before trying again: every delay of this kind is in this file."""

from datetime import timedelta
from random import Random

FIRST, MOST = timedelta(seconds=4), timedelta(minutes=5)
CONTENTION = timedelta(seconds=2)
"""Another worker changed the job at the same moment; look again after about this."""
OUTAGE = timedelta(seconds=15)
"""A store could not be asked; leave the message for about this, and longer each time."""
STORE_AGAIN = tuple(timedelta(seconds=seconds) for seconds in (1, 4, 15))
"""Waits before a picture is put once more: it is paid for, so it is not given up at once."""


def backoff(attempt: int, random: Random) -> timedelta:
    """The wait after failed attempt ``attempt`` (from 1): exponential with full jitter.

    See "Exponential backoff and jitter", aws.amazon.com/builders-library. Never under a second, so
    that a throttled call is not repeated at once.
    """
    ceiling = min(MOST, FIRST * (1 << min(attempt - 1, 16)))
    return max(timedelta(seconds=1), ceiling * random.random())


def outage(receives: int, random: Random) -> timedelta:
    """The wait when a store cannot be asked, for a message that was received ``receives`` times.

    It grows, because a queue buries what was received too often: ten receives outlast 25 minutes.
    """
    return jittered(min(MOST, OUTAGE * (1 << min(receives - 1, 16))), random)


def jittered(span: timedelta, random: Random) -> timedelta:
    """``span``, up to a quarter longer, so that those who wait do not come back together."""
    return span * random.uniform(1, 1.25)
