"""API keys: made once, shown once, kept only as a hash."""

import hashlib
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

KEY_PREFIX = "cq_"
REMEMBERED_FOR = timedelta(seconds=30)
"""How long a key that was taken away may still be good on a replica."""


class Scope(StrEnum):
    """What a key's holder may do."""

    JOBS = "jobs"
    ADMIN = "admin"


Owner = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.@:-]{1,100}$")]
"""Whose jobs they are. It names a message group and a folder, so it is plain and short."""

KeyName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""What people call a key, on one line: no two of a deployment alike."""


class ApiKey(BaseModel):
    """A key as it is kept: whose it is and what it may do, never the key itself."""

    model_config = ConfigDict(frozen=True)

    hash: str
    owner: Owner
    scopes: frozenset[Scope] = frozenset({Scope.JOBS})
    name: KeyName = ""
    made_at: AwareDatetime | None = None


def new_secret(random: Random) -> str:
    """A new key, 192 bits of chance. Pass ``random.SystemRandom()`` outside tests."""
    return f"{KEY_PREFIX}{random.getrandbits(192):048x}"


def key_hash(secret: str) -> str:
    """What a key is found by. The key is all chance, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
