"""The Converse API's rules, and what the simulated text models write."""

import json
from typing import Any

import pytest

from local.bedrock import writing
from local.bedrock.converse import REFUSAL, Writer
from local.bedrock.errors import ValidationException

INSTRUCTIONS = 'Answer with JSON only: {"prompt": "...", "negative_prompt": "..."}'


def a_body(idea: str = "a fox in the snow", **fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"text": idea}]}], **fields}


def answered(
    body: dict[str, Any], *, refused: bool = False, endless: bool = False, most: int = 5000
) -> tuple[str, str]:
    """The text and the reason why it stops."""
    writer = Writer(most)
    reply = writer.write(writer.read(body), refused=refused, endless=endless)
    message = reply["output"]["message"]
    assert message["role"] == "assistant"
    return "".join(block["text"] for block in message["content"]), reply["stopReason"]


def complaint(body: dict[str, Any]) -> str:
    with pytest.raises(ValidationException) as caught:
        Writer(5000).read(body)
    return caught.value.message


def turns(*roles: str) -> list[dict[str, Any]]:
    return [{"role": role, "content": [{"text": "words"}]} for role in roles]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"system": []},
        {"system": [{"text": "one"}, {"text": "two"}]},
        {"inferenceConfig": {}},
        {"inferenceConfig": {"maxTokens": 1}},
        {"inferenceConfig": {"maxTokens": 5000, "temperature": 0, "topP": 0}},
        {"inferenceConfig": {"temperature": 1, "topP": 1.0, "stopSequences": ["END"]}},
        {"messages": turns("user", "assistant", "user")},
    ],
)
def test_the_edges_are_allowed(fields: dict[str, Any]) -> None:
    assert Writer(5000).read(a_body(**fields))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "'messages' failed to satisfy constraint: Member must not be null"),
        ({"messages": []}, "'messages' failed to satisfy constraint: Member must have length"),
        ({"messages": "hello"}, "another type than String"),
        (a_body(messages=[{"role": "user"}]), "'messages.1.content' failed to satisfy"),
        (a_body(messages=[{"role": "user", "content": []}]), "length greater than or equal to 1"),
        (a_body(messages=[{"role": "system", "content": [{"text": "x"}]}]), "enum value set"),
        (a_body(messages=[{"role": "user", "content": [{"image": {}}]}]), "not be null"),
        (a_body(system="be brief"), "another type than String"),
        (a_body(system=[{"text": ""}]), "'system.1.text' failed to satisfy"),
        (a_body(toolConfig={"tools": []}), "unknown or not simulated"),
        (a_body(inferenceConfig={"maxTokens": 0}), "value greater than or equal to 1"),
        (a_body(inferenceConfig={"maxTokens": 1.5}), "'inferenceConfig.maxTokens'"),
        (a_body(inferenceConfig={"maxTokens": 5001}), "exceeds the model limit of 5000"),
        (a_body(inferenceConfig={"temperature": 1.01}), "value less than or equal to 1"),
        (a_body(inferenceConfig={"temperature": -0.1}), "value greater than or equal to 0"),
        (a_body(inferenceConfig={"topP": 1.1}), "value less than or equal to 1"),
        (a_body(inferenceConfig={"topK": 5}), "unknown or not simulated"),
        (a_body(inferenceConfig={"stopSequences": [""]}), "length greater than or equal to 1"),
        (a_body(inferenceConfig={"stopSequences": ["x"] * 2501}), "less than or equal to 2500"),
        (a_body("  \n"), "The text field in the ContentBlock object at messages.0.content.0 is"),
        (a_body(messages=turns("assistant", "user")), "must start with a user message"),
        (a_body(messages=turns("user", "user")), "must alternate"),
        (a_body(messages=turns("user", "assistant")), "must end with a user message"),
    ],
)
def test_what_is_outside_the_rules_is_refused(body: dict[str, Any], said: str) -> None:
    assert said in complaint(body)


