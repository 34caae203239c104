"""What a model answered: pictures, and which of them a filter kept back."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson

from shared.errors import Moderated, ReplyUnusable


@dataclass(frozen=True)
class Answer:
    """The pictures of one call, in the order of their seeds as far as that is known."""

    pictures: tuple[bytes, ...]
    seeds: tuple[int | None, ...]
    """For each picture the seed of a task that asks for it again; None where that is not known."""
    mask: bytes | None = None
    """Which region was changed, as Nova Canvas draws masks: black on white."""
    held_back: Moderated | None = None
    """Why there are fewer pictures than were asked for."""


VALUES_MOST = 1000
"""Of a reply, which has a few, of which only the pictures are long."""


def parse(reply: bytes) -> dict[str, Any]:
    """A reply's JSON object. Raises ``ReplyUnusable``."""
    # A reply of eight million empty lists fits into 25 MB, and takes twenty times as much when it
    # is read. In base64 there are no commas.
    if reply.count(b",") > VALUES_MOST:
        raise ReplyUnusable("The model's reply holds far more than pictures.")
    try:
        document = orjson.loads(reply)
    except orjson.JSONDecodeError as error:
        raise ReplyUnusable("The model's reply is not JSON.") from error
    if not isinstance(document, dict):
        raise ReplyUnusable("The model's reply is not a JSON object.")
    return document


def pictures_in(document: dict[str, Any], *, at_most: int) -> tuple[bytes, ...]:
    """The decoded ``images`` of a reply. Raises ``ReplyUnusable``."""
    images = document.get("images") or []
    if not isinstance(images, list) or len(images) > at_most:
        raise ReplyUnusable("The model's reply does not hold the pictures that were asked for.")
    return tuple(decoded(image) for image in images)


def decoded(image: object) -> bytes:
    """A picture of a reply. Raises ``ReplyUnusable``."""
    if not isinstance(image, str):
        raise ReplyUnusable("A picture in the model's reply is not text.")
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReplyUnusable("A picture in the model's reply is not base64.") from error
