"""Twins of the AWS adapters that keep everything in memory, under the same contract."""

from shared.adapters.memory.forms import PlainForms
from shared.adapters.memory.jobs import MemoryJobStore
from shared.adapters.memory.keys import MemoryKeys
from shared.adapters.memory.meters import MemoryMeters
from shared.adapters.memory.pictures import MemoryPictures
from shared.adapters.memory.pools import MemoryPools
from shared.adapters.memory.probe import MemoryProbe
from shared.adapters.memory.queue import DeadLetter, MemoryQueue
from shared.adapters.memory.shares import MemoryShares
from shared.adapters.memory.spending import MemorySpending
from shared.adapters.memory.submissions import MemorySubmissions
from shared.adapters.memory.uploads import MemoryUploads

__all__ = [
    "DeadLetter",
    "MemoryJobStore",
    "MemoryKeys",
    "MemoryMeters",
    "MemoryPictures",
    "MemoryPools",
    "MemoryProbe",
    "MemoryQueue",
    "MemoryShares",
    "MemorySpending",
    "MemorySubmissions",
    "MemoryUploads",
    "PlainForms",
]
