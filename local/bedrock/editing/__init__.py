"""What is done to given pictures: pure functions from images to images, equal in, equal out.

Pictures are RGB, masks are "L" of the picture's size with white for what changes. A brief gives the
words and the seed; where the result follows a given picture, the brief's size is not looked at.
"""

from local.bedrock.editing.colouring import paint_in_colours, recolour
from local.bedrock.editing.enlarging import Enlargement, enlarge
from local.bedrock.editing.following import Control, follow
from local.bedrock.editing.garments import (
    CUTS,
    MaskShape,
    MergeStyle,
    garment_region,
    names_garment,
    silhouette,
    spared,
    try_on,
    worded_region,
    worn_above,
)
from local.bedrock.editing.repainting import extend, repaint
from local.bedrock.editing.styling import restyle
from local.bedrock.editing.subjects import cut_out, subject_mask
from local.bedrock.editing.varying import redraw, vary

__all__ = [
    "CUTS",
    "Control",
    "Enlargement",
    "MaskShape",
    "MergeStyle",
    "cut_out",
    "enlarge",
    "extend",
    "follow",
    "garment_region",
    "names_garment",
    "paint_in_colours",
    "recolour",
    "redraw",
    "repaint",
    "restyle",
    "silhouette",
    "spared",
    "subject_mask",
    "try_on",
    "vary",
    "worded_region",
    "worn_above",
]
