"""The Colours tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import ColorGuided
from shared.tasks.fields import COLORS_MAX

TAB = TaskTab(
    title="In your colours",
    help="Choose up to ten colours; the new picture is painted in them.",
    task=ColorGuided,
    widgets=(
        Widget("colors", ("colors",), {"most": COLORS_MAX, "picture": "reference"}),
        Widget("picture", ("reference",)),
    ),
    examples=(
        Example(
            "A terracotta village",
            {
                "prompt": "A village on a hill at sunset, flat roofs, olive trees",
                "colors": ["#7f3b2d", "#d98c5f", "#f2d0a4", "#4a6b5d"],
            },
        ),
        Example(
            "A night in blues",
            {
                "prompt": "Mountains under a night sky with a full moon",
                "colors": ["#0b132b", "#1c2541", "#3a506b", "#e0e1dd"],
            },
        ),
    ),
)
