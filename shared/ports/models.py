"""Models: what paints, what words prompts, and what knows how long either lives."""

from dataclasses import dataclass
from typing import Protocol

from shared.models import Lifecycle

BODY_MOST = 25_000_000
"""Bytes of a request to an image model, and of its reply (InvokeModel API reference, ``body``)."""


class ImageModels(Protocol):
    """Calls image models."""

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        """One request, never repeated by itself: a hidden retry is a hidden bill.

        ``body`` and the reply are JSON, at most ``BODY_MOST`` bytes each. Raises the matching
        ``CallFailed``; what the provider calls a wrong request is an ``InputRejected`` with its
        own words, for the model's family to interpret.
        """


@dataclass(frozen=True)
class Said:
    """What a text model answered."""

    text: str
    stop: str
    """Why it stopped, in Converse's words: ``end_turn``, ``max_tokens``, ``content_filtered`` …"""


class TextModels(Protocol):
    """Asks text models."""

    async def ask(self, model_id: str, system: str, words: str, *, most_tokens: int) -> Said:
        """One answer, or the matching ``CallFailed`` within seconds; never repeated by itself."""


class ModelLifecycles(Protocol):
    """Knows how long models live."""

    async def lifecycle(self, model_id: str, region: str) -> Lifecycle | None:
        """What the provider says of a model in a region; None if it knows none of that name."""
