"""The witness sees every write at the instant it happens, and says what must never be."""

import asyncio
import hashlib
import zlib
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from shared.artifacts import artifacts_of
from shared.calls import MAX_PAID_CALLS
from shared.jobs import Job
from shared.messages import JobId, JobMessage, Slot
from shared.ports.pictures import Blob
from shared.ports.queue import Delivery
from shared.statuses import NEXT, JobStatus
from tests.simulation.loop import PROCESS, Process, true_clock
from tests.simulation.weather import Mood, Weather

_ROUNDING = timedelta(milliseconds=1)
_AT_THE_DOOR = timedelta(seconds=5)
"""What was begun in time may go on for as long as a slot is waited for."""
_FAILED_AND_PAID = {Mood.MUTE, Mood.SILENT, Mood.BABBLING}
"""After these the same call is made again, and paid again, with good reason."""


@dataclass(frozen=True)
class Asking:
    """A call that is being made: of which job, as its claim knows it, and at which slot."""

    job: Job
    k: int
    slot: Slot


ASKING: ContextVar[Asking | None] = ContextVar("asking", default=None)
TAKEN: ContextVar[Slot | None] = ContextVar("taken", default=None)
"""The last slot that was taken for the delivery that is being handled."""


@dataclass(frozen=True)
class Made:
    """A call that reached the model and will be billed."""

    process: Process | None
    mood: Mood


class Stored(dict[str, Blob]):
    """What lies in storage, and since when."""

    def __init__(self) -> None:
        super().__init__()
        self.since: dict[str, float] = {}

    def __setitem__(self, key: str, blob: Blob) -> None:
        super().__setitem__(key, blob)
        self.since[key] = asyncio.get_running_loop().time()


