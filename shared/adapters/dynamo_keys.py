"""How everything lies in DynamoDB: keys, indexes, attributes, and how a job becomes a row.

Jobs: key ``id``; index ``owner-created`` (``owner``, ``listed``) for an owner's list; sparse index
``due`` (``due_shard``, ``due_at``) for the reconciler. The row of a buried job is a tombstone, and
that of a job that may never be says ``ruled_out_at``; neither is in an index. A job's document is
``body``. What is changed beside the holder's own saves lies in attributes of its own, which win
over the document: ``cancel_requested`` and ``delete_requested_at`` by the API; ``lease_until``, and
with it ``due_at``, by the heartbeat; and the owner's notes (``favorite``, ``metadata``), which no
save touches. Lists are sieved by ``status``, ``kind``, ``model``, ``favorite``, ``words`` (of its
task), ``hashes`` (of its pictures) and ``origins`` (the jobs it was made from). Those who wait are
counted by ``waits_in``, ``calls_missing`` and ``owner``.

Ledger: key ``pk`` + ``sk``; a row for each meter, day of spending, refund, idempotency record, API
key, pool, owner who takes turns at a pool, upload and share; sparse index ``due`` as above, for the
uploads.

No attribute's name may be one of DynamoDB's reserved words, save those written with a ``#``.
"""

import hashlib
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from shared.due import due_at
from shared.errors import RowUnreadable
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobId
from shared.records import RETENTION, Tombstone
from shared.search import words_of
from shared.shares import REMEMBERED, Share
from shared.statuses import JobStatus
from shared.uploads import OUTLIVED, Upload

logger = logging.getLogger(__name__)
Thing = TypeVar("Thing")
Item = dict[str, dict[str, Any]]
"""A row, or a part of one, in DynamoDB's own notation."""

OWNER_INDEX = "owner-created"
DUE_INDEX = "due"
DUE_ENTRY = ("owner", "waits_in", "calls_missing")
"""What the index has of a job besides its keys. It is written with every save, so it is little."""
DUE_SHARDS = 4
"""Partitions of the due index, so that no one partition takes every job's writes."""
TTL_ATTRIBUTE = "ttl"
SOMETIMES = ("lease_until", "delete_requested_at", "waits_in", "calls_missing")
"""Attributes that a job's row has in some states only."""
TOMBSTONE = timedelta(days=90)
"""How long a job's row outlives its pictures, to answer “gone” and not “unknown”."""
RULED_OUT = timedelta(days=1)
"""How long a row says that there will be no such job: no write is on its way for so long."""


def text(value: str) -> dict[str, str]:
    return {"S": value}


