"""The Text to image tab."""

from frontend.studio.tab import TaskTab
from shared.tasks import TextToImage

TAB = TaskTab(
    title="Text to image",
    help="Describe a picture in words. It joins your pictures when it is ready.",
    task=TextToImage,
)
