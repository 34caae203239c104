"""Where a service is to work: the mask sent, the transparent part, or what the words name."""

import numpy as np
from PIL import Image

from local.bedrock.editing import subject_mask
from local.bedrock.pictures import Given


def marked(image: Given, mask: Given | None, grow: int) -> Image.Image:
    """White where the mask is, in the picture's size; without a mask, where it is transparent."""
    found = image.missing() if mask is None else mask.grey(image.size)
    return grown(found, grow)


def named(image: Image.Image, words: str, grow: int) -> Image.Image:
    """White over what the words name."""
    return grown(subject_mask(image, words), grow)


def grown(mask: Image.Image, pixels: int) -> Image.Image:
    """The mask with its edges moved out by so many pixels; greys grow as greys."""
    values = np.array(mask)
    for turned in (values, values.T):
        _spread(turned, pixels)
    return Image.fromarray(values)


def _spread(values: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", pixels: int) -> None:
    """Give each row the greatest value within reach, in place."""
    reach = 0
    while reach < pixels:
        step = min(2 * reach + 1, pixels - reach, len(values) - 1)
        if step < 1:
            return
        before = values.copy()
        np.maximum(values[step:], before[:-step], out=values[step:])
        np.maximum(values[:-step], before[step:], out=values[:-step])
        reach += step
