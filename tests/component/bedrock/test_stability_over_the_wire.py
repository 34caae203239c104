"""Stability's image services as the real SDK meets them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from tests.drawings import a_ball, a_disc, decoded, encoded

BALL = encoded(a_ball((256, 192)))
MASK = encoded(a_disc((256, 192)))
SD35 = "stability.sd3-5-large-v1:0"
INPAINT = "us.stability.stable-image-inpaint-v1:0"
UPSCALE = "us.stability.stable-fast-upscale-v1:0"

BODIES: dict[str, dict[str, Any]] = {
    "stable-image-inpaint": {"prompt": "a castle", "image": BALL, "mask": MASK},
    "stable-outpaint": {"image": BALL, "left": 32, "down": 16},
    "stable-image-erase-object": {"image": BALL, "mask": MASK},
    "stable-image-search-replace": {
        "prompt": "a pond",
        "image": BALL,
        "search_prompt": "the red ball",
    },
    "stable-image-search-recolor": {
        "prompt": "bright green",
        "image": BALL,
        "select_prompt": "the red ball",
    },
    "stable-image-remove-background": {"image": BALL},
    "stable-image-control-sketch": {"prompt": "a lake", "image": BALL},
    "stable-image-control-structure": {"prompt": "a lake", "image": BALL},
    "stable-image-style-guide": {"prompt": "a lake", "image": BALL},
    "stable-style-transfer": {"init_image": BALL, "style_image": MASK},
    "stable-creative-upscale": {"prompt": "a ball", "image": BALL, "output_format": "jpeg"},
    "stable-conservative-upscale": {"prompt": "a ball", "image": BALL, "output_format": "webp"},
    "stable-fast-upscale": {"image": BALL},
}
SIZES = {
    "stable-outpaint": (288, 208),
    "stable-image-style-guide": (1024, 1024),
    "stable-creative-upscale": (4096, 3072),
    "stable-conservative-upscale": (4096, 3072),
    "stable-fast-upscale": (1024, 768),
}


def invoke(client: Any, model: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = client.invoke_model(
        modelId=model,
        body=json.dumps(body),
        contentType="application/json",
        accept="application/json",
    )
    return dict(json.loads(reply["body"].read()))


@pytest.mark.parametrize("service", list(BODIES))
def test_every_service_answers_one_picture_and_its_seed(
    client: Any, simulator: Any, service: str
) -> None:
    model, body = f"us.stability.{service}-v1:0", BODIES[service]
    reply = invoke(client(), model, body)
    assert reply["finish_reasons"] == [None]
    assert len(reply["seeds"]) == len(reply["images"]) == 1
    image = decoded(reply["images"][0])
    assert image.size == SIZES.get(service, (256, 192))
    assert image.format == body.get("output_format", "png").upper()
    assert simulator.calls(model)["billed_images"] == 1


def test_stable_diffusion_starts_from_a_picture(client: Any) -> None:
    body = {"mode": "image-to-image", "prompt": "a ball", "image": BALL, "strength": 0.5, "seed": 4}
    reply = invoke(client(), SD35, body)
    assert reply["seeds"] == [4]
    assert decoded(reply["images"][0]).size == (1152, 896)


def test_a_broken_rule_is_a_validation_exception(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        invoke(client(), UPSCALE, {"image": encoded(Image.new("RGB", (1537, 40)))})
    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Malformed input request: #/image: image width 1537 is not between 32 and 1536,"
        " please reformat your input and try again.",
    }


def test_a_model_that_breaks_down_says_so_in_a_reply_and_bills_nothing(
    client: Any, simulator: Any
) -> None:
    simulator.behave(next=["inference_error"])
    reply = invoke(client(), INPAINT, BODIES["stable-image-inpaint"])
    assert reply == {"finish_reasons": ["Inference error"]}
    assert simulator.calls(INPAINT)["billed_images"] == 0
    assert invoke(client(), INPAINT, BODIES["stable-image-inpaint"])["images"]


@pytest.mark.parametrize(
    ("service", "fields", "reason"),
    [
        ("stable-image-inpaint", {"prompt": "a forbidden tree"}, "prompt"),
        ("stable-image-search-replace", {"search_prompt": "the forbidden ball"}, "prompt"),
        ("stable-image-search-recolor", {"select_prompt": "Forbidden!"}, "prompt"),
        ("stable-outpaint", {"prompt": "an unsafe-output"}, "output image"),
        ("stable-style-transfer", {"prompt": "partly-unsafe", "seed": 3}, "output image"),
        ("stable-style-transfer", {"prompt": "partly-unsafe", "seed": 4}, None),
    ],
)
def test_services_are_moderated_by_their_words(
    client: Any, service: str, fields: dict[str, Any], reason: str | None
) -> None:
    reply = invoke(client(), f"us.stability.{service}-v1:0", BODIES[service] | fields)
    expected = None if reason is None else f"Filter reason: {reason}"
    assert reply["finish_reasons"] == [expected]
    assert ("images" in reply) is (reason is None)


def test_a_picture_of_nothing_but_the_bad_colour_is_refused(client: Any, simulator: Any) -> None:
    bad = encoded(Image.new("RGB", (96, 64), "#badbad"), "JPEG")
    refusal = {"finish_reasons": ["Filter reason: input image"]}
    assert invoke(client(), UPSCALE, {"image": bad}) == refusal
    transfer = {"init_image": BALL, "style_image": bad}
    assert invoke(client(), "us.stability.stable-style-transfer-v1:0", transfer) == refusal
    simulator.behave(input_colour="#ffffff")
    assert invoke(client(), UPSCALE, {"image": bad})["images"]


def test_a_service_has_its_quota_and_its_end(client: Any, simulator: Any) -> None:
    simulator.behave(
        model_requests_per_minute={UPSCALE: 1}, ended=["stability.stable-image-inpaint-v1:0"]
    )
    assert invoke(client(), UPSCALE, {"image": BALL})["images"]
    with pytest.raises(ClientError, match="ThrottlingException"):
        invoke(client(), UPSCALE, {"image": BALL})
    with pytest.raises(ClientError, match="end of its life"):
        invoke(client(), INPAINT, BODIES["stable-image-inpaint"])
