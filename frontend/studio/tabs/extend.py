"""The Extend tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import Extend

TAB = TaskTab(
    title="Extend",
    help="Drag the frame out around a picture; what lies beyond its edges is painted.",
    task=Extend,
    widgets=(Widget("extend", ("image", "left", "right", "up", "down")),),
    examples=(
        Example(
            "A wider harbour",
            {
                "image": {"sample": "harbour"},
                "left": 256,
                "right": 256,
                "prompt": "A harbour with sailing boats, hills on both sides",
            },
        ),
        Example(
            "More sky over the cottage",
            {"image": {"sample": "cottage"}, "up": 320, "prompt": "A wide evening sky"},
        ),
    ),
)
