"""What a model family has to answer so that the server can speak for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from local.bedrock.pictures import Given

Draw = Callable[[], bytes]
"""Makes one picture's bytes. Slow and pure: it runs in a worker thread."""

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of an order, not drawn yet."""

    seed: int
    draw: Draw


@dataclass(frozen=True, slots=True)
class Order:
    """A request that broke no rule."""

    words: str
    """What the content filter reads."""
    pictures: tuple[Picture, ...]
    inputs: tuple[Given, ...] = ()
    """What the content filter looks at; masks are none of it."""


class Dialect(Protocol):
    """The wire format of one family of image models. All of it runs in a worker thread."""

    def order(self, model: str, body: dict[str, Any]) -> Order:
        """Read a request; ``ValidationException`` if it breaks a rule."""

    def prompt_refused(self) -> Reply:
        """Say that the prompt was filtered: a reply, or a ``ServiceError`` raised."""

    def input_refused(self) -> Reply:
        """Say that a given picture was filtered: a reply, or a ``ServiceError`` raised."""

    def failed(self, model: str) -> Reply:
        """Say that the model broke down over an order: a reply, or a ``ServiceError`` raised."""

    def reply(self, order: Order, drawn: Sequence[bytes | None]) -> Reply:
        """The answer to an order; None stands for a picture that was filtered."""
