"""What is done to pictures: users' are made fit for a model, a model's are looked at and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.models import InputRules


@dataclass(frozen=True)
class Print:
    """A picture as it will be kept: its original bytes, untouched, and a thumbnail."""

    original: bytes
    content_type: str
    extension: str
    width: int
    height: int
    sha256: str
    thumbnail: bytes
    """WebP, at most 512 pixels on its long side."""


@dataclass(frozen=True)
class Sheet:
    """A picture as a model takes it: upright, with 8 bits a colour, within the model's limits."""

    body: bytes
    width: int
    height: int
    drawn: tuple[int, int]
    """Width and height of the picture that was given, upright; the model's may be smaller."""
    warnings: tuple[str, ...] = ()
    """What of the picture was lost, in sentences."""

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def scale(self) -> float:
        """How much smaller than the given picture this is."""
        return self.width / self.drawn[0]


@dataclass(frozen=True)
class Margins:
    """Pixels by which a picture grows on each side."""

    left: int
    right: int
    up: int
    down: int


class PictureUnreadable(ValueError):
    """The bytes are not a picture that can be opened."""


class PictureUnfit(ValueError):
    """The picture breaks a rule of the model's, and could not be made to keep it without guessing.

    Raised with the rule in a sentence.
    """


class Darkroom(Protocol):
    """Works on pictures, off the event loop. Every method may raise ``PictureUnreadable``."""

    async def develop(self, original: bytes) -> Print:
        """Pictures over 64 megapixels are not opened."""

    async def prepare(self, original: bytes, rules: InputRules, *, most_bytes: int) -> Sheet:
        """Make a user's picture fit for a model; one that is fit already keeps its bytes.

        What is too large is made smaller; what is too small or too long is ``PictureUnfit``.
        """

    async def prepare_mask(self, original: bytes, picture: Sheet, *, grey: bool) -> Sheet:
        """Make a user's mask fit for a prepared picture, white on black.

        Without ``grey`` only black and white are left. ``PictureUnfit`` if it has another shape
        than the picture, or is of one colour.
        """

    async def negative(self, mask: Sheet) -> Sheet:
        """The mask with black for white."""

    async def inverted(self, mask: bytes) -> bytes:
        """The same for a mask that a model drew, as a PNG."""

    async def frame(
        self, picture: Sheet, margins: Margins, rules: InputRules, *, most_bytes: int
    ) -> tuple[Sheet, Sheet]:
        """The picture on a larger sheet, and a mask that is white where the sheet is new.

        What becomes too large is made smaller; what becomes too long is ``PictureUnfit``.
        """

    async def swatch(self, colors: Sequence[str]) -> Sheet:
        """A picture of these colours (``#rrggbb``), side by side."""
