"""Every documented rule of Stability's three models that make pictures, and their replies."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PIL import Image

from local.bedrock.errors import ValidationException
from local.bedrock.rules import checked
from local.bedrock.stability.dialect import Read, Stability
from local.bedrock.stability.fields import SIZES
from local.bedrock.stability.generation import CoreRequest, UltraRequest, sd35
from tests.drawings import a_ball, encoded

CORE: Read = partial(checked, CoreRequest)
ULTRA: Read = partial(checked, UltraRequest)
ALL = (CORE, sd35, ULTRA)


def a_dialect(read: Read, draw: Callable[[], int] = lambda: 77) -> Stability:
    return Stability(read, draw)


def a_start(**fields: Any) -> dict[str, Any]:
    """A body that starts from a picture; a field of None is left out."""
    body = {
        "prompt": "a lake",
        "mode": "image-to-image",
        "image": encoded(Image.new("RGB", (128, 64), "teal")),
        "strength": 0.7,
        **fields,
    }
    return {name: value for name, value in body.items() if value is not None}


@pytest.mark.parametrize("read", ALL)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"prompt": ""},
        {"prompt": "x" * 10_000},
        {"negative_prompt": "x" * 10_000},
        {"seed": 0},
        {"seed": 4_294_967_294},
        {"output_format": "png"},
        {"output_format": "JPEG"},
        *({"aspect_ratio": ratio} for ratio in SIZES),
    ],
)
def test_the_edges_are_allowed(read: Read, fields: dict[str, Any]) -> None:
    order = a_dialect(read).order("model", {"prompt": "a lake", **fields})
    assert len(order.pictures) == 1


@pytest.mark.parametrize("read", ALL)
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": None}, "#/prompt: expected type: String, found: Null"),
        ({"prompt": "x" * 10_001}, "#/prompt: expected maxLength: 10000, actual: 10001"),
        ({"negative_prompt": "x" * 10_001}, "#/negative_prompt: expected maxLength: 10000"),
        ({"seed": -1}, "#/seed: -1 is not greater or equal to 0"),
        ({"seed": 4_294_967_296}, "#/seed: 4294967296 is not less or equal to"),
        ({"seed": 1.5}, "#/seed: expected type: Integer, found: Double"),
        ({"aspect_ratio": "4:3"}, "#/aspect_ratio: 4:3 is not a valid enum value"),
        ({"output_format": "gif"}, "#/output_format: gif is not a valid enum value"),
        ({"output_format": 1}, "#/output_format: 1 is not a valid enum value"),
        ({"style_preset": "anime"}, "#: extraneous key [style_preset] is not permitted"),
        ({"image": "AAAA"}, "#: extraneous key [image] is not permitted"),
        ({"taskType": "TEXT_IMAGE"}, "#: extraneous key [taskType] is not permitted"),
    ],
)
def test_what_is_outside_the_rules_is_refused(
    read: Read, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationException) as caught:
        a_dialect(read).order("model", {"prompt": "a lake", **fields})
    assert caught.value.message.startswith(f"Malformed input request: {said}")


@pytest.mark.parametrize("read", ALL)
def test_a_prompt_is_required(read: Read) -> None:
    with pytest.raises(ValidationException, match=r"#: required key \[prompt\] not found"):
        a_dialect(read).order("model", {})


@pytest.mark.parametrize(
    ("read", "fields", "allowed"),
    [
        (CORE, {"output_format": "webp"}, False),
        (ULTRA, {"output_format": "webp"}, False),
        (sd35, {"output_format": "webp"}, True),
        (CORE, {"mode": "text-to-image"}, False),
        (ULTRA, {"mode": "text-to-image"}, True),
        (sd35, {"mode": "text-to-image"}, True),
        (ULTRA, {"mode": "image-to-image"}, False),
        (sd35, {"mode": "image-to-image"}, False),
        (sd35, {"mode": "video"}, False),
        (CORE, {"seed": 4_294_967_295}, True),
        (ULTRA, {"seed": 4_294_967_295}, True),
        (sd35, {"seed": 4_294_967_295}, False),
    ],
)
def test_the_models_differ_where_their_pages_do(
    read: Read, fields: dict[str, Any], allowed: bool
) -> None:
    body = {"prompt": "a lake", **fields}
    dialect = a_dialect(read)
    if allowed:
        assert dialect.order("model", body).pictures
    else:
        with pytest.raises(ValidationException):
            dialect.order("model", body)


def test_every_size_has_its_ratio_and_about_a_million_pixels() -> None:
    for ratio, (width, height) in SIZES.items():
        across, down = map(int, ratio.split(":"))
        assert width / height == pytest.approx(across / down, rel=0.04)
        assert width * height == pytest.approx(1_000_000, rel=0.06)


def test_seed_nought_is_drawn_and_any_other_is_kept() -> None:
    dialect = a_dialect(CORE)
    assert dialect.order("model", {"prompt": "a lake"}).pictures[0].seed == 77
    assert dialect.order("model", {"prompt": "a lake", "seed": 0}).pictures[0].seed == 77
    assert dialect.order("model", {"prompt": "a lake", "seed": 5}).pictures[0].seed == 5


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
def test_a_picture_comes_in_the_format_asked(wanted: str) -> None:
    body = {"prompt": "a lake", "output_format": wanted, "aspect_ratio": "9:21"}
    (picture,) = a_dialect(sd35).order("model", body).pictures
    image = Image.open(io.BytesIO(picture.draw()))
    assert image.format == wanted.upper()
    assert image.size == SIZES["9:21"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"strength": 0},
        {"strength": 1.0},
        {"prompt": ""},
        {"negative_prompt": "x" * 10_000},
        {"image": encoded(Image.new("RGB", (64, 64)), "JPEG")},
        {"image": encoded(Image.new("RGBA", (64, 640)), "WEBP")},
        {"output_format": "webp", "seed": 4_294_967_294},
    ],
)
def test_a_picture_may_be_the_start(fields: dict[str, Any]) -> None:
    order = a_dialect(sd35).order("model", a_start(**fields))
    assert len(order.pictures) == len(order.inputs) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"image": None}, "#: required key [image] not found"),
        ({"strength": None}, "#: required key [strength] not found"),
        ({"strength": 1.01}, "#/strength: 1.01 is not less or equal to 1.0"),
        ({"strength": -0.1}, "#/strength: -0.1 is not greater or equal to 0.0"),
        ({"prompt": None}, "#: required key [prompt] not found"),
        ({"aspect_ratio": "1:1"}, "#: extraneous key [aspect_ratio] is not permitted"),
        ({"mode": "text-to-image"}, "#: extraneous key [image] is not permitted"),
        (
            {"image": encoded(Image.new("RGB", (64, 63)))},
            "#/image: image height 63 is not at least 64",
        ),
        (
            {"image": encoded(Image.new("RGB", (64, 64)), "GIF")},
            "#/image: the image is none of PNG, JPEG, WEBP",
        ),
    ],
)
def test_a_start_outside_the_rules_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationException) as caught:
        a_dialect(sd35).order("model", a_start(**fields))
    assert caught.value.message.startswith(f"Malformed input request: {said}")


def test_what_is_made_of_a_picture_has_its_ratio_and_about_a_million_pixels() -> None:
    body = a_start(image=encoded(a_ball((600, 300))))
    (picture,) = a_dialect(sd35).order("model", body).pictures
    image = Image.open(io.BytesIO(picture.draw()))
    assert image.width / image.height == pytest.approx(2, abs=0.1)
    assert image.width * image.height == pytest.approx(1024 * 1024, rel=0.06)
