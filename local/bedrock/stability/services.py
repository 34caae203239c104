"""The thirteen image services: what each may be asked, and what it does to the pictures given."""

from typing import Annotated, Self

from PIL import Image
from pydantic import Field, model_validator

from local.bedrock.editing import (
    cut_out,
    enlarge,
    extend,
    follow,
    recolour,
    repaint,
    restyle,
)
from local.bedrock.editing.repainting import painted
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import compose
from local.bedrock.pictures import (
    CreativeUpscalePicture,
    FastUpscalePicture,
    Given,
    ServiceMaskOrNone,
    ServicePicture,
)
from local.bedrock.rules import broken
from local.bedrock.stability.fields import (
    SIZES,
    STYLES,
    AspectRatio,
    SeededRequest,
    Share,
    StabilityRequest,
    StylePreset,
    Words,
)
from local.bedrock.stability.regions import marked, named

Grow = Annotated[int, Field(ge=0, le=20)]
Reach = Annotated[int, Field(ge=0, le=2000)]
Creativity = Annotated[float, Field(ge=0.1, le=0.5)]

FAST_TIMES = 4
LONG_SIDE = 4096
"""What "4K" is taken for: the longer side of an upscaled picture. AWS gives no number."""


class _Edit(SeededRequest):
    """A request about one picture."""

    image: ServicePicture

    def inputs(self) -> tuple[Given, ...]:
        return (self.image,)


class _WordedEdit(_Edit):
    """A request about one picture that says what is wanted."""

    prompt: Words
    negative_prompt: Words = ""

    def words(self) -> str:
        return self.prompt


class _StyledEdit(_WordedEdit):
    style_preset: StylePreset = ""

    def brief(self, seed: int, size: tuple[int, int]) -> Brief:
        style = STYLES.get(self.style_preset, "")
        return Brief(self.prompt, *size, seed, self.negative_prompt, style)


class _MaskedEdit(_Edit):
    mask: ServiceMaskOrNone = None
    grow_mask: Grow = 5

    @model_validator(mode="after")
    def _something_is_marked(self) -> Self:
        if self.mask is None and not self.image.has_alpha:
            raise broken("required key [mask] not found, and the image has no alpha channel")
        return self

    def region(self) -> Image.Image:
        return marked(self.image, self.mask, self.grow_mask)


class Inpaint(_MaskedEdit, _StyledEdit):
    """Paint something else where the mask is white."""

    def paint(self, seed: int) -> Image.Image:
        brief = self.brief(seed, self.image.size)
        return repaint(self.image.rgb(), self.region(), brief)


class EraseObject(_MaskedEdit):
    """Remove what the mask covers."""

    def paint(self, seed: int) -> Image.Image:
        return repaint(self.image.rgb(), self.region(), Brief("", *self.image.size, seed))


class SearchAndReplace(_StyledEdit):
    """Paint something else in place of what the words name."""

    search_prompt: Words
    grow_mask: Grow = 5

    def words(self) -> str:
        return f"{self.prompt}\n{self.search_prompt}"

    def paint(self, seed: int) -> Image.Image:
        image = self.image.rgb()
        region = named(image, self.search_prompt, self.grow_mask)
        return repaint(image, region, self.brief(seed, image.size))


class SearchAndRecolor(_StyledEdit):
    """Give what the words name another colour."""

    select_prompt: Words
    grow_mask: Grow = 5

    def words(self) -> str:
        return f"{self.prompt}\n{self.select_prompt}"

    def paint(self, seed: int) -> Image.Image:
        image = self.image.rgb()
        region = named(image, self.select_prompt, self.grow_mask)
        return recolour(image, region, self.brief(seed, image.size))


class Outpaint(_Edit):
    """Enlarge the sheet and paint what lies beyond the picture."""

    left: Reach = 0
    right: Reach = 0
    up: Reach = 0
    down: Reach = 0
    prompt: Words = ""
    creativity: Annotated[float, Field(ge=0.1, le=1)] = 0.5
    style_preset: StylePreset = ""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not any((self.left, self.right, self.up, self.down)):
            raise broken("at least one of [left, right, up, down] must be greater than 0")
        return self

    def words(self) -> str:
        return self.prompt

    def paint(self, seed: int) -> Image.Image:
        width = self.image.size[0] + self.left + self.right
        height = self.image.size[1] + self.up + self.down
        style = STYLES.get(self.style_preset, "")
        brief = Brief(self.prompt, width, height, seed, style=style)
        sides = (self.left, self.right, self.up, self.down)
        return extend(self.image.rgb(), *sides, brief, freedom=self.creativity)