def test_an_idea_is_enriched_the_same_way_each_time() -> None:
    text, stop = answered(a_body("draw me a fox in the snow"))
    assert stop == "end_turn"
    assert text.startswith("A fox in the snow, ")
    assert "light" in text
    assert len(text) > 60
    assert answered(a_body("draw me a fox in the snow")) == (text, stop)
    assert answered(a_body("draw me an owl in the snow"))[0] != text


def test_json_is_written_if_the_instructions_ask_for_it() -> None:
    text, stop = answered(a_body("a fox without people or cars", system=[{"text": INSTRUCTIONS}]))
    written = json.loads(text)
    assert stop == "end_turn"
    assert set(written) == {"prompt", "negative_prompt"}
    assert written["prompt"].startswith("A fox, ")
    assert written["negative_prompt"].startswith("people, cars, ")


def test_json_has_the_keys_that_the_instructions_name() -> None:
    text = writing.answer("a fox", 'Reply as JSON, {"caption": "…", "negatives": "…"}.')
    assert set(json.loads(text)) == {"caption", "negatives"}
    assert set(json.loads(writing.answer("a fox", "Reply as JSON."))) == {
        "prompt",
        "negative_prompt",
    }
    assert writing.answer("a fox", "").startswith("A fox, ")


@pytest.mark.parametrize(
    ("idea", "subject", "unwanted"),
    [
        ("a beach, no people, at noon", "A beach, at noon", "people"),
        ("a street without any cars and a red door", "A street and a red door", "cars"),
        ("not a photo", "", "photo"),
        ("please paint a picture of the sea.", "The sea", ""),
        ("a knot of northern nomads", "A knot of northern nomads", ""),
    ],
)
def test_negations_move_from_the_caption_to_what_is_unwanted(
    idea: str, subject: str, unwanted: str
) -> None:
    caption, negative = writing.caption(idea), writing.negative(idea)
    assert caption.startswith(f"{subject}, " if subject else "")
    assert negative.startswith(f"{unwanted}, " if unwanted else "")
    words = caption.lower().replace(",", " ").split()
    assert not {"no", "not", "without"} & set(words)


def test_a_style_that_the_idea_names_is_left_alone() -> None:
    assert "photograph" not in writing.caption("a watercolour of a fox")


def test_an_answer_longer_than_allowed_is_cut() -> None:
    whole, _ = answered(a_body())
    text, stop = answered(a_body(inferenceConfig={"maxTokens": 5}))
    assert stop == "max_tokens"
    assert whole.startswith(text)
    assert len(writing.tokens(text)) == 5


@pytest.mark.parametrize("system", [[], [{"text": INSTRUCTIONS}]])
def test_an_endless_answer_runs_into_its_limit(system: list[Any]) -> None:
    for limit in (30, 700):
        body = a_body(system=system, inferenceConfig={"maxTokens": limit})
        text, stop = answered(body, endless=True)
        assert stop == "max_tokens"
        assert len(writing.tokens(text)) == limit
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
    assert len(writing.tokens(answered(a_body(), endless=True, most=900)[0])) == 900


def test_an_answer_ends_before_a_stop_sequence() -> None:
    whole, _ = answered(a_body())
    text, stop = answered(a_body(inferenceConfig={"stopSequences": ["nowhere", "snow"]}))
    assert stop == "stop_sequence"
    assert text == whole[: whole.index("snow")]


def test_a_refusal_says_only_that() -> None:
    assert answered(a_body(), refused=True) == (REFUSAL, "content_filtered")


def test_tokens_are_counted() -> None:
    writer = Writer(5000)
    conversation = writer.read(a_body(system=[{"text": "be brief"}]))
    usage = writer.write(conversation, refused=False, endless=False)["usage"]
    assert usage["inputTokens"] > 5
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]


@pytest.mark.parametrize("text", ["", "two words", "  ünïcode, and (more)…\n\n\tend  "])
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(writing.tokens(text)) == text
