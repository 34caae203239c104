"""Pictures that a darkroom is given, and how to look at what it makes of them."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from shared.catalog import Catalog
from shared.darkroom import Sheet
from shared.models import InputRules

CATALOG = Catalog.load()
ROOM = 18_500_000
"""The bytes that a request holds for one picture."""
RED, GREEN, BLUE, WHITE = (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)


def rules_of(name: str) -> InputRules:
    rules = CATALOG.model(name).inputs
    assert rules is not None
    return rules


NOVA = rules_of("nova-canvas")
INPAINT = rules_of("stable-image-inpaint")


def saved(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def noise(width: int, height: int, channels: int = 3) -> Image.Image:
    values = np.random.default_rng(7).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Image.fromarray(values)


def quarters(width: int = 400, height: int = 600) -> Image.Image:
    """Red, green, blue and white, so that one sees which way is up."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    return corners.resize((width, height), Image.Resampling.NEAREST)


def seen(sheet: Sheet) -> Image.Image:
    image = Image.open(BytesIO(sheet.body))
    image.load()
    assert image.size == (sheet.width, sheet.height)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The four corner colours, rounded as a JPEG may have spoilt them."""
    w, h = image.size
    places = [(5, 5), (w - 6, 5), (5, h - 6), (w - 6, h - 6)]
    return [tuple(round(v / 255) for v in image.getpixel(place)[:3]) for place in places]


def animated(kind: str) -> bytes:
    return saved(quarters(), kind, save_all=True, append_images=[noise(400, 600)], duration=50)


def a_prepared(width: int, height: int, drawn: tuple[int, int] | None = None) -> Sheet:
    """A picture as a mask gets to know it: by its sizes."""
    return Sheet(b"", width, height, drawn or (width, height))
