"""All tabs, in the order in which they stand on the page."""

from frontend.studio.tab import TaskTab
from frontend.studio.tabs import text_to_image

TABS: tuple[TaskTab, ...] = (text_to_image.TAB,)
