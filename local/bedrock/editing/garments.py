"""Trying a garment on: where on a person it belongs, and how it is laid there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from local.bedrock.editing.closing import close_in
from local.bedrock.editing.repainting import inward
from local.bedrock.editing.subjects import subject_mask
from local.bedrock.painting import fields, mark
from local.bedrock.painting.colour import Bools

Sleeves = Literal["long", "short", "none"]
MaskShape = Literal["CONTOUR", "BOUNDING_BOX", "DEFAULT"]
MergeStyle = Literal["BALANCED", "SEAMLESS", "DETAILED"]


@dataclass(frozen=True, slots=True)
class Cut:
    """From where to where a garment reaches, as shares of a standing person's height."""

    top: float
    bottom: float
    sleeves: Sleeves = "none"


CUTS: Mapping[str, Cut] = {
    "UPPER_BODY": Cut(0.15, 0.52, "long"),
    "LONG_SLEEVE_SHIRT": Cut(0.15, 0.52, "long"),
    "SHORT_SLEEVE_SHIRT": Cut(0.15, 0.52, "short"),
    "NO_SLEEVE_SHIRT": Cut(0.15, 0.52),
    "OTHER_UPPER_BODY": Cut(0.15, 0.52, "long"),
    "LOWER_BODY": Cut(0.48, 0.93),
    "LONG_PANTS": Cut(0.48, 0.93),
    "SHORT_PANTS": Cut(0.48, 0.68),
    "OTHER_LOWER_BODY": Cut(0.48, 0.8),
    "FULL_BODY": Cut(0.15, 0.93, "long"),
    "LONG_DRESS": Cut(0.15, 0.9, "short"),
    "SHORT_DRESS": Cut(0.15, 0.66, "short"),
    "FULL_BODY_OUTFIT": Cut(0.15, 0.93, "long"),
    "OTHER_FULL_BODY": Cut(0.15, 0.93, "long"),
    "FOOTWEAR": Cut(0.91, 1.0),
    "SHOES": Cut(0.92, 1.0),
    "BOOTS": Cut(0.78, 1.0),
    "OTHER_FOOTWEAR": Cut(0.91, 1.0),
}
"""The cut of each garment class of Nova Canvas."""

_WORDS = {
    r"t-?shirt|tee\b|polo": "SHORT_SLEEVE_SHIRT",
    r"tank top|vest|waistcoat": "NO_SLEEVE_SHIRT",
    r"shirt|sweater|jumper|jacket|coat|hoodie|blouse|top\b|upper": "UPPER_BODY",
    r"shorts|skirt": "SHORT_PANTS",
    r"pants|trousers|jeans|leggings|lower": "LONG_PANTS",
    r"dress|gown": "LONG_DRESS",
    r"suit|outfit|clothes|clothing|costume|overall": "FULL_BODY_OUTFIT",
    r"boot": "BOOTS",
    r"shoe|sneaker|footwear|sandal": "SHOES",
}


@dataclass(frozen=True, slots=True)
class _Body:
    """A person in a picture: the silhouette and the lines that garments go by."""

    silhouette: Bools
    left: int
    right: int
    top: int
    bottom: int

    @classmethod
    def of(cls, image: Image.Image) -> "_Body":
        found = subject_mask(image)
        box = found.getbbox()
        assert box is not None
        left, top, right, bottom = box
        return cls(np.asarray(found) > 0, left, right, top, bottom)

    @property
    def bust(self) -> bool:
        """Whether only head and shoulders are shown."""
        touches = self.bottom >= self.silhouette.shape[0] * 0.85
        return touches and (self.bottom - self.top) < 1.5 * (self.right - self.left)

    def row(self, share: float) -> int:
        """The height of a line of the body; of a bust only the uppermost quarter is there."""
        shown = 0.26 if self.bust else 1.0
        place = min(1.0, share / shown)
        return self.top + round(place * (self.bottom - self.top))

    @property
    def trunk(self) -> tuple[int, int]:
        """The columns of the body without its arms."""
        rows = self.silhouette[self.row(0.16) : max(self.row(0.16) + 1, self.row(0.9))]
        weights = rows.sum(axis=0).cumsum()
        middle = int(np.searchsorted(weights, weights[-1] / 2))
        half = 0.44 * (self.right - self.left) if self.bust else 0.09 * (self.bottom - self.top)
        half = min(half, 0.5 * (self.right - self.left))
        return max(0, round(middle - half)), round(middle + half)


