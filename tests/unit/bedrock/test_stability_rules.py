"""Every documented rule of Stability's text-to-image requests, and their replies."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from local.bedrock.errors import ValidationException
from local.bedrock.stability import (
    SIZES,
    CoreRequest,
    Sd35Request,
    StabilityTextToImage,
    TextToImage,
    UltraRequest,
)

ALL = (CoreRequest, Sd35Request, UltraRequest)


def a_dialect(request: type[TextToImage], draw: Callable[[], int] = lambda: 77) -> Any:
    return StabilityTextToImage(request, draw)


@pytest.mark.parametrize("request_type", ALL)
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
def test_the_edges_are_allowed(request_type: type[TextToImage], fields: dict[str, Any]) -> None:
    order = a_dialect(request_type).order("model", {"prompt": "a lake", **fields})
    assert len(order.pictures) == 1


@pytest.mark.parametrize("request_type", ALL)
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
    request_type: type[TextToImage], fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationException) as caught:
        a_dialect(request_type).order("model", {"prompt": "a lake", **fields})
    assert caught.value.message.startswith(f"Malformed input request: {said}")


@pytest.mark.parametrize("request_type", ALL)
def test_a_prompt_is_required(request_type: type[TextToImage]) -> None:
    with pytest.raises(ValidationException, match=r"#: required key \[prompt\] not found"):
        a_dialect(request_type).order("model", {})


@pytest.mark.parametrize(
    ("request_type", "fields", "allowed"),
    [
        (CoreRequest, {"output_format": "webp"}, False),
        (UltraRequest, {"output_format": "webp"}, False),
        (Sd35Request, {"output_format": "webp"}, True),
        (CoreRequest, {"mode": "text-to-image"}, False),
        (UltraRequest, {"mode": "text-to-image"}, True),
        (Sd35Request, {"mode": "text-to-image"}, True),
        (Sd35Request, {"mode": "image-to-image"}, False),
        (CoreRequest, {"seed": 4_294_967_295}, True),
        (UltraRequest, {"seed": 4_294_967_295}, True),
        (Sd35Request, {"seed": 4_294_967_295}, False),
    ],
)
def test_the_models_differ_where_their_pages_do(
    request_type: type[TextToImage], fields: dict[str, Any], allowed: bool
) -> None:
    body = {"prompt": "a lake", **fields}
    dialect = a_dialect(request_type)
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
    dialect = a_dialect(CoreRequest)
    assert dialect.order("model", {"prompt": "a lake"}).pictures[0].seed == 77
    assert dialect.order("model", {"prompt": "a lake", "seed": 0}).pictures[0].seed == 77
    assert dialect.order("model", {"prompt": "a lake", "seed": 5}).pictures[0].seed == 5


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
def test_a_picture_comes_in_the_format_asked(wanted: str) -> None:
    body = {"prompt": "a lake", "output_format": wanted, "aspect_ratio": "9:21"}
    (picture,) = a_dialect(Sd35Request).order("model", body).pictures
    image = Image.open(io.BytesIO(picture.draw()))
    assert image.format == wanted.upper()
    assert image.size == SIZES["9:21"]
