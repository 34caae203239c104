"""Every limit of a text-to-image task: what just passes, what just fails, and that it is said."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.tasks import (
    IMAGES_MAX,
    PIXELS_MAX,
    RATIO_MAX,
    SEED_MAX,
    SIDE_MAX,
    SIDE_MIN,
    SIDE_STEP,
    Quality,
    Style,
    TextToImage,
    parse_task,
    seeded,
    unusual,
)

FOX = {"kind": "text_to_image", "prompt": "a fox in the snow"}


def first_error(**fields: Any) -> tuple[str, str]:
    """The field and the kind of rule that a task breaks."""
    with pytest.raises(ValidationError) as broken:
        parse_task({**FOX, **fields})
    first = broken.value.errors()[0]
    return str(first["loc"][-1]), first["type"]


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "x"},
        {"prompt": "x" * 1024},
        {"prompt": " " * 2000 + "x" * 1024},
        {"prompt": "ж" * 1024},
        {"negative_prompt": "x" * 1024},
        {"width": 320, "height": 320},
        {"width": 4096, "height": 1024},
        {"width": 1024, "height": 4096},
        {"width": 2048, "height": 2048},
        {"width": 320, "height": 1280},
        {"guidance": 1.1},
        {"guidance": 10},
        {"n": 1},
        {"n": 5},
        {"seed": 0},
        {"seed": 2_147_483_646},
        *({"style": style.value} for style in Style),
        *({"quality": quality.value} for quality in Quality),
    ],
    ids=str,
)
def test_the_edges_pass(fields: dict[str, Any]) -> None:
    assert isinstance(parse_task({**FOX, **fields}), TextToImage)


@pytest.mark.parametrize(
    ("fields", "field", "rule"),
    [
        ({"prompt": ""}, "prompt", "string_too_short"),
        ({"prompt": " \n\t "}, "prompt", "string_too_short"),
        ({"prompt": "x" * 1025}, "prompt", "string_too_long"),
        ({"prompt": None}, "prompt", "string_type"),
        ({"prompt": 7}, "prompt", "string_type"),
        ({"negative_prompt": "x" * 1025}, "negative_prompt", "string_too_long"),
        ({"width": 304}, "width", "greater_than_equal"),
        ({"width": 4112}, "width", "less_than_equal"),
        ({"width": 1000}, "width", "multiple_of"),
        ({"height": 304}, "height", "greater_than_equal"),
        ({"height": 1025}, "height", "multiple_of"),
        ({"width": 2048, "height": 2064}, "height", "pixels"),
        ({"width": 4096, "height": 1040}, "height", "pixels"),
        ({"width": 320, "height": 1296}, "height", "ratio"),
        ({"width": 1296, "height": 320}, "height", "ratio"),
        ({"quality": "best"}, "quality", "enum"),
        ({"style": "PHOTOREALISM"}, "style", "enum"),
        ({"guidance": 1.09}, "guidance", "greater_than_equal"),
        ({"guidance": 10.01}, "guidance", "less_than_equal"),
        ({"guidance": float("nan")}, "guidance", "less_than_equal"),
        ({"n": 0}, "n", "greater_than_equal"),
        ({"n": 6}, "n", "less_than_equal"),
        ({"n": 1.5}, "n", "int_from_float"),
        ({"seed": -1}, "seed", "greater_than_equal"),
        ({"seed": 2_147_483_647}, "seed", "less_than_equal"),
        ({"steps": 30}, "steps", "extra_forbidden"),
    ],
    ids=str,
)
def test_one_step_over_the_edge_names_the_field_and_the_rule(
    fields: dict[str, Any], field: str, rule: str
) -> None:
    assert first_error(**fields) == (field, rule)


@pytest.mark.parametrize("document", [{}, {"kind": "text_to_video"}, {"kind": None}, [], "x", None])
def test_what_is_no_task_is_refused(document: object) -> None:
    with pytest.raises(ValidationError):
        parse_task(document)


def test_text_is_trimmed_and_a_blank_negative_prompt_is_none() -> None:
    task = TextToImage(prompt="  a fox ", negative_prompt=" \n ")
    assert (task.prompt, task.negative_prompt) == ("a fox", None)


sides = st.integers(SIDE_MIN - SIDE_STEP, SIDE_MAX + SIDE_STEP) | st.integers(
    SIDE_MIN // SIDE_STEP, SIDE_MAX // SIDE_STEP
).map(lambda steps: steps * SIDE_STEP)


@given(st.fixed_dictionaries({}, optional={"width": sides, "height": sides}))
def test_whatever_validates_is_within_the_canvas(size: dict[str, int]) -> None:
    try:
        task = TextToImage(prompt="a fox", **size)
    except ValidationError:
        return
    assert task.width % SIDE_STEP == task.height % SIDE_STEP == 0
    assert min(task.width, task.height) >= SIDE_MIN
    assert max(task.width, task.height) <= SIDE_MAX
    assert task.width * task.height <= PIXELS_MAX
    assert max(task.width, task.height) <= RATIO_MAX * min(task.width, task.height)


@given(st.builds(TextToImage, prompt=st.text(min_size=1, max_size=40).filter(str.strip)))
def test_a_task_survives_its_json_form(task: TextToImage) -> None:
    assert parse_task(task.model_dump(mode="json")) == task


def test_the_schema_tells_every_limit() -> None:
    fields = TextToImage.model_json_schema()["properties"]
    limits = {
        name: {
            rule: value
            for part in (field, *field.get("anyOf", ()))
            for rule, value in part.items()
            if rule.startswith(("min", "max", "multiple", "default"))
        }
        for name, field in fields.items()
    }
    side = {"minimum": SIDE_MIN, "maximum": SIDE_MAX, "multipleOf": SIDE_STEP, "default": 1024}
    assert limits["prompt"] == {"minLength": 1, "maxLength": 1024}
    assert limits["negative_prompt"] == {"minLength": 1, "maxLength": 1024, "default": None}
    assert limits["width"] == limits["height"] == side
    assert limits["guidance"] == {"minimum": 1.1, "maximum": 10, "default": 6.5}
    assert limits["n"] == {"minimum": 1, "maximum": IMAGES_MAX, "default": 1}
    assert limits["seed"] == {"minimum": 0, "maximum": SEED_MAX, "default": None}
    assert TextToImage.model_json_schema()["additionalProperties"] is False


def test_a_missing_seed_is_drawn_and_a_given_one_is_kept() -> None:
    unseeded = TextToImage(prompt="a fox")
    drawn = seeded(unseeded, Random(1))
    assert drawn.seed is not None
    assert unseeded.seed is None
    assert seeded(drawn, Random(2)) is drawn
    assert seeded(TextToImage(prompt="a fox", seed=0), Random(1)).seed == 0


def test_what_differs_from_the_defaults_is_unusual() -> None:
    task = TextToImage(prompt="a fox", width=1024, guidance=7, style=Style.MAXIMALISM)
    assert unusual(task) == {"prompt": "a fox", "guidance": 7, "style": Style.MAXIMALISM}
