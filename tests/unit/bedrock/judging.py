"""How pictures are told apart: by their pixels, and by the places where they differ."""

from typing import Any

import numpy as np
from PIL import Image

from local.bedrock.painting.brief import Brief

SIZE = (384, 320)
PALETTE = ["#264653", "#2a9d8f", "#e9c46a", "#e76f51"]


def a_brief(prompt: str = "a desert", seed: int = 1, size: tuple[int, int] = SIZE) -> Brief:
    return Brief(prompt, *size, seed)


def differs(one: Image.Image, other: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where two pictures are not the same."""
    return (np.asarray(one) != np.asarray(other)).any(axis=2)


def white(mask: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(mask) > 127


def overlap(one: Image.Image, other: Image.Image) -> float:
    """Shared area by joint area."""
    a, b = white(one), white(other)
    return float((a & b).sum() / (a | b).sum())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, in levels of 0 to 255."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def rows(region: Image.Image) -> tuple[int, int]:
    box = region.getbbox()
    assert box
    return box[1], box[3]
