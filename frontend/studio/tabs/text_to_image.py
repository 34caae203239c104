"""The Text to image tab."""

from frontend.studio.tab import Example, TaskTab, Widget
from shared.tasks import TextToImage

TAB = TaskTab(
    title="Text to image",
    help="Describe a picture in words. It joins your pictures when it is ready.",
    task=TextToImage,
    widgets=(Widget("style", ("style",)),),
    examples=(
        Example(
            "Lighthouse at dawn",
            {
                "prompt": "A lighthouse on a cliff at dawn, calm sea, warm light in the windows, "
                "wide view, soft colours",
                "width": 1216,
                "height": 848,
            },
        ),
        Example(
            "Balloons, as a poster",
            {
                "prompt": "Red and yellow hot-air balloons over green hills, a few small clouds",
                "style": "midcentury_retro",
            },
        ),
        Example(
            "Fox, four times",
            {"prompt": "A fox in an autumn forest, late afternoon sun", "n": 4},
        ),
    ),
)
