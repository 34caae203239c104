"""Valid tasks of every kind, as hypothesis draws them, with the pictures that they name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from shared.tasks import (
    IMAGES_MAX,
    PIXELS_MAX,
    RATIO_MAX,
    SEED_MAX,
    TASKS,
    Control,
    Enlargement,
    Quality,
    Style,
    Task,
    Transition,
    parse_task,
)
from shared.tasks.fields import COLORS_MAX
from shared.tasks.try_on import (
    GarmentClass,
    MaskShape,
    MergeStyle,
    OuterLayerStyle,
    SleeveStyle,
    Switch,
    TuckingStyle,
)

Fields = Mapping[str, Any]


def _saved(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def _smooth(width: int, height: int) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def _translucent() -> Image.Image:
    image = _plain.copy()
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(_smooth(400, 480), "JPEG", exif=exif)


_plain = _smooth(480, 400)
SMALL: Mapping[str, bytes] = {
    "png": _saved(_plain),
    "jpeg": _saved(_plain, "JPEG"),
    "smallest": _saved(_smooth(320, 320)),
}
PICTURES: Mapping[str, bytes] = {
    **SMALL,
    "webp": _saved(_plain, "WEBP"),
    "odd": _saved(_smooth(799, 321)),
    "large": _saved(Image.new("RGB", (3500, 2800), "teal"), "JPEG"),
    "translucent": _saved(_translucent()),
    "inks": _saved(_plain.convert("CMYK"), "JPEG"),
    "palette": _saved(_plain.convert("P")),
    "grey": _saved(_plain.convert("L")),
    "sixteen bits": _saved(Image.fromarray(np.arange(160_000, dtype=np.uint16).reshape(400, 400))),
    "turned": _turned(),
    "animated": _saved(_plain, save_all=True, append_images=[_smooth(480, 400).rotate(90)]),
}
"""Fit, or to be made fit, for every model that there is."""


def _mask(width: int, height: int, kind: str) -> bytes:
    mask = Image.new("L", (width, height), 0)
    if kind == "grey":
        mask = Image.linear_gradient("L").resize((width, height))
    mask.paste(255, (width // 8, height // 8, width // 2, height // 2))
    return _saved(mask.convert("1")) if kind == "one bit" else _saved(mask)


MASK = _mask(480, 400, "plain")
"""For the small ones that are no square."""


@dataclass
class Named:
    """A task, and the pictures behind its uploads, by id."""

    task: Task
    pictures: dict[str, bytes] = field(repr=False)


class _Shelf:
    """Names pictures while a task is drawn."""

    def __init__(self, draw: Any, originals: Mapping[str, bytes]) -> None:
        self._draw = draw
        self._originals = originals
        self.pictures: dict[str, bytes] = {}

    def picture(self) -> Fields:
        return self._named(self._originals[self._draw(st.sampled_from(sorted(self._originals)))])

    def mask_of(self, picture: Fields) -> Fields:
        """A mask of the picture's size, or of half of it."""
        with Image.open(BytesIO(self.pictures[picture["upload"]])) as image:
            width, height = image.size
            if image.getexif().get(0x0112, 1) >= 5:
                width, height = height, width
        part = self._draw(st.sampled_from([1, 2]))
        if width % part or height % part:
            part = 1
        kind = self._draw(st.sampled_from(["plain", "grey", "one bit"]))
        return self._named(_mask(width // part, height // part, kind))

    def _named(self, body: bytes) -> Fields:
        name = f"{len(self.pictures):026}"
        self.pictures[name] = body
        return {"upload": name}


WORDS = st.text(min_size=1, max_size=40).filter(str.strip) | st.sampled_from(["é", "x" * 1024])
SHARE = st.floats(0, 1) | st.sampled_from([0, 1])
SIZES = st.tuples(st.integers(20, 256), st.integers(20, 256)).map(
    lambda sides: (sides[0] * 16, sides[1] * 16)
)
COMMON: Mapping[str, st.SearchStrategy[Any]] = {
    "negative_prompt": WORDS,
    "seed": st.integers(0, SEED_MAX) | st.sampled_from([0, SEED_MAX]),
    "n": st.integers(1, IMAGES_MAX),
}
GUIDED: Mapping[str, st.SearchStrategy[Any]] = {
    **COMMON,
    "quality": st.sampled_from(Quality),
    "guidance": st.floats(1.1, 10),
}
STYLE: Mapping[str, st.SearchStrategy[Any]] = {"style": st.sampled_from(Style)}
GROW: Mapping[str, st.SearchStrategy[Any]] = {"grow_mask": st.integers(0, 20)}
PROMPT: Mapping[str, st.SearchStrategy[Any]] = {"prompt": WORDS}
SWITCHES = ("preserve_body_pose", "preserve_hands", "preserve_face")
OPTIONAL: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "text_to_image": {**GUIDED, **STYLE},
    "condition": {**GUIDED, **STYLE, "strength": SHARE, "control": st.sampled_from(Control)},
    "color_guided": GUIDED,
    "variation": {**GUIDED, **PROMPT, "similarity": st.floats(0.2, 1)},
    "inpaint": {**GUIDED, **PROMPT, **GROW},
    "outpaint": {**GUIDED, **PROMPT, "transition": st.sampled_from(Transition)},
    "extend": {**GUIDED, **PROMPT, "creativity": st.floats(0.1, 1)},
    "remove_background": {},
    "try_on": {
        **{name: made for name, made in GUIDED.items() if name != "negative_prompt"},
        **{name: st.sampled_from(Switch) for name in SWITCHES},
        "merge_style": st.sampled_from(MergeStyle),
        "return_mask": st.booleans(),
    },
    "upscale": {
        "negative_prompt": WORDS,
        "seed": COMMON["seed"],
        "creativity": st.floats(0.1, 0.5),
    },
    "recolor": {**COMMON, **STYLE, **GROW},
    "style_transfer": {
        **COMMON,
        **PROMPT,
        "composition_fidelity": SHARE,
        "style_strength": SHARE,
        "change_strength": st.floats(0.1, 1),
    },
}
SIDE = st.integers(0, 200)


@st.composite
def valid_tasks(
    draw: Any, kinds: tuple[str, ...] = tuple(TASKS), originals: Mapping[str, bytes] = PICTURES
) -> Named:
    kind = draw(st.sampled_from(kinds))
    shelf = _Shelf(draw, originals)
    fields = {
        "kind": kind,
        "seed": 7,
        **_needed(draw, shelf, kind),
        **draw(st.fixed_dictionaries({}, optional=OPTIONAL[kind])),
    }
    for absent in {"seed"} - set(TASKS[kind].model_fields):
        del fields[absent]
    try:
        return Named(parse_task(fields), shelf.pictures)
    except ValidationError:
        assume(False)
        raise


def _needed(draw: Any, shelf: _Shelf, kind: str) -> dict[str, Any]:
    match kind:
        case "text_to_image":
            return {"prompt": draw(WORDS), **_size(draw)}
        case "condition":
            return {"prompt": draw(WORDS), "image": shelf.picture(), **_size(draw)}
        case "color_guided":
            return _colours(draw, shelf)
        case "variation":
            count = draw(st.integers(1, IMAGES_MAX))
            return {"images": [shelf.picture() for _ in range(count)], **_size(draw)}
        case "inpaint" | "outpaint":
            return _region(draw, shelf)
        case "extend":
            return {"image": shelf.picture(), **_sides(draw)}
        case "try_on":
            return _dressing(draw, shelf)
        case _:
            return _changed(draw, shelf, kind)


def _changed(draw: Any, shelf: _Shelf, kind: str) -> dict[str, Any]:
    image = {"image": shelf.picture()}
    match kind:
        case "upscale":
            mode = draw(st.sampled_from(Enlargement))
            words = {} if mode is Enlargement.FAST else {"prompt": draw(WORDS)}
            return {**image, **words, "mode": mode}
        case "recolor":
            return {**image, "select_prompt": draw(WORDS), "prompt": draw(WORDS)}
        case "style_transfer":
            return {**image, "style_image": shelf.picture()}
        case _:
            return image


def _size(draw: Any) -> dict[str, int]:
    width, height = draw(SIZES | st.sampled_from([(1024, 1024), (2048, 2048), (4096, 1024)]))
    assume(width * height <= PIXELS_MAX and max(width, height) <= RATIO_MAX * min(width, height))
    return {"width": width, "height": height}


def _colours(draw: Any, shelf: _Shelf) -> dict[str, Any]:
    colour = st.from_regex(r"\A#[0-9A-Fa-f]{6}\Z")
    reference = {"reference": shelf.picture()} if draw(st.booleans()) else {}
    colours = draw(st.lists(colour, min_size=1, max_size=COLORS_MAX))
    return {"prompt": draw(WORDS), "colors": colours, **reference, **_size(draw)}


def _region(draw: Any, shelf: _Shelf) -> dict[str, Any]:
    image = shelf.picture()
    if draw(st.booleans()):
        return {"image": image, "mask_prompt": draw(WORDS)}
    return {"image": image, "mask": shelf.mask_of(image)}


def _sides(draw: Any) -> dict[str, int]:
    sides = {side: draw(SIDE) for side in ("left", "right", "up", "down")}
    assume(any(sides.values()))
    return sides


def _dressing(draw: Any, shelf: _Shelf) -> dict[str, Any]:
    image = shelf.picture()
    shape = draw(st.fixed_dictionaries({}, optional={"mask_shape": st.sampled_from(MaskShape)}))
    styling = {
        "long_sleeve_style": st.sampled_from(SleeveStyle),
        "tucking_style": st.sampled_from(TuckingStyle),
        "outer_layer_style": st.sampled_from(OuterLayerStyle),
    }
    match draw(st.sampled_from(["mask", "garment", "words"])):
        case "mask":
            region: Fields = {"by": "mask", "mask": shelf.mask_of(image)}
        case "garment":
            garment = draw(st.sampled_from(GarmentClass))
            worn = draw(st.fixed_dictionaries({}, optional=styling))
            region = {"by": "garment", "garment_class": garment, **shape, **worn}
        case _:
            region = {"by": "words", "words": draw(WORDS), **shape}
    return {"image": image, "garment": shelf.picture(), "region": region}
