"""Our styles, sizes and colours in the words that Stability's models know."""

from math import log

from shared.tasks import ColorGuided, Condition, Recolor, Style, TextToImage

ASPECT_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
STYLE_WORDS = {
    Style.ANIMATED_3D: "3D animated family film",
    Style.DESIGN_SKETCH: "design sketch",
    Style.FLAT_VECTOR: "flat vector illustration",
    Style.GRAPHIC_NOVEL: "graphic novel illustration",
    Style.MAXIMALISM: "maximalist, richly ornamented",
    Style.MIDCENTURY_RETRO: "mid-century retro illustration",
    Style.PHOTOREALISM: "photorealistic photograph",
    Style.SOFT_PAINTING: "soft digital painting",
}
"""How a style that a model lacks is said in words."""
STYLE_PRESETS = {
    Style.ANIMATED_3D: "3d-model",
    Style.DESIGN_SKETCH: "line-art",
    Style.GRAPHIC_NOVEL: "comic-book",
    Style.PHOTOREALISM: "photographic",
    Style.SOFT_PAINTING: "digital-art",
}
"""The nearest of the presets that the services have; what has none is said in words."""


def nearest_ratio(width: int, height: int) -> str:
    """The documented aspect ratio closest to a size, by logarithmic distance."""

    def distance(ratio: str) -> float:
        w, h = ratio.split(":")
        return abs(log(int(w) / int(h)) - log(width / height))

    return min(ASPECT_RATIOS, key=distance)


def styled(task: TextToImage | Condition | Recolor) -> str:
    """The prompt, with the style in words."""
    return task.prompt if task.style is None else f"{task.prompt}, {STYLE_WORDS[task.style]}"


def preset(task: Condition | Recolor) -> dict[str, str]:
    """The prompt and, if the style has one, its preset."""
    if task.style in STYLE_PRESETS:
        return {"prompt": task.prompt, "style_preset": STYLE_PRESETS[task.style]}
    return {"prompt": styled(task)}


def coloured(task: ColorGuided) -> str:
    return f"{task.prompt}, in the colours {', '.join(task.colors)}"
