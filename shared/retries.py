"""How long to wait before trying again: every delay of this kind is in this file."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import TypeVar

from shared.errors import StoreUnavailable

logger = logging.getLogger(__name__)

FIRST, MOST = timedelta(seconds=4), timedelta(minutes=5)
CONTENTION = timedelta(seconds=2)
"""Another worker changed the job at the same moment; look again after about this."""
OUTAGE = timedelta(seconds=15)
"""A store could not be asked; leave the message for about this, and longer each time."""
BUSY_POOL_RESTS = timedelta(seconds=5)
"""How long a pool rests, for everyone, after the provider said it is too busy."""
REFUSED_POOL_RESTS = timedelta(hours=1)
"""How long ``auto`` passes over a model that the provider refused to call for us."""
STORE_AGAIN = tuple(timedelta(seconds=seconds) for seconds in (1, 4, 15))
"""Waits before a store is asked once more for what was paid for, or is owed."""

Done = TypeVar("Done")


async def patiently(ask: Callable[[], Awaitable[Done]]) -> Done:
    """Ask a store for what is too dear to give up at once; must be safe to ask for twice.

    Raises ``StoreUnavailable`` when it did not answer four times in about twenty seconds.
    """
    for wait in STORE_AGAIN:
        try:
            return await ask()
        except StoreUnavailable as error:
            logger.warning("a store is asked again: %s", error)
            await asyncio.sleep(wait.total_seconds())
    return await ask()


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
