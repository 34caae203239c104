"""Every documented rule of the thirteen image services: an edge that passes, a case that fails."""

from functools import partial
from typing import Any

import pytest
from PIL import Image

from local.bedrock.dialect import Order
from local.bedrock.errors import ValidationException
from local.bedrock.models import SERVICES
from local.bedrock.rules import checked
from local.bedrock.stability.dialect import Stability
from local.bedrock.stability.fields import SIZES, STYLES
from tests.drawings import encoded

PICTURE = encoded(Image.new("RGB", (80, 64), "olive"))
MASK = encoded(Image.new("L", (80, 64), 255))
SEE_THROUGH = encoded(Image.new("RGBA", (80, 64), (1, 2, 3, 0)))

LEAST: dict[str, dict[str, Any]] = {
    "stable-image-inpaint": {"prompt": "a tree", "image": PICTURE, "mask": MASK},
    "stable-outpaint": {"image": PICTURE, "left": 1},
    "stable-image-erase-object": {"image": PICTURE, "mask": MASK},
    "stable-image-search-replace": {"prompt": "a", "image": PICTURE, "search_prompt": "b"},
    "stable-image-search-recolor": {"prompt": "a", "image": PICTURE, "select_prompt": "b"},
    "stable-image-remove-background": {"image": PICTURE},
    "stable-image-control-sketch": {"prompt": "a tree", "image": PICTURE},
    "stable-image-control-structure": {"prompt": "a tree", "image": PICTURE},
    "stable-image-style-guide": {"prompt": "a tree", "image": PICTURE},
    "stable-style-transfer": {"init_image": PICTURE, "style_image": PICTURE},
    "stable-creative-upscale": {"prompt": "a tree", "image": PICTURE},
    "stable-conservative-upscale": {"prompt": "a tree", "image": PICTURE},
    "stable-fast-upscale": {"image": PICTURE},
}
"""The smallest body that each service takes."""

ALL = tuple(LEAST)
UNSEEDED = ("stable-image-remove-background", "stable-fast-upscale")
GROWING = (
    "stable-image-inpaint",
    "stable-image-erase-object",
    "stable-image-search-replace",
    "stable-image-search-recolor",
)
STYLED = (
    "stable-image-inpaint",
    "stable-outpaint",
    "stable-image-search-replace",
    "stable-image-search-recolor",
    "stable-image-control-sketch",
    "stable-image-control-structure",
    "stable-image-style-guide",
    "stable-creative-upscale",
)
NEGATIVE = (
    "stable-image-inpaint",
    "stable-image-search-replace",
    "stable-image-search-recolor",
    "stable-image-control-sketch",
    "stable-image-control-structure",
    "stable-image-style-guide",
    "stable-style-transfer",
    "stable-creative-upscale",
    "stable-conservative-upscale",
)
PROMPTED = tuple(service for service, body in LEAST.items() if "prompt" in body)
SHARES = (
    ("stable-image-control-sketch", "control_strength", 0.0, 1.0),
    ("stable-image-control-structure", "control_strength", 0.0, 1.0),
    ("stable-image-style-guide", "fidelity", 0.0, 1.0),
    ("stable-style-transfer", "composition_fidelity", 0.0, 1.0),
    ("stable-style-transfer", "style_strength", 0.0, 1.0),
    ("stable-style-transfer", "change_strength", 0.1, 1.0),
    ("stable-outpaint", "creativity", 0.1, 1.0),
    ("stable-creative-upscale", "creativity", 0.1, 0.5),
    ("stable-conservative-upscale", "creativity", 0.1, 0.5),
)
OTHERS = tuple(service for service in ALL if service not in STYLED)


def order(service: str, **fields: Any) -> Order:
    """The order of the smallest body with these fields; None leaves one out."""
    body = {name: value for name, value in (LEAST[service] | fields).items() if value is not None}
    return Stability(partial(checked, SERVICES[service][1]), lambda: 77).order("model", body)


def complaint(service: str, **fields: Any) -> str:
    with pytest.raises(ValidationException) as caught:
        order(service, **fields)
    return caught.value.message.removeprefix("Malformed input request: ").removesuffix(
        ", please reformat your input and try again."
    )


def test_there_are_thirteen_services() -> None:
    assert set(SERVICES) == set(ALL)
    assert len(ALL) == 13


@pytest.mark.parametrize("service", ALL)
def test_the_smallest_body_asks_for_one_picture(service: str) -> None:
    (picture,) = order(service).pictures
    assert picture.seed == 77


