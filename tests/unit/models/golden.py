"""Golden files: whole bodies, in which a picture is the name of its place in the task.

``python -m tests.unit.models.golden`` writes them anew; look at what changed before you keep it.
"""

import asyncio
import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from shared.calls import Call, plan_calls
from shared.catalog import Catalog
from shared.darkroom import Margins, Print, Sheet
from shared.models import InputRules
from shared.tasks import Task, images_wanted, parse_task
from worker.models import FAMILIES

FILES = Path(__file__).parents[1] / "golden"
UPLOAD = {"upload": "0" * 26}
CATALOG = Catalog.load()

STYLES = (
    "3d_animated_family_film",
    "design_sketch",
    "flat_vector_illustration",
    "graphic_novel_illustration",
    "maximalism",
    "midcentury_retro",
    "photorealism",
    "soft_digital_painting",
)
GARMENTS = (
    *("upper_body", "lower_body", "full_body", "footwear", "long_sleeve_shirt"),
    *("short_sleeve_shirt", "no_sleeve_shirt", "other_upper_body", "long_pants", "short_pants"),
    *("other_lower_body", "long_dress", "short_dress", "full_body_outfit", "other_full_body"),
    *("shoes", "boots", "other_footwear"),
)


@dataclass(frozen=True)
class Case:
    """One body: which model is asked for what."""

    name: str
    model: str
    task: Task
    call: int = 0

    @property
    def path(self) -> Path:
        return FILES / CATALOG.model(self.model).family / f"{self.name}.json"


Fields = Mapping[str, Any]


def _cases(
    model: str, kind: str, base: Fields, variants: Mapping[str, Fields], *, prefix: str = ""
) -> Iterator[Case]:
    """The task with no more than it must have, and with one more thing set in each variant."""
    start = prefix or kind
    yield Case(start, model, parse_task({"kind": kind, "seed": 7, **base}))
    for name, more in variants.items():
        yield Case(f"{start}.{name}", model, parse_task({"kind": kind, "seed": 7, **base, **more}))


PROMPT = {"prompt": "a fox in the snow"}
NEGATIVE = {"negative": {"negative_prompt": "snowmen"}}
CONFIG: Mapping[str, Fields] = {
    "premium": {"quality": "premium"},
    "guidance": {"guidance": 9.5},
    "five": {"n": 5},
    "seed_zero": {"seed": 0},
}
SIZED: Mapping[str, Fields] = {**CONFIG, "size": {"width": 1280, "height": 720}}
STYLED: Mapping[str, Fields] = {f"style_{style}": {"style": style} for style in STYLES}
EVERYTHING: Fields = {
    "negative_prompt": "snowmen",
    "width": 1280,
    "height": 720,
    "quality": "premium",
    "style": "3d_animated_family_film",
    "guidance": 8.5,
    "n": 3,
}
COLORS = {"colors": ["#1d3557", "#E63946"]}
MASKED = {"image": UPLOAD, "mask": UPLOAD}
NAMED = {"image": UPLOAD, "mask_prompt": "the red car"}
DRESSED = {"image": UPLOAD, "garment": UPLOAD}


def _switched(field: str) -> Mapping[str, Fields]:
    return {f"{field}_{value}": {field: value} for value in ("on", "off", "default")}


def _garment(**styling: str) -> Fields:
    return {"region": {"by": "garment", "garment_class": "upper_body", **styling}}


