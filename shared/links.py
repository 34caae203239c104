"""Links: the short-lived signed URLs through which pictures are read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

LIFETIME = timedelta(hours=1)
WINDOW = timedelta(minutes=15)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that anyone who has it may read until ``expires_at``."""

    url: str
    expires_at: datetime


class LinkSigner(Protocol):
    """Makes links to stored pictures."""

    def link(self, key: str, now: datetime) -> Link:
        """A link to the object ``key``, whether or not that object exists.

        It is good for at least the signer's lifetime from ``now``, and for at most one window
        more. Every call for the same key within one window returns the same URL, so that a
        browser that polls finds the picture in its cache.
        """


def quantised_expiry(now: datetime, *, lifetime: timedelta, window: timedelta) -> datetime:
    """When a link made at ``now`` expires: the end of the current window, plus the lifetime."""
    windows = (now - _EPOCH) // window
    return _EPOCH + (windows + 1) * window + lifetime


def url_path(key: str) -> str:
    """The S3 key as a URL path: slashes stay, all else but unreserved characters is encoded."""
    return "/" + quote(key, safe="/")
