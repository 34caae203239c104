"""The outside world as the core sees it: small Protocols, each with an AWS adapter and a twin.

Docstrings are the contract; the contract tests ask every adapter the same questions. Any method may
raise ``StoreUnavailable`` when the service behind it cannot be asked.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.jobs import Job, Tombstone
from shared.keys import ApiKey
from shared.lines import Lane, PoolState, Took, Waiting
from shared.messages import JobId, JobMessage
from shared.models import Lifecycle
from shared.money import Micros
from shared.search import JobFilter

LOOKED_AT_MOST = 1000
"""How many of an owner's jobs are looked at for one page of those that are wanted."""


@dataclass(frozen=True)
class JobPage:
    """Some of an owner's jobs, newest first. ``after`` continues the list; None is its end."""

    jobs: tuple[Job, ...]
    after: str | None


class JobStore(Protocol):
    """Remembers jobs."""

    async def add(self, job: Job) -> None:
        """Keep a new job. An id that is already kept is a ``StaleJob``."""

    async def rule_out(self, job_id: JobId, now: datetime) -> bool:
        """See to it that no job of this id is ever kept, also by a write that is still on its way.

        False, with nothing changed, if there is one, or was.
        """

    async def get(self, job_id: JobId) -> Job | None:
        """The job as last written (a strongly consistent read), or None; also once it is gone."""

    async def get_many(self, job_ids: Sequence[JobId]) -> list[Job]:
        """Those of up to 100 jobs that exist and are not gone, in no particular order."""

    async def save(self, job: Job) -> None:
        """Replace version ``job.version - 1`` of a job.

        ``StaleJob`` if another version is kept, or if a cancel or erasure was requested that
        ``job`` has not seen; nothing is written then.
        A lease that its claim renewed meanwhile keeps the later end. The owner's notes are not the
        holder's to save: they stay as they are kept.
        """

    async def renew(self, job_id: JobId, fence: int, lease_until: datetime) -> Job:
        """Extend the lease of the claim numbered ``fence`` and return the job as it now is.

        ``StaleJob`` if the job is not running or was claimed by another since. The version stays,
        so that the holder's own next ``save`` fits.
        """

    async def request_cancel(self, job_id: JobId, delete_at: datetime | None = None) -> Job:
        """Note on a running job that its owner wants it canceled, and with ``delete_at`` that it is
        to be erased then; return the job.

        ``StaleJob`` if it is not running. Asking twice changes nothing: the first ``delete_at``
        stays. The version stays.
        """

    async def note(self, seen: Job, noted: Job) -> Job:
        """Put the owner's notes (``favorite``, ``metadata``) of ``noted`` in place of those of
        ``seen``, and nothing else; return the job. It may be in any state. The version stays.

        ``StaleJob`` if it has other notes by now, or is gone; nothing is written then.
        """

    async def owned_by(
        self, owner: str, where: JobFilter, *, limit: int, after: str | None = None
    ) -> JobPage:
        """An owner's jobs that are wanted, newest first (``created_at``, then id).

        A page has ``limit`` jobs at most. It may be short, or empty, and still not the last: no
        more than ``LOOKED_AT_MOST`` jobs are looked at for it. The list is eventually consistent.
        ``after`` is a value that any former page gave for this owner.
        """

    async def due(self, before: datetime, *, limit: int) -> list[Job]:
        """Up to 100 jobs whose ``due_at`` has passed, the longest overdue first.

        Which they are is eventually consistent; what is said of them may have changed since.
        """

    async def waiting(self, before: datetime) -> Mapping[tuple[str, Lane], Waiting]:
        """Who waits for each pool in each lane: the missing calls of the queued jobs that are due
        by ``before``, and how many owners they have. Eventually consistent.
        """

    async def bury(self, job: Job, tombstone: Tombstone) -> None:
        """Put a tombstone in place of ``job``, which is neither read, listed nor due any more.

        ``StaleJob`` if another version is kept, or none.
        """

    async def tombstones(self, job_ids: Sequence[JobId]) -> list[Tombstone]:
        """Of those of up to 100 jobs that are buried or gone, in no particular order."""


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


@dataclass(frozen=True)
class Submission:
    """An idempotency record: which request came with a key, and the job it is for."""

    fingerprint: str
    job_id: JobId
    since: datetime
    """When it was begun."""


class Submissions(Protocol):
    """Remembers Idempotency-Keys per owner, so that a repeated request finds its first job."""

    async def begin(
        self, owner: str, key: str, submission: Submission, *, expires_at: datetime
    ) -> Submission:
        """Keep the record if there is none, and return what is now kept: this one or the first.

        A record whose ``expires_at`` is not after ``submission.since`` counts as none.
        """

    async def take_over(self, owner: str, key: str, seen: Submission, instead: Submission) -> bool:
        """Put a record ``instead`` of the one that was ``seen``: one of many callers wins.

        False, with nothing changed, if another is kept by now, or none. It ends when the first one
        would have ended.
        """

    async def drop(self, owner: str, key: str, job_id: JobId) -> None:
        """Forget the record if it is for this job; nothing was accepted under it."""


class Keys(Protocol):
    """Knows API keys by their hash."""

    async def add(self, key: ApiKey) -> None:
        """Keep a key; one with the same hash is replaced."""

    async def find(self, key_hash: str) -> ApiKey | None:
        """The key of that hash, or None."""

    async def all(self) -> list[ApiKey]:
        """Every key, by name."""

    async def remove(self, key_hash: str) -> None:
        """Take a key away for good; one that is not there is no error."""


