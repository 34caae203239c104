"""The Variations tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import IMAGES_MAX, Variation

TAB = TaskTab(
    title="Variations",
    help="Give one to five pictures; new ones are painted in their manner.",
    task=Variation,
    widgets=(Widget("pictures", ("images",), {"most": IMAGES_MAX}),),
    examples=(
        Example(
            "The harbour, another day",
            {
                "images": [{"sample": "harbour"}],
                "prompt": "A small harbour with sailing boats",
                "similarity": 0.7,
            },
        ),
        Example(
            "Between a fox and a cottage",
            {
                "images": [{"sample": "fox"}, {"sample": "cottage"}],
                "prompt": "A fox in front of a cottage",
                "n": 2,
            },
        ),
    ),
)