class Witness:
    """Remembers a run, and collects what is wrong with it in sentences."""

    def __init__(self, weather: Weather) -> None:
        self.wrongs: list[str] = []
        self.events = 0
        self.digest = 0
        self.story: list[str] | None = None
        """Every event as a line, if somebody wants to read it."""
        self.jobs: dict[JobId, Job] = {}
        """Every job that ever was, as it was last."""
        self.pictures = Stored()
        self.ended_at: dict[JobId, float] = {}
        self.buried_at: dict[JobId, float] = {}
        self.calls: defaultdict[tuple[JobId, int], list[Made]] = defaultdict(list)
        self.slots: set[Slot] = set()
        self._given: defaultdict[str, list[datetime]] = defaultdict(list)
        """When each pool has slots, sorted: who got the later one may hear of it first."""
        self.used: Counter[Slot] = Counter()
        self.again: Counter[tuple[JobId, int]] = Counter()
        """How often the reconciler sent each message."""
        self._weather = weather
        self._lapsed: set[tuple[JobId, int]] = set()
        """Claims whose lease ran out before they renewed it."""
        self._holders: dict[tuple[JobId, int], Process | None] = {}

    def note(self, event: str, *about: Any) -> None:
        """Something happened, at this instant and in this order. ``about`` is for readers alone."""
        line = f"{asyncio.get_running_loop().time():.6f} {event}"
        self.events += 1
        self.digest = zlib.crc32(line.encode(), self.digest)
        if self.story is not None:
            self.story.append(" ".join([line, *filter(None, map(_in_short, about))]))

    def wrong(self, sentence: str) -> None:
        self.note(f"WRONG: {sentence}")
        self.wrongs.append(sentence)

    def job_written(self, before: Job | None, after: Job | None) -> None:
        if after is None:
            assert before is not None
            self._erased(before)
            return
        self.jobs[after.id] = after
        if before is None:
            self.note(f"job {after.id} is kept, for order {after.metadata['order']}")
        else:
            self._moved(before, after)

    def _erased(self, job: Job) -> None:
        self.note(f"job {job.id} is erased")
        self.buried_at[job.id] = asyncio.get_running_loop().time()
        if not job.done:
            self.wrong(f"{job.id} was erased while it was {job.status}")
        if left := self.left_of(job.id):
            self.wrong(f"{job.id} was erased, and {left} are still there")

    def _moved(self, before: Job, after: Job) -> None:
        name = after.id
        self.note(
            f"job {name} {before.status} → {after.status}, version {after.version}, "
            f"fence {after.fence}, paid {[call.paid for call in after.calls]}"
        )
        if before.done:
            if _truth(after) != _truth(before):
                self.wrong(f"{name} was {before.status}, which is final, and changed")
            return
        if after.status is not before.status and after.status not in NEXT[before.status]:
            self.wrong(f"{name} went from {before.status} to {after.status}")
        if before.cancel_requested and not after.cancel_requested:
            self.wrong(f"{name} forgot that its owner canceled it")
        self._fenced(before, after)
        if after.done:
            self._ended(before, after)

    def _fenced(self, before: Job, after: Job) -> None:
        writer, claim = PROCESS.get(), (after.id, after.fence)
        now, held_until = true_clock(), before.lease_until
        tolerance = timedelta(seconds=2 * self._weather.skew)
        if after.fence < before.fence:
            self.wrong(f"{after.id} was written by claim {after.fence} under {before.fence}")
        elif after.fence > before.fence:
            self._holders[claim] = writer
            held = held_until is not None and now + tolerance < held_until
            # Who saw it run out may come after who renewed it late.
            if held and (before.id, before.fence) not in self._lapsed:
                self.wrong(f"{after.id} was claimed while claim {before.fence} held it")
        elif after.lease_until is not None and after.lease_until != held_until:
            if writer not in (None, self._holders[claim]):
                self.wrong(f"{after.id}: a lease was renewed by who does not hold it")
            if held_until is not None and held_until < now + tolerance:
                self._lapsed.add(claim)

    def _ended(self, before: Job, after: Job) -> None:
        self.ended_at[after.id] = asyncio.get_running_loop().time()
        if before.cancel_requested and after.status is not JobStatus.CANCELED:
            self.wrong(f"{after.id} was canceled by its owner and ended {after.status}")
        if after.charged != after.owed:
            self.wrong(f"{after.id} owes {after.owed} and was charged {after.charged}")
        if (after.status is JobStatus.SUCCEEDED) != bool(after.artifacts):
            self.wrong(f"{after.id} {after.status} with {len(after.artifacts)} artifacts")
        self.complete(after)

    def complete(self, job: Job) -> None:
        """What a job says it made is stored, byte for byte."""
        for artifact in job.artifacts:
            blob = self.pictures.get(artifact.key)
            if blob is None or hashlib.sha256(blob.body).hexdigest() != artifact.sha256:
                self.wrong(f"{job.id}: picture {artifact.k} is not what was stored")
            if missing := [key for key in artifact.keys if key not in self.pictures]:
                self.wrong(f"{job.id}: {missing} are not stored")

    def unnamed_of(self, job: Job) -> list[str]:
        """What is stored of a job that has ended and does not name it, but for what came later."""
        folder, ended = artifacts_of(job.id), self.ended_at[job.id]
        named = {key for artifact in job.artifacts for key in artifact.keys}
        stored = (key for key in self.pictures if key.startswith(folder) and key not in named)
        return [key for key in stored if self.pictures.since[key] < ended]

    def left_of(self, job_id: JobId) -> list[str]:
        """What is stored of a job that was erased, but for what came after that."""
        folder, buried = artifacts_of(job_id), self.buried_at[job_id]
        stored = (key for key in self.pictures if key.startswith(folder))
        return [key for key in stored if self.pictures.since[key] < buried]

    def called(self, asking: Asking, mood: Mood) -> None:
        """A call reached the model, and will be billed."""
        job, k = asking.job, asking.k
        calls = self.calls[job.id, k]
        self.note(f"call {job.id}/{k} under claim {job.fence}: {mood.name}")
        if calls and not self._explained(calls[-1]):
            self.wrong(f"{job.id}/{k} was paid again without a reason")
        calls.append(Made(PROCESS.get(), mood))
        if len(calls) > MAX_PAID_CALLS:
            self.wrong(f"{job.id}/{k} was paid {len(calls)} times")
        kept = self.jobs[job.id]
        if kept.calls[k].paid < len(calls):
            self.wrong(f"{job.id}/{k} was made {len(calls)} times, {kept.calls[k].paid} on record")

    def _explained(self, earlier: Made) -> bool:
        """Whether there is a reason to make a call again that was paid before."""
        if earlier.mood in _FAILED_AND_PAID or self._weather.skew > 2:
            return True
        both = (earlier.process, PROCESS.get())
        return any(process is not None and process.troubled for process in both)

    def asked(self, asking: Asking, process: Process) -> None:
        """A model was asked, whatever it will answer: the pool's quota counts that."""
        slot = asking.slot
        self.used[slot] += 1
        if slot not in self.slots:
            self.wrong(f"{asking.job.id} was called at {slot.at}, a slot nobody gave")
        if self.used[slot] > 1 and not self._weather.doubled:
            self.wrong(f"{slot} was used twice")
        if process.clock() < slot.at - _ROUNDING:
            self.wrong(f"{asking.job.id} was called before its slot")
        late = asking.job.finish_by
        if self._weather.fine and late is not None and process.clock() > late + _AT_THE_DOOR:
            self.wrong(f"{asking.job.id} was called after its deadline")

    def deleted(self, delivery: Delivery, left: Iterable[str]) -> None:
        """A message is dealt with; ``left`` are the bodies of those that will still be received."""
        try:
            message = JobMessage.model_validate_json(delivery.body)
        except ValidationError:
            return
        job = self.jobs[message.job]
        if job.done or (message.nudge or 0) < job.nudges:
            return
        if not any(message.job in body for body in left):
            self.wrong(f"{job.id} is {job.status}, and its last message was deleted")

    def slot_given(self, slot: Slot, spacing: timedelta) -> None:
        if slot in self.slots:
            self.wrong(f"{slot} was given twice")
        given = self._given[slot.pool]
        place = bisect(given, slot.at)
        for near in given[max(0, place - 1) : place + 1]:
            if abs(slot.at - near) < spacing - _ROUNDING:
                self.wrong(f"{slot} was given, which is over the quota beside {near}")
        given.insert(place, slot.at)
        self.slots.add(slot)
        TAKEN.set(slot)

    def sent(self, message: JobMessage, delay: timedelta) -> None:
        """A process puts a message on a lane: for a new job, parked, or in place of one lost."""
        process, taken = PROCESS.get(), TAKEN.get()
        if delay:
            if taken is not None and message.slot != taken and not self.used[taken]:
                self.wrong(f"{message.job} was parked, and its slot at {taken.at} is lost")
        elif process is not None and process.name.startswith("worker"):
            number = message.nudge or 0
            self.again[message.job, number] += 1
            if not number or self.again[message.job, number] > 1:
                self.wrong(f"{message.job} was sent again as number {number}, like one before it")
        if (message.nudge or 0) > self.jobs[message.job].nudges:
            self.wrong(f"message {message.nudge} for {message.job} is not on its row")


def _truth(job: Job) -> dict[str, object]:
    """What may not change once a job is done."""
    return job.model_dump(
        include={"status", "calls", "artifacts", "failure", "finished_at", "charged", "task"}
    )


def _in_short(thing: Any) -> str:
    if isinstance(thing, str):
        return thing
    if isinstance(thing, Delivery):
        return f"message {thing.message_id} receipt {thing.receives} {thing.body}"
    if isinstance(thing, JobMessage):
        return thing.model_dump_json(exclude_none=True)
    return str(getattr(thing, "id", None) or getattr(thing, "job_id", None) or "")
