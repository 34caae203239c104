"""Jobs: one submitted task and its state, with every move its life cycle allows."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Self

from shared.artifacts import Artifact
from shared.calls import Call, Failure
from shared.errors import IllegalTransition
from shared.records import JobRecord, Metadata, Timings
from shared.statuses import NEXT, JobStatus


class Job(JobRecord):
    """One submitted task. Moves return a new job; nothing is changed in place."""

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

    def noted(self, *, favorite: bool, metadata: Metadata) -> Self:
        """The job with its owner's notes, which stand beside its life: its version stays."""
        return self.model_copy(update={"favorite": favorite, "metadata": metadata})

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