def garment_region(
    image: Image.Image,
    garment_class: str,
    shape: MaskShape = "DEFAULT",
    *,
    sleeves: Sleeves | None = None,
    tucked: bool = False,
    opened: bool = False,
) -> Image.Image:
    """Where a garment of a class (``UPPER_BODY``, ``SHOES``…) belongs on the person, in white."""
    body, cut = _Body.of(image), CUTS[garment_class]
    bottom = cut.bottom - (0.04 if tucked and cut.bottom < 0.6 else 0.0)
    first = min(body.row(cut.top), body.bottom - 2)
    last = max(body.row(bottom), first + 2)
    region = np.zeros_like(body.silhouette)
    region[first:last] = body.silhouette[first:last]
    left, right = body.trunk
    elbow = {"long": last, "short": body.row(0.3), "none": first}[
        cut.sleeves if cut.sleeves == "none" else sleeves or cut.sleeves
    ]
    if cut.top < 0.9:  # feet may stand apart as far as they like
        region[elbow:, :left] = False
        region[elbow:, right:] = False
    if opened:
        middle, gap = (left + right) // 2, max(1, (right - left) // 10)
        region[:, middle - gap : middle + gap] = False
    return _shaped(_image(region if region.any() else body.silhouette), shape, image.size)


def names_garment(words: str) -> bool:
    return _garment(words) is not None


def worn_above(garment_class: str) -> bool:
    """Whether a garment class is worn on the upper body, alone or among other parts."""
    return CUTS[garment_class].top < 0.4


def _garment(words: str) -> str | None:
    """The garment class that the words name."""
    named = words.lower()
    return next((known for pattern, known in _WORDS.items() if re.search(pattern, named)), None)


def worded_region(image: Image.Image, words: str, shape: MaskShape = "DEFAULT") -> Image.Image:
    """Where the words point: to a garment if they name one, else to a colour or to the subject."""
    garment_class = _garment(words)
    if garment_class:
        return garment_region(image, garment_class, shape)
    return _shaped(subject_mask(image, words), shape, image.size)


def spared(image: Image.Image, *, face: bool, hands: bool) -> Image.Image:
    """The parts of the person that no garment may cover, in white."""
    body = _Body.of(image)
    sheet = Image.new("L", image.size)
    draw = ImageDraw.Draw(sheet)
    if face:
        draw.rectangle((body.left, body.top, body.right, body.row(0.135)), fill=255)
    if hands and not body.bust:
        left, right = body.trunk
        high, low = body.row(0.46), body.row(0.56)
        # Hands that hang before the trunk have no room of their own beside it.
        if body.left <= left:
            draw.rectangle((body.left, high, left, low), fill=255)
        if right <= body.right:
            draw.rectangle((right, high, body.right, low), fill=255)
    return ImageChops.darker(sheet, _image(body.silhouette))