class Pools(Protocol):
    """One row for each pool: when it may be called next, and who waits for it."""

    async def enter(self, pool: str, lane: Lane, owner: str, calls: int, *, now: datetime) -> int:
        """Count an owner's calls into the line of a lane, and give the first its turn.

        It follows that of the owner's last, or the line's own if that is further, or if nobody
        waits. Those of the other calls follow one by one.
        """

    async def leave(self, pool: str, lane: Lane, owner: str, calls: int) -> None:
        """Count calls out that will never want a slot, and give their owner their turns back."""

    async def take_slot(
        self,
        pool: str,
        spacing: timedelta,
        *,
        lane: Lane,
        turn: int | None,
        horizon: Callable[[PoolState], timedelta],
        took: Took | None,
        now: datetime,
    ) -> datetime | PoolState:
        """The next free instant, never before ``now``, and the one after is ``spacing`` later.

        The state, with nothing taken, if it would lie ``horizon`` or more after ``now``. That must
        be more than nothing, and may become more as turns and numbers move on, but never less.

        Each instant is given once, under any concurrency. With it the call leaves its line; the
        line's turn moves on by one if it lies before the call's; after one of the low lane, the
        next is owed to it when ``LOW_SHARE`` more of the normal one are made; and ``took`` is
        noted, unless it is None.
        """

    async def hold_off(self, pool: str, until: datetime) -> None:
        """Give no slot before ``until``: the provider said it is too busy. Never moves back."""

    async def refuse(self, pool: str, until: datetime | None) -> None:
        """Note until when the pool is passed over by who may choose; with None, not any more."""

    async def look(self, pools: Collection[str]) -> Mapping[str, PoolState]:
        """Those of up to 100 pools that were ever asked for. Eventually consistent."""

    async def recount(self, pool: str, seen: PoolState, waiting: Mapping[Lane, Waiting]) -> None:
        """Note who waits in each lane, as the rows of jobs say, and what the counters that were
        ``seen`` just before hold to be waiting beyond that.
        """


@dataclass(frozen=True)
class Delivery:
    """One receipt of a message. ``body`` is unchecked."""

    body: str
    receipt: str
    message_id: str
    receives: int
    owner: str | None = None
    trace: str | None = None
    lane: Lane = Lane.NORMAL
    dead: bool = False
    """It lies with the dead letters, and not on its lane."""


class Queue(Protocol):
    """Carries job messages, at least once."""

    async def send(
        self,
        message: JobMessage,
        *,
        lane: Lane,
        owner: str,
        delay: timedelta = timedelta(),
        trace: str | None = None,
    ) -> None:
        """Put a message on a lane, hidden for ``delay`` (at most 15 minutes, whole seconds)."""

    async def receive(self, lane: Lane, *, at_most: int, wait: timedelta) -> list[Delivery]:
        """One to ten messages, waiting up to ``wait`` (at most 20 s) for the first."""

    async def delete(self, delivery: Delivery) -> None:
        """The message is dealt with. Deleting it twice changes nothing."""

    async def hide(self, delivery: Delivery, span: timedelta) -> None:
        """Show the message again only after ``span`` (whole seconds, at most 12 hours).

        A receipt that is no longer good is let pass: the message is somebody else's by now.
        """

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """Move the message to the dead letters, with the reason; no lane shows it again."""

    async def dead_letters(self, *, at_most: int) -> list[Delivery]:
        """One to ten messages that were buried, or received too often; none if there are none.

        They are hidden, hidden for longer, and deleted as any other.
        """


@dataclass(frozen=True)
class Blob:
    """A stored object."""

    body: bytes
    content_type: str


class Pictures(Protocol):
    """Keeps bytes by key: pictures, thumbnails, cards."""

    async def put(
        self, key: str, body: bytes, *, content_type: str, sha256: str | None = None
    ) -> None:
        """Store, or replace, an object; it is durable when this returns.

        Bytes that changed on the way, so that they have not the hash ``sha256`` (in hexadecimal),
        are not stored: ``StoreUnavailable``.
        """

    async def get(self, key: str) -> Blob | None:
        """The object, or None."""

    async def size(self, key: str) -> int | None:
        """Bytes of the object, or None if there is none."""

    async def stored(self, prefix: str) -> list[str]:
        """The keys of all objects that begin with it, in no particular order."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; a key that is not there is no error."""


class ImageModels(Protocol):
    """Calls image models."""

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        """One request, never repeated by itself: a hidden retry is a hidden bill.

        ``body`` and the reply are JSON, at most 25,000,000 bytes each. Raises the matching
        ``CallFailed``; what the provider calls a wrong request is an ``InputRejected`` with its
        own words, for the model's family to interpret.
        """


@dataclass(frozen=True)
class Said:
    """What a text model answered."""

    text: str
    stop: str
    """Why it stopped, in Converse's words: ``end_turn``, ``max_tokens``, ``content_filtered`` …"""


class TextModels(Protocol):
    """Asks text models."""

    async def ask(self, model_id: str, system: str, words: str, *, most_tokens: int) -> Said:
        """One answer, or the matching ``CallFailed`` within seconds; never repeated by itself."""


class ModelLifecycles(Protocol):
    """Knows how long models live."""

    async def lifecycle(self, model_id: str, region: str) -> Lifecycle | None:
        """What the provider says of a model in a region; None if it knows none of that name."""


class Probe(Protocol):
    """Something the service depends on, which can be asked whether it is there."""

    name: str

    async def check(self) -> None:
        """Return if it answers. Raises ``StoreUnavailable`` with the reason."""
