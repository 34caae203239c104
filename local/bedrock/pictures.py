"""Pictures in request bodies: base64 in, checked against the rules of who receives them.

A field is declared with one of the types at the end (``NovaPicture``, ``ServicePicture``, ...); its
value is then a ``Given``. The ``...OrNone`` types are for fields that may be left out, with None
as the default; a null on the wire is refused as everywhere.
"""

import base64
import binascii
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

import numpy as np
from PIL import Image, UnidentifiedImageError
from pydantic import PlainValidator
from pydantic_core import PydanticKnownError

from local.bedrock.rules import broken

Kind = Literal["PNG", "JPEG", "WEBP"]

_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_PNG_DEPTH = 24
"""Where a PNG says how many bits a channel has; Pillow makes 8 of 16 and does not tell."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a picture has to be like. By default nothing but the format is limited."""

    kinds: tuple[Kind, ...]
    shortest: int = 1
    longest: float = math.inf
    fewest_pixels: int = 1
    most_pixels: float = math.inf
    widest: float = math.inf
    """The longer side may be so many times the shorter one."""
    modes: tuple[str, ...] | None = None
    """The colour modes allowed, by Pillow's names, with 8 bits a channel; None is anything."""
    opaque: bool = False


NOVA = Limits(
    ("PNG", "JPEG"),
    shortest=320,
    longest=4096,
    most_pixels=4_194_304,
    widest=4,
    modes=("RGB", "RGBA", "P"),
    opaque=True,
)
"""Every input picture of Nova Canvas. AWS's pages differ on 2048x2048; it is let through."""

NOVA_MASK = replace(NOVA, modes=("1", "L", "LA", "RGB", "RGBA", "P"))
"""A mask of Nova Canvas, which may also be stored without colours."""

_MOST_PIXELS = 9_437_184
_ALL: tuple[Kind, ...] = ("PNG", "JPEG", "WEBP")

SERVICE = Limits(_ALL, shortest=64, most_pixels=_MOST_PIXELS, widest=2.5)
"""The pictures of Stability's image services where nothing else is said."""

IMAGE_TO_IMAGE = Limits(_ALL, shortest=64, most_pixels=_MOST_PIXELS)
"""The start of Stable Diffusion 3.5, whose page limits the sides only; the area is our bound."""

SERVICE_MASK = Limits(_ALL, most_pixels=_MOST_PIXELS)
"""A mask of Stability's services: any size, since they resize it; the area is our bound."""

FAST_UPSCALE = Limits(_ALL, shortest=32, longest=1536, fewest_pixels=1_024, most_pixels=1_048_576)
CREATIVE_UPSCALE = Limits(_ALL, shortest=64, fewest_pixels=4_096, most_pixels=1_048_576)


@dataclass(frozen=True, slots=True)
class Given:
    """A picture that broke no rule. It stays compressed, and is decoded for each use."""

    raw: bytes
    size: tuple[int, int]
    has_alpha: bool

    def rgb(self) -> Image.Image:
        """The picture as RGB; what is transparent is laid on white."""
        image = self._open()
        if not self.has_alpha:
            return image.convert("RGB")
        layered = image.convert("RGBA")
        sheet = Image.new("RGB", image.size, "white")
        sheet.paste(layered, (0, 0), layered.getchannel("A"))
        return sheet

    def grey(self, size: tuple[int, int] | None = None) -> Image.Image:
        """The picture's brightness as "L", in another size if one is given: how masks are read."""
        image = self.rgb().convert("L")
        if size is None or size == image.size:
            return image
        return image.resize(size, Image.Resampling.BILINEAR)

    def missing(self) -> Image.Image:
        """White where the picture is transparent, black where it is opaque, as "L"."""
        if not self.has_alpha:
            return Image.new("L", self.size)
        alpha = self._open().convert("RGBA").getchannel("A")
        return alpha.point([255 - value for value in range(256)])

    def _open(self) -> Image.Image:
        image = Image.open(io.BytesIO(self.raw), formats=_ALL)
        image.load()
        if image.mode == "I;16":  # Pillow would clip it, not scale it
            return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        return image


