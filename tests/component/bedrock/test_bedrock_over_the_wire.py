"""The simulator as the real SDK meets it."""

import base64
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from PIL import Image

from local.bedrock.errors import END_OF_LIFE, LEGACY_AND_IDLE, UNKNOWN_MODEL
from local.bedrock.nova.dialect import ALL_BLOCKED, PROMPT_REFUSED, SOME_BLOCKED
from tests.drawings import a_ball, encoded
from tests.processes import eventually

CANVAS = "amazon.nova-canvas-v1:0"
CORE = "stability.stable-image-core-v1:1"
SD35 = "stability.sd3-5-large-v1:0"
ULTRA = "stability.stable-image-ultra-v1:1"


def a_canvas_body(text: str = "a quiet lake", **config: Any) -> dict[str, Any]:
    return {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": text},
        "imageGenerationConfig": {"width": 320, "height": 320, **config},
    }


def invoke(client: Any, model: str = CANVAS, body: Any = None) -> dict[str, Any]:
    sent = a_canvas_body() if body is None else body
    reply = client.invoke_model(
        modelId=model,
        body=json.dumps(sent),
        contentType="application/json",
        accept="application/json",
    )
    assert reply["contentType"] == "application/json"
    assert reply["ResponseMetadata"]["RequestId"]
    return dict(json.loads(reply["body"].read()))


def refused(client: Any, model: str = CANVAS, body: Any = None) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        invoke(client, model, body)
    reply = caught.value.response
    assert reply["ResponseMetadata"]["RequestId"]
    return (
        reply["ResponseMetadata"]["HTTPStatusCode"],
        reply["Error"]["Code"],
        reply["Error"]["Message"],
    )


def picture(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def test_nova_canvas_answers_as_many_pictures_as_asked_in_the_size_asked(client: Any) -> None:
    reply = invoke(client(), body=a_canvas_body(width=640, height=320, numberOfImages=3))
    assert set(reply) == {"images"}
    assert [picture(image).size for image in reply["images"]] == [(640, 320)] * 3
    assert len(set(reply["images"])) == 3


def test_the_same_request_gives_the_same_bytes_and_no_seed_means_twelve(client: Any) -> None:
    first = invoke(client())
    assert invoke(client()) == first
    assert invoke(client(), body=a_canvas_body(seed=12)) == first
    assert invoke(client(), body=a_canvas_body(seed=13)) != first


def test_the_second_picture_has_the_next_seed(client: Any) -> None:
    two = invoke(client(), body=a_canvas_body(seed=40, numberOfImages=2))["images"]
    assert two[1:] == invoke(client(), body=a_canvas_body(seed=41))["images"]


@pytest.mark.parametrize("model", [CORE, SD35, ULTRA])
def test_stability_answers_one_picture_with_its_seed(client: Any, model: str) -> None:
    body = {"prompt": "a red barn", "seed": 99, "aspect_ratio": "3:2", "output_format": "jpeg"}
    reply = invoke(client(), model, body)
    assert reply["seeds"] == [99]
    assert reply["finish_reasons"] == [None]
    (image,) = map(picture, reply["images"])
    assert image.format == "JPEG"
    assert image.width / image.height == pytest.approx(1.5, abs=0.05)
    assert reply == invoke(client(), model, body)


def test_stability_draws_a_seed_when_none_is_sent_and_tells_it(client: Any) -> None:
    seeds = [invoke(client(), CORE, {"prompt": "a barn"})["seeds"][0] for _ in range(2)]
    assert 0 not in seeds
    assert seeds[0] != seeds[1]


def test_a_broken_rule_is_a_validation_exception_that_names_the_field(client: Any) -> None:
    assert refused(client(), body=a_canvas_body(width=100)) == (
        400,
        "ValidationException",
        "Malformed input request: #/imageGenerationConfig/width: 100 is not greater or equal "
        "to 320, please reformat your input and try again.",
    )


@pytest.mark.parametrize("model", ["amazon.nova-sonnet-v1:0", "stability.sdxl-v1:0"])
def test_an_unknown_model_is_a_validation_exception(client: Any, model: str) -> None:
    assert refused(client(), model) == (400, "ValidationException", UNKNOWN_MODEL)


@pytest.mark.parametrize("model", ["stability.stable-fast-upscale-v1:0", "amazon.nova-2-lite-v1:0"])
def test_a_model_of_profiles_cannot_be_called_by_its_own_id(client: Any, model: str) -> None:
    status, code, message = refused(client(), model)
    assert (status, code) == (400, "ValidationException")
    assert f"Invocation of model ID {model} with on-demand throughput" in message
    assert "inference profile" in message


def test_a_text_model_makes_no_pictures(client: Any) -> None:
    status, code, message = refused(client(), "amazon.nova-lite-v1:0")
    assert (status, code) == (400, "ValidationException")
    assert "Converse only" in message


def test_a_model_can_be_named_by_its_arn(client: Any) -> None:
    assert invoke(client(), f"arn:aws:bedrock:us-east-1::foundation-model/{CANVAS}")["images"]
    profile = "us.stability.stable-image-remove-background-v1:0"
    arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{profile}"
    assert invoke(client(), arn, {"image": encoded(a_ball((64, 64)))})["images"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("throttle", 429, "ThrottlingException"),
        ("internal_error", 500, "InternalServerException"),
        ("unavailable", 503, "ServiceUnavailableException"),
        ("not_ready", 429, "ModelNotReadyException"),
        ("access_denied", 403, "AccessDeniedException"),
        ("quota_exceeded", 400, "ServiceQuotaExceededException"),
        ("model_timeout", 408, "ModelTimeoutException"),
        ("model_error", 424, "ModelErrorException"),
        ("inference_error", 424, "ModelErrorException"),
    ],
)
def test_a_fault_strikes_the_next_call_only(
    client: Any, simulator: Any, fault: str, status: int, code: str
) -> None:
    simulator.behave(next=[fault])
    with pytest.raises(ClientError) as caught:
        invoke(client())
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Code"] == code
    assert type(caught.value).__name__ == code
    assert simulator.faults()["next"] == []
    assert invoke(client())["images"]
    seen = simulator.calls(CANVAS)
    assert seen["outcomes"] == {code: 1, "ok": 1}
    assert seen["billed_images"] == 1


