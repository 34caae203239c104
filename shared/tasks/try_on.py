"""The task that dresses somebody: a garment from one picture on the person in another.

Enums and defaults are those of Nova Canvas's VIRTUAL_TRY_ON (Nova user guide, image-gen-vto). What
AWS leaves undocumented is left out of the request unless it is set.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.tasks.fields import Count, Guidance, Quality, QualityField, Seed, Words
from shared.tasks.references import ImageRef, TaskModel

_ADVANCED = {"x-group": "advanced"}


class GarmentClass(StrEnum):
    """What is put on."""

    UPPER_BODY = "upper_body"
    LOWER_BODY = "lower_body"
    FULL_BODY = "full_body"
    FOOTWEAR = "footwear"
    LONG_SLEEVE_SHIRT = "long_sleeve_shirt"
    SHORT_SLEEVE_SHIRT = "short_sleeve_shirt"
    NO_SLEEVE_SHIRT = "no_sleeve_shirt"
    OTHER_UPPER_BODY = "other_upper_body"
    LONG_PANTS = "long_pants"
    SHORT_PANTS = "short_pants"
    OTHER_LOWER_BODY = "other_lower_body"
    LONG_DRESS = "long_dress"
    SHORT_DRESS = "short_dress"
    FULL_BODY_OUTFIT = "full_body_outfit"
    OTHER_FULL_BODY = "other_full_body"
    SHOES = "shoes"
    BOOTS = "boots"
    OTHER_FOOTWEAR = "other_footwear"


class MaskShape(StrEnum):
    """The outline of the region that is found: close, a box, or as the model likes."""

    CONTOUR = "contour"
    BOUNDING_BOX = "bounding_box"
    DEFAULT = "default"


class Switch(StrEnum):
    """On, off, or as the model likes."""

    ON = "on"
    OFF = "off"
    DEFAULT = "default"


class MergeStyle(StrEnum):
    """How the new pixels join the old: the rest untouched, without a seam, or in fine detail."""

    BALANCED = "balanced"
    SEAMLESS = "seamless"
    DETAILED = "detailed"


class SleeveStyle(StrEnum):
    SLEEVE_DOWN = "sleeve_down"
    SLEEVE_UP = "sleeve_up"


class TuckingStyle(StrEnum):
    UNTUCKED = "untucked"
    TUCKED = "tucked"


class OuterLayerStyle(StrEnum):
    CLOSED = "closed"
    OPEN = "open"


class Region(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class MaskRegion(Region):
    """The region is painted; white is what changes."""

    by: Literal["mask"] = "mask"
    mask: ImageRef


Outline = Annotated[MaskShape | None, Field(title="Outline")]


class GarmentRegion(Region):
    """The model finds where such a garment is worn."""

    by: Literal["garment"] = "garment"
    garment_class: Annotated[GarmentClass, Field(title="Garment")]
    mask_shape: Outline = None
    long_sleeve_style: Annotated[SleeveStyle | None, Field(title="Long sleeves")] = None
    tucking_style: Annotated[TuckingStyle | None, Field(title="Tucked in")] = None
    outer_layer_style: Annotated[OuterLayerStyle | None, Field(title="Outer layer")] = None


class WordsRegion(Region):
    """The region is described."""

    by: Literal["words"] = "words"
    words: Annotated[Words, Field(title="The part")]
    mask_shape: Outline = None


class TryOn(TaskModel):
    """Put a garment from one picture on the person in another."""

    kind: Literal["try_on"] = "try_on"
    image: Annotated[ImageRef, Field(title="Person")]
    garment: Annotated[ImageRef, Field(title="Garment")]
    region: Annotated[
        MaskRegion | GarmentRegion | WordsRegion, Field(discriminator="by", title="Where")
    ]
    preserve_body_pose: Annotated[
        Switch | None, Field(title="Keep the pose", json_schema_extra=_ADVANCED)
    ] = None
    preserve_hands: Annotated[
        Switch | None, Field(title="Keep the hands", json_schema_extra=_ADVANCED)
    ] = None
    preserve_face: Annotated[
        Switch | None, Field(title="Keep the face", json_schema_extra=_ADVANCED)
    ] = None
    merge_style: Annotated[MergeStyle | None, Field(title="Merge")] = None
    return_mask: Annotated[
        bool,
        Field(title="Return the mask, too", description="White is where the garment was put."),
    ] = False
    quality: QualityField = Quality.STANDARD
    guidance: Guidance = 6.5
    n: Count = 1
    seed: Seed = None
