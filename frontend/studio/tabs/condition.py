"""The Follow a picture tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Condition

TAB = TaskTab(
    title="Follow a picture",
    help="Give a picture whose lines or layout the new one keeps, and say what it becomes.",
    task=Condition,
    widgets=(Widget("picture", ("image",)), Widget("style", ("style",))),
    examples=(
        Example(
            "The harbour in winter",
            {
                "image": {"sample": "harbour"},
                "prompt": "A harbour in winter, snow on the hills, blue hour, lights on the water",
            },
        ),
        Example(
            "The cottage as a sketch",
            {
                "image": {"sample": "cottage"},
                "prompt": "A cottage in a meadow, fine pencil lines on paper",
                "style": "design_sketch",
                "strength": 0.9,
            },
        ),
    ),
)
