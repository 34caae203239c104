"""All tabs, in the order in which they stand on the page."""

from frontend.studio.tab import TaskTab
from frontend.studio.tabs import (
    color_guided,
    condition,
    extend,
    inpaint,
    outpaint,
    recolor,
    remove_background,
    style_transfer,
    text_to_image,
    try_on,
    upscale,
    variation,
)

TABS: tuple[TaskTab, ...] = (
    text_to_image.TAB,
    condition.TAB,
    color_guided.TAB,
    variation.TAB,
    inpaint.TAB,
    outpaint.TAB,
    extend.TAB,
    remove_background.TAB,
    recolor.TAB,
    style_transfer.TAB,
    upscale.TAB,
    try_on.TAB,
)
