"""Nova Canvas's tasks as the real SDK meets them, judged by the pixels that come back."""

import json
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from PIL import Image, ImageChops

from local.bedrock.nova.changing import MASK_NOT_FOUND
from local.bedrock.nova.dialect import ALL_BLOCKED, PROMPT_REFUSED, SOME_BLOCKED
from tests.drawings import (
    GARMENT,
    a_ball,
    a_disc,
    a_person,
    a_shirt,
    alikeness,
    decoded,
    encoded,
    shares,
)

CANVAS = "amazon.nova-canvas-v1:0"
INSIDE = np.asarray(a_disc()) > 0


def invoke(client: Any, body: dict[str, Any]) -> dict[str, Any]:
    reply = client().invoke_model(modelId=CANVAS, body=json.dumps(body))
    return dict(json.loads(reply["body"].read()))


def pictures(client: Any, body: dict[str, Any]) -> list[Image.Image]:
    reply = invoke(client, body)
    assert set(reply) == {"images"}
    return [decoded(image) for image in reply["images"]]


def refused(client: Any, body: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        invoke(client, body)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["Error"]["Code"] == "ValidationException"
    return str(error["Error"]["Message"])


def changed(one: Image.Image, other: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return (np.asarray(one) != np.asarray(other)).any(axis=2)


def inpainting(task: str = "INPAINTING", config: Any = None, **params: Any) -> dict[str, Any]:
    name = "inPaintingParams" if task == "INPAINTING" else "outPaintingParams"
    body: dict[str, Any] = {"taskType": task, name: {"image": encoded(a_ball()), **params}}
    return body | ({"imageGenerationConfig": config} if config else {})


def trying_on(**params: Any) -> dict[str, Any]:
    return {
        "taskType": "VIRTUAL_TRY_ON",
        "virtualTryOnParams": {
            "sourceImage": encoded(a_person()),
            "referenceImage": encoded(a_shirt()),
            **params,
        },
    }


UPPER = {"maskType": "GARMENT", "garmentBasedMask": {"garmentClass": "UPPER_BODY"}}


@pytest.mark.parametrize("mode", ["CANNY_EDGE", "SEGMENTATION"])
def test_a_condition_keeps_the_edges_of_its_picture(client: Any, mode: str) -> None:
    params = {
        "text": "an autumn forest",
        "conditionImage": encoded(a_ball(), "JPEG"),
        "controlMode": mode,
        "controlStrength": 0.8,
    }
    config = {"width": 384, "height": 320, "numberOfImages": 2}
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": params,
        "imageGenerationConfig": config,
    }
    made = pictures(client, body)
    assert [image.size for image in made] == [(384, 320)] * 2
    assert made[0].tobytes() != made[1].tobytes()
    free = {**body, "textToImageParams": {"text": "an autumn forest"}}
    unrelated = pictures(client, free)[0]
    for image in made:
        assert alikeness(a_ball(), image) > max(0.3, 3 * alikeness(a_ball(), unrelated))


def test_the_colours_of_the_palette_dominate(client: Any) -> None:
    body: dict[str, Any] = {
        "taskType": "COLOR_GUIDED_GENERATION",
        "colorGuidedGenerationParams": {
            "colors": ["#9b2226", "#ee9b00", "#001219"],
            "text": "a blue castle by the green sea",
        },
        "imageGenerationConfig": {"width": 384, "height": 320},
    }
    (image,) = pictures(client, body)
    found = shares(image, [(155, 34, 38), (238, 155, 0), (0, 18, 25)], near=75)
    assert sum(found) > 0.7
    assert min(found) > 0.03
    body["colorGuidedGenerationParams"] |= {"referenceImage": encoded(a_ball())}
    (mixed,) = pictures(client, body)
    assert mixed.tobytes() != image.tobytes()


def test_a_variation_keeps_the_palette_and_follows_its_similarity(client: Any) -> None:
    def varied(similarity: float) -> Image.Image:
        body = {
            "taskType": "IMAGE_VARIATION",
            "imageVariationParams": {
                "images": [encoded(a_ball())],
                "similarityStrength": similarity,
                "text": "a dark night at sea",
            },
            "imageGenerationConfig": {"width": 384, "height": 320},
        }
        return pictures(client, body)[0]

    own = np.asarray(a_ball(), float)
    close, far = np.asarray(varied(1.0), float), np.asarray(varied(0.3), float)
    assert np.abs(close - own).mean() < np.abs(far - own).mean()
    for made in (close, far):
        assert np.abs(made.mean(axis=(0, 1)) - own.mean(axis=(0, 1))).max() < 20


def test_a_variation_of_five_pictures(client: Any) -> None:
    images = [encoded(Image.new("RGB", (320 + k, 320), (40 * k, 90, 120))) for k in range(5)]
    body = {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": images}}
    (made,) = pictures(client, body)
    assert made.size == (1024, 1024)


def test_inpainting_changes_what_is_black_and_nothing_else(client: Any) -> None:
    mask = encoded(ImageChops.invert(a_disc()))
    body = inpainting(maskImage=mask, text="a dark forest", config={"numberOfImages": 2, "seed": 3})
    made = pictures(client, body)
    for image in made:
        assert image.size == (384, 320)
        assert not changed(a_ball(), image)[~INSIDE].any()
        assert changed(a_ball(), image)[INSIDE].mean() > 0.95
    assert changed(*made)[INSIDE].any()


def test_inpainting_without_words_removes_the_object(client: Any) -> None:
    mask = encoded(ImageChops.invert(a_disc(grow=6)))
    (image,) = pictures(client, inpainting(maskImage=mask))
    pixels = np.asarray(image, int)[INSIDE]
    red = (pixels[:, 0] > pixels[:, 1] + 80).mean()
    assert red < 0.02


def test_inpainting_by_words_finds_the_object(client: Any) -> None:
    (image,) = pictures(client, inpainting(maskPrompt="the red ball", text="a snowy hill"))
    difference = changed(a_ball(), image)
    assert difference[INSIDE].mean() > 0.9
    assert difference[~INSIDE].mean() < 0.02


@pytest.mark.parametrize("mode", ["DEFAULT", "PRECISE"])
@pytest.mark.parametrize("by_words", [True, False])
def test_outpainting_keeps_the_subject_and_changes_what_is_white(
    client: Any, mode: str, by_words: bool
) -> None:
    mask = (
        {"maskPrompt": "the red ball"}
        if by_words
        else {"maskImage": encoded(ImageChops.invert(a_disc()))}
    )
    body = inpainting("OUTPAINTING", text="a desert", outPaintingMode=mode, **mask)
    (image,) = pictures(client, body)
    difference = changed(a_ball(), image)
    assert difference[INSIDE].mean() < (0.03 if by_words else 1e-9)
    assert difference[~INSIDE].mean() > 0.9


def test_a_removed_background_is_transparent_around_an_opaque_subject(client: Any) -> None:
    body = {
        "taskType": "BACKGROUND_REMOVAL",
        "backgroundRemovalParams": {"image": encoded(a_ball())},
    }
    (image,) = pictures(client, body)
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (384, 320))
    alpha = np.asarray(image.getchannel("A"))
    assert (alpha[np.asarray(a_disc(grow=-3)) > 0] == 255).all()
    assert (alpha[np.asarray(a_disc(grow=4)) == 0] == 0).all()


def test_a_garment_lands_in_the_region_that_the_reply_tells(client: Any) -> None:
    reply = invoke(client, trying_on(**UPPER, returnMask=True))
    assert set(reply) == {"images", "maskImage"}
    mask = decoded(reply["maskImage"])
    assert mask.size == a_person().size
    region = np.asarray(mask.convert("L")) == 0
    assert 0.03 < region.mean() < 0.3
    (image,) = map(decoded, reply["images"])
    assert not changed(a_person(), image)[~region].any()
    worn = np.median(np.asarray(image, float)[region], axis=0)
    assert (np.abs(worn - GARMENT) < 25).all()


def test_a_given_try_on_mask_comes_back_as_it_was(client: Any) -> None:
    mask = Image.new("L", a_person().size, 255)
    mask.paste(0, (150, 140, 240, 320))
    params = {
        "maskType": "IMAGE",
        "imageBasedMask": {"maskImage": encoded(mask)},
        "returnMask": True,
    }
    reply = invoke(client, trying_on(**params))
    assert decoded(reply["maskImage"]).convert("L").tobytes() == mask.tobytes()
    (image,) = map(decoded, reply["images"])
    assert changed(a_person(), image)[140:320, 150:240].mean() > 0.95
    assert changed(a_person(), image).sum() <= 90 * 180


def test_a_try_on_by_words_takes_their_bounding_box_and_spares_hands(client: Any) -> None:
    params = {"maskType": "PROMPT", "promptBasedMask": {"maskPrompt": "the jacket"}}
    reply = invoke(client, trying_on(**params, returnMask=True, mergeStyle="DETAILED"))
    region = np.asarray(decoded(reply["maskImage"]).convert("L")) == 0
    rows, columns = np.nonzero(region)
    box = region[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert box.mean() > 0.9
    assert not region[312, 114]
    free = {"maskExclusions": {"preserveHands": "OFF"}}
    reply = invoke(client, trying_on(**params, **free, returnMask=True))
    assert np.asarray(decoded(reply["maskImage"]).convert("L"))[312, 114] == 0


def test_the_mask_is_returned_only_when_asked_for(client: Any) -> None:
    assert set(invoke(client, trying_on(**UPPER))) == {"images"}
    assert set(invoke(client, trying_on(**UPPER, returnMask=False))) == {"images"}


def test_the_filter_reads_the_words_of_every_task(client: Any) -> None:
    body = inpainting(maskPrompt="the ball", text="a forbidden thing")
    assert refused(client, body) == PROMPT_REFUSED
    body = inpainting(maskPrompt="the ball", text="unsafe-output", config={"numberOfImages": 2})
    assert invoke(client, body) == {"images": [], "error": ALL_BLOCKED}
    body = inpainting(
        "OUTPAINTING",
        maskPrompt="the ball",
        text="partly-unsafe",
        config={"numberOfImages": 3, "seed": 2},
    )
    some = invoke(client, body)
    assert len(some["images"]) == 2
    assert some["error"] == SOME_BLOCKED


def test_a_mask_prompt_that_finds_nothing_is_an_error(client: Any) -> None:
    assert refused(client, inpainting(maskPrompt="nothing-there")) == MASK_NOT_FOUND


def test_a_broken_rule_names_its_field(client: Any) -> None:
    body = inpainting(maskPrompt="the ball") | {"imageGenerationConfig": {"width": 1024}}
    assert refused(client, body) == (
        "Malformed input request: #/imageGenerationConfig: extraneous key [width] is not "
        "permitted, please reformat your input and try again."
    )


def test_the_same_request_gives_the_same_bytes(client: Any) -> None:
    body = inpainting(maskPrompt="the ball", text="a lake")
    assert invoke(client, body) == invoke(client, body)
