"""The Inpaint tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Inpaint

TAB = TaskTab(
    title="Inpaint",
    help="Paint over a part of a picture and say what belongs there; say nothing to remove it.",
    task=Inpaint,
    widgets=(Widget("painter", ("image", "mask", "mask_prompt")),),
    examples=(
        Example(
            "A storm over the harbour",
            {
                "image": {"sample": "harbour"},
                "mask_prompt": "the sky",
                "prompt": "Dark storm clouds, a strip of light at the horizon",
            },
        ),
        Example(
            "A cat for the fox",
            {
                "image": {"sample": "fox"},
                "mask_prompt": "the fox",
                "prompt": "A grey cat sitting in the grass",
            },
        ),
    ),
)
