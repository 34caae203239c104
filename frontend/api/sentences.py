"""Sentences: what is said of a field that breaks a rule, in words of our own.

A value is never repeated: it may be long, or a secret. Of what is too long, the length is told.
"""

import re
from collections.abc import Mapping, Sized
from typing import Any

from frontend.api.filters import SHA256_PATTERN
from shared.ids import ARTIFACT_PATTERN, ID_PATTERN
from shared.tasks.fields import COLOR_PATTERN

_BODY_REQUIRED = "This needs a body in JSON."
_REQUIRED = "This is required."
_NOT_EMPTY = "This may not be empty."
_WHOLE = "This should be a whole number."
_NUMBER = "This should be a number."
_YES_OR_NO = "This should be true or false."
_OBJECT = "This should be a JSON object."
_MOMENT = "This should be a date and time with its time zone, such as 2030-01-31T12:00:00Z."

_SENTENCES: Mapping[str, str] = {
    "missing": _REQUIRED,
    "extra_forbidden": "There is no such field.",
    "string_type": "This should be text.",
    "string_unicode": "This should be text, without half a character (a lone surrogate) in it.",
    "string_too_long": "This may have at most {max_length} characters; it has {length}.",
    "too_long": "This may have at most {max_length} entries; it has {length}.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "This should be a whole number with fewer digits.",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "This should be a finite number.",
    "greater_than_equal": "This should be at least {ge}.",
    "less_than_equal": "This should be at most {le}.",
    "multiple_of": "This should be a multiple of {multiple_of}.",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _MOMENT,
    "enum": "This should be one of these: {expected}.",
    "literal_error": "This should be one of these: {expected}.",
    "union_tag_invalid": "This should be one of these: {expected_tags}.",
    "union_tag_not_found": _REQUIRED,
    "dict_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "tuple_type": "This should be a list.",
}
"""By pydantic's kind of error, with what it tells of the rule, and with the length of what came."""

_OF_PATTERNS: Mapping[str, str] = {
    ID_PATTERN: "This should be an id: 26 digits and small letters, without i, l, o and u.",
    ARTIFACT_PATTERN: "This should be a job's id, a slash, and the number of one of its pictures.",
    COLOR_PATTERN: "This should be a colour such as #1d3557.",
    SHA256_PATTERN: "This should be a SHA-256 of 64 hexadecimal digits, with small letters.",
}


def sentence_of(error: Mapping[str, Any]) -> str:
    """What is said of one of pydantic's errors. What is not known here, pydantic says itself."""
    told = error.get("ctx", {})
    match error:
        case {"type": "missing", "loc": ("body",)}:
            return _BODY_REQUIRED
        case {"type": "string_too_short" | "too_short", "ctx": {"min_length": 1}}:
            return _NOT_EMPTY
        case {"type": "string_pattern_mismatch"} if told["pattern"] in _OF_PATTERNS:
            return _OF_PATTERNS[told["pattern"]]
        case {"type": kind, "input": given} if kind in _SENTENCES:
            rule = {name: _said(value) for name, value in told.items()}
            if "max_length" in told:
                rule["length"] = _said(_length(given, told["max_length"]))
            return _SENTENCES[kind].format(**rule)
        case _:
            return f"{error['msg']}."


def _said(value: object) -> str:
    """A part of a rule: a number with its digits in groups, whole if it is; or names, unquoted."""
    match value:
        case int() | float():
            return f"{int(value) if value == int(value) else value:,}"
        case _:
            return ", ".join(re.findall(r"'([^']*)'", str(value)))


def _length(given: Sized, most: int) -> int:
    """How long it is, as it was counted: a task's texts are trimmed before."""
    trimmed = len(given.strip()) if isinstance(given, str) else 0
    return trimmed if trimmed > most else len(given)
