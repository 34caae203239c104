"""Links for tests and for a system without a CDN: nothing is signed and nothing is served."""

from datetime import datetime, timedelta

from shared.links import LIFETIME, WINDOW, Link, quantised_expiry, url_path


class PlainLinks:
    """Makes ``memory:///key?Expires=…``, which says what it links to and until when."""

    def __init__(self, *, lifetime: timedelta = LIFETIME, window: timedelta = WINDOW) -> None:
        self._lifetime = lifetime
        self._window = window

    def link(self, key: str, now: datetime) -> Link:
        expires_at = quantised_expiry(now, lifetime=self._lifetime, window=self._window)
        return Link(f"memory://{url_path(key)}?Expires={int(expires_at.timestamp())}", expires_at)
