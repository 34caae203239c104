"""Ids: they sort by time and cannot be guessed."""

import hashlib
from datetime import datetime
from random import Random

ID_PATTERN = r"^[0-9a-hjkmnp-tv-z]{26}$"
"""26 characters of Crockford's base 32: 48 bits of milliseconds, 80 of chance."""
ARTIFACT_PATTERN = r"^[0-9a-hjkmnp-tv-z]{26}/[0-9]{1,3}$"
"""A job's id and the number of one of its pictures."""

LENGTH = 26
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def derived_id(origin: str, what: str) -> str:
    """The id of something that came with another thing: always the same, and beside it in time."""
    number = int.from_bytes(hashlib.sha256(f"{origin}/{what}".encode()).digest()[:10])
    return origin[:10] + spelt(number, LENGTH - 10)


def new_id(now: datetime, random: Random) -> str:
    """A new id. Pass ``random.SystemRandom()`` outside tests."""
    return spelt(int(now.timestamp() * 1000) << 80 | random.getrandbits(80), LENGTH)


def spelt(number: int, length: int) -> str:
    """The last ``length`` digits of a number in Crockford's base 32."""
    shifts = range(5 * (length - 1), -1, -5)
    return "".join(_ALPHABET[number >> shift & 31] for shift in shifts)
