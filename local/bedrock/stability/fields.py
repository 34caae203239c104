"""What the requests of Stability's models have in common: their fields, enums and ranges."""

from typing import Annotated, Literal

from PIL import Image
from pydantic import AfterValidator, BeforeValidator, Field

from local.bedrock.pictures import Given
from local.bedrock.rules import WireModel, broken

HIGHEST_SEED = 4_294_967_294

AspectRatio = Literal["16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"]
SIZES: dict[str, tuple[int, int]] = {
    "16:9": (1344, 768),
    "1:1": (1024, 1024),
    "21:9": (1536, 640),
    "2:3": (832, 1216),
    "3:2": (1216, 832),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}
"""About a million pixels for each aspect ratio. AWS does not document the sizes."""

Words = Annotated[str, Field(max_length=10_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, le=HIGHEST_SEED)]
"""0 lets the model draw one."""

STYLES: dict[str, str] = {
    "3d-model": "3D_ANIMATED_FAMILY_FILM",
    "analog-film": "PHOTOREALISM",
    "anime": "GRAPHIC_NOVEL_ILLUSTRATION",
    "cinematic": "PHOTOREALISM",
    "comic-book": "GRAPHIC_NOVEL_ILLUSTRATION",
    "digital-art": "SOFT_DIGITAL_PAINTING",
    "enhance": "PHOTOREALISM",
    "fantasy-art": "SOFT_DIGITAL_PAINTING",
    "isometric": "FLAT_VECTOR_ILLUSTRATION",
    "line-art": "DESIGN_SKETCH",
    "low-poly": "FLAT_VECTOR_ILLUSTRATION",
    "modeling-compound": "3D_ANIMATED_FAMILY_FILM",
    "neon-punk": "MAXIMALISM",
    "origami": "FLAT_VECTOR_ILLUSTRATION",
    "photographic": "PHOTOREALISM",
    "pixel-art": "FLAT_VECTOR_ILLUSTRATION",
    "tile-texture": "MAXIMALISM",
}
"""Every style preset, with what comes nearest to it among the painter's styles."""


def _known_style(name: str) -> str:
    if name not in STYLES:
        raise broken(f"{name} is not a valid enum value")
    return name


StylePreset = Annotated[str, AfterValidator(_known_style)]
"""An empty string, as a default, stands for a field that was not sent."""


def _lower(value: object) -> object:
    """Formats are documented in capitals for one model and in small letters for another."""
    return value.lower() if isinstance(value, str) else value


AnyFormat = Annotated[Literal["png", "jpeg", "webp"], BeforeValidator(_lower)]
PngOrJpeg = Annotated[Literal["png", "jpeg"], BeforeValidator(_lower)]


class StabilityRequest(WireModel):
    """The body of a request to one of Stability's models, and the picture it asks for."""

    output_format: AnyFormat = "png"

    def chosen_seed(self) -> int:
        """The seed asked for; 0 if none is."""
        return 0

    def words(self) -> str:
        """What the content filter reads."""
        return ""

    def inputs(self) -> tuple[Given, ...]:
        """What the content filter looks at."""
        return ()

    def paint(self, seed: int) -> Image.Image:
        """The picture, with the seed that was chosen or drawn."""
        raise NotImplementedError


class SeededRequest(StabilityRequest):
    """The body of a request that may choose its seed."""

    seed: Seed = 0

    def chosen_seed(self) -> int:
        return self.seed
