"""Estimates: how many calls are ahead of a job, and how long until it will be done."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.catalog import CurrentCatalog
from shared.clock import Clock
from shared.errors import StoreUnavailable
from shared.jobs import Job
from shared.lines import Lane, PoolState, Took
from shared.messages import JobId
from shared.models import Model
from shared.ports.pools import Pools
from shared.statuses import JobStatus

logger = logging.getLogger(__name__)

REMEMBERED_FOR = timedelta(seconds=2)
"""How old what is said of a pool may be: every poll for a waiting job asks."""
UNLUCKY, PARKED = 1.5, timedelta(seconds=10)
"""Nine of ten jobs that wait do so no longer than this many times what is expected, and this:
parking is random, and owners come and go."""
SOON = timedelta(seconds=1)
"""Nothing that is not done is said to be done sooner."""
_STEPS = ((120, 5), (900, 30))
"""Seconds below which an estimate is given in steps of so many."""
_COARSEST = 60


@dataclass(frozen=True)
class Eta:
    """How long until a job is done, as likely as not, and in nine of ten cases."""

    p50: timedelta
    p90: timedelta


@dataclass(frozen=True)
class Estimate:
    """What is expected of a job that is not done. None is not known."""

    ahead: int | None = None
    eta: Eta | None = None


NOTHING_KNOWN = Estimate()


class Estimator:
    """Says what is expected of jobs. A store that does not answer makes it unknown, no more."""

    def __init__(self, pools: Pools, catalog: CurrentCatalog, clock: Clock) -> None:
        self._pools = pools
        self._catalog = catalog
        self._clock = clock
        self._states: dict[str, tuple[PoolState, datetime]] = {}

    async def of(self, jobs: Collection[Job], *, at_once: bool = False) -> Mapping[JobId, Estimate]:
        """What is expected of each; with ``at_once`` by those who wait now, and not a moment ago,
        because a new job is one of them.
        """
        pools = {job.pool for job in jobs if not job.done}
        states = await self._look(pools, remembered=not at_once)
        now = self._clock()
        return {
            job.id: estimate(job, states[job.pool], self._spacing(job), now)
            if job.pool in states
            else NOTHING_KNOWN
            for job in jobs
        }

    async def of_new(self, lane: Lane, model: Model, calls: int) -> Estimate:
        """What would be expected of a job of so many calls that is submitted now."""
        states = await self._look({model.pool_name})
        if model.pool_name not in states:
            return NOTHING_KNOWN
        state = states[model.pool_name]
        return estimate_of_new(lane, calls, state, model.pool.spacing, self._clock())

    def _spacing(self, job: Job) -> timedelta | None:
        model = self._catalog().find(job.resolved_model)
        return None if model is None else model.pool.spacing

    async def _look(
        self, pools: Collection[str], *, remembered: bool = True
    ) -> Mapping[str, PoolState]:
        now = self._clock()
        fresh = {
            pool: (state, until)
            for pool, (state, until) in self._states.items()
            if now < until and (remembered or pool not in pools)
        }
        unseen = [pool for pool in pools if pool not in fresh]
        if unseen:
            try:
                found = await self._pools.look(unseen)
            except StoreUnavailable as error:
                logger.warning("nobody knows how long the lines are: %s", error)
                found = {}
            else:
                until = now + REMEMBERED_FOR
                fresh |= {pool: (found.get(pool, PoolState()), until) for pool in unseen}
        self._states = fresh
        return {pool: fresh[pool][0] for pool in pools if pool in fresh}


def estimate(job: Job, state: PoolState, spacing: timedelta | None, now: datetime) -> Estimate:
    """What is expected of a job whose pool is in this state and called once in ``spacing``."""
    if job.done:
        return NOTHING_KNOWN
    if job.status is JobStatus.RUNNING:
        return Estimate(0, _finish(state.took, now - (job.started_at or now)))
    missing = job.missing
    if job.turn is None or not missing:
        return NOTHING_KNOWN
    ahead = state.ahead_of(job.lane, job.turn + missing[0].k)
    return _waiting(ahead, len(missing), state, spacing, now)


def estimate_of_new(
    lane: Lane, calls: int, state: PoolState, spacing: timedelta, now: datetime
) -> Estimate:
    """What would be expected of a job that is submitted now."""
    ahead = state.line(lane).waiting
    if lane is Lane.LOW:
        ahead += state.line(Lane.NORMAL).waiting
    return _waiting(ahead, calls, state, spacing, now)


def seconds(span: timedelta) -> int:
    """An estimate in seconds, no finer than it is worth: what hardly changes stays the same."""
    whole = span.total_seconds()
    step = next((step for below, step in _STEPS if whole < below), _COARSEST)
    return step * -(-int(whole + 0.999) // step)


def _waiting(
    ahead: int, calls: int, state: PoolState, spacing: timedelta | None, now: datetime
) -> Estimate:
    if state.took is None or spacing is None:
        return Estimate(ahead)
    opens = max(now, state.next_at or now, state.held_until or now)
    wait = opens - now + (ahead + calls - 1) * spacing
    longer = wait * UNLUCKY + PARKED if wait else wait
    return Estimate(ahead, Eta(wait + state.took.p50, longer + state.took.p90))


def _finish(took: Took | None, elapsed: timedelta) -> Eta | None:
    if took is None:
        return None
    return Eta(max(SOON, took.p50 - elapsed), max(SOON, took.p90 - elapsed))
