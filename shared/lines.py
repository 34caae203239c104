"""Lines: the calls that wait for a pool, how many are ahead of one, and whose turn it is.

How many wait is counted: who entered a lane's line, less who left it. Each call has a **turn**: the
round of the owners in which it should be made, as start-time fair queueing has it. An owner's calls
have turns one after the other, from the line's own turn on, and so those of an owner with few are
made between those of one with many. Turns are compared and never counted down, so nothing that is
lost makes them drift. Counts do drift; what the rows of jobs say (``recount``) mends them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LOW_SHARE = 10
"""The low lane is owed one call after so many of the normal one, so that it is not starved."""


class Lane(StrEnum):
    """A queue: ``low`` waits behind ``normal``."""

    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True)
class Line:
    """Those who wait for a pool in one lane, as counted."""

    entered: int = 0
    left: int = 0
    phantoms: int = 0
    """Calls that the counters take to be waiting though no job's row says so; less than zero if
    more wait than they say. Somebody was cut short between a counter and a row."""
    turn: int = 0
    """The round of owners that is being served."""
    owners: int = 0
    """Owners that were waiting when the rows were last counted."""

    @property
    def waiting(self) -> int:
        return max(0, self.entered - self.left - self.phantoms)

    def ahead_of(self, turn: int) -> int:
        """How many of its calls will probably be made before one that waits for its turn.

        All others of the rounds up to its own, if so many wait: an estimate, and no position.
        """
        rounds = max(0, turn - self.turn)
        return max(0, min(rounds * max(1, self.owners), self.waiting) - 1)


@dataclass(frozen=True)
class Took:
    """How long calls to a pool took lately, from the asking until all was stored."""

    p50: timedelta
    p90: timedelta


@dataclass(frozen=True)
class PoolState:
    """A pool as it was just now."""

    next_at: datetime | None = None
    """The next instant that nobody has; None if it was never called."""
    held_until: datetime | None = None
    """It rests until then: the provider said that it is too busy."""
    refused_until: datetime | None = None
    """Until then ``auto`` passes it over: the provider refused this account, though it lives."""
    low_after: int = 0
    """The low lane is owed a call once so many have left the normal line."""
    took: Took | None = None
    lines: Mapping[Lane, Line] = field(default_factory=dict)

    def line(self, lane: Lane) -> Line:
        return self.lines.get(lane, Line())

    def ahead_of(self, lane: Lane, turn: int) -> int:
        """How many calls will probably be made before one that waits for its turn in a lane.

        Ahead of a call of the low lane is also the normal one, up to what the low one is owed.
        """
        ahead = self.line(lane).ahead_of(turn)
        if lane is Lane.LOW:
            ahead += min(self.line(Lane.NORMAL).waiting, LOW_SHARE * (ahead + 1))
        return ahead


@dataclass(frozen=True)
class Waiting:
    """Who waits in a line, as the rows of jobs say."""

    calls: int
    owners: int