def received(encoded: object, limits: Limits) -> Given:
    """The picture in a string of base64; a broken rule is pydantic's error, worded as AWS does."""
    if not isinstance(encoded, str):
        raise PydanticKnownError("string_type")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise broken("the image is not valid base64") from None
    image = _opened(raw, limits)
    _check_size(image.width, image.height, limits)
    try:
        image.load()
    except _UNREADABLE:
        raise broken("the image data is damaged") from None
    if limits.modes is not None:
        _check_mode(image, raw, limits.modes)
    transparent = bool(image.has_transparency_data)
    if limits.opaque and transparent and _see_through(image):
        raise broken("the image must not contain transparent or translucent pixels")
    return Given(raw, image.size, transparent)


def _opened(raw: bytes, limits: Limits) -> Image.Image:
    try:
        return Image.open(io.BytesIO(raw), formats=limits.kinds)
    except _BOMBS:
        raise broken("the image has too many pixels") from None
    except (UnidentifiedImageError, *_UNREADABLE):
        if len(limits.kinds) == 2:
            raise broken(f"the image is neither {limits.kinds[0]} nor {limits.kinds[1]}") from None
        raise broken(f"the image is none of {', '.join(limits.kinds)}") from None


def _check_size(width: int, height: int, limits: Limits) -> None:
    for name, length in (("width", width), ("height", height)):
        if length < limits.shortest or length > limits.longest:
            wanted = (
                f"at least {limits.shortest}"
                if limits.longest == math.inf
                else f"between {limits.shortest} and {limits.longest}"
            )
            raise broken(f"image {name} {length} is not {wanted}")
    if max(width, height) > limits.widest * min(width, height):
        ratio = f"1:{limits.widest:g} and {limits.widest:g}:1"
        raise broken(f"the aspect ratio of {width}x{height} is not between {ratio}")
    if width * height > limits.most_pixels:
        raise broken(f"{width}x{height} is more than {limits.most_pixels} pixels")
    if width * height < limits.fewest_pixels:
        raise broken(f"{width}x{height} is less than {limits.fewest_pixels} pixels")


def _check_mode(image: Image.Image, raw: bytes, modes: tuple[str, ...]) -> None:
    deep = image.format == "PNG" and raw[_PNG_DEPTH] > 8
    if deep or image.mode not in modes:
        found = "16 bits" if deep else image.mode
        raise broken(f"the image must be RGB with 8 bits per channel, found: {found}")


def _see_through(image: Image.Image) -> bool:
    return image.convert("RGBA").getchannel("A").getextrema() != (255, 255)


def _black_and_white(encoded: object) -> Given:
    """A mask of pure black and pure white, as Nova Canvas wants them."""
    mask = received(encoded, NOVA_MASK)
    image = mask.rgb()
    pixels = image.width * image.height
    counts = image.histogram()
    pure = all(counts[k] + counts[k + 255] == pixels for k in (0, 256, 512))
    grey = image.convert("L").histogram()
    if not pure or grey[0] + grey[255] != pixels:
        raise broken("the mask image must contain only pure black and pure white pixels")
    return mask


def check_same_size(image: Given, mask: Given) -> None:
    """The rule of Nova Canvas that a mask has the size of its picture."""
    if image.size != mask.size:
        wide, high = mask.size
        raise broken(
            f"the mask image is {wide}x{high}, it must have the size of the image, "
            f"{image.size[0]}x{image.size[1]}"
        )


def _by(limits: Limits) -> Callable[[object], Given]:
    return partial(received, limits=limits)


NovaPicture = Annotated[Given, PlainValidator(_by(NOVA))]
NovaPictureOrNone = Annotated[Given | None, PlainValidator(_by(NOVA))]
NovaMask = Annotated[Given, PlainValidator(_black_and_white)]
NovaMaskOrNone = Annotated[Given | None, PlainValidator(_black_and_white)]
ServicePicture = Annotated[Given, PlainValidator(_by(SERVICE))]
ServiceMaskOrNone = Annotated[Given | None, PlainValidator(_by(SERVICE_MASK))]
Start = Annotated[Given, PlainValidator(_by(IMAGE_TO_IMAGE))]
FastUpscalePicture = Annotated[Given, PlainValidator(_by(FAST_UPSCALE))]
CreativeUpscalePicture = Annotated[Given, PlainValidator(_by(CREATIVE_UPSCALE))]