def silhouette(image: Image.Image) -> Image.Image:
    """The person with a little room around, in white."""
    room = 2 * (max(image.size) // 128) + 1
    return _grown(subject_mask(image), room)


def try_on(
    source: Image.Image,
    garment: Image.Image,
    region: Image.Image,
    merge_style: MergeStyle,
    seed: int,
) -> Image.Image:
    """Lay the garment of one picture into a region of another.

    BALANCED and DETAILED keep every pixel outside the region; SEAMLESS lets all of them shift a
    little and has no seam.
    """
    box = region.getbbox()
    if box is None:
        return source.copy()
    cloth = _cloth(garment, (box[2] - box[0], box[3] - box[1]))
    if merge_style == "DETAILED":
        cloth = cloth.filter(ImageFilter.UnsharpMask(1.5, 120, 2))
    worn = source.copy()
    worn.paste(_draped(cloth, source.crop(box), inward(region, box), seed), box[:2])
    mark.sign_within(worn, region)
    if merge_style != "SEAMLESS":
        return Image.composite(worn, source, region)
    soft = region.filter(ImageFilter.BoxBlur(max(2.0, min(source.size) / 200)))
    return Image.composite(worn, source, soft).point(_A_LITTLE_OFF)


_A_LITTLE_OFF = [v + 1 if v < 128 else v - 1 for v in range(256)] * 3


def _cloth(garment: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The garment alone, stretched to a size, its colours continued where it has none."""
    scale = min(1.0, 1024 / max(garment.size))
    small = garment.resize(
        (max(8, round(garment.width * scale)), max(8, round(garment.height * scale)))
    )
    found = _grown(subject_mask(small), -5)
    used = found.getbbox()
    if used is None or _is_swatch(small):
        return small.resize(size, Image.Resampling.LANCZOS)
    small, found = small.crop(used), found.crop(used)
    missing = ImageChops.invert(found)
    whole = Image.composite(close_in(small, missing), small, missing) if _any(missing) else small
    return whole.resize(size, Image.Resampling.LANCZOS)


def _is_swatch(garment: Image.Image) -> bool:
    """Whether the picture is cloth all over: its corners look like its middle."""
    tiny = np.asarray(garment.resize((9, 9), Image.Resampling.BOX), np.float32)
    corners = np.stack([tiny[0, 0], tiny[0, -1], tiny[-1, 0], tiny[-1, -1]])
    return bool(np.abs(corners - tiny[3:6, 3:6].mean(axis=(0, 1))).max() < 40)


def _draped(cloth: Image.Image, under: Image.Image, depth: Image.Image, seed: int) -> Image.Image:
    """Folds: what light and shade the body has, some of the cloth's own, darker at the edges."""
    wide, high = cloth.size
    rng = np.random.default_rng(seed)
    small = max(2, wide // 4), max(2, high // 4)
    folds = fields.cloud(rng, *small, max(4.0, small[0] * 0.4), 2)
    waves = Image.fromarray((folds * 40 + 108).astype(np.uint8)).resize(cloth.size)
    grey = under.convert("L")
    body = ImageChops.subtract(
        grey, grey.filter(ImageFilter.BoxBlur(max(4, min(cloth.size) // 8))), scale=2.5, offset=128
    )
    relief = ImageChops.add(waves, body, scale=1, offset=-128)
    rim = depth.point([round(112 + 16 * v / 255) for v in range(256)])
    relief = ImageChops.add(relief, rim, scale=1, offset=-128)
    return ImageChops.add(cloth, Image.merge("RGB", (relief,) * 3), scale=1, offset=-128)


def _shaped(region: Image.Image, shape: MaskShape, size: tuple[int, int]) -> Image.Image:
    if shape != "BOUNDING_BOX":
        return region
    sheet = Image.new("L", size)
    box = region.getbbox()
    if box:
        sheet.paste(255, box)
    return sheet


def _grown(region: Image.Image, pixels: int) -> Image.Image:
    """The region with an odd number of pixels more around it, or less if negative."""
    if pixels < 0:
        return region.filter(ImageFilter.MinFilter(-pixels))
    radius = pixels / 2
    return region.filter(ImageFilter.BoxBlur(radius)).point([0] + [255] * 255)


def _any(region: Image.Image) -> bool:
    return region.getbbox() is not None


def _image(found: Bools) -> Image.Image:
    return Image.fromarray(found.astype(np.uint8) * np.uint8(255))
