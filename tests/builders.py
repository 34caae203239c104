"""Builders: valid things with one word for each, so that a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from random import Random
from typing import Any

from PIL import Image

from shared.artifacts import Artifact
from shared.calls import Call, Failure, plan_calls
from shared.ids import new_id
from shared.jobs import Job
from shared.ports.submissions import Submission
from shared.tasks import TextToImage
from shared.uploads import Upload

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)

_seeds = count()


def a_task(**fields: Any) -> TextToImage:
    return TextToImage(**{"prompt": "a fox in the snow", "seed": 7, **fields})


def a_job(**fields: Any) -> Job:
    """A queued job, made at noon, of one call for one picture. Each has an id of its own."""
    created_at = fields.get("created_at", NOON)
    defaults: dict[str, Any] = {
        "id": new_id(created_at, Random(next(_seeds))),
        "owner": "ada",
        "task": a_task(),
        "requested_model": "auto",
        "resolved_model": "amazon.nova-canvas-v1:0",
        "pool": "nova-canvas@us-east-1",
        "calls": (Call(k=0, images=1, first=0),),
        "created_at": created_at,
        "estimate": 40_000,
    }
    return Job(**{**defaults, **fields})


def a_job_of(calls: int) -> Job:
    """A queued job of so many calls, for a picture each."""
    return a_job(calls=plan_calls(calls, 1), estimate=calls * 40_000)


def a_running_job(**fields: Any) -> Job:
    """A job as its first claim leaves it, at noon."""
    return a_job(**fields).start(NOON, LEASE, (0,))


def a_failure(**fields: Any) -> Failure:
    return Failure(**{"code": "model_broken", "message": "The model failed.", **fields})


def ended(job: Job, at: datetime = NOON) -> Job:
    """A running job, failed for good."""
    return job.settle(at, a_failure())


def an_artifact(k: int = 0, **fields: Any) -> Artifact:
    defaults: dict[str, Any] = {
        "k": k,
        "key": f"artifacts/some-job/{k}/0.png",
        "thumbnail_key": f"artifacts/some-job/{k}/0.webp",
        "content_type": "image/png",
        "width": 1024,
        "height": 1024,
        "bytes": 123_456,
        "sha256": "0" * 64,
        "seed": 7,
    }
    return Artifact(**{**defaults, **fields})


def a_submission(**fields: Any) -> Submission:
    defaults: dict[str, Any] = {
        "fingerprint": "the first request",
        "job_id": new_id(NOON, Random(next(_seeds))),
        "since": NOON,
    }
    return Submission(**{**defaults, **fields})


def an_upload(**fields: Any) -> Upload:
    """An upload of ada's that no job names. Each has an id of its own."""
    created_at = fields.pop("created_at", NOON)
    made = Upload.new(new_id(created_at, Random(next(_seeds))), "ada", "image/png", created_at)
    return made.model_copy(update=fields)


def a_picture(
    width: int = 640, height: int = 320, *, kind: str = "PNG", mode: str = "RGB"
) -> bytes:
    """The bytes of a picture with something to see in every corner."""
    picture = Image.linear_gradient("L").resize((width, height)).convert(mode)
    saved = BytesIO()
    picture.save(saved, kind)
    return saved.getvalue()