NOVA: tuple[Case, ...] = (
    *_cases(
        "nova-canvas",
        "text_to_image",
        PROMPT,
        {**SIZED, **NEGATIVE, **STYLED, "everything": EVERYTHING},
    ),
    *_cases(
        "nova-canvas",
        "condition",
        {**PROMPT, "image": UPLOAD},
        {
            **SIZED,
            **NEGATIVE,
            "style": {"style": "photorealism"},
            "segmentation": {"control": "segmentation"},
            "strength": {"strength": 0.25},
        },
    ),
    *_cases(
        "nova-canvas",
        "color_guided",
        {**PROMPT, **COLORS},
        {**SIZED, **NEGATIVE, "reference": {"reference": UPLOAD}},
    ),
    *_cases(
        "nova-canvas",
        "variation",
        {"images": [UPLOAD]},
        {
            **SIZED,
            **NEGATIVE,
            "prompt": PROMPT,
            "similarity": {"similarity": 0.8},
            "five_pictures": {"images": [UPLOAD] * 5},
        },
    ),
    *_cases("nova-canvas", "inpaint", MASKED, {**CONFIG, **NEGATIVE, "prompt": PROMPT}),
    *_cases("nova-canvas", "inpaint", {**NAMED, **PROMPT}, {}, prefix="inpaint.named"),
    *_cases(
        "nova-canvas",
        "outpaint",
        {**MASKED, **PROMPT},
        {**CONFIG, **NEGATIVE, "precise": {"transition": "precise"}},
    ),
    *_cases("nova-canvas", "outpaint", NAMED, {}, prefix="outpaint.named"),
    *_cases(
        "nova-canvas",
        "extend",
        {"image": UPLOAD, "left": 100},
        {
            **CONFIG,
            **NEGATIVE,
            "prompt": PROMPT,
            "all_sides": {"left": 1, "right": 2, "up": 3, "down": 4},
        },
    ),
    Case(
        "remove_background",
        "nova-canvas",
        parse_task({"kind": "remove_background", "image": UPLOAD}),
    ),
    *_cases(
        "nova-canvas",
        "try_on",
        {**DRESSED, "region": {"by": "mask", "mask": UPLOAD}},
        {
            **CONFIG,
            **_switched("preserve_body_pose"),
            **_switched("preserve_hands"),
            **_switched("preserve_face"),
            **{f"merge_{m}": {"merge_style": m} for m in ("balanced", "seamless", "detailed")},
            "return_mask": {"return_mask": True},
            "words": {"region": {"by": "words", "words": "the shirt"}},
            **{
                f"words_{shape}": {
                    "region": {"by": "words", "words": "the shirt", "mask_shape": shape}
                }
                for shape in ("contour", "bounding_box", "default")
            },
            **{
                f"garment_{name}": {"region": {"by": "garment", "garment_class": name}}
                for name in GARMENTS
            },
            **{
                f"garment_shape_{shape}": _garment(mask_shape=shape)
                for shape in ("contour", "bounding_box", "default")
            },
            **{f"sleeves_{s}": _garment(long_sleeve_style=s) for s in ("sleeve_down", "sleeve_up")},
            **{f"tucking_{t}": _garment(tucking_style=t) for t in ("untucked", "tucked")},
            **{f"outer_layer_{o}": _garment(outer_layer_style=o) for o in ("closed", "open")},
            "garment_all": _garment(
                mask_shape="contour",
                long_sleeve_style="sleeve_up",
                tucking_style="tucked",
                outer_layer_style="open",
            ),
        },
    ),
)

ZERO = {"seed_zero": {"seed": 0}}
GROWN = {"grow_mask": {"grow_mask": 12}}
SHAPES: Mapping[str, Fields] = {
    "wide": {"width": 1280, "height": 720},
    "tall": {"width": 640, "height": 1536},
}


