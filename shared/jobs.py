"""Jobs: one submitted task and its state, with every move its life cycle allows."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field

from shared.artifacts import Artifact
from shared.calls import MAX_PAID_CALLS, Call, Failure
from shared.errors import EndOfJob, IllegalTransition
from shared.frozen import Frozen
from shared.lines import Lane
from shared.messages import JobId
from shared.money import Micros
from shared.tasks import ArtifactRef, Task

MAX_ATTEMPTS = 5
"""Claims that count before a job fails for good; AWS asks for at least five receives."""
RETENTION = timedelta(days=30)


class JobStatus(StrEnum):
    """Where a job stands. Final states never change."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MODERATED = "moderated"
    CANCELED = "canceled"
    EXPIRED = "expired"

    @property
    def done(self) -> bool:
        return not NEXT[self]


_ENDS_UNMADE = {JobStatus.FAILED, JobStatus.MODERATED, JobStatus.CANCELED, JobStatus.EXPIRED}
NEXT: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, *_ENDS_UNMADE}),
    # Running to running: another attempt takes over a lease that ran out.
    JobStatus.RUNNING: frozenset(
        {JobStatus.RUNNING, JobStatus.QUEUED, JobStatus.SUCCEEDED, *_ENDS_UNMADE}
    ),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.MODERATED: frozenset(),
    JobStatus.CANCELED: frozenset(),
    JobStatus.EXPIRED: frozenset(),
}


class Reservation(Frozen):
    """Money set aside at submission, of the day ``meter`` that ends at ``until``."""

    meter: str
    amount: Micros
    until: datetime
    item: str | None = None
    """Under which name it is reserved: another for each try to submit."""


class Timings(Frozen):
    """Where the time went, in milliseconds, summed over attempts."""

    queued_ms: int = 0
    model_ms: int = 0
    store_ms: int = 0


METADATA_MOST = 16
MetadataKey = Annotated[str, Field(min_length=1, max_length=64)]
MetadataValue = Annotated[str, Field(max_length=512)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=METADATA_MOST)]


class Tombstone(Frozen):
    """What is left of a job that was erased: enough to say so."""

    id: JobId
    owner: str
    reason: EndOfJob
    """Whether its time had come, or its owner wished it."""
    gone_at: datetime


