"""Submission: from a valid request to a job that is kept and on its way.

Idempotency record → rates and money → a turn in the line → its pictures, named → the job, queued →
its id on the queue.
What was taken is given back when a later step fails; a job that was kept but not sent is sent by
the reconciler.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shared.calls import Call, plan_calls
from shared.catalog import Choice, CurrentCatalog
from shared.clock import Clock
from shared.errors import (
    JobErased,
    KeyReused,
    NotAccepted,
    StaleJob,
    StoreUnavailable,
    SubmissionInFlight,
    TaskInvalid,
    Violation,
)
from shared.ids import new_id
from shared.jobs import Job
from shared.limits import Limits, Taken
from shared.messages import JobId, JobMessage
from shared.money import Micros
from shared.naming import Inline, Namer
from shared.orders import Order
from shared.ports.jobs import JobStore
from shared.ports.pools import Pools
from shared.ports.queue import Queue
from shared.ports.submissions import Submission, Submissions
from shared.records import Reservation
from shared.tasks import images_wanted, seeded

logger = logging.getLogger(__name__)

KEY_LIFETIME = timedelta(hours=24)
"""How long an Idempotency-Key finds its first job."""
IN_FLIGHT = timedelta(seconds=30)
"""After this a submission that left no job is dead, and a repeat may take it over."""


@dataclass(frozen=True)
class IdempotencyKey:
    """The client's name for this request, and a hash of the request itself."""

    value: str
    fingerprint: str


@dataclass(frozen=True)
class Quote:
    """What an order would use and cost."""

    choice: Choice
    estimate: Micros
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Accepted:
    """The job an order became, or was found to have become before."""

    job: Job
    replayed: bool = False
    taken: Sequence[Taken] = ()


class _NeverKept(StoreUnavailable):
    """The job is not kept and never will be, so whoever repeats the request begins anew."""


