"""The pictures that come with the studio: those its examples begin with, and one of every style.

`make samples` draws them again with the simulator's painter, so that they are nobody's but ours.
"""

from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import compose
from shared.tasks import Style

UI = Path(__file__).parent.parent / "frontend/studio/ui"
PAINTED = {
    "harbour": Brief("A small harbour with sailing boats, hills, morning", 768, 512, 7),
    "cottage": Brief("A cottage in a green meadow, blue sky", 768, 576, 11),
    "fox": Brief("A fox in a meadow, autumn forest", 640, 640, 5),
    "person": Brief("portrait of a woman, plain background, day", 576, 768, 23),
}
QUALITY = 82
TILE = 112
STYLED = Brief("A lighthouse on a cliff above the sea, sunset", 512, 512, 4)


def jacket() -> Image.Image:
    """A jacket on a plain ground, as a shop would show it."""
    size, scale = 640, 2
    image = Image.new("RGB", (size * scale, size * scale), "#f4f1ec")
    draw = ImageDraw.Draw(image)

    def shape(points: list[tuple[int, int]], colour: str) -> None:
        draw.polygon([(x * scale, y * scale) for x, y in points], fill=colour)

    cloth, shade, light = "#33517a", "#284166", "#e9dcc6"
    shape([(214, 130), (112, 196), (72, 452), (142, 470), (196, 288)], shade)
    shape([(426, 130), (528, 196), (568, 452), (498, 470), (444, 288)], shade)
    shape(
        [(250, 112), (196, 142), (182, 548), (320, 556), (458, 548), (444, 142), (390, 112)], cloth
    )
    shape([(264, 108), (320, 300), (376, 108), (348, 96), (292, 96)], light)
    shape([(250, 112), (226, 190), (316, 330), (320, 300), (266, 108)], shade)
    shape([(390, 112), (414, 190), (324, 330), (320, 300), (374, 108)], shade)
    for y in (360, 420, 480):
        draw.ellipse([(330 * scale, y * scale), (342 * scale, (y + 12) * scale)], fill="#c8a75d")
    for x in (214, 372):
        shape([(x, 424), (x + 56, 424), (x + 52, 476), (x + 4, 476)], shade)
    return image.filter(ImageFilter.GaussianBlur(1)).resize((size, size), Image.Resampling.LANCZOS)


def styles() -> Image.Image:
    """One motif without a style and in each, side by side in the order of the task's field."""
    looks = ["", *(style.value.upper() for style in Style)]
    strip = Image.new("RGB", (TILE * len(looks), TILE))
    for place, look in enumerate(looks):
        tile = compose(replace(STYLED, style=look))
        strip.paste(tile.resize((TILE, TILE), Image.Resampling.LANCZOS), (TILE * place, 0))
    return strip


def draw_all(folder: Path = UI) -> None:
    """Draw every picture into the folder of the page's files."""
    samples = folder / "samples"
    samples.mkdir(exist_ok=True)
    for name, brief in PAINTED.items():
        compose(brief).save(samples / f"{name}.webp", quality=QUALITY, method=6)
    jacket().save(samples / "jacket.webp", quality=QUALITY, method=6)
    styles().save(folder / "styles.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    draw_all()
