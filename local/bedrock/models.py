"""The models that the simulator knows: identifier, name, maker and dialect."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from local.bedrock.converse import NOVA_2_MOST_TOKENS, NOVA_MOST_TOKENS, Writer
from local.bedrock.dialect import Dialect
from local.bedrock.errors import NEEDS_A_PROFILE, UNKNOWN_MODEL, ValidationException
from local.bedrock.nova.dialect import NovaCanvas
from local.bedrock.rules import checked
from local.bedrock.stability import services
from local.bedrock.stability.dialect import Read, Stability
from local.bedrock.stability.fields import HIGHEST_SEED, StabilityRequest
from local.bedrock.stability.generation import CoreRequest, UltraRequest, sd35

_PROFILES = ("us.", "global.")
"""How the ids of inference profiles begin; the model's own id follows."""


@dataclass(frozen=True, slots=True)
class Model:
    """A foundation model, under one of the identifiers it is called by."""

    id: str
    name: str
    provider: str
    inputs: tuple[str, ...]
    dialect: Dialect | Writer

    @property
    def foundation(self) -> str:
        """The id by which the control plane knows the model, whatever profile it is called by."""
        for profile in _PROFILES:
            if self.id.startswith(profile):
                return self.id.removeprefix(profile)
        return self.id

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.id, self.foundation})

    @property
    def output(self) -> str:
        return "TEXT" if isinstance(self.dialect, Writer) else "IMAGE"

    @property
    def inference_type(self) -> str:
        return "ON_DEMAND" if self.id == self.foundation else "INFERENCE_PROFILE"


SERVICES: Mapping[str, tuple[str, type[StabilityRequest]]] = {
    "stable-image-inpaint": ("Stable Image Inpaint", services.Inpaint),
    "stable-outpaint": ("Stable Outpaint", services.Outpaint),
    "stable-image-erase-object": ("Stable Image Erase Object", services.EraseObject),
    "stable-image-search-replace": (
        "Stable Image Search and Replace",
        services.SearchAndReplace,
    ),
    "stable-image-search-recolor": (
        "Stable Image Search and Recolor",
        services.SearchAndRecolor,
    ),
    "stable-image-remove-background": (
        "Stable Image Remove Background",
        services.RemoveBackground,
    ),
    "stable-image-control-sketch": ("Stable Image Control Sketch", services.ControlSketch),
    "stable-image-control-structure": (
        "Stable Image Control Structure",
        services.ControlStructure,
    ),
    "stable-image-style-guide": ("Stable Image Style Guide", services.StyleGuide),
    "stable-style-transfer": ("Stable Image Style Transfer", services.StyleTransfer),
    "stable-creative-upscale": ("Stable Image Creative Upscale", services.CreativeUpscale),
    "stable-conservative-upscale": (
        "Stable Image Conservative Upscale",
        services.ConservativeUpscale,
    ),
    "stable-fast-upscale": ("Stable Image Fast Upscale", services.FastUpscale),
}
"""Stability's image services by the stems of their ids."""


def registry(random: Random) -> Mapping[str, Model]:
    """Every simulated model by its identifier; ``random`` draws the seeds that nobody chose."""

    def seed() -> int:
        return random.randint(1, HIGHEST_SEED)

    models = (*_amazon(), *_stability(seed))
    return {model.id: model for model in models}


def _amazon() -> Iterator[Model]:
    pictures_too = ("TEXT", "IMAGE")
    yield Model("amazon.nova-canvas-v1:0", "Nova Canvas", "Amazon", pictures_too, NovaCanvas())
    lite = Writer(NOVA_MOST_TOKENS)
    for name in ("amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"):
        yield Model(name, "Nova Lite", "Amazon", ("TEXT",), lite)
    lite_2 = Writer(NOVA_2_MOST_TOKENS)
    for profile in ("us", "global"):
        name = f"{profile}.amazon.nova-2-lite-v1:0"
        yield Model(name, "Nova 2 Lite", "Amazon", ("TEXT",), lite_2)


def _stability(seed: Callable[[], int]) -> Iterator[Model]:
    def model(identifier: str, name: str, inputs: tuple[str, ...], read: Read) -> Model:
        return Model(identifier, name, "Stability AI", inputs, Stability(read, seed))

    words, pictures_too = ("TEXT",), ("TEXT", "IMAGE")
    core, ultra = partial(checked, CoreRequest), partial(checked, UltraRequest)
    yield model("stability.stable-image-core-v1:1", "Stable Image Core", words, core)
    yield model("stability.sd3-5-large-v1:0", "Stable Diffusion 3.5", pictures_too, sd35)
    yield model("stability.stable-image-ultra-v1:1", "Stable Image Ultra", words, ultra)
    for stem, (name, request) in SERVICES.items():
        yield model(f"us.stability.{stem}-v1:0", name, pictures_too, partial(checked, request))


def find(models: Mapping[str, Model], identifier: str) -> Model:
    """The model that is called by an id, or by the ARN of a model or a profile."""
    name = identifier.rpartition("/")[2]
    if name in models:
        return models[name]
    if any(model.foundation == name for model in models.values()):
        raise ValidationException(NEEDS_A_PROFILE.format(model=name))
    raise ValidationException(UNKNOWN_MODEL)


def foundations(models: Mapping[str, Model]) -> Mapping[str, Model]:
    """The models as the control plane knows them: each once, by its own id."""
    return {model.foundation: model for model in models.values()}
