"""Bodies that break one rule of a model's request reference each."""

import base64
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

from PIL import Image

Body = dict[str, Any]
Break = tuple[str, Callable[[Body], None]]
"""What is broken, and how: a rule of the reference, and a change that breaks it."""

NUMBERS: Mapping[str, tuple[float, float]] = {
    "width": (304, 4112),
    "height": (304, 4112),
    "cfgScale": (1.09, 10.01),
    "numberOfImages": (0, 6),
    "controlStrength": (-0.01, 1.01),
    "similarityStrength": (0.19, 1.01),
    "control_strength": (-0.01, 1.01),
    "strength": (-0.01, 1.01),
    "grow_mask": (-1, 21),
    "composition_fidelity": (-0.01, 1.01),
    "style_strength": (-0.01, 1.01),
    "change_strength": (0.09, 1.01),
    "left": (-1, 2001),
    "right": (-1, 2001),
    "up": (-1, 2001),
    "down": (-1, 2001),
}
"""Field → the nearest values below and above its range."""
ENUMS = (
    *("taskType", "style", "controlMode", "outPaintingMode", "quality", "maskType", "mergeStyle"),
    *("garmentClass", "maskShape", "longSleeveStyle", "tuckingStyle", "outerLayerStyle"),
    *("preserveBodyPose", "preserveHands", "preserveFace", "aspect_ratio", "output_format"),
    *("style_preset", "mode"),
)
PICTURE_FIELDS = (
    *("conditionImage", "referenceImage", "image", "maskImage", "sourceImage"),
    *("init_image", "style_image", "mask"),
)
NOVA_WORDS = ("text", "negativeText")
STABILITY_WORDS = ("prompt", "negative_prompt", "search_prompt", "select_prompt")


def picture(width: int, height: int, mode: str = "RGB", colour: Any = 200) -> str:
    saved = BytesIO()
    Image.new(mode, (width, height), colour).save(saved, "PNG")
    return base64.b64encode(saved.getvalue()).decode()


GIF = base64.b64encode(b"GIF89a" + bytes(40)).decode()
BAD_PICTURES = {"not base64": "no base64!", "no picture": GIF, "a number": 7, "nothing": ""}
NOVA_PICTURES = {
    "too small": picture(319, 400),
    "too long": picture(320, 1281),
    "too many pixels": picture(2064, 2048, "L"),
    "see-through": picture(400, 400, "RGBA", (1, 2, 3, 254)),
}
SERVICE_PICTURES = {"too small": picture(31, 400), "no area": picture(31, 31)}


