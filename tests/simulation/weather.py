"""The weather of a run: what goes wrong in it, and how often, drawn from its seed.

Faults are drawn far more often than they happen, and each kind is missing from about half of the
runs: what hides behind one fault is found in the runs without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from random import Random


class Fate(Enum):
    """What becomes of one request to a store."""

    CALM = "it is answered at once"
    SLOW = "it takes seconds"
    REFUSED = "it has no effect, and fails"
    LOST = "it has its effect, but the reply is lost"
    LATE = "it fails, and has its effect afterwards"
    KILLED_BEFORE = "its process is killed before it has an effect"
    KILLED_AFTER = "its process is killed once it has"
    PAUSED = "its process stands still for longer than a lease before it is made"


class Mood(Enum):
    """What a model makes of one request."""

    WILLING = "it paints"
    BUSY = "throttled"
    BROKEN = "an error on its own side"
    REJECTING = "the request is wrong"
    BLOCKING = "its filter refuses the prompt"
    BLANKING = "its filter refuses the pictures, which were made"
    SLOW = "it takes minutes"
    MUTE = "it paints, and answers only when nobody listens any more"
    SILENT = "it paints, and the connection ends before the reply"
    BABBLING = "it answers, and the reply is no picture"


_FATES: Mapping[Fate, float] = {
    Fate.SLOW: 0.05,
    Fate.REFUSED: 0.02,
    Fate.LOST: 0.02,
    Fate.LATE: 0.01,
    Fate.KILLED_BEFORE: 0.003,
    Fate.KILLED_AFTER: 0.003,
    Fate.PAUSED: 0.002,
}
_MOODS: Mapping[Mood, float] = {
    Mood.BUSY: 0.1,
    Mood.BROKEN: 0.06,
    Mood.REJECTING: 0.03,
    Mood.BLOCKING: 0.03,
    Mood.BLANKING: 0.03,
    Mood.SLOW: 0.03,
    Mood.MUTE: 0.03,
    Mood.SILENT: 0.04,
    Mood.BABBLING: 0.04,
}
"""Shares in a run of usual roughness, of the kinds that it has."""
FINE = 0.2
"""Share of runs in fine weather."""
_ROUGHNESS = (0.0, 0.0, 0.3, 1.0, 3.0)


@dataclass
class Weather:
    """Shares of requests to which something happens, and what happens by itself."""

    fine: bool = False
    """No process and no store is in trouble, so that all must be exact."""
    fates: dict[Fate, float] = field(default_factory=dict)
    moods: dict[Mood, float] = field(default_factory=dict)
    skew: float = 0.0
    """Seconds by which a process's clock may be wrong."""
    doubles: float = 0.0
    """Share of messages that are there twice, or shown twice at once."""
    delays: float = 0.0
    """Share of messages that come late, and so after later ones."""
    outages: float = 0.0
    """Minutes between times in which a whole service cannot be asked."""
    kills: float = 0.0
    """Minutes between kills at no particular line."""
    stops: float = 0.0
    """Minutes between friendly stops of a worker, as at a deployment."""

    @classmethod
    def drawn(cls, random: Random) -> "Weather":
        def some(*choices: float) -> float:
            return random.choice(choices)

        weather = cls(
            fine=random.random() < FINE,
            moods={mood: share * some(*_ROUGHNESS) for mood, share in _MOODS.items()},
            doubles=some(0, 0, 0.03, 0.2),
            delays=some(0, 0, 0.05, 0.3),
        )
        if not weather.fine:
            weather.fates = {fate: share * some(*_ROUGHNESS) for fate, share in _FATES.items()}
            weather.skew = some(0, 0, 0, 2, 20)
            weather.outages = some(0, 0, 2, 5)
            weather.kills = some(0, 0, 0.5, 3)
            weather.stops = some(0, 0, 1, 5)
        return weather

    def __post_init__(self) -> None:
        # What is remembered of the storm when it is over.
        self.doubled, self.delayed = self.doubles > 0, self.delays > 0

    def calm_down(self) -> None:
        """From now on nothing new goes wrong."""
        self.fates, self.moods = {}, {}
        self.doubles = self.delays = self.outages = self.kills = self.stops = 0.0
