"""What is seen of a share, as data: pictures, and what was asked for if its owner wants that."""

from datetime import datetime
from typing import Any

from frontend.api.documents import Document
from shared.catalog import Catalog
from shared.jobs import Job
from shared.links import LinkSigner
from shared.shares import Share


class SharedPicture(Document):
    url: str
    thumbnail_url: str
    url_expires_at: datetime
    content_type: str
    width: int
    height: int


class SharedSettings(Document):
    """What was asked for, and of whom; not the pictures that were given."""

    task: dict[str, Any]
    model: str
    model_title: str


class SharedDocument(Document):
    """What whoever has a share's link sees."""

    pictures: tuple[SharedPicture, ...]
    settings: SharedSettings | None
    expires_at: datetime


def shared_document(
    share: Share, job: Job, links: LinkSigner, catalog: Catalog, now: datetime
) -> SharedDocument:
    """A share with fresh links to its job's pictures."""
    pictures = []
    for artifact in job.artifacts:
        if artifact.role == "picture":
            link = links.link(artifact.key, now)
            pictures.append(
                SharedPicture(
                    url=link.url,
                    thumbnail_url=links.link(artifact.thumbnail_key, now).url,
                    url_expires_at=link.expires_at,
                    content_type=artifact.content_type,
                    width=artifact.width,
                    height=artifact.height,
                )
            )
    return SharedDocument(
        pictures=tuple(pictures),
        settings=_settings(job, catalog) if share.show_settings else None,
        expires_at=share.expires_at,
    )


def _settings(job: Job, catalog: Catalog) -> SharedSettings:
    model = catalog.find(job.resolved_model)
    return SharedSettings(
        task=job.task.settings(),
        model=job.resolved_model,
        model_title=job.resolved_model if model is None else model.title,
    )
