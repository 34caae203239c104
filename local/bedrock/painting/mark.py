"""The small sign in the corner that says the picture is simulated."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORD = "simulated"


def box(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where the mark stands on a picture of this size: left, top, right, bottom."""
    tall = _letter(size)
    font = ImageFont.load_default(tall)
    left, top, right, bottom = font.getbbox(WORD)
    wide, high = int(right - left), int(bottom - top)
    pad = tall // 2
    return size[0] - wide - 3 * pad, size[1] - high - 3 * pad, size[0] - pad, size[1] - pad


def sign(image: Image.Image) -> None:
    """Put the mark on a picture, in place."""
    _stamp(image, box(image.size))


def sign_within(image: Image.Image, mask: Image.Image) -> None:
    """Put the mark where the mask is full, low and to the right, if it fits there at all."""
    left, top, right, bottom = box(image.size)
    spot = _room(mask, right - left, bottom - top)
    if spot:
        _stamp(image, (*spot, spot[0] + right - left, spot[1] + bottom - top))


def _room(mask: Image.Image, wide: int, high: int) -> tuple[int, int] | None:
    """The place nearest to the lower right where a box lies wholly in the full mask."""
    used = mask.getbbox()
    if used is None:
        return None
    full = np.asarray(mask.crop(used)) == 255
    if full.shape[0] < high or full.shape[1] < wide:
        return None
    sums = np.zeros((full.shape[0] + 1, full.shape[1] + 1), np.int32)
    sums[1:, 1:] = full.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    inside = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    rows, columns = np.nonzero(inside == wide * high)
    if not rows.size:
        return None
    best = int(np.argmax(rows + columns))
    return used[0] + int(columns[best]), used[1] + int(rows[best])


def _stamp(image: Image.Image, area: tuple[int, int, int, int]) -> None:
    tall = _letter(image.size)
    patch = image.crop(area)
    pill = Image.new("L", patch.size)
    shape = (0, 0, patch.width - 1, patch.height - 1)
    ImageDraw.Draw(pill).rounded_rectangle(shape, patch.height // 3, fill=120)
    patch.paste((12, 12, 18), (0, 0), pill)
    font = ImageFont.load_default(tall)
    middle = (patch.width / 2, patch.height / 2)
    ImageDraw.Draw(patch).text(middle, WORD, (255, 255, 255), font, anchor="mm")
    image.paste(patch, area[:2])


def _letter(size: tuple[int, int]) -> int:
    return max(10, round(min(size) * 0.018))
