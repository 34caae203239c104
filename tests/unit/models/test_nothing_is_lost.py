"""No field of a task is lost in silence: it changes the body, is warned about, or is refused."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from shared.calls import plan_calls
from shared.models import Model
from shared.tasks import TASKS, Style, Task, images_wanted, parse_task
from shared.tasks.try_on import GarmentClass, MaskShape, MergeStyle, Switch
from tests.unit.models.golden import CATALOG, NamingDarkroom, a_sheet
from worker.models import FAMILIES

Fields = Mapping[str, Any]

A, B = {"upload": "0" * 26}, {"upload": "1" * 26}
WORDS = {"prompt": "a fox in the snow"}
MASKED = {"image": A, "mask": A}
NAMED = {"image": A, "mask_prompt": "the red car"}

BASES: Mapping[str, Sequence[Fields]] = {
    "text_to_image": [WORDS],
    "condition": [
        {**WORDS, "image": A, "control": control} for control in ("canny_edge", "segmentation")
    ],
    "color_guided": [
        {**WORDS, "colors": ["#1d3557"]},
        {**WORDS, "colors": ["#1d3557"], "reference": A},
    ],
    "variation": [{"images": [A]}, {"images": [A], **WORDS}],
    "inpaint": [MASKED, {**MASKED, **WORDS}, NAMED, {**NAMED, **WORDS}],
    "outpaint": [MASKED, {**MASKED, **WORDS}, NAMED, {**NAMED, **WORDS}],
    "extend": [{"image": A, "left": 100, "up": 50}],
    "remove_background": [{"image": A}],
    "try_on": [{"image": A, "garment": A, "region": {"by": "mask", "mask": A}}],
    "upscale": [
        {"image": A},
        *({**WORDS, "image": A, "mode": mode} for mode in ("fast", "conservative", "creative")),
    ],
    "recolor": [{**WORDS, "image": A, "select_prompt": "the jacket"}],
    "style_transfer": [{"image": A, "style_image": A}],
}
"""Tasks of each kind, of which every model can do at least one of those it offers."""


def _garment(**styling: str) -> Fields:
    return {"by": "garment", "garment_class": "upper_body", **styling}


REGIONS: Sequence[Fields] = (
    {"by": "mask", "mask": B},
    *({"by": "garment", "garment_class": name} for name in GarmentClass),
    *(_garment(mask_shape=shape) for shape in MaskShape),
    _garment(long_sleeve_style="sleeve_up"),
    _garment(tucking_style="tucked"),
    _garment(outer_layer_style="open"),
    {"by": "words", "words": "the shirt"},
    {"by": "words", "words": "the hat"},
    *({"by": "words", "words": "the shirt", "mask_shape": shape} for shape in MaskShape),
)
OTHERS: Mapping[str, Sequence[Any]] = {
    "prompt": ["a wolf in the rain"],
    "negative_prompt": ["people"],
    "width": [1536],
    "height": [640],
    "quality": ["premium"],
    "style": list(Style),
    "guidance": [9],
    "n": [2, 5],
    "seed": [0, 8],
    "image": [B],
    "images": [[B], [A, B]],
    "control": ["canny_edge", "segmentation"],
    "strength": [0.2],
    "colors": [["#e63946"], ["#1d3557", "#e63946"]],
    "reference": [A, B],
    "similarity": [0.2, 0.9, 1],
    "grow_mask": [0, 12],
    "transition": ["precise"],
    "left": [0, 7],
    "right": [7],
    "up": [0, 7],
    "down": [7],
    "creativity": [0.2],
    "mode": ["fast", "conservative", "creative"],
    "select_prompt": ["the hat"],
    "style_image": [B],
    "composition_fidelity": [0.3],
    "style_strength": [0.3],
    "change_strength": [0.3],
    "garment": [B],
    "region": REGIONS,
    "preserve_body_pose": list(Switch),
    "preserve_hands": list(Switch),
    "preserve_face": list(Switch),
    "merge_style": list(MergeStyle),
    "return_mask": [True],
}
"""For each field what else it may be than in the bases."""


def _changes(field: str) -> Iterator[Fields]:
    """What a person who sets this one field sends otherwise."""
    match field:
        # Exactly one of the two is given.
        case "mask":
            yield from ({"mask": mask, "mask_prompt": None} for mask in (A, B))
        case "mask_prompt":
            yield from ({"mask": None, "mask_prompt": words} for words in ("the car", "the hat"))
        case _:
            yield from ({field: value} for value in OTHERS[field])


def _valid(kind: str, fields: Fields) -> Task | None:
    try:
        return parse_task({"kind": kind, "seed": 7, **fields} if _seeded(kind) else dict(fields))
    except ValidationError:
        return None


def _seeded(kind: str) -> bool:
    return "seed" in TASKS[kind].model_fields


async def _bodies(model: Model, task: Task) -> list[bytes]:
    """Everything that the model is sent for a task."""
    family = FAMILIES[model.family]
    given = {place: a_sheet(f"{place} {ref}") for place, ref in task.references().items()}
    inputs = await family.arrange(task, given, model, NamingDarkroom())
    calls = plan_calls(images_wanted(task), model.images_per_call)
    return [family.request(task, model, call, inputs) for call in calls]


OFFERED = [(model, kind) for model in CATALOG.models for kind in model.tasks]


def _named(value: object) -> str:
    return value.name if isinstance(value, Model) else str(value)


@pytest.mark.parametrize(("model", "kind"), OFFERED, ids=_named)
async def test_every_field_is_translated_warned_about_or_refused(model: Model, kind: str) -> None:
    ability = model.tasks[kind]
    met = set()
    for fields in BASES[kind]:
        base = _valid(kind, {"kind": kind, **fields})
        assert base is not None
        if model.violations(base):
            continue
        sent = await _bodies(model, base)
        for field in TASKS[kind].model_fields.keys() - {"kind"}:
            for change in _changes(field):
                task = _valid(kind, {"kind": kind, **fields, **change})
                if task is None or task == base:
                    continue
                met.add(field)
                noticed = (
                    model.violations(task) != ()
                    or (ability.ignored | ability.unmapped).get(field) in model.warnings(task)
                    or field in ability.approximate
                    or await _bodies(model, task) != sent
                )
                assert noticed, f"{change} is lost by {model.name}"
                if field in ability.ignored:
                    assert await _bodies(model, task) == sent, f"{model.name} heeds {change}"
    assert met == TASKS[kind].model_fields.keys() - {"kind"}


async def test_a_model_s_pictures_are_in_its_bodies() -> None:
    """The measure itself: a picture that a body holds is seen to differ."""
    model = CATALOG.model("nova-canvas")
    one, other = (_valid("inpaint", {"kind": "inpaint", "image": i, "mask": A}) for i in (A, B))
    assert one is not None
    assert other is not None
    assert (
        base64.b64encode(f"image {one.references()['image']}".encode())
        in (await _bodies(model, one))[0]
    )
    assert await _bodies(model, one) != await _bodies(model, other)
