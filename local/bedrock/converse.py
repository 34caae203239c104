"""The Converse API for text models: a conversation in, one message out."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from local.bedrock import writing
from local.bedrock.dialect import Reply
from local.bedrock.errors import ValidationException
from local.bedrock.rules import WireModel, json_type

NOVA_MOST_TOKENS = 5_000
NOVA_2_MOST_TOKENS = 65_536
"""AWS says 64K."""
REFUSAL = "The generated text has been blocked by our content filters."

Text = Annotated[str, Field(min_length=1)]


class TextBlock(WireModel):
    """A piece of a message. Pictures, documents and tools are not simulated."""

    text: str


class SystemBlock(WireModel):
    """A piece of the system prompt."""

    text: Text


class Message(WireModel):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[list[TextBlock], Field(min_length=1)]

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.content)


class InferenceConfig(WireModel):
    """``inferenceConfig``. A limit of 0 stands for a field that was not sent."""

    maxTokens: Annotated[int, Field(ge=1)] = 0
    temperature: Annotated[float, Field(ge=0, le=1)] = 0.7
    topP: Annotated[float, Field(ge=0, le=1)] = 0.9
    stopSequences: list[Text] = Field(default_factory=list, max_length=2500)


class Conversation(WireModel):
    """The body of a Converse request."""

    messages: Annotated[list[Message], Field(min_length=1)]
    system: list[SystemBlock] = Field(default_factory=list)
    inferenceConfig: InferenceConfig = InferenceConfig()

    @property
    def words(self) -> str:
        """What the user said last, which the model answers and the content filter reads."""
        return self.messages[-1].text

    @property
    def instructions(self) -> str:
        return "\n".join(block.text for block in self.system)


class Writer:
    """A text model that makes captions of ideas."""

    def __init__(self, most_tokens: int) -> None:
        self._most_tokens = most_tokens

    def read(self, body: dict[str, Any]) -> Conversation:
        """The conversation in a body; ``ValidationException`` if it breaks a rule."""
        try:
            conversation = Conversation.model_validate(body)
        except ValidationError as refused:
            raise ValidationException(_constraint(refused.errors(include_url=False)[0])) from None
        _check_turns(conversation.messages)
        if conversation.inferenceConfig.maxTokens > self._most_tokens:
            raise ValidationException(
                f"The maximum tokens you requested exceeds the model limit of {self._most_tokens}. "
                f"Try again with a maximum tokens value that is lower than {self._most_tokens}."
            )
        return conversation

    def write(self, conversation: Conversation, *, refused: bool, endless: bool) -> Reply:
        """The reply to a conversation, but for its metrics."""
        config = conversation.inferenceConfig
        limit = config.maxTokens or self._most_tokens
        if refused:
            text, reason = REFUSAL, "content_filtered"
        else:
            text = writing.answer(conversation.words, conversation.instructions)
            if endless:
                text = _without_end(text, limit)
            text, reason = _cut(text, limit, config.stopSequences)
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": reason,
            "usage": _usage(conversation, text),
        }


def _without_end(text: str, limit: int) -> str:
    """The text going on in circles, past the limit, and never coming to its close."""
    opened = text.removesuffix("}").rstrip().removesuffix('"')
    return opened + f", {opened.lstrip('{')}" * (limit // len(writing.tokens(opened)) + 1)


def _cut(text: str, limit: int, stops: list[str]) -> tuple[str, str]:
    """As much of a text as may be said, and why it ends there."""
    places = [place for place in map(text.find, stops) if place >= 0]
    if places:
        text = text[: min(places)]
    said = writing.tokens(text)
    if len(said) > limit:
        return "".join(said[:limit]), "max_tokens"
    return text, "stop_sequence" if places else "end_turn"


def _usage(conversation: Conversation, text: str) -> dict[str, int]:
    turns = "\n".join(message.text for message in conversation.messages)
    heard = len(writing.tokens(f"{conversation.instructions}\n{turns}"))
    said = len(writing.tokens(text))
    return {"inputTokens": heard, "outputTokens": said, "totalTokens": heard + said}


def _check_turns(messages: list[Message]) -> None:
    for k, message in enumerate(messages):
        for j, block in enumerate(message.content):
            if not block.text.strip():
                raise ValidationException(
                    f"The text field in the ContentBlock object at messages.{k}.content.{j} is "
                    "blank. Add text to the text field, and try again."
                )
    if messages[0].role != "user":
        raise ValidationException(
            "A conversation must start with a user message. "
            "Try again with a conversation that starts with a user message."
        )
    if any(one.role == following.role for one, following in pairwise(messages)):
        raise ValidationException(
            "A conversation must alternate between user and assistant roles. Make sure the "
            "conversation alternates between user and assistant roles and try again."
        )
    if messages[-1].role != "user":
        raise ValidationException(
            "The model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _constraint(error: ErrorDetails) -> str:
    """What is wrong, in the words of AWS's checks of its own shapes."""
    where = ".".join(str(step + 1) if isinstance(step, int) else step for step in error["loc"])
    return (
        f"1 validation error detected: Value at '{where}' failed to satisfy constraint: "
        f"Member must {_demand(error)}"
    )


def _demand(error: ErrorDetails) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "not be null"
        case "extra_forbidden":
            return "not be sent, it is unknown or not simulated"
        case "greater_than_equal":
            return f"have value greater than or equal to {limits['ge']:g}"
        case "less_than_equal":
            return f"have value less than or equal to {limits['le']:g}"
        case "string_too_short" | "too_short":
            return f"have length greater than or equal to {limits['min_length']}"
        case "too_long":
            return f"have length less than or equal to {limits['max_length']}"
        case "literal_error":
            return f"satisfy enum value set: {limits['expected']}"
        case kind:
            return f"have another type than {json_type(error['input'])}: {kind}"