class RemoveBackground(StabilityRequest):
    """Keep the subject and make the rest transparent, or white where JPEG knows nothing else."""

    image: ServicePicture

    def inputs(self) -> tuple[Given, ...]:
        return (self.image,)

    def paint(self, seed: int) -> Image.Image:
        subject = cut_out(self.image.rgb())
        if self.output_format != "jpeg":
            return subject
        sheet = Image.new("RGB", subject.size, "white")
        sheet.paste(subject, (0, 0), subject.getchannel("A"))
        return sheet


class ControlSketch(_StyledEdit):
    """Paint along the lines of a sketch."""

    control_strength: Share = 0.7

    def paint(self, seed: int) -> Image.Image:
        brief = self.brief(seed, self.image.size)
        return follow(self.image.rgb(), "sketch", self.control_strength, brief)


class ControlStructure(_StyledEdit):
    """Paint with the structure of a picture."""

    control_strength: Share = 0.7

    def paint(self, seed: int) -> Image.Image:
        brief = self.brief(seed, self.image.size)
        return follow(self.image.rgb(), "structure", self.control_strength, brief)


class StyleGuide(_StyledEdit):
    """Paint the prompt in the style of a picture."""

    aspect_ratio: AspectRatio = "1:1"
    fidelity: Share = 0.5

    def paint(self, seed: int) -> Image.Image:
        return restyle(
            compose(self.brief(seed, SIZES[self.aspect_ratio])),
            self.image.rgb(),
            seed=seed,
            style_strength=0.4 + 0.6 * self.fidelity,
            composition_fidelity=1,
        )


class StyleTransfer(SeededRequest):
    """Show one picture in the style of another."""

    init_image: ServicePicture
    style_image: ServicePicture
    prompt: Words = ""
    negative_prompt: Words = ""
    composition_fidelity: Share = 0.9
    style_strength: Share = 1.0
    change_strength: Annotated[float, Field(ge=0.1, le=1)] = 0.9

    def words(self) -> str:
        return self.prompt

    def inputs(self) -> tuple[Given, ...]:
        return self.init_image, self.style_image

    def paint(self, seed: int) -> Image.Image:
        image = self.init_image.rgb()
        if self.prompt:
            brief = Brief(self.prompt, *image.size, seed, self.negative_prompt)
            share = self.change_strength * (1 - self.composition_fidelity)
            image = Image.blend(image, painted(brief, image.size), share)
        return restyle(
            image,
            self.style_image.rgb(),
            seed=seed,
            style_strength=self.style_strength,
            composition_fidelity=self.composition_fidelity,
            change_strength=self.change_strength,
        )


class CreativeUpscale(SeededRequest):
    """Make a small picture large and invent detail."""

    image: CreativeUpscalePicture
    prompt: Words
    creativity: Creativity = 0.3
    style_preset: StylePreset = ""
    negative_prompt: Words = ""

    def words(self) -> str:
        return self.prompt

    def inputs(self) -> tuple[Given, ...]:
        return (self.image,)

    def paint(self, seed: int) -> Image.Image:
        size = _four_k(*self.image.size)
        image = self.image.rgb()
        return enlarge(image, size, "creative", creativity=self.creativity, seed=seed)


class ConservativeUpscale(_WordedEdit):
    """Make a picture large and leave it as it is."""

    creativity: Creativity = 0.35

    def paint(self, seed: int) -> Image.Image:
        size = _four_k(*self.image.size)
        image = self.image.rgb()
        return enlarge(image, size, "conservative", creativity=self.creativity, seed=seed)


class FastUpscale(StabilityRequest):
    """Make a small picture four times as wide and as high."""

    image: FastUpscalePicture

    def inputs(self) -> tuple[Given, ...]:
        return (self.image,)

    def paint(self, seed: int) -> Image.Image:
        width, height = self.image.size
        return enlarge(self.image.rgb(), (FAST_TIMES * width, FAST_TIMES * height), "fast")


def _four_k(width: int, height: int) -> tuple[int, int]:
    """The size of a picture whose longer side is 4K, or as long as it was if it was longer."""
    scale = max(1.0, LONG_SIDE / max(width, height))
    return round(width * scale), round(height * scale)
