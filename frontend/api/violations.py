"""From pydantic's errors to violations: where in what a client sent, and which rule, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from frontend.api.sentences import sentence_of
from shared.errors import Violation

NAME_MOST = 64
"""Characters of a field's name that are repeated: it may be of a client's own making."""
DISCRIMINATORS = ("kind", "by")
"""Fields that say which member of a union a document is."""
WAYS = frozenset({"upload", "artifact", "data"})
"""How a picture can be named: each is a member of a union, and has one field of the same name."""
_TAG_ERRORS = frozenset({"union_tag_invalid", "union_tag_not_found"})


def violations_of(errors: Sequence[Any], sent: object) -> list[Violation]:
    """pydantic's errors about what was sent, as pointers and sentences; values are not repeated."""
    return [Violation(_pointer(error, sent), sentence_of(error)) for error in errors]


def _pointer(error: Mapping[str, Any], sent: object) -> str:
    """``("body", "task", "text_to_image", "prompt")`` → ``/task/prompt``."""
    source, *location = error["loc"]
    parts = _fields(location, sent) if location and source == "body" else location
    if error["type"] in _TAG_ERRORS:
        parts = [*parts, error["ctx"]["discriminator"].strip("'")]
    return "".join(f"/{_name(part)}" for part in parts)


def _fields(location: Sequence[int | str], sent: Any) -> Iterator[int | str]:
    """The parts of a location that a client knows. The others say which member of a union it is."""
    *way, last = location
    tag_passed = False
    for part in way:
        if not tag_passed and _is_tag(part, sent):
            tag_passed = True
        elif _has(sent, part):
            sent, tag_passed = sent[part], False
            yield part
    if _has(sent, last) or (isinstance(sent, dict) and last != "[key]"):
        yield last


def _is_tag(part: int | str, sent: Any) -> bool:
    if not isinstance(sent, dict):
        return False
    return part in [sent.get(name) for name in DISCRIMINATORS] or part in WAYS & sent.keys()


def _has(sent: Any, part: int | str) -> bool:
    if isinstance(sent, list):
        return isinstance(part, int)
    return isinstance(sent, dict) and part in sent


def _name(part: int | str) -> str:
    """A part of a pointer, escaped."""
    name = str(part)
    if len(name) > NAME_MOST:
        name = f"{name[:NAME_MOST]}…"
    return name.replace("~", "~0").replace("/", "~1")
