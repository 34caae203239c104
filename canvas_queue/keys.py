"""`canvas-queue keys`: gives API clients their keys, lists them, and takes them away."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import SystemRandom

from pydantic import ValidationError

from canvas_queue.columns import in_columns
from canvas_queue.wiring import open_keys
from local.system import options_from
from shared.keys import REMEMBERED_FOR, ApiKey, Scope, key_hash, new_secret
from shared.ports.keys import Keys
from shared.settings import Settings

HEAD = ("NAME", "OWNER", "MAY", "MADE")
NAMES_A_DEPLOYMENT = "CANVAS_LEDGER_TABLE"


class KeyRefused(ValueError):
    """There is no such key, or there cannot be; says why."""


def settings_for_keys(environment: Mapping[str, str]) -> Settings:
    """Where the keys are: in the ledger that the environment names, else in this machine's own.

    Raises ``ValueError``.
    """
    if NAMES_A_DEPLOYMENT in environment:
        return Settings.load(environment)
    return Settings.load(options_from(environment).stores())


async def add(settings: Settings, name: str, owner: str, *, admin: bool) -> str:
    """A new key. Only its hash is kept, so it cannot be told again.

    Raises ``KeyRefused`` and ``StoreUnavailable``.
    """
    secret = new_secret(SystemRandom())
    try:
        key = ApiKey(
            hash=key_hash(secret),
            owner=owner,
            scopes=frozenset({Scope.JOBS, Scope.ADMIN} if admin else {Scope.JOBS}),
            name=name,
            made_at=datetime.now(UTC),
        )
    except ValidationError as error:
        raise KeyRefused(
            "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False))
        ) from None
    if not name:
        raise KeyRefused("name: a key is listed and revoked by it")
    async with open_keys(settings) as keys:
        if await _called(keys, name):
            raise KeyRefused(f"there is a key called “{name}” already")
        await keys.add(key)
    return secret


async def listed(settings: Settings) -> str:
    """The keys as a table. Raises ``StoreUnavailable``."""
    async with open_keys(settings) as keys:
        return in_columns([HEAD, *map(_cells, await keys.all())])


async def revoke(settings: Settings, name: str) -> str:
    """Take a key away; says from when it is refused. Raises ``KeyRefused`` and
    ``StoreUnavailable``."""
    async with open_keys(settings) as keys:
        found = await _called(keys, name)
        if not found:
            raise KeyRefused(f"no key is called “{name}”")
        for key in found:
            await keys.remove(key.hash)
    return f"Revoked. A frontend that has just seen it forgets it in {REMEMBERED_FOR.seconds} s."


async def _called(keys: Keys, name: str) -> list[ApiKey]:
    return [key for key in await keys.all() if key.name == name]


def _cells(key: ApiKey) -> tuple[str, ...]:
    made = f"{key.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if key.made_at else "unknown"
    return (key.name, key.owner, ", ".join(sorted(key.scopes)), made)
