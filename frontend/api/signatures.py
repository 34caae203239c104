"""Signatures: one secret signs, and what the one before it or after it has signed is as good."""

import hashlib
import hmac
from collections.abc import Sequence


def signatures(secrets: Sequence[str], words: str) -> list[bytes]:
    """Of each secret's, 32 bytes (HMAC-SHA256, RFC 2104); in the order of the secrets."""
    return [hmac.digest(secret.encode(), words.encode(), hashlib.sha256) for secret in secrets]


def is_one_of(signature: bytes, good: Sequence[bytes]) -> bool:
    """In a time that does not tell how much of it was right."""
    # All are looked at: which secret it was is nobody's business either.
    return any([hmac.compare_digest(signature, one) for one in good])
