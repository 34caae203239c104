"""Probes: what tells whether a thing that the service depends on is there."""

from typing import Protocol


class Probe(Protocol):
    """Something the service depends on, which can be asked whether it is there."""

    name: str

    async def check(self) -> None:
        """Return if it answers. Raises ``StoreUnavailable`` with the reason."""
