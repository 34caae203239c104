"""Negotiation: what a client says it has already, and what it can unpack."""

import re

from starlette.datastructures import Headers

_SOME = re.compile(r"1(\.0*)?|0?\.\d*[1-9]\d*")


def known_tags(headers: Headers) -> set[str]:
    """The tags of If-None-Match, compared weakly (RFC 9110, 13.1); ``*`` stands for any."""
    tags = headers.get("if-none-match", "").split(",")
    return {tag.strip().removeprefix("W/") for tag in tags}


def takes(headers: Headers, coding: str) -> bool:
    """Whether Accept-Encoding lists a content coding, and not with quality 0 (RFC 9110, 12.5.3)."""
    qualities = {}
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        qualities[name.strip()] = weight.replace(" ", "").removeprefix("q=") or "1"
    return bool(_SOME.fullmatch(qualities.get(coding, qualities.get("*", "0"))))
