"""Negotiation: what a client says it has already, what it can unpack, and what it can read."""

import re
from collections.abc import Collection, Iterator

from starlette.datastructures import Headers

_SOME = re.compile(r"1(\.0*)?|0?\.\d*[1-9]\d*")


def known_tags(headers: Headers) -> set[str]:
    """The tags of If-None-Match, compared weakly (RFC 9110, 13.1); ``*`` stands for any."""
    tags = headers.get("if-none-match", "").split(",")
    return {tag.strip().removeprefix("W/") for tag in tags}


def takes(headers: Headers, coding: str) -> bool:
    """Whether Accept-Encoding lists a content coding, and not with quality 0 (RFC 9110, 12.5.3)."""
    qualities = dict(_weighed(headers, "accept-encoding"))
    return bool(_SOME.fullmatch(qualities.get(coding, qualities.get("*", "0"))))


def preferred_language(headers: Headers, known: Collection[str]) -> str | None:
    """The one of those we know that Accept-Language likes best (RFC 9110, 12.5.4), if it has any.

    ``known`` are primary subtags, such as ``de``, which are good for ``de-AT``, too.
    """
    liked = [
        (float(weight), name.partition("-")[0])
        for name, weight in _weighed(headers, "accept-language")
        if _SOME.fullmatch(weight)
    ]
    fitting = [(weight, language) for weight, language in liked if language in known]
    # Of those it likes the same, the one that it names first.
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def _weighed(headers: Headers, name: str) -> Iterator[tuple[str, str]]:
    """What is in an Accept header, each with its weight as it is written there, or 1."""
    for part in headers.get(name, "").lower().split(","):
        value, _, weight = part.partition(";")
        yield value.strip(), weight.replace(" ", "").removeprefix("q=") or "1"
