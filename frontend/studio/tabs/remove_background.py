"""The Cut out tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import RemoveBackground

TAB = TaskTab(
    title="Cut out",
    help="Keep the subject of a picture; everything around it becomes transparent.",
    task=RemoveBackground,
    widgets=(Widget("picture", ("image",)),),
    examples=(
        Example("The fox alone", {"image": {"sample": "fox"}}),
        Example("The jacket alone", {"image": {"sample": "jacket"}}),
    ),
    go="Cut out",
)
