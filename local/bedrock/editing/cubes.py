"""Changing every colour of a picture by one rule, and moving the colours of one to another's."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from local.bedrock.painting.colour import from_labs, to_labs

Labs = NDArray[np.float64]
"""Colours in OKLab along the last axis."""

_STEPS = 25
"""The rule is worked out for so many levels of red, green and blue; between them it is smooth."""


def changed(image: Image.Image, rule: Callable[[Labs], Labs]) -> Image.Image:
    """The picture with every colour replaced by what the rule makes of it."""
    table = from_labs(rule(_grid())).astype(np.float32)
    return image.filter(ImageFilter.Color3DLUT(_STEPS, table.ravel().tolist()))


@cache
def _grid() -> Labs:
    levels = np.linspace(0, 1, _STEPS)
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")
    return to_labs(np.stack([red, green, blue], axis=-1).reshape(-1, 3))


def sample(image: Image.Image, mask: Image.Image | None = None) -> Labs:
    """The colours of a few thousand places of a picture, or of those that a mask is white on."""
    size = min(96, image.width), min(96, image.height)
    seen = np.asarray(image.resize(size, Image.Resampling.BOX)).reshape(-1, 3)
    if mask is not None:
        inside = np.asarray(mask.resize(size, Image.Resampling.BOX)).ravel() > 127
        seen = seen[inside] if inside.any() else seen
    return to_labs(seen / 255)


def moved(own: Labs, wanted: Labs, share: float = 1.0) -> Callable[[Labs], Labs]:
    """The rule that gives colours spread like ``own`` the mean and the spread of ``wanted``.

    It is the linear map that moves them the least (Monge and Kantorovich's).
    """
    here, there = _spread(own), _spread(wanted)
    root, inverse = _power(here, 0.5), _power(here, -0.5)
    turn = inverse @ _power(root @ there @ root, 0.5) @ inverse
    values, vectors = np.linalg.eigh(turn)
    turn = (vectors * values.clip(0, 1.6)) @ vectors.T  # more contrast than that is glaring
    start, goal = own.mean(axis=0), wanted.mean(axis=0)

    def rule(labs: Labs) -> Labs:
        return np.asarray(labs * (1 - share) + ((labs - start) @ turn + goal) * share)

    return rule


def _spread(labs: Labs) -> NDArray[np.float64]:
    return np.asarray(np.cov(labs.T) + np.eye(3) * 1e-5)


def _power(matrix: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values.clip(1e-9) ** exponent) @ vectors.T)


def gathered(
    goals: Labs, light: float, hue: float, favours: NDArray[np.float64] | None = None
) -> Callable[[Labs], Labs]:
    """The rule that pulls every colour to the nearest goal, keeping some of its difference.

    ``light`` and ``hue`` are the shares that are kept of the difference in lightness and in colour;
    ``favours`` are those of :func:`fair`.
    """

    def rule(labs: Labs) -> Labs:
        near: Labs = goals[nearest(labs, goals, favours)]
        return np.asarray(near + (labs - near) * np.array([light, hue, hue]))

    return rule


def nearest(
    labs: Labs, goals: Labs, favours: NDArray[np.float64] | None = None
) -> NDArray[np.intp]:
    """For each colour the number of the goal that looks most like it."""
    weights = np.array([0.8, 1.0, 1.0])
    away = (((labs[:, None, :] - goals[None, :, :]) * weights) ** 2).sum(axis=2)
    if favours is not None:
        away -= favours
    return np.asarray(away.argmin(axis=1))


def fair(labs: Labs, goals: Labs) -> NDArray[np.float64]:
    """By how much to favour each goal, so that none of them goes away with next to nothing."""
    favours = np.zeros(len(goals))
    enough = 0.5 / len(goals)
    for _ in range(40):
        shares = np.bincount(nearest(labs, goals, favours), minlength=len(goals)) / len(labs)
        if shares.min() >= enough:
            break
        favours += 0.05 * np.maximum(enough - shares, 0)
    return favours


def dominant(labs: Labs, count: int) -> Labs:
    """The colours that stand for a sample, those of the largest groups first."""
    goals = np.quantile(labs, (np.arange(count) + 0.5) / count, axis=0)
    for _ in range(8):
        group = nearest(labs, goals)
        for k in range(count):
            if (group == k).any():
                goals[k] = labs[group == k].mean(axis=0)
    sizes = np.bincount(nearest(labs, goals), minlength=count)
    return np.asarray(goals[np.argsort(-sizes, kind="stable")])


def in_palette(image: Image.Image, wanted: Labs, share: float = 1.0) -> Image.Image:
    """The picture with its colours moved to those of a sample, without any that are not there."""
    move = moved(sample(image), wanted, share)
    gather = gathered(dominant(wanted, 8), light=1 - 0.4 * share, hue=1 - 0.6 * share)
    return changed(image, lambda labs: gather(move(labs)))


def hexes(colours: Sequence[str]) -> Labs:
    """The colours of codes like ``#rrggbb``."""
    return to_labs(np.array([list(bytes.fromhex(code[1:])) for code in colours]) / 255)
