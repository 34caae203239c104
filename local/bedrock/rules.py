"""Checking a request body: strict models in the wire's words, and AWS's sentence on a mistake."""

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from local.bedrock.errors import ValidationException


class WireModel(BaseModel):
    """A part of a request: nothing unknown, nothing converted, nothing null."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Body = TypeVar("Body", bound=BaseModel)


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise ValidationException from None
    if not isinstance(found, dict):
        raise malformed("#", f"expected type: JSONObject, found: {json_type(found)}")
    return found


def checked(model: type[Body], body: dict[str, Any]) -> Body:
    """The body as its model, or the ``ValidationException`` that AWS would answer."""
    try:
        return model.model_validate(body)
    except ValidationError as refused:
        first = refused.errors(include_url=False)[0]
        pointer, complaint = _complaint(first)
        raise malformed(pointer, complaint) from None


def malformed(pointer: str, complaint: str) -> ValidationException:
    return ValidationException(
        f"Malformed input request: {pointer}: {complaint}, "
        "please reformat your input and try again."
    )


def broken(complaint: str) -> PydanticCustomError:
    """What a validator raises for a rule that spans values; the sentence is passed on."""
    return PydanticCustomError("broken_rule", "{complaint}", {"complaint": complaint})


def _complaint(error: ErrorDetails) -> tuple[str, str]:
    """Where and what, in the words of AWS's JSON schema checker."""
    steps = ["#", *(str(step) for step in error["loc"])]
    here, above, leaf = "/".join(steps), "/".join(steps[:-1]), steps[-1]
    value, limits = error["input"], error.get("ctx", {})
    match error["type"]:
        case "missing":
            return above, f"required key [{leaf}] not found"
        case "extra_forbidden":
            return above, f"extraneous key [{leaf}] is not permitted"
        case "greater_than_equal":
            return here, f"{value} is not greater or equal to {limits['ge']}"
        case "less_than_equal":
            return here, f"{value} is not less or equal to {limits['le']}"
        case "string_too_short":
            return here, f"expected minLength: {limits['min_length']}, actual: {len(str(value))}"
        case "string_too_long":
            return here, f"expected maxLength: {limits['max_length']}, actual: {len(str(value))}"
        case "literal_error":
            return here, f"{value} is not a valid enum value"
        case "broken_rule":
            return here, str(limits["complaint"])
        case kind if kind in _EXPECTED:
            return here, f"expected type: {_EXPECTED[kind]}, found: {json_type(value)}"
        case kind:
            raise LookupError(f"no wording for a {kind} error")


_EXPECTED = {
    "string_type": "String",
    "int_type": "Integer",
    "float_type": "Number",
    "bool_type": "Boolean",
    "list_type": "JSONArray",
    "model_type": "JSONObject",
    "dict_type": "JSONObject",
}


def json_type(value: object) -> str:
    """What the schema checker calls the type of a value."""
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Integer"
        case float():
            return "Double"
        case str():
            return "String"
        case list():
            return "JSONArray"
        case _:
            return "JSONObject"
