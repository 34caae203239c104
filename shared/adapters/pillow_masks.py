"""Masks and what else is drawn for a model beside the user's pictures."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from shared.adapters.pillow_inputs import (
    check_decodable,
    check_ratio,
    encoded,
    orientation,
    shrunk,
    upright,
    within,
)
from shared.adapters.pillow_opening import opened
from shared.darkroom import Margins, PictureUnfit, Sheet
from shared.models import InputRules

_RATIO_SLACK = 0.01
_BLACK_UP_TO, _WHITE_FROM = 15, 240
"""What counts as black and as white; a JPEG spoils pure ones a little."""
_GREY_SHARE = 0.01
"""Of all pixels; as many lie on the soft edge that a brush leaves."""
_SWATCH_SIDE = 1024


def prepare_mask(original: bytes, picture: Sheet, *, grey: bool) -> Sheet:
    """See ``Darkroom.prepare_mask``. Transparent counts as black: nothing was painted there."""
    with opened(original) as image:
        check_decodable(image, one_band=True)
        turn = orientation(image)
        drawn = image.size if turn < 5 else (image.height, image.width)
        _check_same_shape(drawn, picture.drawn)
        if isinstance(image, JpegImageFile):
            size = (picture.width, picture.height)
            image.draft("L", size if turn < 5 else (size[1], size[0]))
        mask = upright(_levels(image), turn)
    warnings = []
    if drawn != picture.drawn:
        warnings.append(
            f"It was scaled from {drawn[0]}×{drawn[1]} to the picture's size, "
            f"{picture.width}×{picture.height}."
        )
    counts = mask.histogram()
    if not grey:
        between = sum(counts[_BLACK_UP_TO + 1 : _WHITE_FROM]) / sum(counts)
        if between > _GREY_SHARE:
            warnings.append(
                f"The model knows no grey: {between:.0%} of it became black or white, "
                "whichever was nearer."
            )
        mask = mask.point(lambda level: 255 if level >= 128 else 0)
    mask = _resized(mask, (picture.width, picture.height), grey=grey)
    _check_two_colours(mask)
    return _sheet(mask, drawn, tuple(warnings))


def _resized(mask: Image.Image, size: tuple[int, int], *, grey: bool) -> Image.Image:
    """A stroke that is thin stays: where anything under a smaller pixel is white, it is white."""
    if size[0] >= mask.width:
        return mask.resize(size, Image.Resampling.NEAREST)
    smaller = mask.resize(size, Image.Resampling.BOX)
    return smaller if grey else smaller.point(lambda level: 255 if level else 0)


def _levels(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        levels = image.point(lambda value: value / 256, "L")
        levels.info = image.info
        return levels
    if not image.has_transparency_data:
        return image.convert("L")
    layered = image.convert("RGBA")
    ground = Image.new("L", image.size, 0)
    ground.paste(layered.convert("L"), mask=layered.getchannel("A"))
    ground.info = image.info
    return ground


def _check_same_shape(mask: tuple[int, int], picture: tuple[int, int]) -> None:
    ratio = (mask[0] * picture[1]) / (mask[1] * picture[0])
    if abs(ratio - 1) > _RATIO_SLACK:
        raise PictureUnfit(
            f"A mask should be as large as its picture, {picture[0]}×{picture[1]}, "
            f"or of the same shape; this is {mask[0]}×{mask[1]}."
        )


def _check_two_colours(mask: Image.Image) -> None:
    counts = mask.histogram()
    if not any(counts[_BLACK_UP_TO + 1 :]):
        raise PictureUnfit("Nothing in the mask is white, so nothing would change.")
    if not any(counts[:_WHITE_FROM]):
        raise PictureUnfit("All of the mask is white, so nothing of the picture would be kept.")


def negative(mask: Sheet) -> Sheet:
    """See ``Darkroom.negative``."""
    return replace(mask, body=inverted(mask.body))


def inverted(mask: bytes) -> bytes:
    """See ``Darkroom.inverted``."""
    with opened(mask) as image:
        return _png(ImageOps.invert(image.convert("L")))


def frame(
    picture: Sheet, margins: Margins, rules: InputRules, *, most_bytes: int
) -> tuple[Sheet, Sheet]:
    """See ``Darkroom.frame``. The new sheet continues the colours at the picture's edges."""
    wanted = (
        picture.width + margins.left + margins.right,
        picture.height + margins.up + margins.down,
    )
    check_ratio(wanted, rules)
    size = within(wanted, rules)
    with opened(picture.body) as image:
        inner = image.convert("RGB")
    box = _inner_box(inner.size, margins, wanted, size)
    if size != wanted:
        inner = inner.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.LANCZOS)
    sheet = _continued(inner, size, box)
    mask = Image.new("L", size, 255)
    mask.paste(0, box)
    warnings = [*picture.warnings, *([shrunk(wanted, size)] if size != wanted else [])]
    body, lost = encoded(sheet, most_bytes)
    return Sheet(body, *size, wanted, (*warnings, *lost)), _sheet(mask, size)


def _inner_box(
    inner: tuple[int, int], margins: Margins, wanted: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Where the picture lies on the new sheet, once that is as small as it must be."""

    def scaled(edge: int, axis: int) -> int:
        return round(edge * size[axis] / wanted[axis])

    return (
        scaled(margins.left, 0),
        scaled(margins.up, 1),
        scaled(margins.left + inner[0], 0),
        scaled(margins.up + inner[1], 1),
    )


def _continued(
    inner: Image.Image, size: tuple[int, int], box: tuple[int, int, int, int]
) -> Image.Image:
    left, up, right, down = box
    sheet = Image.new("RGB", size)
    rows = Image.new("RGB", (size[0], inner.height))
    rows.paste(inner.crop((0, 0, 1, inner.height)).resize((left + 1, inner.height)))
    edge = inner.crop((inner.width - 1, 0, inner.width, inner.height))
    rows.paste(edge.resize((size[0] - right + 1, inner.height)), (right - 1, 0))
    rows.paste(inner, (left, 0))
    sheet.paste(rows.crop((0, 0, size[0], 1)).resize((size[0], up + 1)))
    lowest = rows.crop((0, rows.height - 1, size[0], rows.height))
    sheet.paste(lowest.resize((size[0], size[1] - down + 1)), (0, down - 1))
    sheet.paste(rows, (0, up))
    return sheet


def swatch(colors: Sequence[str]) -> Sheet:
    """See ``Darkroom.swatch``."""
    stripes = Image.new("RGB", (len(colors), 1))
    for place, color in enumerate(colors):
        stripes.putpixel((place, 0), tuple(bytes.fromhex(color[1:])))
    size = (_SWATCH_SIDE, _SWATCH_SIDE)
    return _sheet(stripes.resize(size, Image.Resampling.NEAREST), size)


def _sheet(image: Image.Image, drawn: tuple[int, int], warnings: tuple[str, ...] = ()) -> Sheet:
    return Sheet(_png(image), image.width, image.height, drawn, warnings)


def _png(image: Image.Image) -> bytes:
    saved = BytesIO()
    image.convert("RGB").save(saved, "PNG", compress_level=6)
    return saved.getvalue()
