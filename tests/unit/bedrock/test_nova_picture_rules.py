"""The pictures and masks that Nova Canvas takes, and what it says of the others."""

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops

from local.bedrock.errors import ModelErrorException, ValidationException
from local.bedrock.nova.changing import MASK_NOT_FOUND, MaskedParams
from local.bedrock.nova.dialect import INPUT_REFUSED, NovaCanvas
from tests.drawings import a_disc, encoded
from tests.unit.bedrock.nova_tasks import (
    MASKED,
    MODEL,
    PARAMS,
    TRY_ON,
    UNSIZED,
    a_body,
    ball,
    complaint,
    order,
    valid,
)


def a_mask(size: tuple[int, int] = (384, 320), colour: Any = 0, mode: str = "L") -> Image.Image:
    return Image.new(mode, size, colour)


@pytest.mark.parametrize("count", [5, 6])
def test_a_variation_takes_up_to_five_pictures(count: int) -> None:
    body = a_body("IMAGE_VARIATION", {"images": [ball()] * count})
    if count == 5:
        assert len(order(body).inputs) == 5
    else:
        assert "/images: expected maximum item count: 5, found: 6" in complaint(body)


@pytest.mark.parametrize("task", MASKED)
def test_exactly_one_mask_is_sent(task: str) -> None:
    at = f"Malformed input request: #/{PARAMS[task]}: "
    both = a_body(task, {"maskPrompt": "the ball"})
    assert complaint(both).startswith(f"{at}only one of the keys [maskPrompt] and [maskImage]")
    none = a_body(task, without=("maskImage",))
    assert complaint(none).startswith(f"{at}required key [maskPrompt] or [maskImage] not found")
    assert order(a_body(task, {"maskPrompt": "the ball"}, without=("maskImage",))).pictures
    empty = a_body(task, {"maskPrompt": ""}, without=("maskImage",))
    assert "/maskPrompt: expected minLength: 1" in complaint(empty)


def with_mask(task: str, mask: str) -> dict[str, Any]:
    if task != TRY_ON:
        return a_body(task, {"maskImage": mask})
    changes = {
        "sourceImage": ball(),
        "maskType": "IMAGE",
        "imageBasedMask": {"maskImage": mask},
    }
    return a_body(task, changes, without=("garmentBasedMask",))


@pytest.mark.parametrize("task", UNSIZED)
@pytest.mark.parametrize(
    "mask",
    [
        a_disc(),
        a_disc().convert("RGB"),
        a_disc().convert("1"),
        a_disc().convert("P"),
        a_mask(),
        a_mask(colour=255),
    ],
    ids=["grey", "rgb", "bits", "palette", "black", "white"],
)
def test_a_mask_is_black_and_white_however_it_is_stored(task: str, mask: Image.Image) -> None:
    assert order(with_mask(task, encoded(mask))).pictures


@pytest.mark.parametrize("task", UNSIZED)
@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (lambda: encoded(a_mask((384, 336))), "the mask image is 384x336, it must have the size"),
        (lambda: encoded(a_mask(colour=254)), "must contain only pure black and pure white"),
        (lambda: encoded(a_mask(colour=1)), "must contain only pure black and pure white"),
        (lambda: encoded(a_mask(mode="RGB", colour=(255, 0, 0))), "only pure black and pure white"),
        (lambda: encoded(a_disc().resize((383, 319)).resize((384, 320))), "only pure black and"),
        (lambda: encoded(a_mask(), "WEBP"), "neither PNG nor JPEG"),
        (lambda: "not base64!", "not valid base64"),
    ],
)
def test_a_mask_that_breaks_a_rule_is_refused(
    task: str, mask: Callable[[], str], said: str
) -> None:
    message = complaint(with_mask(task, mask()))
    assert message.startswith(f"Malformed input request: #/{PARAMS[task]}")
    assert said in message


def test_a_jpeg_mask_without_stray_greys_is_taken() -> None:
    white = encoded(Image.new("RGB", (384, 320), "white"), "JPEG")
    assert order(with_mask("INPAINTING", white)).pictures


@pytest.mark.parametrize(
    ("task", "key"),
    [
        ("COLOR_GUIDED_GENERATION", "referenceImage"),
        ("IMAGE_VARIATION", "images"),
        ("INPAINTING", "image"),
        ("OUTPAINTING", "image"),
        ("BACKGROUND_REMOVAL", "image"),
        ("VIRTUAL_TRY_ON", "sourceImage"),
        ("VIRTUAL_TRY_ON", "referenceImage"),
    ],
)
@pytest.mark.parametrize(
    ("image", "form", "said"),
    [
        (Image.new("RGB", (319, 400)), "PNG", "image width 319 is not between 320 and 4096"),
        (Image.new("RGB", (320, 1281)), "PNG", "the aspect ratio of 320x1281 is not between"),
        (Image.new("RGB", (2100, 2000)), "PNG", "2100x2000 is more than 4194304 pixels"),
        (Image.new("RGBA", (320, 320), (1, 2, 3, 254)), "PNG", "transparent or translucent"),
        (Image.new("L", (320, 320)), "PNG", "must be RGB with 8 bits per channel"),
        (Image.new("RGB", (320, 320)), "WEBP", "neither PNG nor JPEG"),
    ],
)
def test_every_given_picture_is_held_to_the_same_rules(
    task: str, key: str, image: Image.Image, form: str, said: str
) -> None:
    picture = encoded(image, form)
    changes = {key: [picture] if key == "images" else picture}
    message = complaint(a_body(task, changes))
    assert f"#/{PARAMS[task]}/{key}" in message
    assert said in message


@pytest.mark.parametrize("task", PARAMS)
def test_the_filter_sees_every_given_picture_and_no_mask(task: str) -> None:
    seen = order(a_body(task)).inputs
    count = {"COLOR_GUIDED_GENERATION": 0, "VIRTUAL_TRY_ON": 2}.get(task, 1)
    assert len(seen) == count


@pytest.mark.parametrize("task", UNSIZED)
def test_a_mask_prompt_that_finds_nothing_is_told_so(task: str) -> None:
    if task == TRY_ON:
        changes = {"maskType": "PROMPT", "promptBasedMask": {"maskPrompt": "nothing-there"}}
        body = a_body(task, changes, without=("garmentBasedMask",))
    else:
        body = a_body(task, {"maskPrompt": "the Nothing-There"}, without=("maskImage",))
    assert complaint(body) == MASK_NOT_FOUND


def test_masks_of_inpainting_and_outpainting_mean_opposite_things() -> None:
    params = MaskedParams.model_validate(valid("INPAINTING"))
    assert params.black().tobytes() == ImageChops.invert(a_disc()).tobytes()


def test_a_filtered_input_is_a_validation_exception_and_a_breakdown_a_model_error() -> None:
    with pytest.raises(ValidationException) as caught:
        NovaCanvas().input_refused()
    assert caught.value.message == INPUT_REFUSED
    assert "adjust your input image" in INPUT_REFUSED
    with pytest.raises(ModelErrorException):
        NovaCanvas().failed(MODEL)
