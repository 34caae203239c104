"""Cursors: where a list goes on, signed so that a client cannot make one up."""

import base64
import binascii
import hashlib
import hmac

from frontend.api.problems import invalid
from shared.errors import Violation


class Cursors:
    """Seals and opens list positions; a cursor is good for one owner only."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, owner: str, position: str | None) -> str | None:
        if position is None:
            return None
        sealed = self._tag(owner, position) + position.encode()
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, owner: str, cursor: str | None) -> str | None:
        """The position in a cursor. 422 if it is not one of ours for this owner."""
        if cursor is None:
            return None
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = sealed[16:].decode()
        except (binascii.Error, ValueError):
            position, sealed = "", b""
        if not hmac.compare_digest(sealed[:16], self._tag(owner, position)):
            raise invalid(Violation("/cursor", "This is not a cursor from a list of yours."))
        return position

    def _tag(self, owner: str, position: str) -> bytes:
        words = f"cursor:{owner}:{position}".encode()
        return hmac.new(self._secret, words, hashlib.sha256).digest()[:16]
