"""A user's picture is made as small as a model needs it, or refused by its rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.adapters.pillow_inputs import check_shape, within
from shared.darkroom import PictureUnfit
from tests.contract.darkroom.sheets import (
    BLUE,
    CATALOG,
    GREEN,
    INPAINT,
    NOVA,
    RED,
    ROOM,
    WHITE,
    corners,
    noise,
    quarters,
    rules_of,
    saved,
    seen,
)


@pytest.mark.parametrize(
    ("size", "fit"),
    [
        ((2048, 2048), (2048, 2048)),
        ((2049, 2048), (2048, 2047)),
        ((4096, 1024), (4096, 1024)),
        ((4800, 1200), (4096, 1024)),
        ((1199, 4796), (1024, 4096)),
        ((4200, 1400), (3547, 1182)),
    ],
)
async def test_a_picture_is_made_as_small_as_it_must_be_and_that_is_said(
    darkroom: PillowDarkroom, size: tuple[int, int], fit: tuple[int, int]
) -> None:
    sheet = await darkroom.prepare(saved(quarters(*size)), NOVA, most_bytes=ROOM)
    assert (sheet.width, sheet.height) == fit
    assert sheet.drawn == size
    assert corners(seen(sheet)) == [RED, GREEN, BLUE, WHITE]
    assert bool(sheet.warnings) == (size != fit)
    assert size == fit or f"{size[0]}×{size[1]} to {fit[0]}×{fit[1]}" in sheet.warnings[0]


async def test_a_huge_jpeg_is_read_at_a_fraction_of_its_size(darkroom: PillowDarkroom) -> None:
    huge = saved(Image.new("RGB", (7000, 7000), "teal"), "JPEG")
    sheet = await darkroom.prepare(huge, NOVA, most_bytes=ROOM)
    assert (sheet.width, sheet.height) == (2048, 2048)
    assert sheet.drawn == (7000, 7000)


@pytest.mark.parametrize(
    ("size", "model", "rule"),
    [
        ((319, 600), "nova-canvas", "at least 320 pixels"),
        ((600, 319), "nova-canvas", "at least 320 pixels"),
        ((320, 1281), "nova-canvas", "at most 4 times"),
        ((63, 100), "stable-image-inpaint", "at least 64 pixels"),
        ((100, 251), "stable-image-inpaint", "at most 2.5 times"),
        ((32, 31), "stable-fast-upscale", "at least 32 pixels"),
        ((32, 1537), "stable-fast-upscale", "limits this would be 31×1536"),
    ],
)
async def test_what_cannot_be_made_right_is_refused_by_its_rule(
    darkroom: PillowDarkroom, size: tuple[int, int], model: str, rule: str
) -> None:
    with pytest.raises(PictureUnfit, match=rule):
        await darkroom.prepare(saved(quarters(*size)), rules_of(model), most_bytes=ROOM)


@pytest.mark.parametrize(
    ("size", "model"),
    [
        ((320, 320), "nova-canvas"),
        ((64, 64), "stable-image-inpaint"),
        ((100, 250), "stable-image-inpaint"),
        ((32, 32), "stable-fast-upscale"),
        ((32, 1536), "stable-fast-upscale"),
        ((64, 64), "stable-creative-upscale"),
    ],
)
async def test_what_is_just_large_enough_is_taken(
    darkroom: PillowDarkroom, size: tuple[int, int], model: str
) -> None:
    sheet = await darkroom.prepare(saved(quarters(*size)), rules_of(model), most_bytes=ROOM)
    assert (sheet.width, sheet.height) == size


SIDES = st.integers(1, 9000)


@given(SIDES, SIDES, st.sampled_from([m.name for m in CATALOG.models if m.inputs]))
def test_whatever_is_not_refused_ends_within_every_limit(
    width: int, height: int, name: str
) -> None:
    rules = rules_of(name)
    try:
        check_shape((width, height), rules)
    except PictureUnfit:
        return
    fit = within((width, height), rules)
    assert fit[0] <= width
    assert fit[1] <= height
    check_shape(fit, rules)
    assert max(fit) <= (rules.side_max or max(fit))
    assert fit[0] * fit[1] <= (rules.pixels_max or fit[0] * fit[1])


async def test_a_picture_is_compressed_to_fit_into_its_share_of_a_request(
    darkroom: PillowDarkroom,
) -> None:
    original = saved(noise(1024, 1024))
    sheet = await darkroom.prepare(original, NOVA, most_bytes=len(original) // 2)
    assert len(sheet.body) <= len(original) // 2
    assert sheet.warnings == (
        "It was compressed further, because a request holds only so many bytes.",
    )
    translucent = noise(1024, 1024)
    translucent.putalpha(128)
    with_alpha = saved(translucent)
    sheet = await darkroom.prepare(with_alpha, INPAINT, most_bytes=len(with_alpha) // 2)
    assert seen(sheet).mode == "RGB"
    assert sheet.warnings[0] == "Its transparent parts were filled with white."
    with pytest.raises(PictureUnfit, match="cannot be made to fit into 1,000 bytes"):
        await darkroom.prepare(original, NOVA, most_bytes=1000)