def test_a_dropped_connection_is_closed_without_a_reply_and_was_billed(
    client: Any, simulator: Any
) -> None:
    simulator.behave(next=["drop"])
    with pytest.raises(ConnectionClosedError):
        invoke(client())
    assert invoke(client())["images"]
    seen = simulator.calls(CANVAS)
    assert seen["outcomes"] == {"drop": 1, "ok": 1}
    assert seen["billed_images"] == 2


def test_a_hanging_call_ends_when_the_client_loses_patience(client: Any, simulator: Any) -> None:
    simulator.behave(next=["hang"])
    with pytest.raises(ReadTimeoutError):
        invoke(client(read_timeout=0.3))
    assert eventually(lambda: not simulator.calls(CANVAS)["running"])
    assert simulator.calls(CANVAS)["outcomes"] == {"hang": 1}


def test_the_quota_throttles_whatever_comes_after_it_in_a_minute(
    client: Any, simulator: Any
) -> None:
    simulator.behave(model_requests_per_minute={CANVAS: 2})
    talker = client()
    assert invoke(talker)["images"]
    assert invoke(talker)["images"]
    assert refused(talker) == (
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
    )
    assert invoke(talker, CORE, {"prompt": "a barn"})["images"]


def test_a_refused_prompt_is_an_error_from_nova_and_a_reason_from_stability(client: Any) -> None:
    blocked = (400, "ValidationException", PROMPT_REFUSED)
    assert refused(client(), body=a_canvas_body("a Forbidden thing")) == blocked
    reply = invoke(client(), CORE, {"prompt": "a forbidden thing"})
    assert reply == {"finish_reasons": ["Filter reason: prompt"]}


def test_blocked_pictures_are_missing_and_an_error_says_how_many(client: Any) -> None:
    all_blocked = invoke(client(), body=a_canvas_body("an unsafe-output", numberOfImages=2))
    assert all_blocked == {"images": [], "error": ALL_BLOCKED}
    some = invoke(client(), body=a_canvas_body("a partly-unsafe view", numberOfImages=3, seed=2))
    assert len(some["images"]) == 2
    assert some["error"] == SOME_BLOCKED
    reply = invoke(client(), ULTRA, {"prompt": "an unsafe-output"})
    assert reply == {"finish_reasons": ["Filter reason: output image"]}


