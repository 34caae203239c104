"""The Recolour tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Recolor

TAB = TaskTab(
    title="Recolour",
    help="Name a thing in a picture and the colour it should have.",
    task=Recolor,
    widgets=(Widget("picture", ("image",)), Widget("style", ("style",))),
    examples=(
        Example(
            "A green jacket",
            {
                "image": {"sample": "jacket"},
                "select_prompt": "the jacket",
                "prompt": "a dark green jacket",
            },
        ),
        Example(
            "A golden meadow",
            {
                "image": {"sample": "cottage"},
                "select_prompt": "the meadow",
                "prompt": "a golden meadow in late summer",
            },
        ),
    ),
    go="Recolour",
)
