"""Cursors: where a list goes on, signed so that a client cannot make one up."""

import base64
import binascii
from collections.abc import Sequence

from frontend.api.problems import invalid
from frontend.api.signatures import is_one_of, signatures
from shared.errors import Violation


class Cursors:
    """Seals and opens list positions; a cursor is good for one owner only."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def seal(self, owner: str, position: str | None) -> str | None:
        if position is None:
            return None
        sealed = self._tags(owner, position)[0] + position.encode()
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
        if not is_one_of(sealed[:16], self._tags(owner, position)):
            raise invalid(Violation("/cursor", "This is not a cursor from a list of yours."))
        return position

    def _tags(self, owner: str, position: str) -> list[bytes]:
        return [tag[:16] for tag in signatures(self._secrets, f"cursor:{owner}:{position}")]
