"""What every part of a picture needs to know about the whole of it."""

from dataclasses import dataclass

import numpy as np

from local.bedrock.painting.brief import Brief
from local.bedrock.painting.canvas import Canvas, Point
from local.bedrock.painting.lexicon import Wish
from local.bedrock.painting.look import Look
from local.bedrock.painting.palette import Palette


@dataclass(frozen=True, slots=True)
class Stage:
    """A canvas together with what is to be painted on it."""

    brief: Brief
    wish: Wish
    palette: Palette
    look: Look
    canvas: Canvas
    horizon: float
    """Where the sky ends, in pixels from the top."""
    sun: Point
    """Where the sun or the moon stands, even when it is not shown."""

    @property
    def dark(self) -> bool:
        return self.wish.hour == "night" or "space" in self.wish.tags

    def has(self, *tags: str) -> bool:
        """Whether any of these motifs is wanted."""
        return not self.wish.tags.isdisjoint(tags)

    def stream(self, purpose: str) -> np.random.Generator:
        return self.brief.stream(purpose)
