"""Users' pictures made fit for a model: upright, 8-bit RGB, and within its limits."""

import struct
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from shared.adapters.pillow_opening import opened, too_large
from shared.darkroom import PictureUnfit, Sheet
from shared.models import InputRules

MEGAPIXELS_MAX = {"PNG": 17, "WEBP": 10, "JPEG": 50}
"""By format, of a user's picture: the largest PNG we make ourselves, and a phone's JPEG."""
PREPARING_BYTES = 290_000_000
"""Memory that preparing the largest of them takes beyond its file, as measured: a WebP is decoded
at 16 bytes a pixel, a progressive JPEG keeps its coefficients, and alpha is resized in a copy."""
WHITE = (255, 255, 255)
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright again, by its orientation (EXIF 2.32, tag 0x0112)."""
_SCALABLE = ("L", "RGB", "CMYK")
"""Modes that can be made smaller before they are converted, which takes less memory."""
_FILLED = "Its transparent parts were filled with white."
_COMPRESSED = "It was compressed further, because a request holds only so many bytes."
_QUALITIES = (95, 88, 80, 70)


def prepare(original: bytes, rules: InputRules, *, most_bytes: int) -> Sheet:
    """See ``Darkroom.prepare``."""
    with opened(original) as image:
        check_decodable(image)
        turn = orientation(image)
        drawn = image.size if turn < 5 else (image.height, image.width)
        check_shape(drawn, rules)
        size = within(drawn, rules)
        lying = size if turn < 5 else (size[1], size[0])
        if isinstance(image, JpegImageFile):
            # Read at half its size, or less, if that is enough.
            image.draft(None, lying)
        image.load()
        seen = _Seen.of(image, original, rules)
        warnings = [*seen.warnings, *([shrunk(drawn, size)] if size != drawn else [])]
        plain = seen.plain and turn == 1 and size == drawn
        if plain and len(original) <= most_bytes:
            return Sheet(original, *size, drawn, tuple(warnings))
        if image.mode in _SCALABLE and not image.has_transparency_data:
            fit = _flat(_resized(image, lying), keep_alpha=seen.keeps_alpha)
        else:
            fit = _resized(_flat(image, keep_alpha=seen.keeps_alpha), lying)
        fit = upright(fit, turn)
    body, lost = encoded(fit, most_bytes, photo=isinstance(image, JpegImageFile))
    return Sheet(body, *size, drawn, (*warnings, *lost))


@dataclass(frozen=True)
class _Seen:
    """What a look at a loaded picture tells."""

    plain: bool
    """Eight bits of red, green and blue, in a format the model reads: fit as it is."""
    keeps_alpha: bool
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, image: Image.Image, original: bytes, rules: InputRules) -> "_Seen":
        translucent = image.has_transparency_data and not _opaque(image)
        # The further pictures of a phone's JPEG are no animation.
        animated = getattr(image, "is_animated", False) and not isinstance(image, JpegImageFile)
        warnings = []
        if translucent and not rules.alpha:
            warnings.append(_FILLED)
        if animated:
            warnings.append("Only the first picture of the animation is used.")
        return cls(
            plain=(image.format or "").lower() in rules.formats
            and image.mode in ("RGB", "RGBA")
            and "transparency" not in image.info
            and not animated
            and not (image.format == "PNG" and _deep_or_interlaced(original))
            and not (translucent and not rules.alpha),
            keeps_alpha=translucent and rules.alpha,
            warnings=tuple(warnings),
        )


def orientation(image: Image.Image) -> int:
    """How the camera was held, as EXIF has it: from 1 (upright), and from 5 on lying.

    A picture whose EXIF cannot be read is as good as one without.
    """
    try:
        turned = image.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, struct.error):
        return 1
    return turned if turned in _TURNS else 1


def upright(image: Image.Image, turned: int) -> Image.Image:
    """The picture turned back, of which ``orientation`` is known."""
    return image if turned == 1 else image.transpose(_TURNS[turned])


def _opaque(image: Image.Image) -> bool:
    alpha = image if image.mode == "RGBA" else image.convert("RGBA")
    lowest, _ = alpha.getchannel("A").getextrema()
    return bool(lowest == 255)


def _deep_or_interlaced(png: bytes) -> bool:
    """Whether its header (PNG specification, 11.2.2) says so; Pillow does not tell."""
    depth, interlace = png[24], png[28]
    return depth != 8 or interlace != 0


def check_shape(drawn: tuple[int, int], rules: InputRules) -> None:
    """Raise ``PictureUnfit`` for what cannot be put right: too small, or too long.

    A long picture may be too small once it is as small as the model takes it.
    """
    width, height = drawn
    if min(drawn) < rules.side_min:
        raise PictureUnfit(
            f"Each side should have at least {rules.side_min} pixels; this is {width}×{height}."
        )
    fit = within(drawn, rules)
    if min(fit) < rules.side_min:
        raise PictureUnfit(
            f"Each side should have at least {rules.side_min} pixels; "
            f"within the model's limits this would be {fit[0]}×{fit[1]}."
        )
    if width * height < rules.pixels_min:
        raise PictureUnfit(
            f"It should have at least {rules.pixels_min:,} pixels; this has {width * height:,}."
        )
    check_ratio(drawn, rules)


def check_ratio(size: tuple[int, int], rules: InputRules) -> None:
    if rules.ratio_max is not None and max(size) > rules.ratio_max * min(size):
        raise PictureUnfit(
            f"One side should be at most {rules.ratio_max:g} times the other; "
            f"this is {size[0]}×{size[1]}."
        )


def check_decodable(image: Image.Image, *, one_band: bool = False) -> None:
    """``one_band``: it stays as it is, so that a picture of one byte a pixel may have more."""
    most = MEGAPIXELS_MAX.get(image.format or "", MEGAPIXELS_MAX["JPEG"])
    if one_band and image.mode in ("1", "L"):
        most = MEGAPIXELS_MAX["JPEG"]
    if image.width * image.height > most * 1_000_000:
        raise too_large(most)


def within(drawn: tuple[int, int], rules: InputRules) -> tuple[int, int]:
    """The largest size of the same shape that the model takes."""
    long, short = max(drawn), min(drawn)
    pixels_max = rules.pixels_max or MEGAPIXELS_MAX["PNG"] * 1_000_000
    factor = min(1.0, (rules.side_max or long) / long, sqrt(pixels_max / (long * short)))
    if factor == 1.0:
        return drawn
    short = max(1, int(short * factor))
    long = int(long * factor)
    if rules.ratio_max is not None:
        long = min(long, int(short * rules.ratio_max))
    return (long, short) if drawn[0] >= drawn[1] else (short, long)


def shrunk(drawn: tuple[int, int], size: tuple[int, int]) -> str:
    return (
        f"It was made smaller, from {drawn[0]}×{drawn[1]} to {size[0]}×{size[1]} pixels: "
        "the model takes no larger one."
    )


def _flat(image: Image.Image, *, keep_alpha: bool) -> Image.Image:
    """The picture as RGB, or RGBA to keep its alpha; else what is transparent becomes white."""
    if image.mode.startswith("I;16"):
        # Pillow's own conversion cuts off at 255 instead of scaling.
        return image.point(lambda value: value / 256, "L").convert("RGB")
    if image.mode == "CMYK":
        return _rgb_of_inks(image)
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    layered = image if image.mode == "RGBA" else image.convert("RGBA")
    return layered if keep_alpha else _filled(layered)


def _filled(layered: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", layered.size, WHITE)
    sheet.paste(layered, mask=layered.getchannel("A"))
    return sheet


def _rgb_of_inks(image: Image.Image) -> Image.Image:
    """By the inks' own profile where there is a sound one, else by arithmetic."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            seen = ImageCms.profileToProfile(
                image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            seen = None
        if seen is not None:
            seen.info.pop("icc_profile", None)
            return seen
    plain = image.convert("RGB")
    plain.info.pop("icc_profile", None)
    return plain


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    smaller = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    smaller.info = image.info
    return smaller


def encoded(
    image: Image.Image, most_bytes: int, *, photo: bool = False
) -> tuple[bytes, tuple[str, ...]]:
    """The picture in as few bytes as it may have, and what that cost.

    Photos that came as JPEG stay JPEG; the rest is PNG as long as that fits.
    """
    lost: tuple[str, ...] = () if photo else (_COMPRESSED,)
    profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    if not photo or image.mode == "RGBA":
        body = _saved(image, "PNG", compress_level=1, icc_profile=profile)
        if len(body) <= most_bytes:
            return body, ()
    if image.mode == "RGBA":
        image, lost = _filled(image), (_FILLED, _COMPRESSED)
    for quality in _QUALITIES:
        sampling = 0 if quality == _QUALITIES[0] else 2
        body = _saved(image, "JPEG", quality=quality, subsampling=sampling, icc_profile=profile)
        if len(body) <= most_bytes:
            return body, lost if quality == _QUALITIES[0] else (*lost[:-1], _COMPRESSED)
    raise PictureUnfit(f"It cannot be made to fit into {most_bytes:,} bytes of a request.")


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    saved = BytesIO()
    image.save(saved, kind, **how)
    return saved.getvalue()