def _stability() -> Iterator[Case]:
    for model in ("stable-image-core", "stable-diffusion-3-5-large", "stable-image-ultra"):
        variants = {**ZERO, **NEGATIVE, **SHAPES, "everything": EVERYTHING}
        yield from _cases(model, "text_to_image", PROMPT, variants, prefix=f"text_to_image.{model}")
    yield from (
        Case(f"text_to_image.{name}", "stable-image-core", parse_task({**fields}))
        for name, fields in (
            (name, {"kind": "text_to_image", "seed": 7, **PROMPT, **more})
            for name, more in STYLED.items()
        )
    )
    third = parse_task({"kind": "text_to_image", **PROMPT, "seed": 7, "n": 3})
    yield Case("text_to_image.third_of_three", "stable-image-core", third, call=2)
    led = {**PROMPT, "image": UPLOAD}
    for model, control in (
        ("stable-image-control-sketch", "canny_edge"),
        ("stable-image-control-structure", "segmentation"),
    ):
        yield from _cases(
            model,
            "condition",
            {**led, "control": control},
            {**ZERO, **NEGATIVE, **STYLED, "strength": {"strength": 0.25}},
            prefix=f"condition.{control}",
        )
    yield from _cases(
        "stable-image-style-guide",
        "color_guided",
        {**PROMPT, **COLORS},
        {**ZERO, **NEGATIVE, **SHAPES, "reference": {"reference": UPLOAD}},
    )
    yield from _cases(
        "stable-diffusion-3-5-large",
        "variation",
        {"images": [UPLOAD]},
        {
            **ZERO,
            **NEGATIVE,
            "prompt": PROMPT,
            "similar": {"similarity": 0.8},
            "the_same": {"similarity": 1},
        },
    )
    yield from _cases(
        "stable-image-inpaint", "inpaint", {**MASKED, **PROMPT}, {**ZERO, **NEGATIVE, **GROWN}
    )
    yield from _cases(
        "stable-image-erase-object", "inpaint", MASKED, {**ZERO, **GROWN}, prefix="inpaint.erase"
    )
    yield from _cases(
        "stable-image-search-replace",
        "inpaint",
        {**NAMED, **PROMPT},
        {**ZERO, **NEGATIVE, **GROWN},
        prefix="inpaint.named",
    )
    yield from _cases(
        "stable-image-inpaint",
        "outpaint",
        {**MASKED, **PROMPT},
        {**ZERO, **NEGATIVE, "precise": {"transition": "precise"}},
    )
    yield from _cases(
        "stable-outpaint",
        "extend",
        {"image": UPLOAD, "left": 100},
        {
            **ZERO,
            "prompt": PROMPT,
            "creativity": {"creativity": 0.2},
            "all_sides": {"left": 1, "right": 2, "up": 3, "down": 4},
            "far": {"left": 2000, "right": 2000, "up": 2000, "down": 2000},
        },
    )
    yield Case(
        "remove_background",
        "stable-image-remove-background",
        parse_task({"kind": "remove_background", "image": UPLOAD}),
    )
    yield from _cases(
        "stable-fast-upscale", "upscale", {"image": UPLOAD}, {}, prefix="upscale.fast"
    )
    for mode in ("conservative", "creative"):
        yield from _cases(
            f"stable-{mode}-upscale",
            "upscale",
            {**led, "mode": mode},
            {**ZERO, **NEGATIVE, "creativity": {"creativity": 0.2}},
            prefix=f"upscale.{mode}",
        )
    yield from _cases(
        "stable-image-search-recolor",
        "recolor",
        {**led, "select_prompt": "the jacket"},
        {**ZERO, **NEGATIVE, **GROWN, **STYLED},
    )
    yield from _cases(
        "stable-style-transfer",
        "style_transfer",
        {"image": UPLOAD, "style_image": UPLOAD},
        {
            **ZERO,
            **NEGATIVE,
            "prompt": PROMPT,
            "composition_fidelity": {"composition_fidelity": 0.3},
            "style_strength": {"style_strength": 0.4},
            "change_strength": {"change_strength": 0.5},
        },
    )


CASES: tuple[Case, ...] = (*NOVA, *_stability())


def a_sheet(name: str, **fields: Any) -> Sheet:
    """A picture of 800 × 600 whose bytes are its name."""
    return Sheet(
        **{"body": name.encode(), "width": 800, "height": 600, "drawn": (800, 600), **fields}
    )


class NamingDarkroom:
    """Draws nothing; the name of each picture says what would have been done to it."""

    async def develop(self, original: bytes) -> Print:
        raise NotImplementedError

    async def prepare(self, original: bytes, rules: InputRules, *, most_bytes: int) -> Sheet:
        raise NotImplementedError

    async def prepare_mask(self, original: bytes, picture: Sheet, *, grey: bool) -> Sheet:
        raise NotImplementedError

    async def negative(self, mask: Sheet) -> Sheet:
        return replace(mask, body=b"negative of " + mask.body)

    async def frame(
        self, picture: Sheet, margins: Margins, rules: InputRules, *, most_bytes: int
    ) -> tuple[Sheet, Sheet]:
        grown = f"{margins.left}, {margins.right}, {margins.up}, {margins.down}"
        return (
            replace(picture, body=picture.body + f" with margins {grown}".encode()),
            a_sheet(f"mask of the margins {grown}"),
        )

    async def swatch(self, colors: Sequence[str]) -> Sheet:
        return a_sheet(f"swatch of {', '.join(colors)}")


async def body(case: Case) -> Any:
    """The body of a case, in which every picture is its name in angle brackets."""
    model = CATALOG.model(case.model)
    family = FAMILIES[model.family]
    given = {place: a_sheet(place) for place in case.task.references()}
    inputs = await family.arrange(case.task, given, model, NamingDarkroom())
    calls = plan_calls(images_wanted(case.task), model.images_per_call)
    call: Call = calls[case.call]
    names = {
        base64.b64encode(sheet.body).decode(): f"<{sheet.body.decode()}>"
        for sheet in inputs.values()
    }
    return _named(orjson.loads(family.request(case.task, model, call, inputs)), names)


def _named(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _named(part, names) for key, part in value.items()}
        case list():
            return [_named(part, names) for part in value]
        case str():
            return names.get(value, value)
        case _:
            return value


def written(document: Any) -> bytes:
    return orjson.dumps(
        document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    )


async def write() -> None:
    for case in CASES:
        case.path.parent.mkdir(parents=True, exist_ok=True)
        case.path.write_bytes(written(await body(case)))


if __name__ == "__main__":
    asyncio.run(write())
