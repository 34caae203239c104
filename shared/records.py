"""Records: what is written of a job, and what follows from that alone."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from shared.artifacts import Artifact
from shared.calls import MAX_PAID_CALLS, Call, Failure
from shared.errors import EndOfJob
from shared.frozen import Frozen
from shared.lines import Lane
from shared.messages import JobId
from shared.money import Micros
from shared.statuses import JobStatus
from shared.tasks import ArtifactRef, Task

MAX_ATTEMPTS = 5
"""Claims that count before a job fails for good; AWS asks for at least five receives."""
RETENTION = timedelta(days=30)


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


class JobRecord(Frozen):
    """All that is known of a job. Everything is either written here or computed from it."""

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
    def images_total(self) -> int:
        return sum(call.images for call in self.calls)

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

    def leased(self, now: datetime) -> bool:
        """Whether some attempt holds the job at this instant."""
        return self.lease_until is not None and now < self.lease_until

    def tombstone(self, reason: EndOfJob, now: datetime) -> Tombstone:
        """What stays of a job that is erased."""
        return Tombstone(id=self.id, owner=self.owner, reason=reason, gone_at=now)

    @property
    def epitaph(self) -> Tombstone | None:
        """The tombstone of a job that is gone, though it may not be buried yet."""
        if not self.done or self.delete_requested_at is None:
            return None
        return self.tombstone("deleted", self.delete_requested_at)
