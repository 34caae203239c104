"""The New background tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Outpaint

TAB = TaskTab(
    title="New background",
    help="Keep the subject of a picture and paint new surroundings for it.",
    task=Outpaint,
    widgets=(Widget("painter", ("image", "mask", "mask_prompt"), {"words_keep": True}),),
    examples=(
        Example(
            "The fox in the snow",
            {
                "image": {"sample": "fox"},
                "mask_prompt": "the fox",
                "prompt": "A snowy forest in soft morning light",
            },
        ),
        Example(
            "The cottage by the sea",
            {
                "image": {"sample": "cottage"},
                "mask_prompt": "the cottage",
                "prompt": "A beach with dunes and a calm sea at sunset",
                "transition": "precise",
            },
        ),
    ),
)
