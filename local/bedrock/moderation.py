"""The content filter: configured words stand for what the real one would refuse."""

import re
from collections.abc import Sequence

from PIL import Image, ImageChops

from local.bedrock.dialect import Order
from local.bedrock.faults import Faults


def refuses_prompt(faults: Faults, order: Order) -> bool:
    return _contains(order.words, faults.prompt_words)


def refuses_text(faults: Faults, words: str) -> bool:
    """Whether a text model declines to answer."""
    return _contains(words, (*faults.prompt_words, *faults.output_words))


def never_ends(faults: Faults, words: str) -> bool:
    """Whether a text model writes on and on."""
    return _contains(words, faults.endless_words)


def refuses_input(faults: Faults, order: Order) -> bool:
    """Whether one of the pictures given is nothing but the colour that stands for a bad one."""
    return any(_is_nothing_but(faults.input_colour, given.rgb()) for given in order.inputs)


def _is_nothing_but(colour: str, image: Image.Image) -> bool:
    difference = ImageChops.difference(image, Image.new("RGB", image.size, colour))
    return difference.point(_FAR).getbbox() is None


_NEAR = 3
"""What a colour may lose on its way through JPEG."""
_FAR = ([0] * (_NEAR + 1) + [255] * (255 - _NEAR)) * 3


def blocked(faults: Faults, order: Order) -> frozenset[int]:
    """Which pictures of an order may not be shown, counted from 0."""
    everything = range(len(order.pictures))
    if _contains(order.words, faults.output_words):
        return frozenset(everything)
    if _contains(order.words, faults.partly_words):
        return frozenset(k for k in everything if order.pictures[k].seed % 2)
    return frozenset()


def _contains(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
