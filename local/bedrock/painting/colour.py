"""Colour arithmetic in OKLab, where mixing and changing lightness look right to the eye."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
"""Red, green and blue, each 0 to 1, in sRGB."""

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)


def of(code: str) -> Colour:
    """The colour of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def to_labs(rgb: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Colours in OKLab; the last axis is red, green, blue, each 0 to 1."""
    rgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T)


def from_labs(labs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The way back, into what a screen can show."""
    linear = np.clip((labs @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0.0, 1.0)
    rgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(rgb, 0.0, 1.0))


def to_lab(colour: Colour) -> NDArray[np.float64]:
    return to_labs(np.asarray(colour))


def from_lab(lab: NDArray[np.float64]) -> Colour:
    red, green, blue = from_labs(lab).tolist()
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` of the second colour in the first."""
    return from_lab(to_lab(first) * (1 - share) + to_lab(second) * share)


def lighter(colour: Colour, by: float) -> Colour:
    """Lighter by ``by`` (darker below zero), on OKLab's scale of 0 to 1."""
    lab = to_lab(colour)
    lab[0] = np.clip(lab[0] + by, 0.0, 1.0)
    return from_lab(lab)


def vivid(colour: Colour, factor: float) -> Colour:
    """More colourful by ``factor`` (greyer below one)."""
    lab = to_lab(colour)
    lab[1:] *= factor
    return from_lab(lab)


def toward(colour: Colour, named: Colour, share: float) -> Colour:
    """The colour with the hue of ``named``, keeping most of its own light and dark."""
    own, want = to_lab(colour), to_lab(named)
    chroma = float(np.hypot(want[1], want[2]))
    pulled = own.copy()
    if chroma < 0.04:  # black, white or a grey: it is lightness that was asked for
        pulled[0] = own[0] * 0.45 + want[0] * 0.55
        pulled[1:] = own[1:] * 0.2
    else:
        pulled[0] = own[0] * 0.75 + want[0] * 0.25
        fade = 1.0 - 0.55 * abs(2 * own[0] - 1.15)
        pulled[1:] = want[1:] * max(0.45, min(1.0, fade))
    return from_lab(own * (1 - share) + pulled * share)


def ramp(stops: list[tuple[float, Colour]], count: int) -> Floats:
    """``count`` colours along the stops (position 0 to 1), as an array of count by 3."""
    at = np.linspace(0.0, 1.0, count)
    places = [place for place, _ in stops]
    labs = np.array([to_lab(colour) for _, colour in stops])
    lab = np.stack([np.interp(at, places, labs[:, k]) for k in range(3)], axis=1)
    return np.asarray(from_labs(lab), np.float32)


def bytes_of(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue
