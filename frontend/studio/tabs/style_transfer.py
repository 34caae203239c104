"""The Borrow a style tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import StyleTransfer

TAB = TaskTab(
    title="Borrow a style",
    help="Paint one picture in the style of another.",
    task=StyleTransfer,
    widgets=(Widget("picture", ("image",)), Widget("picture", ("style_image",))),
    examples=(
        Example(
            "The fox like the harbour",
            {
                "image": {"sample": "fox"},
                "style_image": {"sample": "harbour"},
                "prompt": "A fox in the grass",
            },
        ),
    ),
)
