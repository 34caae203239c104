"""The simulated text models as the real SDK meets them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from local.bedrock.errors import NO_CONVERSATION

LITE = "amazon.nova-lite-v1:0"
LITE_2 = "us.amazon.nova-2-lite-v1:0"
LITE_2_ANYWHERE = "global.amazon.nova-2-lite-v1:0"
CANVAS = "amazon.nova-canvas-v1:0"
INSTRUCTIONS = 'Answer with one JSON object: {"prompt": "...", "negative_prompt": "..."}'


def converse(client: Any, idea: str = "a fox in the snow", model: str = LITE) -> dict[str, Any]:
    reply = client.converse(
        modelId=model,
        system=[{"text": INSTRUCTIONS}],
        messages=[{"role": "user", "content": [{"text": idea}]}],
        inferenceConfig={"maxTokens": 400, "temperature": 0.7, "topP": 0.9},
    )
    assert reply["ResponseMetadata"]["RequestId"]
    return dict(reply)


def text_of(reply: dict[str, Any]) -> str:
    return "".join(block["text"] for block in reply["output"]["message"]["content"])


@pytest.mark.parametrize("model", [LITE, LITE_2, LITE_2_ANYWHERE])
def test_an_idea_becomes_a_caption_and_what_is_unwanted(
    client: Any, simulator: Any, model: str
) -> None:
    reply = converse(client(), "a fox without people", model)
    written = json.loads(text_of(reply))
    assert written["prompt"].startswith("A fox, ")
    assert written["negative_prompt"].startswith("people, ")
    assert reply["stopReason"] == "end_turn"
    assert reply["usage"]["totalTokens"] > 20
    assert reply["metrics"]["latencyMs"] >= 0
    assert simulator.calls(model)["outcomes"] == {"ok": 1}
    assert simulator.calls(model)["billed_images"] == 0


@pytest.mark.parametrize("idea", ["a forbidden fox", "an unsafe-output"])
def test_a_bad_idea_is_filtered(client: Any, idea: str) -> None:
    reply = converse(client(), idea)
    assert reply["stopReason"] == "content_filtered"
    assert "fox" not in text_of(reply)


def test_an_endless_answer_is_cut_off(client: Any, simulator: Any) -> None:
    reply = converse(client(), "an endless road")
    assert reply["stopReason"] == "max_tokens"
    assert reply["usage"]["outputTokens"] == 400
    simulator.behave(endless_words=["fox"])
    assert converse(client(), "an endless road")["stopReason"] == "end_turn"
    assert converse(client(), "a fox")["stopReason"] == "max_tokens"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("throttle", "ThrottlingException"),
        ("unavailable", "ServiceUnavailableException"),
        ("internal_error", "InternalServerException"),
        ("not_ready", "ModelNotReadyException"),
        ("model_timeout", "ModelTimeoutException"),
        ("model_error", "ModelErrorException"),
        ("inference_error", "ModelErrorException"),
    ],
)
def test_a_fault_strikes_a_conversation_too(
    client: Any, simulator: Any, fault: str, code: str
) -> None:
    simulator.behave(next=[fault])
    with pytest.raises(ClientError) as caught:
        converse(client())
    assert type(caught.value).__name__ == code
    assert converse(client())["stopReason"] == "end_turn"


def test_silence_strikes_a_conversation_too(client: Any, simulator: Any) -> None:
    simulator.behave(next=["drop", "hang"])
    with pytest.raises(ConnectionClosedError):
        converse(client())
    with pytest.raises(ReadTimeoutError):
        converse(client(read_timeout=0.3))


def test_a_text_model_has_its_quota_and_its_end(client: Any, simulator: Any) -> None:
    simulator.behave(model_requests_per_minute={LITE: 1}, ended=["amazon.nova-2-lite-v1:0"])
    assert converse(client())["stopReason"] == "end_turn"
    with pytest.raises(ClientError, match="ThrottlingException"):
        converse(client())
    for model in (LITE_2, LITE_2_ANYWHERE):
        with pytest.raises(ClientError, match="end of its life"):
            converse(client(), model=model)


def test_an_image_model_does_not_converse(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        converse(client(), model=CANVAS)
    assert caught.value.response["Error"]["Message"] == NO_CONVERSATION


def test_a_model_of_profiles_does_not_converse_by_its_own_id(client: Any) -> None:
    with pytest.raises(ClientError, match="inference profile"):
        converse(client(), model="amazon.nova-2-lite-v1:0")


def test_a_value_outside_its_range_is_a_validation_exception(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client().converse(
            modelId=LITE,
            messages=[{"role": "user", "content": [{"text": "a fox"}]}],
            inferenceConfig={"topP": 1.5},
        )
    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "1 validation error detected: Value at 'inferenceConfig.topP' failed to "
        "satisfy constraint: Member must have value less than or equal to 1",
    }
