"""The rules of a Nova Canvas request that starts from words: edges that pass, cases that fail."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from local.bedrock.dialect import Order
from local.bedrock.errors import ValidationException
from local.bedrock.nova.dialect import NovaCanvas
from local.bedrock.nova.fields import STYLES

MODEL = "amazon.nova-canvas-v1:0"


def order(params: dict[str, Any] | None = None, **config: Any) -> Order:
    body: dict[str, Any] = {"taskType": "TEXT_IMAGE"}
    body["textToImageParams"] = {"text": "a lake", **(params or {})}
    if config:
        body["imageGenerationConfig"] = config
    return NovaCanvas().order(MODEL, body)


def complaint(body: Any) -> str:
    with pytest.raises(ValidationException) as caught:
        NovaCanvas().order(MODEL, body)
    return caught.value.message


def a_picture(
    size: tuple[int, int] = (320, 320), mode: str = "RGB", form: str = "PNG", colour: Any = 0
) -> str:
    sink = io.BytesIO()
    Image.new(mode, size, colour).save(sink, form)
    return base64.b64encode(sink.getvalue()).decode()


@pytest.mark.parametrize(
    "config",
    [
        {"width": 320, "height": 320},
        {"width": 4096, "height": 1024},
        {"width": 1024, "height": 4096},
        {"width": 2048, "height": 2048},
        {"width": 320, "height": 1280},
        {"quality": "standard"},
        {"quality": "premium"},
        {"cfgScale": 1.1},
        {"cfgScale": 10},
        {"numberOfImages": 1},
        {"numberOfImages": 5},
        {"seed": 0},
        {"seed": 2_147_483_646},
    ],
)
def test_the_edges_of_a_configuration_are_allowed(config: dict[str, Any]) -> None:
    assert len(order(**config).pictures) == config.get("numberOfImages", 1)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"width": 304}, "/width: 304 is not greater or equal to 320"),
        ({"height": 4112}, "/height: 4112 is not less or equal to 4096"),
        ({"width": 1000}, "/width: 1000 is not a multiple of 16"),
        ({"width": 1024.0}, "/width: expected type: Integer, found: Double"),
        ({"width": "1024"}, "/width: expected type: Integer, found: String"),
        ({"height": True}, "/height: expected type: Integer, found: Boolean"),
        ({"width": None}, "/width: expected type: Integer, found: Null"),
        ({"width": 320, "height": 1296}, ": the aspect ratio of 320x1296 is not between"),
        ({"width": 1296, "height": 320}, ": the aspect ratio of 1296x320 is not between"),
        ({"width": 2064, "height": 2048}, ": 2064x2048 is more than 4194304 pixels"),
        ({"width": 2816, "height": 1536}, ": 2816x1536 is more than 4194304 pixels"),
        ({"quality": "ultra"}, "/quality: ultra is not a valid enum value"),
        ({"quality": "Standard"}, "/quality: Standard is not a valid enum value"),
        ({"cfgScale": 1.0}, "/cfgScale: 1.0 is not greater or equal to 1.1"),
        ({"cfgScale": 10.1}, "/cfgScale: 10.1 is not less or equal to 10"),
        ({"cfgScale": "7"}, "/cfgScale: expected type: Number, found: String"),
        ({"numberOfImages": 0}, "/numberOfImages: 0 is not greater or equal to 1"),
        ({"numberOfImages": 6}, "/numberOfImages: 6 is not less or equal to 5"),
        ({"seed": -1}, "/seed: -1 is not greater or equal to 0"),
        ({"seed": 2_147_483_647}, "/seed: 2147483647 is not less or equal to 2147483646"),
        ({"steps": 30}, ": extraneous key [steps] is not permitted"),
    ],
)
def test_a_configuration_outside_the_rules_is_refused(config: dict[str, Any], said: str) -> None:
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a lake"},
        "imageGenerationConfig": config,
    }
    message = complaint(body)
    assert message.startswith(f"Malformed input request: #/imageGenerationConfig{said}")
    assert message.endswith("please reformat your input and try again.")


@pytest.mark.parametrize(
    "params",
    [
        {"text": "x"},
        {"text": "x" * 1024},
        {"negativeText": "x"},
        {"negativeText": "x" * 1024},
        *({"style": style} for style in STYLES),
        {"conditionImage": a_picture()},
        {"conditionImage": a_picture(form="JPEG"), "controlMode": "CANNY_EDGE"},
        {"conditionImage": a_picture(), "controlMode": "SEGMENTATION", "controlStrength": 0},
        {"conditionImage": a_picture(), "controlStrength": 1.0},
        {"conditionImage": a_picture((321, 1284))},
        {"conditionImage": a_picture((4096, 1024))},
        {"conditionImage": a_picture(mode="RGBA", colour=(9, 9, 9, 255))},
        {"conditionImage": a_picture(mode="P")},
    ],
)
def test_the_edges_of_a_prompt_are_allowed(params: dict[str, Any]) -> None:
    assert order(params).pictures


IMAGE = "/conditionImage: "


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"text": ""}, "/text: expected minLength: 1, actual: 0"),
        ({"text": "x" * 1025}, "/text: expected maxLength: 1024, actual: 1025"),
        ({"text": 7}, "/text: expected type: String, found: Integer"),
        ({"negativeText": ""}, "/negativeText: expected minLength: 1, actual: 0"),
        ({"negativeText": "x" * 1025}, "/negativeText: expected maxLength: 1024"),
        ({"negativeText": None}, "/negativeText: expected type: String, found: Null"),
        ({"style": "CUBISM"}, "/style: CUBISM is not a valid enum value"),
        ({"style": ""}, "/style:  is not a valid enum value"),
        ({"colour": "red"}, ": extraneous key [colour] is not permitted"),
        ({"controlMode": "CANNY_EDGE"}, ": required key [conditionImage] not found"),
        ({"controlStrength": 0.5}, ": required key [conditionImage] not found"),
        (
            {"conditionImage": a_picture(), "controlMode": "DEPTH"},
            "/controlMode: DEPTH is not a valid enum value",
        ),
        (
            {"conditionImage": a_picture(), "controlStrength": 1.1},
            "/controlStrength: 1.1 is not less or equal to 1",
        ),
        (
            {"conditionImage": a_picture(), "controlStrength": -0.1},
            "/controlStrength: -0.1 is not greater or equal to 0",
        ),
        ({"conditionImage": "data:image/png;base64,AAAA"}, IMAGE + "the image is not valid base64"),
        ({"conditionImage": "AAA"}, IMAGE + "the image is not valid base64"),
        ({"conditionImage": ""}, IMAGE + "the image is neither PNG nor JPEG"),
        ({"conditionImage": a_picture(form="WEBP")}, IMAGE + "the image is neither PNG nor JPEG"),
        ({"conditionImage": a_picture((319, 320))}, IMAGE + "image width 319 is not between"),
        ({"conditionImage": a_picture((1100, 4097))}, IMAGE + "image height 4097 is not between"),
        ({"conditionImage": a_picture((320, 1281))}, IMAGE + "the aspect ratio of 320x1281"),
        ({"conditionImage": a_picture((2100, 2000))}, IMAGE + "2100x2000 is more than 4194304"),
        ({"conditionImage": a_picture(mode="L")}, IMAGE + "the image must be RGB"),
        ({"conditionImage": a_picture(mode="I;16")}, IMAGE + "the image must be RGB"),
        (
            {"conditionImage": a_picture(mode="RGBA", colour=(9, 9, 9, 254))},
            IMAGE + "the image must not contain transparent or translucent pixels",
        ),
        (
            {"conditionImage": a_picture((400, 400))[:200]},
            IMAGE + "the image data is damaged",
        ),
    ],
)
def test_a_prompt_outside_the_rules_is_refused(params: dict[str, Any], said: str) -> None:
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a lake", **params}}
    assert complaint(body).startswith(f"Malformed input request: #/textToImageParams{said}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "#: required key [taskType] not found"),
        ({"taskType": "TEXT_TO_IMAGE"}, "#/taskType: TEXT_TO_IMAGE is not a valid enum value"),
        ({"taskType": ["TEXT_IMAGE"]}, "#/taskType: expected type: String, found: JSONArray"),
        ({"taskType": "TEXT_IMAGE"}, "#: required key [textToImageParams] not found"),
        (
            {"taskType": "TEXT_IMAGE", "textToImageParams": {}},
            "#/textToImageParams: required key [text] not found",
        ),
        (
            {"taskType": "TEXT_IMAGE", "textToImageParams": "a lake"},
            "#/textToImageParams: expected type: JSONObject, found: String",
        ),
        (
            {
                "taskType": "TEXT_IMAGE",
                "textToImageParams": {"text": "x"},
                "inPaintingParams": {"text": "x"},
            },
            "#: extraneous key [inPaintingParams] is not permitted",
        ),
    ],
)
def test_the_envelope_names_one_task_and_its_parameters(body: dict[str, Any], said: str) -> None:
    assert complaint(body).startswith(f"Malformed input request: {said}")


def test_pictures_of_one_request_have_seeds_in_a_row_from_twelve() -> None:
    assert [picture.seed for picture in order(numberOfImages=3).pictures] == [12, 13, 14]
    assert [picture.seed for picture in order(numberOfImages=2, seed=5).pictures] == [5, 6]