def places(body: Body, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field of a body, by its path."""
    for name, value in body.items():
        yield (*path, name), value
        if isinstance(value, dict):
            yield from places(value, (*path, name))


def part(body: Body, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body[name]
    return body


def put(path: tuple[str, ...], value: Any) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        part(body, path[:-1])[path[-1]] = value

    return change


def drop(path: tuple[str, ...]) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        del part(body, path[:-1])[path[-1]]

    return change


def breaks(body: Body) -> Iterator[Break]:
    """Every way to break one rule of this body."""
    yield "an unknown field", put(("watermark",), True)
    nova = "taskType" in body
    for path, value in places(body):
        name = path[-1]
        where = "/".join(path)
        yield f"{where} is null", put(path, None)
        if isinstance(value, dict):
            yield f"an unknown field in {where}", put((*path, "watermark"), True)
        elif name in NUMBERS:
            for wrong in (*NUMBERS[name], "1"):
                yield f"{where} is {wrong}", put(path, wrong)
        elif name == "seed":
            for wrong in (-1, 2_147_483_647 if nova else 4_294_967_296, 1.5):
                yield f"{where} is {wrong}", put(path, wrong)
        elif name in ENUMS:
            yield f"{where} is no such value", put(path, "no such value")
        elif name in PICTURE_FIELDS:
            yield from _pictures(where, path, nova)
        elif name in (NOVA_WORDS if nova else STABILITY_WORDS):
            yield f"{where} is too long", put(path, "x" * (1025 if nova else 10_001))
            yield f"{where} is a number", put(path, 7)
    yield from _nova(body) if nova else _stability(body)


def _pictures(where: str, path: tuple[str, ...], nova: bool) -> Iterator[Break]:
    bad = {**BAD_PICTURES, **(NOVA_PICTURES if nova else {})}
    if not nova and path[-1] != "mask":
        bad |= SERVICE_PICTURES
    if nova and path[-1] == "maskImage":
        bad = {**BAD_PICTURES, "of another size": picture(333, 444, "1", 1)}
    for why, value in bad.items():
        yield f"{where} is {why}", put(path, value)


def _nova(body: Body) -> Iterator[Break]:
    params = next(name for name in body if name.endswith("Params"))
    yield f"no {params}", drop((params,))
    yield "no taskType", drop(("taskType",))
    yield "the parameters of another task", put(("textToVideoParams",), {"text": "a fox"})
    fields = body[params]
    if "imageGenerationConfig" not in body:
        yield "a configuration", put(("imageGenerationConfig",), {"numberOfImages": 1})
    elif "width" not in body["imageGenerationConfig"]:
        yield "a size", put(("imageGenerationConfig", "width"), 1024)
    else:
        yield "a width off the grid", put(("imageGenerationConfig", "width"), 1000)
        yield from _sizes()
    for name in {"text"} & set(fields):
        yield f"empty {name}", put((params, name), "")
    for name in {"colors", "images", "sourceImage", "referenceImage", "maskType"} & set(fields):
        if (params, name) != ("colorGuidedGenerationParams", "referenceImage"):
            yield f"no {name}", drop((params, name))
    yield from _lists(params, fields)
    if "maskPrompt" in fields or "maskImage" in fields:
        mask = "maskPrompt" if "maskPrompt" in fields else "maskImage"
        yield "no mask", drop((params, mask))
        if mask == "maskImage":
            yield "two masks", put((params, "maskPrompt"), "the car")
    if "maskType" in fields:
        other = {"IMAGE": "GARMENT", "GARMENT": "PROMPT", "PROMPT": "IMAGE"}[fields["maskType"]]
        yield "the mask of another type", put((params, "maskType"), other)
        yield "words for a garment", put((params, "text"), "a shirt")
        yield "returnMask is a word", put((params, "returnMask"), "yes")
    if params == "textToImageParams" and "conditionImage" not in fields:
        yield "control of nothing", put((params, "controlStrength"), 0.5)


def _sizes() -> Iterator[Break]:
    for why, width, height in (
        ("too many pixels", 2048, 2064),
        ("too wide", 4096, 1008),
        ("too high", 320, 1296),
    ):

        def change(body: Body, width: int = width, height: int = height) -> None:
            body["imageGenerationConfig"] |= {"width": width, "height": height}

        yield why, change


def _lists(params: str, fields: Body) -> Iterator[Break]:
    if "colors" in fields:
        for why, colours in (
            ("no colours", []),
            ("eleven colours", ["#000000"] * 11),
            ("a named colour", ["red"]),
            ("a short colour", ["#fff"]),
        ):
            yield why, put((params, "colors"), colours)
    if "images" in fields:
        yield "no pictures", put((params, "images"), [])
        yield "six pictures", put((params, "images"), [picture(320, 320)] * 6)
        for why, value in {**BAD_PICTURES, **NOVA_PICTURES}.items():
            yield f"a picture that is {why}", put((params, "images"), [value])


def _stability(body: Body) -> Iterator[Break]:
    for name in ("image", "init_image", "style_image", "search_prompt", "select_prompt"):
        if name in body:
            yield f"no {name}", drop((name,))
    if body.keys() & {"left", "right", "up", "down"}:

        def stay(body: Body) -> None:
            for side in ("left", "right", "up", "down"):
                body[side] = 0

        yield "an extension by nothing", stay
        yield "a negative prompt that is not taken", put(("negative_prompt",), "snow")
