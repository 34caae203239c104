"""A painted mask is made fit for the picture it belongs to."""

import numpy as np
import pytest
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.darkroom import PictureUnfit
from tests.contract.darkroom.sheets import WHITE, a_prepared, corners, saved, seen


def a_mask(width: int = 600, height: int = 400) -> Image.Image:
    """Black with a white left third."""
    mask = Image.new("L", (width, height), 0)
    mask.paste(255, (0, 0, width // 3, height))
    return mask


async def test_a_mask_becomes_pure_black_and_white_in_the_size_of_its_picture(
    darkroom: PillowDarkroom,
) -> None:
    picture = a_prepared(300, 200, drawn=(600, 400))
    sheet = await darkroom.prepare_mask(saved(a_mask()), picture, grey=False)
    image = seen(sheet)
    assert (image.size, image.mode, image.format) == ((300, 200), "RGB", "PNG")
    assert sorted(image.getcolors()) == [(20_000, (255,) * 3), (40_000, (0,) * 3)]
    assert sheet.warnings == ()


@pytest.mark.parametrize("size", [(300, 200), (1200, 800), (603, 400), (600, 404)])
async def test_a_mask_of_another_size_and_the_same_shape_is_scaled_and_that_is_said(
    darkroom: PillowDarkroom, size: tuple[int, int]
) -> None:
    sheet = await darkroom.prepare_mask(saved(a_mask(*size)), a_prepared(600, 400), grey=False)
    assert (sheet.width, sheet.height) == (600, 400)
    assert "scaled" in sheet.warnings[0]


async def test_a_mask_may_be_as_large_as_the_largest_photo(darkroom: PillowDarkroom) -> None:
    picture = a_prepared(2508, 1672, drawn=(6000, 4000))
    sheet = await darkroom.prepare_mask(saved(a_mask(6000, 4000)), picture, grey=False)
    assert (sheet.width, sheet.height) == (2508, 1672)


@pytest.mark.parametrize("left", range(0, 12, 3))
async def test_a_thin_stroke_is_not_lost_when_the_mask_is_made_smaller(
    darkroom: PillowDarkroom, left: int
) -> None:
    mask = Image.new("L", (4000, 3000), 0)
    mask.paste(255, (left, 0, left + 1, 3000))
    picture = a_prepared(2364, 1773, drawn=(4000, 3000))
    image = seen(await darkroom.prepare_mask(saved(mask), picture, grey=False)).convert("L")
    assert image.histogram()[255] >= 1773


@pytest.mark.parametrize("size", [(600, 600), (400, 600), (610, 400), (600, 394)])
async def test_a_mask_of_another_shape_is_refused(
    darkroom: PillowDarkroom, size: tuple[int, int]
) -> None:
    with pytest.raises(PictureUnfit, match="as large as its picture, 600×400"):
        await darkroom.prepare_mask(saved(a_mask(*size)), a_prepared(600, 400), grey=False)


@pytest.mark.parametrize("level", [0, 255, 10, 245])
@pytest.mark.parametrize("grey", [True, False])
async def test_a_mask_of_one_colour_is_refused(
    darkroom: PillowDarkroom, level: int, grey: bool
) -> None:
    plain = saved(Image.new("L", (600, 400), level))
    with pytest.raises(PictureUnfit, match="nothing"):
        await darkroom.prepare_mask(plain, a_prepared(600, 400), grey=grey)


async def test_grey_is_kept_for_those_who_know_it_and_else_made_black_or_white_with_a_warning(
    darkroom: PillowDarkroom,
) -> None:
    ramp = saved(Image.linear_gradient("L").resize((600, 400)))
    kept = await darkroom.prepare_mask(ramp, a_prepared(600, 400), grey=True)
    assert len(seen(kept).getcolors()) > 100
    assert kept.warnings == ()
    cut = await darkroom.prepare_mask(ramp, a_prepared(600, 400), grey=False)
    assert [colour for _, colour in sorted(seen(cut).getcolors())] == [(0,) * 3, (255,) * 3]
    assert "knows no grey" in cut.warnings[0]


async def test_the_soft_edge_of_a_brush_and_the_noise_of_a_jpeg_are_no_reason_to_warn(
    darkroom: PillowDarkroom,
) -> None:
    brushed = a_mask()
    brushed.paste(128, (200, 0, 205, 400))
    for original in (saved(brushed), saved(a_mask(), "JPEG", quality=60)):
        sheet = await darkroom.prepare_mask(original, a_prepared(600, 400), grey=False)
        assert sheet.warnings == ()
        assert len(seen(sheet).getcolors()) == 2


async def test_where_a_mask_is_transparent_nothing_was_painted(darkroom: PillowDarkroom) -> None:
    strokes = Image.new("RGBA", (600, 400), (255, 255, 255, 0))
    strokes.paste((255, 255, 255, 255), (0, 0, 200, 400))
    sheet = await darkroom.prepare_mask(saved(strokes), a_prepared(600, 400), grey=False)
    assert corners(seen(sheet)) == [WHITE, (0, 0, 0), WHITE, (0, 0, 0)]


async def test_a_negative_has_black_for_white(darkroom: PillowDarkroom) -> None:
    mask = await darkroom.prepare_mask(saved(a_mask()), a_prepared(600, 400), grey=False)
    turned = await darkroom.negative(mask)
    difference = np.asarray(seen(mask)).astype(int) + np.asarray(seen(turned))
    assert (difference == 255).all()
