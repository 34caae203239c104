"""A frame is a larger sheet around a picture, and a swatch is a sheet of colours."""

import numpy as np
import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.darkroom import Margins, PictureUnfit
from tests.contract.darkroom.sheets import (
    BLUE,
    GREEN,
    NOVA,
    RED,
    ROOM,
    WHITE,
    corners,
    noise,
    quarters,
    saved,
    seen,
)


async def test_a_frame_keeps_the_picture_and_marks_what_is_new(darkroom: PillowDarkroom) -> None:
    inner = noise(600, 400)
    picture = await darkroom.prepare(saved(inner), NOVA, most_bytes=ROOM)
    sheet, mask = await darkroom.frame(picture, Margins(10, 20, 30, 40), NOVA, most_bytes=ROOM)
    assert (sheet.width, sheet.height) == (mask.width, mask.height) == (630, 470)
    assert np.array_equal(np.asarray(seen(sheet).crop((10, 30, 610, 430))), np.asarray(inner))
    white = np.asarray(seen(mask).convert("L")) == 255
    assert not white[30:430, 10:610].any()
    assert white.sum() == 630 * 470 - 600 * 400
    assert sheet.warnings == ()


@pytest.mark.parametrize(
    "margins", [Margins(0, 0, 0, 1), Margins(1, 0, 0, 0), Margins(0, 200, 300, 0)]
)
async def test_a_frame_continues_the_colours_at_the_edges(
    darkroom: PillowDarkroom, margins: Margins
) -> None:
    picture = await darkroom.prepare(saved(quarters()), NOVA, most_bytes=ROOM)
    sheet, _ = await darkroom.frame(picture, margins, NOVA, most_bytes=ROOM)
    assert corners(seen(sheet)) == [RED, GREEN, BLUE, WHITE]
    assert np.asarray(seen(sheet)).sum(axis=2).min() >= 255


async def test_a_frame_beyond_the_model_s_limits_is_scaled_down_with_all_that_is_on_it(
    darkroom: PillowDarkroom,
) -> None:
    picture = await darkroom.prepare(saved(quarters(2000, 2000)), NOVA, most_bytes=ROOM)
    sheet, mask = await darkroom.frame(picture, Margins(2000, 0, 0, 0), NOVA, most_bytes=ROOM)
    assert sheet.width * sheet.height <= 4_194_304
    assert sheet.width / sheet.height == pytest.approx(2, abs=0.01)
    share = np.asarray(seen(mask).convert("L")).mean() / 255
    assert share == pytest.approx(0.5, abs=0.01)
    assert "4000×2000" in sheet.warnings[0]


async def test_a_frame_that_is_too_long_is_refused(darkroom: PillowDarkroom) -> None:
    picture = await darkroom.prepare(saved(quarters(400, 320)), NOVA, most_bytes=ROOM)
    await darkroom.frame(picture, Margins(880, 0, 0, 0), NOVA, most_bytes=ROOM)
    with pytest.raises(PictureUnfit, match="at most 4 times"):
        await darkroom.frame(picture, Margins(881, 0, 0, 0), NOVA, most_bytes=ROOM)


async def test_a_swatch_shows_each_colour_alike(darkroom: PillowDarkroom) -> None:
    colors = ["#1d3557", "#E63946", "#ffffff"]
    image = seen(await darkroom.swatch(colors)).convert("RGB")
    counted = {colour: count for count, colour in image.getcolors()}
    assert set(counted) == {tuple(bytes.fromhex(color[1:])) for color in colors}
    assert max(counted.values()) - min(counted.values()) <= 2 * image.height