@pytest.mark.parametrize(
    ("service", "field"), [(service, field) for service in ALL for field in LEAST[service]]
)
def test_nothing_of_the_smallest_body_can_be_left_out(service: str, field: str) -> None:
    said = complaint(service, **{field: None})
    if field == "left":
        assert said == "#: at least one of [left, right, up, down] must be greater than 0"
    else:
        assert said.startswith(f"#: required key [{field}] not found")


@pytest.mark.parametrize("service", ALL)
def test_unknown_fields_are_refused(service: str) -> None:
    for field in ("taskType", "n", "width", "strength"):
        assert complaint(service, **{field: 1}) == f"#: extraneous key [{field}] is not permitted"


@pytest.mark.parametrize("service", ALL)
def test_every_format_is_known_and_no_other(service: str) -> None:
    for wanted in ("png", "jpeg", "webp", "WEBP"):
        assert order(service, output_format=wanted).pictures
    said = complaint(service, output_format="gif")
    assert said == "#/output_format: gif is not a valid enum value"


@pytest.mark.parametrize("service", [service for service in ALL if service not in UNSEEDED])
def test_the_seed_has_its_range_and_nought_lets_one_be_drawn(service: str) -> None:
    assert order(service, seed=0).pictures[0].seed == 77
    assert order(service, seed=4_294_967_294).pictures[0].seed == 4_294_967_294
    assert complaint(service, seed=-1) == "#/seed: -1 is not greater or equal to 0"
    assert "4294967295 is not less or equal" in complaint(service, seed=4_294_967_295)


@pytest.mark.parametrize("service", UNSEEDED)
def test_two_services_have_no_seed(service: str) -> None:
    assert complaint(service, seed=1) == "#: extraneous key [seed] is not permitted"


@pytest.mark.parametrize("service", STYLED)
def test_the_style_presets_are_known_and_no_others(service: str) -> None:
    for preset in STYLES:
        assert order(service, style_preset=preset).pictures
    for wrong in ("", "photo", "3D-MODEL"):
        said = complaint(service, style_preset=wrong)
        assert said == f"#/style_preset: {wrong} is not a valid enum value"


@pytest.mark.parametrize("service", OTHERS)
def test_the_other_services_have_no_style_preset(service: str) -> None:
    said = complaint(service, style_preset="anime")
    assert said == "#: extraneous key [style_preset] is not permitted"


@pytest.mark.parametrize(
    ("service", "field"),
    [
        *((service, "prompt") for service in (*PROMPTED, "stable-outpaint")),
        ("stable-style-transfer", "prompt"),
        *((service, "negative_prompt") for service in NEGATIVE),
        ("stable-image-search-replace", "search_prompt"),
        ("stable-image-search-recolor", "select_prompt"),
    ],
)
def test_words_may_be_empty_and_ten_thousand_characters_long(service: str, field: str) -> None:
    for words in ("", "x" * 10_000):
        assert order(service, **{field: words}).pictures
    said = complaint(service, **{field: "x" * 10_001})
    assert said == f"#/{field}: expected maxLength: 10000, actual: 10001"
    assert complaint(service, **{field: 7}) == f"#/{field}: expected type: String, found: Integer"


@pytest.mark.parametrize("service", [service for service in ALL if service not in NEGATIVE])
def test_some_services_have_no_negative_prompt(service: str) -> None:
    said = complaint(service, negative_prompt="fog")
    assert said == "#: extraneous key [negative_prompt] is not permitted"


@pytest.mark.parametrize("service", ["stable-image-erase-object", "stable-image-remove-background"])
def test_what_removes_has_no_prompt(service: str) -> None:
    assert complaint(service, prompt="a") == "#: extraneous key [prompt] is not permitted"


def test_the_fast_upscale_has_no_prompt() -> None:
    said = complaint("stable-fast-upscale", prompt="a")
    assert said == "#: extraneous key [prompt] is not permitted"


@pytest.mark.parametrize("service", GROWING)
def test_a_mask_grows_by_up_to_twenty_pixels(service: str) -> None:
    for pixels in (0, 20):
        assert order(service, grow_mask=pixels).pictures
    assert complaint(service, grow_mask=21) == "#/grow_mask: 21 is not less or equal to 20"
    assert complaint(service, grow_mask=-1) == "#/grow_mask: -1 is not greater or equal to 0"
    said = complaint(service, grow_mask=1.5)
    assert said == "#/grow_mask: expected type: Integer, found: Double"