def texts(values: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Some texts, or none: DynamoDB has no empty sets, but empty lists."""
    return {"L": [text(value) for value in values]}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def flag(value: bool) -> dict[str, bool]:
    return {"BOOL": value}


def stamp(moment: datetime) -> str:
    """An instant as text that sorts by time: UTC, microseconds, always as wide."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def moment(stamped: str) -> datetime:
    return datetime.fromisoformat(stamped)


def epoch(moment: datetime) -> int:
    """Whole seconds, as DynamoDB's time-to-live wants them."""
    return int(moment.timestamp())


def job_key(job_id: JobId) -> Item:
    return {"id": text(job_id)}


def due_shard(thing: str) -> str:
    return str(zlib.crc32(thing.encode()) % DUE_SHARDS)


def listed(job: Job) -> str:
    """The place of a job in its owner's list."""
    return f"{stamp(job.created_at)}#{job.id}"


def list_place(owner: str, place: str) -> Item:
    """The key from which an owner's list continues after ``place``."""
    return {"owner": text(owner), "listed": text(place), "id": text(place.partition("#")[2])}


def job_item(job: Job, write: str) -> Item:
    """The row of a new job. ``write`` tells one attempt to write from all others."""
    return {
        **job_key(job.id),
        "kind": text(job.task.kind),
        "model": text(job.resolved_model),
        "owner": text(job.owner),
        "listed": text(listed(job)),
        "due_shard": text(due_shard(job.id)),
        "words": text(words_of(job.task)),
        "origins": texts(job.origins),
        TTL_ATTRIBUTE: number(epoch(job.created_at + RETENTION + TOMBSTONE)),
        **notes(job),
        **saved(job, write),
    }


def saved(job: Job, write: str) -> Item:
    """What a save writes of a job. What is in ``SOMETIMES`` is absent when there is none."""
    item: Item = {
        "body": text(job.model_dump_json()),
        "version": number(job.version),
        "status": text(job.status),
        "due_at": text(stamp(due_at(job))),
        "fence": number(job.fence),
        "cancel_requested": flag(job.cancel_requested),
        "hashes": texts(job.hashes),
        "write_token": text(write),
    }
    if job.lease_until is not None:
        item["lease_until"] = text(stamp(job.lease_until))
    if job.delete_requested_at is not None:
        item["delete_requested_at"] = text(stamp(job.delete_requested_at))
    if job.status is JobStatus.QUEUED:
        item["waits_in"] = text(f"{job.lane}#{job.pool}")
        item["calls_missing"] = number(len(job.missing))
    return item


def line_of(item: Item) -> tuple[str, Lane]:
    """The pool and lane in which a queued job's row says that it waits."""
    lane, _, pool = item["waits_in"]["S"].partition("#")
    return pool, Lane(lane)


def notes(job: Job) -> Item:
    """What the owner says of a job. Its metadata is one text, always written alike, so that a
    condition can compare it."""
    return {
        "favorite": flag(job.favorite),
        "metadata": text(json.dumps(job.metadata, sort_keys=True)),
    }


@contextmanager
def _reading(item: Item) -> Iterator[None]:
    """Raises ``RowUnreadable`` for a row that is not as this release writes or wrote them."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        key = item.get("id") or item.get("pk") or {}
        raise RowUnreadable(f"The row of {key.get('S')} cannot be read.") from error


def readable(rows: Iterable[Item], read: Callable[[Item], Thing]) -> Iterator[Thing]:
    """What can be read of a list; one row that cannot must not hide the others."""
    for row in rows:
        try:
            yield read(row)
        except RowUnreadable as error:
            logger.error("a row is passed over: %s", error)


def job_from(item: Item) -> Job:
    """The job of a row, with what was changed beside its document. Rows that were written before
    there were notes have them in the document alone.

    Raises ``RowUnreadable``, as do all that read a row.
    """
    with _reading(item):
        job = Job.model_validate_json(item["body"]["S"])
        beside: dict[str, object] = {
            "cancel_requested": item["cancel_requested"]["BOOL"],
            "lease_until": instant_of(item, "lease_until"),
            "delete_requested_at": instant_of(item, "delete_requested_at"),
        }
        if "favorite" in item:
            beside["favorite"] = item["favorite"]["BOOL"]
        if "metadata" in item:
            beside["metadata"] = json.loads(item["metadata"]["S"])
        return job.model_copy(update=beside)


def tombstone_item(tombstone: Tombstone, write: str) -> Item:
    """The row of a job that was erased."""
    return {
        **job_key(tombstone.id),
        "tombstone": text(tombstone.model_dump_json()),
        "write_token": text(write),
        TTL_ATTRIBUTE: number(epoch(tombstone.gone_at + TOMBSTONE)),
    }


def ruled_out_item(job_id: JobId, now: datetime) -> Item:
    """The row of a job that is never to be."""
    return {
        **job_key(job_id),
        "ruled_out_at": text(stamp(now)),
        TTL_ATTRIBUTE: number(epoch(now + RULED_OUT)),
    }


def job_in(item: Item) -> Job | None:
    """The job of a row, if there is one in it."""
    return job_from(item) if "body" in item else None


def tombstone_in(item: Item) -> Tombstone | None:
    """What a row says of a job that was erased, or is about to be."""
    if "tombstone" in item:
        with _reading(item):
            return Tombstone.model_validate_json(item["tombstone"]["S"])
    job = job_in(item)
    return None if job is None else job.epitaph


def instant_of(item: Item, name: str) -> datetime | None:
    return moment(item[name]["S"]) if name in item else None


def meter_key(meter: str) -> Item:
    return {"pk": text(f"meter#{meter}"), "sk": text("meter")}


def meter_of(row: Item) -> str:
    """The meter whose row this is."""
    return str(row["pk"]["S"]).removeprefix("meter#")


def spending_key(day: str) -> Item:
    return {"pk": text(f"spend#{day}"), "sk": text("day")}


def refund_key(day: str, item: str) -> Item:
    return {"pk": text(f"spend#{day}"), "sk": text(f"refund#{item}")}


def submission_key(owner: str, key: str) -> Item:
    """Keys are the clients' own words, of any length and kind; their hash is neither."""
    return {
        "pk": text(f"submission#{owner}"),
        "sk": text(hashlib.sha256(key.encode()).hexdigest()),
    }


def api_keys_key() -> dict[str, str]:
    """What the rows of API keys have in common, so that they can be listed: they are few."""
    return text("keys")


def api_key_key(key_hash: str) -> Item:
    return {"pk": api_keys_key(), "sk": text(key_hash)}


def pool_key(pool: str) -> Item:
    return {"pk": text(f"pool#{pool}"), "sk": text("pool")}


def turn_key(pool: str, lane: Lane, owner: str) -> Item:
    return {"pk": text(f"pool#{pool}"), "sk": text(f"turn#{lane}#{owner}")}


def upload_key(upload_id: str) -> Item:
    return {"pk": text(f"upload#{upload_id}"), "sk": text("upload")}


def upload_item(upload: Upload) -> Item:
    """The row of an upload. The set of its jobs is absent when it is empty, as DynamoDB wants."""
    item: Item = {
        **upload_key(upload.id),
        "owner": text(upload.owner),
        "content_type": text(upload.content_type),
        "created_at": text(stamp(upload.created_at)),
        "due_shard": text(due_shard(upload.id)),
        "due_at": text(stamp(upload.look_at)),
        "closed": flag(upload.closed),
        TTL_ATTRIBUTE: number(epoch(upload.created_at + OUTLIVED)),
    }
    if upload.jobs:
        item["jobs"] = {"SS": sorted(upload.jobs)}
    return item


def upload_from(item: Item) -> Upload:
    with _reading(item):
        return Upload.model_validate(
            {
                "id": item["pk"]["S"].removeprefix("upload#"),
                "owner": item["owner"]["S"],
                "content_type": item["content_type"]["S"],
                "created_at": moment(item["created_at"]["S"]),
                "jobs": frozenset(item["jobs"]["SS"] if "jobs" in item else ()),
                "look_at": moment(item["due_at"]["S"]),
                "closed": item["closed"]["BOOL"],
            }
        )


def shares_key(job_id: JobId) -> dict[str, str]:
    """What the rows of a job's shares have in common."""
    return text(f"shares#{job_id}")


def share_key(job_id: JobId, fingerprint: str) -> Item:
    return {"pk": shares_key(job_id), "sk": text(fingerprint)}


def share_item(share: Share) -> Item:
    item: Item = {
        **share_key(share.job_id, share.fingerprint),
        "owner": text(share.owner),
        "created_at": text(stamp(share.created_at)),
        "expires_at": text(stamp(share.expires_at)),
        "show_settings": flag(share.show_settings),
        TTL_ATTRIBUTE: number(epoch(share.expires_at + REMEMBERED)),
    }
    if share.revoked_at is not None:
        item["revoked_at"] = text(stamp(share.revoked_at))
    return item


def share_from(item: Item) -> Share:
    with _reading(item):
        return Share(
            fingerprint=item["sk"]["S"],
            job_id=item["pk"]["S"].removeprefix("shares#"),
            owner=item["owner"]["S"],
            created_at=moment(item["created_at"]["S"]),
            expires_at=moment(item["expires_at"]["S"]),
            show_settings=item["show_settings"]["BOOL"],
            revoked_at=moment(item["revoked_at"]["S"]) if "revoked_at" in item else None,
        )
