"""A user's picture is kept as it is if a model takes it, and else put right."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from tests.builders import a_picture
from tests.contract.darkroom.sheets import (
    BLUE,
    GREEN,
    INPAINT,
    NOVA,
    RED,
    ROOM,
    WHITE,
    animated,
    corners,
    noise,
    quarters,
    saved,
    seen,
)


@pytest.mark.parametrize(
    "original",
    [
        a_picture(640, 320),
        a_picture(640, 320, kind="JPEG"),
        a_picture(320, 1280),
        saved(noise(640, 480).convert("RGBA")),
    ],
    ids=["png", "jpeg", "as small and long as may be", "opaque alpha"],
)
async def test_what_is_fit_keeps_its_bytes(darkroom: PillowDarkroom, original: bytes) -> None:
    sheet = await darkroom.prepare(original, NOVA, most_bytes=ROOM)
    assert sheet.body == original
    assert sheet.warnings == ()
    assert sheet.scale == 1


async def test_a_picture_keeps_its_alpha_where_the_model_takes_it(darkroom: PillowDarkroom) -> None:
    original = saved(noise(640, 480, channels=4))
    assert (await darkroom.prepare(original, INPAINT, most_bytes=ROOM)).body == original


def deep() -> bytes:
    """A 16-bit grey picture that is dark on the left and light on the right."""
    ramp = np.linspace(0, 65535, 400).astype(np.uint16)
    return saved(Image.fromarray(np.tile(ramp, (400, 1))))


@pytest.mark.parametrize(
    "original",
    [
        saved(quarters(), "WEBP", lossless=True),
        saved(quarters().convert("CMYK"), "JPEG", quality=95),
        saved(quarters().convert("CMYK"), "JPEG", quality=95, icc_profile=b"no profile"),
        saved(quarters().convert("P", palette=Image.Palette.ADAPTIVE)),
        saved(quarters().convert("P", palette=Image.Palette.ADAPTIVE), transparency=255),
        animated("PNG"),
        animated("WEBP"),
        saved(quarters(), "MPO", save_all=True, append_images=[noise(400, 600)]),
    ],
    ids=["webp", "cmyk", "bad profile", "palette", "keyed", "apng", "animated webp", "two-part"],
)
async def test_other_kinds_of_picture_become_plain_ones(
    darkroom: PillowDarkroom, original: bytes
) -> None:
    image = seen(await darkroom.prepare(original, NOVA, most_bytes=ROOM))
    assert (image.format in ("PNG", "JPEG"), image.mode) == (True, "RGB")
    assert getattr(image, "n_frames", 1) == 1
    assert corners(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("kind", ["L", "LA", "1"])
async def test_grey_pictures_become_coloured_ones(darkroom: PillowDarkroom, kind: str) -> None:
    original = saved(noise(400, 400).convert(kind))
    image = seen(await darkroom.prepare(original, NOVA, most_bytes=ROOM))
    lowest, highest = image.getextrema()[0]
    assert (image.mode, lowest < 20, highest > 235) == ("RGB", True, True)


async def test_sixteen_bits_are_scaled_to_eight_and_not_cut_off(darkroom: PillowDarkroom) -> None:
    image = seen(await darkroom.prepare(deep(), NOVA, most_bytes=ROOM))
    assert image.mode == "RGB"
    levels = [image.getpixel((x, 200))[0] for x in (0, 100, 200, 300, 399)]
    assert levels == pytest.approx([0, 64, 128, 192, 255], abs=2)


async def test_only_the_first_picture_of_an_animation_is_used_and_that_is_said(
    darkroom: PillowDarkroom,
) -> None:
    for kind in ("PNG", "WEBP"):
        sheet = await darkroom.prepare(animated(kind), NOVA, most_bytes=ROOM)
        assert sheet.warnings == ("Only the first picture of the animation is used.",)


async def test_what_is_transparent_becomes_white_and_that_is_said(darkroom: PillowDarkroom) -> None:
    picture = quarters().convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 400, 300))
    sheet = await darkroom.prepare(saved(picture), NOVA, most_bytes=ROOM)
    assert corners(seen(sheet)) == [WHITE, WHITE, BLUE, WHITE]
    assert sheet.warnings == ("Its transparent parts were filled with white.",)


TURNS: list[tuple[int, Callable[[Image.Image], Image.Image]]] = [
    (1, lambda image: image),
    (2, lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    (3, lambda image: image.transpose(Image.Transpose.ROTATE_180)),
    (4, lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
    (5, lambda image: image.transpose(Image.Transpose.TRANSPOSE)),
    (6, lambda image: image.transpose(Image.Transpose.ROTATE_90)),
    (7, lambda image: image.transpose(Image.Transpose.TRANSVERSE)),
    (8, lambda image: image.transpose(Image.Transpose.ROTATE_270)),
]


@pytest.mark.parametrize(("orientation", "turn"), TURNS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_given_upright_whichever_way_the_camera_was_held(
    darkroom: PillowDarkroom,
    orientation: int,
    turn: Callable[[Image.Image], Image.Image],
    kind: str,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = saved(turn(quarters()), kind, exif=exif)
    sheet = await darkroom.prepare(lying, NOVA, most_bytes=ROOM)
    assert sheet.drawn == (400, 600)
    assert corners(seen(sheet)) == [RED, GREEN, BLUE, WHITE]
    assert seen(sheet).getexif().get(0x0112, 1) == 1


async def test_a_turned_picture_that_is_too_large_is_turned_and_made_smaller(
    darkroom: PillowDarkroom,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = saved(quarters(3000, 4500).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)
    sheet = await darkroom.prepare(lying, NOVA, most_bytes=ROOM)
    assert (sheet.drawn, sheet.width, sheet.height) == ((3000, 4500), 1672, 2508)
    assert corners(seen(sheet)) == [RED, GREEN, BLUE, WHITE]