@pytest.mark.parametrize(("service", "field", "least", "most"), SHARES)
def test_every_strength_has_its_range(service: str, field: str, least: float, most: float) -> None:
    for value in (least, most):
        assert order(service, **{field: value}).pictures
    low, high = round(least - 0.01, 2), round(most + 0.01, 2)
    assert (
        complaint(service, **{field: low}) == f"#/{field}: {low} is not greater or equal to {least}"
    )
    assert (
        complaint(service, **{field: high}) == f"#/{field}: {high} is not less or equal to {most}"
    )
    said = complaint(service, **{field: "0.5"})
    assert said == f"#/{field}: expected type: Number, found: String"


@pytest.mark.parametrize("side", ["left", "right", "up", "down"])
def test_the_sheet_grows_by_up_to_two_thousand_pixels_on_each_side(side: str) -> None:
    only = {"left": None, side: 2000}
    assert order("stable-outpaint", **only).pictures
    said = complaint("stable-outpaint", **(only | {side: 2001}))
    assert said == f"#/{side}: 2001 is not less or equal to 2000"
    said = complaint("stable-outpaint", **(only | {side: -1}))
    assert said == f"#/{side}: -1 is not greater or equal to 0"
    said = complaint("stable-outpaint", **(only | {side: 0}))
    assert said == "#: at least one of [left, right, up, down] must be greater than 0"


def test_the_style_guide_chooses_its_ratio() -> None:
    for ratio in SIZES:
        assert order("stable-image-style-guide", aspect_ratio=ratio).pictures
    said = complaint("stable-image-style-guide", aspect_ratio="4:3")
    assert said == "#/aspect_ratio: 4:3 is not a valid enum value"
    said = complaint("stable-image-control-sketch", aspect_ratio="1:1")
    assert said == "#: extraneous key [aspect_ratio] is not permitted"


@pytest.mark.parametrize("service", ["stable-image-inpaint", "stable-image-erase-object"])
def test_without_a_mask_the_picture_must_have_an_alpha_channel(service: str) -> None:
    assert order(service, mask=None, image=SEE_THROUGH).pictures
    said = complaint(service, mask=None)
    assert said == "#: required key [mask] not found, and the image has no alpha channel"


@pytest.mark.parametrize("service", ["stable-image-inpaint", "stable-image-erase-object"])
def test_a_mask_may_have_any_size_but_not_any_format(service: str) -> None:
    for size in ((1, 1), (7, 300), (80, 64)):
        assert order(service, mask=encoded(Image.new("L", size, 128))).pictures
    said = complaint(service, mask=encoded(Image.new("L", (80, 64)), "GIF"))
    assert said == "#/mask: the image is none of PNG, JPEG, WEBP"


@pytest.mark.parametrize(
    ("service", "field"),
    [
        *((service, "image") for service in ALL if service != "stable-style-transfer"),
        ("stable-style-transfer", "init_image"),
        ("stable-style-transfer", "style_image"),
    ],
)
def test_pictures_are_checked(service: str, field: str) -> None:
    wrong = {
        "AAAA": "the image is none of PNG, JPEG, WEBP",
        encoded(Image.new("RGB", (31, 80))): "image width 31 is not ",
    }
    for sent, said in wrong.items():
        assert complaint(service, **{field: sent}).startswith(f"#/{field}: {said}")
    long = encoded(Image.new("RGB", (161, 64)))
    if "upscale" in service and "conservative" not in service:
        assert order(service, **{field: long}).pictures
    else:
        said = complaint(service, **{field: long})
        assert said == f"#/{field}: the aspect ratio of 161x64 is not between 1:2.5 and 2.5:1"


@pytest.mark.parametrize(
    ("service", "fields", "words"),
    [
        ("stable-image-inpaint", {"prompt": "a cat"}, "a cat"),
        ("stable-outpaint", {"prompt": "a cat"}, "a cat"),
        (
            "stable-image-search-replace",
            {"prompt": "a cat", "search_prompt": "a dog"},
            "a cat\na dog",
        ),
        ("stable-image-search-recolor", {"prompt": "red", "select_prompt": "a dog"}, "red\na dog"),
        ("stable-style-transfer", {"prompt": "a cat"}, "a cat"),
        ("stable-creative-upscale", {"prompt": "a cat"}, "a cat"),
        ("stable-image-remove-background", {}, ""),
    ],
)
def test_the_filter_reads_what_is_asked_for(
    service: str, fields: dict[str, Any], words: str
) -> None:
    assert order(service, **fields).words == words


@pytest.mark.parametrize("service", ALL)
def test_the_filter_sees_every_picture_but_masks(service: str) -> None:
    seen = 2 if service == "stable-style-transfer" else 1
    assert len(order(service).inputs) == seen
