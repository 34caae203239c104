"""Smooth and rough randomness: the lines of hills and the texture of clouds and paint."""

import numpy as np
from PIL import Image

from local.bedrock.painting.colour import Floats


def wave(rng: np.random.Generator, length: int, period: float, octaves: int = 3) -> Floats:
    """A soft random line of about -1 to 1; ``period`` is the length of its widest swing."""
    return _octaves(rng, length, period, octaves, soft=True)


def crags(rng: np.random.Generator, length: int, period: float, octaves: int = 5) -> Floats:
    """A sharp random line of about -1 to 1, like the edge of a mountain range."""
    return _octaves(rng, length, period, octaves, soft=False)


def cloud(
    rng: np.random.Generator, width: int, height: int, cell: float, octaves: int = 4
) -> Floats:
    """A soft random field, 0 to 1, whose largest lumps are ``cell`` wide and half as high."""
    total = np.zeros((height, width), np.float32)
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        across = max(2, int(width / cell) + 2)
        down = max(2, int(2 * height / cell) + 2)
        grid = Image.fromarray(rng.random((down, across), dtype=np.float32))
        total += weight * np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
        sum_of_weights += weight
        weight *= 0.5
        cell /= 2
    return np.asarray(np.clip(total / sum_of_weights, 0.0, 1.0), np.float32)


def blurred(field: Floats, radius: int) -> Floats:
    """The mean of each square of ``2 * radius + 1``; at the edges of as much of it as there is."""
    for axis in (0, 1):
        length = field.shape[axis]
        total = np.concatenate(
            [np.zeros_like(field.take([0], axis)), field.cumsum(axis, dtype=np.float32)], axis
        )
        place = np.arange(length)
        first, last = np.maximum(place - radius, 0), np.minimum(place + radius + 1, length)
        count = (last - first).astype(np.float32)
        shape = [-1 if k == axis else 1 for k in range(field.ndim)]
        field = (total.take(last, axis) - total.take(first, axis)) / count.reshape(shape)
    return field


def _octaves(
    rng: np.random.Generator, length: int, period: float, octaves: int, *, soft: bool
) -> Floats:
    x = np.arange(length)
    total = np.zeros(length)
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        period = max(period, 2.0)
        lattice = rng.uniform(-1.0, 1.0, int(length / period) + 3)
        place = x / period + rng.random()
        left = place.astype(int)
        step = place - left
        if soft:
            step = step * step * (3 - 2 * step)
        total += weight * (lattice[left] * (1 - step) + lattice[left + 1] * step)
        sum_of_weights += weight
        weight *= 0.45
        period /= 2.1
    return (total / sum_of_weights * 1.4).astype(np.float32)