class Job(Frozen):
    """One submitted task. Moves return a new job; nothing is changed in place."""

    id: JobId
    owner: str
    version: int = 1
    status: JobStatus = JobStatus.QUEUED
    task: Task
    lane: Lane = Lane.NORMAL
    turn: int | None = None
    """Of its first call, in its pool's line; the others follow. None if it has none."""
    requested_model: str
    resolved_model: str
    fallback_reason: str | None = None
    warnings: tuple[str, ...] = ()
    pool: str

    fence: int = 0
    """How often the job was claimed: the fencing token of the claim that holds it."""
    attempt: int = 0
    """Claims that count: a park and a handing back take theirs back."""
    max_attempts: int = MAX_ATTEMPTS
    crashes: int = 0
    """Claims that ended with nothing said: their worker died, or stood still."""
    lease_until: datetime | None = None
    cancel_requested: bool = False
    delete_requested_at: datetime | None = None
    """Since when its owner wants it to be erased; once it is done, it is gone."""
    calls: tuple[Call, ...]

    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    start_by: datetime | None = None
    finish_by: datetime | None = None
    nudges: int = 0
    """How often its message was replaced: the number that a message must carry to be heeded."""
    nudged_at: datetime | None = None
    """When a message for it was last known to be on its way."""

    estimate: Micros
    charged: Micros = 0
    reservation: Reservation | None = None
    artifacts: tuple[Artifact, ...] = ()
    litter: bool = False
    """Whether pictures were dropped that may still be stored."""
    closed: bool = False
    """Whether its money and its litter are seen to, now that it is done."""
    failure: Failure | None = None
    timings: Timings = Timings()
    favorite: bool = False
    metadata: Metadata = Field(default_factory=dict)
    parent: JobId | None = None

    @property
    def done(self) -> bool:
        return self.status.done

    @property
    def gone(self) -> bool:
        """Nobody may see it any more: it is done, and its owner wants it to be erased."""
        return self.done and self.delete_requested_at is not None

    @property
    def to_be_closed(self) -> bool:
        """Whether it is done and something is left to do: a refund, or litter to be swept up."""
        return self.done and not self.closed and (self.may_litter or self.refund != 0)

    @property
    def may_litter(self) -> bool:
        """Whether pictures may be stored that its row does not name: dropped ones, or those of a
        claim that ended with nothing said."""
        return self.litter or self.crashes > 0

    @property
    def refund(self) -> Micros:
        """What was reserved and not charged; less than zero if more was."""
        return 0 if self.reservation is None else self.reservation.amount - self.charged

    @property
    def partial(self) -> bool:
        """Succeeded with fewer pictures than were asked for."""
        return self.status is JobStatus.SUCCEEDED and self.images_done < self.images_total

    @property
    def images_done(self) -> int:
        return sum(artifact.role == "picture" for artifact in self.artifacts)

    @property
    def hashes(self) -> tuple[str, ...]:
        """SHA-256 of each of its pictures, in hexadecimal."""
        return tuple(artifact.sha256 for artifact in self.artifacts)

    @property
    def origins(self) -> tuple[JobId, ...]:
        """The jobs it was made from: its parent, and those whose pictures its task names."""
        named = self.task.references().values()
        made = (ref.job_id for ref in named if isinstance(ref, ArtifactRef))
        return tuple(dict.fromkeys((*([self.parent] if self.parent else ()), *made)))

    @property
    def images_total(self) -> int:
        return sum(call.images for call in self.calls)

    @property
    def billed(self) -> bool:
        """Whether the model was, or may have been, called at its price."""
        return any(call.paid for call in self.calls)

    @property
    def owed(self) -> Micros:
        """The price of every call that was, or may have been, billed."""
        # Every picture of a job is estimated alike, so this leaves no remainder.
        each = self.estimate // self.images_total
        return sum(
            call.paid * call.images * (each if call.price is None else call.price)
            for call in self.calls
        )

    @property
    def missing(self) -> tuple[Call, ...]:
        """The calls of which it is not decided yet how they end."""
        return tuple(call for call in self.calls if not call.stored and call.refused is None)

    @property
    def affordable(self) -> tuple[Call, ...]:
        """The missing calls that may still be made: three paid tries each and no more."""
        return tuple(call for call in self.missing if call.paid < MAX_PAID_CALLS)

    @property
    def expires_at(self) -> datetime:
        """When the job and its pictures are erased."""
        return self.created_at + RETENTION

    @property
    def deadline(self) -> datetime | None:
        """When it ends if it still waits then; ``start_by`` counts until it is first begun."""
        start_by = self.start_by if self.started_at is None else None
        return min((end for end in (start_by, self.finish_by) if end is not None), default=None)

    def late(self, now: datetime) -> bool:
        """Whether its deadline has passed."""
        return self.deadline is not None and now >= self.deadline

    def noted(self, *, favorite: bool, metadata: Metadata) -> Self:
        """The job with its owner's notes, which stand beside its life: its version stays."""
        return self.model_copy(update={"favorite": favorite, "metadata": metadata})

    def leased(self, now: datetime) -> bool:
        """Whether some attempt holds the job at this instant."""
        return self.lease_until is not None and now < self.lease_until

    def nudge(self, now: datetime) -> Self:
        """Put a new message in place of the job's last, which need not be lost: it is not heeded.

        Written before the message is sent, so that of many who miss the last one sends another.
        """
        return self.park(now).model_copy(update={"nudges": self.nudges + 1})

    def park(self, now: datetime) -> Self:
        """Note that a message for the job is on its way, so that it is not missed for a while."""
        if self.done:
            raise IllegalTransition(f"{self.id} is done and needs no message")
        return self.model_copy(update={"version": self.version + 1, "nudged_at": now})

    def tombstone(self, reason: EndOfJob, now: datetime) -> Tombstone:
        """What stays of a job that is erased."""
        return Tombstone(id=self.id, owner=self.owner, reason=reason, gone_at=now)

    @property
    def epitaph(self) -> Tombstone | None:
        """The tombstone of a job that is gone, though it may not be buried yet."""
        if not self.done or self.delete_requested_at is None:
            return None
        return self.tombstone("deleted", self.delete_requested_at)

    def start(self, now: datetime, lease: timedelta, calls: tuple[int, ...]) -> Self:
        """Claim the job, noting that the calls ``calls`` are about to be paid.

        Written before the calls are made, so that a crash cannot make a paid call unseen. A claim
        that is only for settling, with no calls, is no attempt.
        """
        if self.leased(now):
            raise IllegalTransition(f"{self.id} is held until {self.lease_until}")
        return self._move(
            JobStatus.RUNNING,
            fence=self.fence + 1,
            attempt=self.attempt + 1 if calls else self.attempt,
            lease_until=now + lease,
            crashes=self.crashes + (self.status is JobStatus.RUNNING),
            started_at=self.started_at or now,
            calls=tuple(
                call.model_copy(update={"paid": call.paid + 1}) if call.k in calls else call
                for call in self.calls
            ),
            timings=self._timings(queued_ms=_ms(now - self.created_at))
            if self.started_at is None
            else self.timings,
        )

    def keep(self, call: Call, artifacts: tuple[Artifact, ...], **spent: int) -> Self:
        """Record how one call ended and what it brought; the job goes on running."""
        return self._move(
            JobStatus.RUNNING,
            calls=tuple(call if c.k == call.k else c for c in self.calls),
            artifacts=tuple(sorted((*self.artifacts, *artifacts), key=lambda a: a.k)),
            timings=self._timings(**spent),
        )

    def warn(self, warnings: Collection[str]) -> Self:
        """Note what the owner should know of how the job is run; the job goes on running."""
        return self._move(
            JobStatus.RUNNING, warnings=tuple(dict.fromkeys((*self.warnings, *warnings)))
        )

    def wait(self, *, counts: bool) -> Self:
        """Back to the queue: for another try (``counts``), or parked."""
        return self._move(
            JobStatus.QUEUED,
            lease_until=None,
            # The message that brought it here is hidden for a while at most, or sent again.
            nudged_at=self.lease_until,
            attempt=self.attempt if counts else self.attempt - 1,
        )

    def hand_back(self, uncalled: Collection[int]) -> Self:
        """Back to the queue, because the worker must stop.

        The calls ``uncalled`` were noted as paid at the claim, but then not made. Of others that
        were cut short, pictures may be stored.
        """
        cut_short = any(call.paid and call.k not in uncalled for call in self.missing)
        calls = tuple(call.unpaid() if call.k in uncalled else call for call in self.calls)
        waiting = self.wait(counts=False)
        return waiting.model_copy(update={"calls": calls, "litter": self.litter or cut_short})

    def settle(self, now: datetime, unmade: Failure) -> Self:
        """End with what there is: canceled, succeeded, or failed for the first reason known.

        Calls that are still missing get ``unmade`` as their reason.
        """
        if self.cancel_requested:
            return self.cancel(now)
        missing = {call.k for call in self.missing}
        calls = tuple(
            call.model_copy(update={"refused": unmade}) if call.k in missing else call
            for call in self.calls
        )
        if self.artifacts:
            return self._end(JobStatus.SUCCEEDED, now, calls=calls)
        failure = next((call.refused for call in calls if call.refused), unmade)
        status = JobStatus.MODERATED if failure.code == "moderated" else JobStatus.FAILED
        return self._end(status, now, failure=failure, calls=calls)

    def cancel(self, now: datetime, *, delete: bool = False) -> Self:
        """End at its owner's wish, also that it be erased. Pictures that were made are dropped."""
        delete_at = now if delete else self.delete_requested_at
        return self._drop(
            JobStatus.CANCELED, now, cancel_requested=True, delete_requested_at=delete_at
        )

    def expire(self, now: datetime, failure: Failure) -> Self:
        """End because a deadline passed. Pictures that were made are dropped."""
        return self._drop(JobStatus.EXPIRED, now, failure=failure)

    def give_up(self, now: datetime, why: Failure) -> Self:
        """End a job that nobody holds without another call: as its owner wants it, or expired.

        A claim that was on it ended with nothing said.
        """
        left = self.model_copy(
            update={"crashes": self.crashes + (self.status is JobStatus.RUNNING)}
        )
        return left.cancel(now) if self.cancel_requested else left.expire(now, why)

    def delete(self, now: datetime) -> Self:
        """Note on a job that is done that its owner wants it to be erased."""
        if not self.done or self.gone:
            raise IllegalTransition(f"{self.id} is not done, or gone already")
        return self.model_copy(update={"version": self.version + 1, "delete_requested_at": now})

    def close(self) -> Self:
        """Note that all is done that was left to do when the job ended."""
        if not self.to_be_closed:
            raise IllegalTransition(f"{self.id} has nothing to be closed")
        return self.model_copy(update={"version": self.version + 1, "closed": True})

    def _drop(self, status: JobStatus, now: datetime, **changes: Any) -> Self:
        litter = self.litter or bool(self.artifacts)
        return self._end(status, now, artifacts=(), litter=litter, **changes)

    def _end(self, status: JobStatus, now: datetime, **changes: Any) -> Self:
        return self._move(status, finished_at=now, lease_until=None, charged=self.owed, **changes)

    def _move(self, status: JobStatus, **changes: Any) -> Self:
        if status not in NEXT[self.status]:
            raise IllegalTransition(f"{self.id}: {self.status} → {status}")
        return self.model_copy(update={"status": status, "version": self.version + 1, **changes})

    def _timings(self, **spent: int) -> Timings:
        return Timings(**{name: was + spent.get(name, 0) for name, was in self.timings})


def beside(job: Job, kept: Job) -> Job:
    """A job with what is written beside it, without a version: by heartbeats and by its owner."""
    names = ("lease_until", "cancel_requested", "delete_requested_at", "favorite", "metadata")
    return job.model_copy(update={name: getattr(kept, name) for name in names})


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