@dataclass(frozen=True)
class Submitter:
    """Accepts orders."""

    jobs: JobStore
    queue: Queue
    submissions: Submissions
    pools: Pools
    limits: Limits
    namer: Namer
    catalog: CurrentCatalog
    clock: Clock
    random: Random

    def quote(self, order: Order) -> Quote:
        """Model and price for an order; nothing is kept. Raises ``TaskInvalid``."""
        choice = self.catalog().choose(order.task, order.model, self.clock().date())
        images = images_wanted(order.task)
        return Quote(
            choice=choice,
            estimate=choice.model.price(order.task) * images,
            calls=plan_calls(images, choice.model.images_per_call),
        )

    async def rehearse(self, order: Order) -> Quote:
        """Check an order as ``submit`` does, limits aside, and keep nothing.

        Raises ``TaskInvalid``, or ``StoreUnavailable`` if what it names cannot be looked for.
        """
        now = self.clock()
        await self._check_parent(order)
        _check_deadlines(order, now)
        quote = self.quote(order)
        await self.namer.check(order.owner, order.task, now)
        return quote

    async def submit(
        self, order: Order, key: IdempotencyKey | None = None, trace: str | None = None
    ) -> Accepted:
        """Accept an order, or find the job it already became.

        Raises ``NotAccepted`` (nothing is kept or owed), or ``StoreUnavailable`` (nothing is known
        to be kept; repeating with the same key is safe).
        """
        now = self.clock()
        job_id = new_id(now, self.random)
        if key is not None and (replay := await self._repeated(order, key, job_id, now)):
            return replay
        try:
            await self._check_parent(order)
            draft = self._draft(order, job_id, now)
            inline = await self.namer.check(order.owner, order.task, now)
            accepted = await self._accept(order, draft, inline)
        except (NotAccepted, _NeverKept):
            if key is not None:
                await self.submissions.drop(order.owner, key.value, job_id)
            raise
        await asyncio.gather(self._send(accepted.job, trace), self._confirm(accepted.job))
        return accepted

    async def _repeated(
        self, order: Order, key: IdempotencyKey, job_id: JobId, now: datetime
    ) -> Accepted | None:
        """The job that a key has become before; or None, and it is to become ``job_id``."""
        ours = Submission(key.fingerprint, job_id, now)
        begun = await self.submissions.begin(
            order.owner, key.value, ours, expires_at=now + KEY_LIFETIME
        )
        if begun == ours:
            return None
        if begun.fingerprint != key.fingerprint:
            raise KeyReused("This Idempotency-Key was used for another request.")
        job = await self.jobs.get(begun.job_id)
        if job is not None:
            return Accepted(job, replayed=True)
        if erased := await self.jobs.tombstones([begun.job_id]):
            raise JobErased(erased[0].reason, erased[0].gone_at)
        # Who began may be dead, or stand still and go on later: by then its job may not be kept.
        if (
            self.clock() - begun.since < IN_FLIGHT
            or not await self.jobs.rule_out(begun.job_id, now)
            or not await self.submissions.take_over(order.owner, key.value, begun, ours)
        ):
            raise SubmissionInFlight("The first request with this key is still being answered.")
        return None

    async def _check_parent(self, order: Order) -> None:
        if order.parent is None:
            return
        parent = await self.jobs.get(order.parent)
        if parent is None or parent.owner != order.owner:
            raise TaskInvalid(Violation("/parent", "There is no such job."))

    def _draft(self, order: Order, job_id: JobId, now: datetime) -> Job:
        _check_deadlines(order, now)
        quote = self.quote(order)
        model = quote.choice.model
        return Job(
            id=job_id,
            owner=order.owner,
            task=seeded(order.task, self.random),
            lane=order.lane,
            requested_model=order.model,
            resolved_model=model.name,
            fallback_reason=quote.choice.fallback_reason,
            warnings=quote.choice.warnings,
            pool=model.pool_name,
            calls=quote.calls,
            created_at=now,
            start_by=order.start_by,
            finish_by=order.finish_by,
            estimate=quote.estimate,
            metadata=order.metadata or {},
            parent=order.parent,
        )

    async def _accept(self, order: Order, draft: Job, inline: Mapping[str, Inline]) -> Accepted:
        taken = await self.limits.take(
            owner=order.owner,
            network=order.network,
            task=order.task,
            estimate=draft.estimate,
            item=f"{draft.id}.{self.random.getrandbits(64):016x}",
            now=draft.created_at,
        )
        spend = taken[-1]
        turn = await self._enter(draft)
        try:
            task = await self.namer.hold(
                order.owner, draft.task, inline, draft.id, draft.created_at
            )
        except (NotAccepted, StoreUnavailable):
            await self._undo(order, draft, taken)
            raise
        job = draft.model_copy(
            update={
                "task": task,
                "turn": turn,
                "reservation": Reservation(
                    meter=spend.meter, amount=spend.amount, until=spend.until, item=spend.item
                ),
            }
        )
        try:
            await self.jobs.add(job)
        except (StaleJob, StoreUnavailable) as error:
            # The reply to a write that happened may be lost; one that did not happen may yet; and
            # a client library that repeats a write finds its own job in the way.
            if await self.jobs.rule_out(job.id, self.clock()):
                await self._undo(order, draft, taken)
                raise _NeverKept("The job could not be kept.") from error
        return Accepted(job, taken=taken)

    async def _undo(self, order: Order, draft: Job, taken: Sequence[Taken]) -> None:
        await self.limits.give_back(taken)
        await self.namer.let_go(order.task, draft.id)
        await self._leave(draft)

    async def _leave(self, draft: Job) -> None:
        with suppress(StoreUnavailable):
            await self.pools.leave(draft.pool, draft.lane, draft.owner, len(draft.calls))

    async def _enter(self, draft: Job) -> int | None:
        """Its turn. One that could not be had costs its owner an estimate, and not the job."""
        try:
            return await self.pools.enter(
                draft.pool, draft.lane, draft.owner, len(draft.calls), now=draft.created_at
            )
        except StoreUnavailable as error:
            logger.warning("a job has no turn: %s", error)
            return None

    async def _confirm(self, job: Job) -> None:
        # The bookkeeper does it otherwise.
        with suppress(StoreUnavailable):
            await self.limits.confirm(job)

    async def _send(self, job: Job, trace: str | None) -> None:
        message = JobMessage(job=job.id)
        try:
            await self.queue.send(message, lane=job.lane, owner=job.owner, trace=trace)
        except StoreUnavailable as error:
            told = "job kept but not sent, which the reconciler will do: %s"
            logger.warning(told, error, extra={"job_id": job.id})


def _check_deadlines(order: Order, now: datetime) -> None:
    late = [
        Violation(f"/{field}", "This is in the past.")
        for field, moment in (("start_by", order.start_by), ("finish_by", order.finish_by))
        if moment is not None and moment <= now
    ]
    if late:
        raise TaskInvalid(*late)
