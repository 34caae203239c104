"""What the studio reads from a task's JSON schema."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field

from frontend.studio.schema import Amount, Choice, Text, Undrawable, fields_of, readable
from frontend.studio.sizes import RATIOS, shapes
from frontend.studio.tab import TaskTab
from frontend.studio.tabs import TABS
from shared.tasks import PIXELS_MAX, SEED_MAX, TaskModel, TextToImage

FIELDS = {field.name: field for field in fields_of(TextToImage)}


class Finish(StrEnum):
    """For the API's readers only."""

    MATT_VARNISH = "matt_varnish"
    GLOSS = "gloss"


class Sample(TaskModel):
    kind: Literal["sample"] = "sample"
    finish: Finish = Finish.GLOSS
    coats: Annotated[int, Field(ge=1, le=1000, multiple_of=10)] = 20
    note: str | None = None


def test_every_property_but_the_kind_is_a_field_in_the_order_of_the_model() -> None:
    assert list(FIELDS) == [name for name in TextToImage.model_fields if name != "kind"]


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_the_task_of_every_tab_can_be_drawn(tab: TaskTab) -> None:
    drawn = [field.name for field in fields_of(tab.task, but=tab.widget_fields)]
    assert {*drawn, *tab.widget_fields} == tab.task.model_fields.keys() - {"kind"}


def test_words_keep_their_lines_and_their_help() -> None:
    prompt = FIELDS["prompt"]
    assert isinstance(prompt, Text)
    assert (prompt.lines, prompt.default) == (4, "")
    assert prompt.help is not None
    assert prompt.help.startswith("Describe the picture")


def test_an_optional_field_keeps_the_limits_of_what_it_may_be() -> None:
    left_out, seed = FIELDS["negative_prompt"], FIELDS["seed"]
    assert isinstance(left_out, Text)
    assert left_out.lines == 2
    assert isinstance(seed, Amount)
    assert (seed.least, seed.most, seed.default, seed.whole) == (0, SEED_MAX, None, True)


def test_a_choice_is_read_in_words_and_sent_as_it_is() -> None:
    style = FIELDS["style"]
    assert isinstance(style, Choice)
    assert ("3D animated family film", "3d_animated_family_film") in style.options
    assert style.optional
    assert style.default == ""


def test_a_choice_with_a_default_cannot_be_left_open() -> None:
    quality = FIELDS["quality"]
    assert isinstance(quality, Choice)
    assert (quality.optional, quality.default) == (False, "standard")


def test_the_description_of_a_shared_type_is_not_shown_as_help() -> None:
    assert FIELDS["quality"].help is None


def test_a_short_range_is_dragged_and_a_long_one_typed() -> None:
    slides = {name: field.slides for name, field in FIELDS.items() if isinstance(field, Amount)}
    assert slides == {"width": False, "height": False, "guidance": True, "n": True, "seed": False}


def test_the_step_is_the_one_of_the_schema() -> None:
    coats = fields_of(Sample)[1]
    assert isinstance(coats, Amount)
    assert (coats.step, coats.slides) == (10, True)


def test_what_is_rarely_set_is_marked_as_such() -> None:
    assert {field.name for field in FIELDS.values() if field.advanced} == {"guidance", "seed"}


def test_a_property_of_an_unknown_type_is_refused_by_its_name() -> None:
    class Odd(TaskModel):
        points: tuple[int, ...] = ()

    with pytest.raises(Undrawable, match="points"):
        fields_of(Odd)


@pytest.mark.parametrize(
    ("identifier", "words"),
    [("matt_varnish", "Matt varnish"), ("3d_film", "3D film"), ("n", "N")],
)
def test_identifiers_are_written_as_words(identifier: str, words: str) -> None:
    assert readable(identifier) == words


def test_every_shape_is_a_size_that_the_task_takes() -> None:
    width, height = FIELDS["width"], FIELDS["height"]
    assert isinstance(width, Amount)
    assert isinstance(height, Amount)
    offered = shapes(width, height)
    assert [shape.ratio for shape in offered] == [f"{across}:{down}" for across, down in RATIOS]
    for shape in offered:
        TextToImage(prompt="A fox", width=shape.width, height=shape.height)
        across, down = (int(side) for side in shape.ratio.split(":"))
        assert shape.width / shape.height == pytest.approx(across / down, rel=0.01)


def test_no_shape_has_more_pixels_than_the_default_size() -> None:
    width, height = FIELDS["width"], FIELDS["height"]
    assert isinstance(width, Amount)
    assert isinstance(height, Amount)
    pixels = [shape.width * shape.height for shape in shapes(width, height)]
    assert max(pixels) == 1024 * 1024 <= PIXELS_MAX
    assert min(pixels) >= 0.85 * 1024 * 1024
