"""The Upscale tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Upscale

TAB = TaskTab(
    title="Upscale",
    help="Make a picture larger: plainly, with detail that fits, or with invention.",
    task=Upscale,
    widgets=(Widget("picture", ("image",)),),
    examples=(
        Example("The harbour, larger", {"image": {"sample": "harbour"}}),
        Example(
            "The fox, in fine detail",
            {
                "image": {"sample": "fox"},
                "mode": "conservative",
                "prompt": "A fox in the grass, fine fur, sharp eyes",
            },
        ),
    ),
    go="Upscale",
)
