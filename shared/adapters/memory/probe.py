"""A dependency that is there until it is said to be down."""

from shared.adapters.memory.round_trip import round_trip
from shared.errors import StoreUnavailable


class MemoryProbe:
    def __init__(self, name: str, down: str | None = None) -> None:
        """``down`` is the reason why it does not answer."""
        self.name = name
        self.down = down

    async def check(self) -> None:
        async with round_trip():
            if self.down is not None:
                raise StoreUnavailable(self.down)
