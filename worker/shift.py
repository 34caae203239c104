"""The shift: until when a process begins new work, so that none is dropped when it must stop."""

from dataclasses import dataclass
from datetime import datetime

from shared.clock import Clock


@dataclass
class Shift:
    """Work that has not begun when it is over is handed back; what has begun, goes on."""

    clock: Clock
    ends_at: datetime | None = None

    def end(self) -> None:
        """Begin nothing more from now on."""
        self.ends_at = self.clock()

    @property
    def over(self) -> bool:
        return self.ends_at is not None and self.clock() >= self.ends_at
