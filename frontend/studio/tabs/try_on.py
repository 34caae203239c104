"""The Try on tab."""

from dataclasses import asdict

from frontend.studio.schema import fields_of
from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import GarmentRegion, TryOn, WordsRegion

WAYS = {
    "garment": [asdict(field) for field in fields_of(GarmentRegion)],
    "words": [asdict(field) for field in fields_of(WordsRegion)],
}
"""What can be said of a region that is not painted, by the way it is named."""

TAB = TaskTab(
    title="Try on",
    help="Put a garment from one picture on the person in another.",
    task=TryOn,
    widgets=(
        Widget("picture", ("image",)),
        Widget("picture", ("garment",)),
        Widget("region", ("region",), {"picture": "image", "ways": WAYS}),
    ),
    examples=(
        Example(
            "Try the jacket",
            {
                "image": {"sample": "person"},
                "garment": {"sample": "jacket"},
                "region": {"by": "garment", "garment_class": "upper_body"},
            },
        ),
    ),
    go="Try on",
)