def test_what_the_filter_refuses_can_be_set(client: Any, simulator: Any) -> None:
    simulator.behave(prompt_words=["turnip"])
    assert invoke(client(), body=a_canvas_body("a forbidden thing"))["images"]
    assert refused(client(), body=a_canvas_body("a turnip"))[2] == PROMPT_REFUSED


def test_a_model_at_the_end_of_its_life_is_not_found(client: Any, simulator: Any) -> None:
    simulator.behave(ended=[CANVAS], idle=[CORE])
    not_found = (404, "ResourceNotFoundException")
    assert refused(client()) == (*not_found, END_OF_LIFE)
    assert refused(client(), CORE, {"prompt": "a barn"}) == (*not_found, LEGACY_AND_IDLE)
    assert invoke(client(), ULTRA, {"prompt": "a barn"})["images"]


def test_a_delay_is_waited_for_and_many_calls_wait_at_once(client: Any, simulator: Any) -> None:
    simulator.behave(delay=0.4)
    talker = client()
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: invoke(talker), range(8)))
    took = time.monotonic() - begun
    assert all(reply["images"] for reply in replies)
    assert 0.4 <= took < 8 * 0.4
    assert simulator.calls(CANVAS)["most_running"] == 8


def test_calls_are_recorded_without_their_pictures(client: Any, simulator: Any) -> None:
    talker = client()
    invoke(talker, body=a_canvas_body(numberOfImages=2))
    refused(talker, body=a_canvas_body(width=1))
    seen = simulator.calls(CANVAS)
    assert seen["requests"] == 2
    assert [call["status"] for call in seen["latest"]] == [200, 400]
    assert [call["billed_images"] for call in seen["latest"]] == [2, 0]
    assert all(len(call["body_sha256"]) == 64 for call in seen["latest"])
    assert len(json.dumps(seen)) < 2_000


def test_a_body_over_25_million_bytes_is_refused(client: Any) -> None:
    status, code, message = refused(client(), body={"filler": "x" * 25_000_000})
    assert (status, code) == (400, "ValidationException")
    assert "25000000" in message


def test_the_error_header_has_awss_form_and_unsigned_requests_are_refused(simulator: Any) -> None:
    url = f"{simulator.url}/model/{CANVAS}/invoke"
    reply = httpx.post(url, json=a_canvas_body())
    assert reply.status_code == 403
    assert reply.json() == {"message": "Missing Authentication Token"}
    assert reply.headers["x-amzn-errortype"] == (
        "MissingAuthenticationTokenException:http://internal.amazon.com/coral/com.amazon.bedrock/"
    )
    assert reply.headers["x-amzn-requestid"]


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"content-type": "text/plain"}, b"{}"),
        ({"accept": "image/png"}, b"{}"),
        ({}, b"{not json"),
        ({}, b"[]"),
        ({}, b""),
    ],
)
def test_what_is_not_json_is_a_validation_exception(
    simulator: Any, headers: dict[str, str], content: bytes
) -> None:
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=x", **headers}
    url = f"{simulator.url}/model/{CANVAS}/invoke"
    reply = httpx.post(url, headers=signed, content=content)
    assert reply.status_code == 400
    assert reply.headers["x-amzn-errortype"].startswith("ValidationException:")


def test_an_operation_that_is_not_simulated_is_unknown(simulator: Any) -> None:
    reply = httpx.post(f"{simulator.url}/model/{CANVAS}/converse-stream", json={})
    assert reply.status_code == 404
    assert reply.headers["x-amzn-errortype"].startswith("UnknownOperationException:")


def test_settings_that_make_no_sense_are_refused_and_change_nothing(simulator: Any) -> None:
    before = simulator.faults()
    for wrong in ({"delay": -1}, {"chance": {"drop": 1.5}}, {"colour": "red"}):
        assert httpx.put(f"{simulator.url}/_sim/faults", json=wrong).status_code == 422
    assert simulator.faults() == before


def test_settings_can_be_read_and_sent_back(simulator: Any) -> None:
    simulator.behave(delay=1.5, next=["drop", "ok"], chance={"throttle": 0.25}, ended=[CANVAS])
    read = simulator.faults()
    assert read["delay"] == 1.5
    simulator.behave(**read)
    assert simulator.faults() == read


def test_the_server_says_that_it_is_well(simulator: Any) -> None:
    assert httpx.get(f"{simulator.url}/healthz").json() == {"status": "ok"}
