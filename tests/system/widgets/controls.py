"""The controls of the studio's forms: their classes, and what they are told of their fields."""

from typing import Any

from frontend.studio.tabs.try_on import WAYS

Control = dict[str, Any]

SIDES = ["left", "right", "up", "down"]


def one_picture(field: str = "image") -> Control:
    return {"module": "pictures/one.js", "name": "OnePicture", "fields": [field]}


SEVERAL: Control = {
    "module": "pictures/several.js",
    "name": "SeveralPictures",
    "fields": ["images"],
    "most": 3,
}
COLOURS: Control = {
    "module": "colours/colour_list.js",
    "name": "ColourList",
    "fields": ["colors"],
    "most": 4,
    "picture": "reference",
}
EXTENDED: Control = {
    "module": "extend/extended_picture.js",
    "name": "ExtendedPicture",
    "fields": ["image", *SIDES],
}
MASKED: Control = {
    "module": "painter/masked_picture.js",
    "name": "MaskedPicture",
    "fields": ["image", "mask", "mask_prompt"],
}
REGION: Control = {
    "module": "try_on/garment_region.js",
    "name": "GarmentRegion",
    "fields": ["region"],
    "picture": "image",
    "ways": WAYS,
}
