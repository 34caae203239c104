"""The models that the simulator knows: identifier, name, maker and dialect."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from local.bedrock.dialect import Dialect
from local.bedrock.errors import UNKNOWN_MODEL, ValidationException
from local.bedrock.nova_canvas import NovaCanvas
from local.bedrock.stability import (
    HIGHEST_SEED,
    CoreRequest,
    Sd35Request,
    StabilityTextToImage,
    UltraRequest,
)


@dataclass(frozen=True, slots=True)
class Model:
    """A foundation model as the control plane describes it."""

    id: str
    name: str
    provider: str
    inputs: tuple[str, ...]
    dialect: Dialect


def registry(random: Random) -> Mapping[str, Model]:
    """Every simulated model by its identifier; ``random`` draws the seeds that nobody chose."""

    def seed() -> int:
        return random.randint(1, HIGHEST_SEED)

    canvas = NovaCanvas()
    models = (
        Model("amazon.nova-canvas-v1:0", "Nova Canvas", "Amazon", ("TEXT", "IMAGE"), canvas),
        Model(
            "stability.stable-image-core-v1:1",
            "Stable Image Core",
            "Stability AI",
            ("TEXT",),
            StabilityTextToImage(CoreRequest, seed),
        ),
        Model(
            "stability.sd3-5-large-v1:0",
            "Stable Diffusion 3.5",
            "Stability AI",
            ("TEXT", "IMAGE"),
            StabilityTextToImage(Sd35Request, seed),
        ),
        Model(
            "stability.stable-image-ultra-v1:1",
            "Stable Image Ultra",
            "Stability AI",
            ("TEXT",),
            StabilityTextToImage(UltraRequest, seed),
        ),
    )
    return {model.id: model for model in models}


NOT_YET = frozenset(
    f"us.stability.stable-{service}-v1:0"
    for service in (
        "image-inpaint",
        "outpaint",
        "image-erase-object",
        "image-search-replace",
        "image-search-recolor",
        "image-remove-background",
        "image-control-sketch",
        "image-control-structure",
        "image-style-guide",
        "style-transfer",
        "creative-upscale",
        "conservative-upscale",
        "fast-upscale",
    )
)
"""Stability's image services, which the real Bedrock has and the simulator lacks."""


def find(models: Mapping[str, Model], identifier: str) -> Model:
    """The model that an id or a foundation model's ARN names."""
    name = identifier.rpartition("/")[2]
    if name in NOT_YET:
        raise ValidationException(f"The model {name} is not simulated here.")
    if name not in models:
        raise ValidationException(UNKNOWN_MODEL)
    return models[name]
