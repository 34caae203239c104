"""Finding the subject of a picture by how it differs from what surrounds it."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from local.bedrock.editing.cubes import Labs, dominant
from local.bedrock.painting import fields, lexicon
from local.bedrock.painting.colour import Bools, Colour, Floats, to_labs

_COARSE = 160
"""The subject is found at this size, and its outline made sharp afterwards."""
_FINE = 1024
"""The outline is made sharp at this size."""

_UPPER, _LOWER = {"sky", "ceiling", "clouds"}, {"ground", "floor", "grass", "foreground", "sea"}
"""Parts of a picture that begin at its upper or its lower edge."""
_BACKGROUND = {"background", "backdrop", "surroundings"}
"""All but the subject."""


def subject_mask(image: Image.Image, words: str = "") -> Image.Image:
    """White over the main subject, or over what the words name; never empty, never everything.

    The words may name a colour ("the red ball") or a part ("the sky", "the background").
    """
    return cover(image, words).point(_HALF)


_HALF = [0] * 128 + [255] * 128


def cut_out(image: Image.Image) -> Image.Image:
    """The subject alone, as RGBA: opaque inside, nothing around it, a soft edge between."""
    alpha = cover(image)
    core = alpha.filter(ImageFilter.MinFilter(5)).point([0] * 250 + [255] * 6)
    alone = Image.composite(image, _bled(image, core), core)
    alone.putalpha(alpha)
    return alone


def _bled(image: Image.Image, core: Image.Image) -> Image.Image:
    """The subject's colours spread over its edge, so that no rim of the background remains."""
    scale = min(1.0, _FINE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.BOX)
    where = core.resize(size, Image.Resampling.BOX).point([0] * 250 + [255] * 6)
    blur = ImageFilter.BoxBlur(max(2, max(size) // 250))
    inside = Image.composite(small, Image.new("RGB", size), where).filter(blur)
    weight = np.asarray(where.filter(blur), np.float32)[..., None]
    spread = np.asarray(inside, np.float32) * 255 / np.maximum(weight, 8)
    spread = np.where(weight > 8, spread, np.asarray(small))
    bled = Image.fromarray(spread.clip(0, 255).astype(np.uint8))
    return bled if size == image.size else bled.resize(image.size, Image.Resampling.BILINEAR)


def cover(image: Image.Image, words: str = "") -> Image.Image:
    """How much of each pixel belongs to the subject, or to what the words name: 0 to 255."""
    named = set(words.lower().replace(",", " ").split())
    if named & _BACKGROUND:
        return ImageChops.invert(cover(image))
    labs = _labs(image)
    return _sharpened(image, _found(labs, named, lexicon.colours(words)))


def _found(labs: Labs, named: set[str], wanted: Sequence[Colour]) -> Bools:
    if named & _UPPER:
        return _part(labs)
    if named & _LOWER:
        return _part(labs[::-1])[::-1]
    coloured = _coloured(labs, to_labs(np.array(wanted))) if wanted else None
    return _outstanding(labs) if coloured is None else coloured


def _labs(image: Image.Image) -> Labs:
    scale = min(1.0, _COARSE / max(image.size))
    size = max(8, round(image.width * scale)), max(8, round(image.height * scale))
    small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    return to_labs(np.asarray(small.filter(ImageFilter.MedianFilter(3))) / 255)


def _part(labs: Labs) -> Bools:
    """What looks like the upper edge and begins there, not farther than the middle of the sheet."""
    high = labs.shape[0]
    goals = dominant(labs[: max(2, high // 6)].reshape(-1, 3), 3)
    away = np.sqrt(((labs[:, :, None, :] - goals) ** 2).sum(axis=3)).min(axis=2)
    alike = _smooth(away < 0.12)
    alike[high * 3 // 5 :] = False
    edge = np.zeros_like(alike)
    edge[0] = alike[0]
    found = _grown(edge, alike)
    if _sensible(found, least=0.05):
        return found
    found[:] = False
    found[: high // 3] = True
    return found


def _coloured(labs: Labs, wanted: Labs) -> Bools | None:
    """The largest place in one of these colours, if there is one."""
    best: Bools | None = None
    for goal in wanted:
        found = _like(labs, goal)
        found = _largest(_smooth(found))
        if _sensible(found) and (best is None or found.sum() > best.sum()):
            best = found
    return best


def _like(labs: Labs, goal: Labs) -> Bools:
    """Of the same hue, in light or shade; of the same lightness, if the colour is a grey."""
    chroma = float(np.hypot(goal[1], goal[2]))
    if chroma < 0.05:
        return np.asarray(np.sqrt(((labs - goal) ** 2 * [1.0, 2.6, 2.6]).sum(axis=2)) < 0.17)
    own = np.hypot(labs[..., 1], labs[..., 2])
    along = (labs[..., 1] * goal[1] + labs[..., 2] * goal[2]) / (np.maximum(own, 1e-6) * chroma)
    close = np.abs(labs[..., 0] - goal[0]) < 0.35
    return np.asarray((along > 0.88) & (own > 0.4 * chroma) & close)


def _outstanding(labs: Labs) -> Bools:
    """What differs most from the colours along the edges, and lies toward the middle."""
    high, wide = labs.shape[:2]
    rim = max(2, min(high, wide) // 24)
    edges = np.ones((high, wide), bool)
    edges[rim:-rim, rim:-rim] = False
    edges[-rim:, wide // 5 : -wide // 5] = False  # who stands in a picture may leave it below
    y, x = np.mgrid[-1.2 : 0.8 : high * 1j, -1 : 1 : wide * 1j]
    goals = dominant(labs[edges], 9)
    away = np.sqrt(((labs[:, :, None, :] - goals) ** 2).sum(axis=3)).min(axis=2)
    middle = np.exp(-((x * 0.95) ** 2 + (y * 0.8) ** 2))
    noise = float(np.quantile(away[edges], 0.97))
    if noise < 0.03:  # a plain backdrop: whatever is not it is the subject
        found = _filled(_largest(_smooth(away > max(0.035, 2 * noise))))
        if _sensible(found, least=0.015):
            return found
    score = fields.blurred((away * middle).astype(np.float32), 1)
    level = _otsu(score)
    for threshold in (level, level * 0.75, level * 0.5, float(np.quantile(score, 0.8))):
        found = _filled(_largest(_smooth(score > threshold)))
        if _sensible(found, least=0.015):
            return found
    return np.asarray((x / 0.45) ** 2 + (y / 0.6) ** 2 < 1)


def _sensible(found: Bools, least: float = 0.002) -> bool:
    return least <= float(found.mean()) <= 0.93


def _otsu(score: Floats) -> float:
    """The level that parts a field best into low and high."""
    counts, edges = np.histogram(score, 128)
    middles = (edges[1:] + edges[:-1]) / 2
    low = counts.cumsum()
    high = low[-1] - low
    below = (counts * middles).cumsum()
    above = below[-1] - below
    parted = low * high * (below / np.maximum(low, 1) - above / np.maximum(high, 1)) ** 2
    return float(middles[int(parted.argmax())])


def _mask(found: Bools) -> Image.Image:
    return Image.fromarray(found.astype(np.uint8) * np.uint8(255))


def _smooth(found: Bools) -> Bools:
    """Without specks and pinholes."""
    return np.asarray(_mask(found).filter(ImageFilter.MedianFilter(5))) > 127


def _largest(found: Bools) -> Bools:
    """The largest connected piece, and those at least a third as large."""
    pieces: list[Bools] = []
    left = found.copy()
    while left.any() and len(pieces) < 24:
        seed = np.zeros_like(found)
        seed[np.unravel_index(int(left.argmax()), left.shape)] = True
        piece = _grown(seed, left)
        pieces.append(piece)
        left &= ~piece
    if not pieces:
        return found
    most = max(int(piece.sum()) for piece in pieces)
    return reduce(np.logical_or, (piece for piece in pieces if piece.sum() * 3 >= most))


def _filled(found: Bools) -> Bools:
    """With its holes filled: all that the outside cannot reach."""
    outside = np.zeros_like(found)
    outside[0], outside[-1], outside[:, 0], outside[:, -1] = True, True, True, True
    outside &= ~found
    return ~_grown(outside, ~found)


def _grown(seed: Bools, within: Bools) -> Bools:
    """All that can be reached from the seed without leaving ``within``."""
    reached = seed
    size = -1
    while size != (size := int(reached.sum())):
        for axis in (0, 1):
            for back in (False, True):
                reached = _swept(reached, within, axis, back)
    return reached


def _swept(reached: Bools, within: Bools, axis: int, back: bool) -> Bools:
    """Spread along one direction through whole runs of ``within``."""
    a = np.flip(reached, axis) if back else reached
    b = np.flip(within, axis) if back else within
    step = np.arange(b.shape[axis]).reshape((-1, 1) if axis == 0 else (1, -1))
    wall = np.maximum.accumulate(np.where(b, -1, step), axis=axis)
    source = np.maximum.accumulate(np.where(a & b, step, -1), axis=axis)
    spread = b & (source > wall)
    return np.flip(spread, axis) if back else spread


def _sharpened(image: Image.Image, found: Bools) -> Image.Image:
    """The rough piece with its outline drawn anew, by which side each pixel resembles."""
    scale = min(1.0, _FINE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    rough = _mask(found)
    fine = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), np.float32)
    inner = rough.filter(ImageFilter.MinFilter(3))
    outer = rough.filter(ImageFilter.MaxFilter(5))
    if inner.getbbox() is None:
        inner = rough
    small = np.asarray(image.convert("RGB").resize(rough.size, Image.Resampling.BOX), np.float32)
    front = _nearby(small, np.asarray(inner) > 0, size)
    back = _nearby(small, np.asarray(outer) == 0, size)
    across = front - back
    length = (across**2).sum(axis=2) + 60
    along = (((fine - back) * across).sum(axis=2) / length - 0.5) * 2.2 + 0.5
    soft = np.asarray(rough.resize(size, Image.Resampling.BICUBIC), np.float32) / 255
    trust = np.clip(length / 900 - 0.2, 0, 1)  # where both sides look alike the rough outline stays
    share = np.clip(along, 0, 1) * trust + np.clip(soft * 2 - 0.5, 0, 1) * (1 - trust)
    share = np.where(soft >= 0.98, np.maximum(share, _core(inner, size)), share)
    share = np.minimum(share, np.asarray(outer.resize(size, Image.Resampling.BILINEAR)) / 255)
    share = np.maximum(share, _core(inner, size))
    alpha = Image.fromarray((share * 255 + 0.5).astype(np.uint8)).filter(
        ImageFilter.MedianFilter(3)
    )
    return alpha if alpha.size == image.size else alpha.resize(image.size, Image.Resampling.BICUBIC)


def _core(inner: Image.Image, size: tuple[int, int]) -> Floats:
    grown = np.asarray(inner.resize(size, Image.Resampling.BILINEAR), np.float32)
    return np.asarray(np.clip(grown / 255, 0, 1), np.float32)


def _nearby(colours: Floats, where: Bools, size: tuple[int, int]) -> Floats:
    """The mean colour of the nearest pixels of a region, for every pixel of the sheet."""
    weight = where.astype(np.float32)[..., None]
    known = np.concatenate([colours * weight, weight], axis=2)
    total = np.zeros_like(known)
    for radius, trust in ((5, 1.0), (16, 0.02), (80, 0.0004)):
        total += fields.blurred(known, radius) * np.float32(trust)
    mean = total[..., :3] / np.maximum(total[..., 3:], 1e-7)
    layers = [Image.fromarray(np.ascontiguousarray(mean[..., k])) for k in range(3)]
    grown = [np.asarray(layer.resize(size, Image.Resampling.BILINEAR)) for layer in layers]
    return np.stack(grown, axis=2)
