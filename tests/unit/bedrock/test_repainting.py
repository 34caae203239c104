"""A place in a picture is painted over while the rest stays, or it goes on beyond its edges."""

import numpy as np
import pytest
from PIL import Image

from local.bedrock import editing
from local.bedrock.painting import mark
from tests.drawings import a_ball, a_disc, ball_box
from tests.unit.bedrock.judging import SIZE, a_brief, differs, likeness, white


@pytest.mark.parametrize("prompt", ["a desert at night", ""])
@pytest.mark.parametrize("soft", [True, False])
def test_repainting_touches_nothing_outside_the_mask(prompt: str, soft: bool) -> None:
    image, mask = a_ball(), a_disc(grow=6)
    changed = differs(image, editing.repaint(image, mask, a_brief(prompt), soft=soft))
    inside = np.asarray(mask) > 0
    assert not changed[~inside].any()
    assert changed[inside].mean() > 0.85


def test_repainting_with_words_shows_them_and_each_seed_differently() -> None:
    image, mask = a_ball(), Image.new("L", SIZE, 255)
    red = editing.repaint(image, mask, a_brief("red sunset"))
    assert np.asarray(red)[:100, :, 0].mean() > np.asarray(red)[:100, :, 2].mean() + 40
    assert differs(red, editing.repaint(image, mask, a_brief("red sunset", seed=2))).mean() > 0.5


def test_repainting_without_words_closes_the_place_from_what_surrounds_it() -> None:
    image, mask = a_ball(), a_disc(grow=6)
    closed = np.asarray(editing.repaint(image, mask, a_brief("")), int)
    sky = np.asarray(a_ball((8, 320)), int)[:, :1]
    left, top, right, bottom = ball_box()
    away = np.abs(closed - sky).max(axis=2)[top:bottom, left:right]
    assert np.quantile(away, 0.8) < 12


def test_a_grey_mask_changes_by_halves() -> None:
    image = a_ball()
    half = editing.repaint(image, Image.new("L", SIZE, 128), a_brief("dark night"))
    whole = editing.repaint(image, Image.new("L", SIZE, 255), a_brief("dark night"))
    assert likeness(image, half) == pytest.approx(likeness(image, whole) / 2, rel=0.15)


def test_an_empty_mask_changes_nothing() -> None:
    image = a_ball()
    assert editing.repaint(image, Image.new("L", SIZE), a_brief()).tobytes() == image.tobytes()


def test_the_mark_stands_inside_the_repainted_place_if_there_is_room() -> None:
    mask = Image.new("L", SIZE)
    mask.paste(255, (100, 100, 300, 200))
    whole, sheet = Image.new("RGB", SIZE, (90, 140, 90)), Image.new("RGB", SIZE, (90, 140, 90))
    mark.sign_within(sheet, mask)
    changed = differs(whole, sheet)
    assert changed[100:200, 100:300].any()
    assert not changed[~white(mask)].any()
    narrow = Image.new("L", SIZE)
    narrow.paste(255, (100, 100, 300, 104))
    mark.sign_within(whole, narrow)
    assert len(set(whole.get_flattened_data())) == 1


@pytest.mark.parametrize("prompt", ["a stormy sea", ""])
@pytest.mark.parametrize("sides", [(64, 0, 0, 0), (0, 33, 0, 0), (40, 60, 20, 90), (0, 0, 0, 700)])
def test_an_extended_picture_keeps_the_first_one_and_goes_on_from_its_edge(
    sides: tuple[int, int, int, int], prompt: str
) -> None:
    image = a_ball()
    left, right, up, down = sides
    extended = editing.extend(image, left, right, up, down, a_brief(prompt))
    assert extended.size == (SIZE[0] + left + right, SIZE[1] + up + down)
    kept = extended.crop((left, up, left + SIZE[0], up + SIZE[1]))
    assert kept.tobytes() == image.tobytes()
    if left:
        beside = np.asarray(extended.crop((left - 1, up, left + 1, up + 120)), int)
        assert np.abs(beside[:, 0] - beside[:, 1]).mean() < 6


def test_the_freer_an_extension_the_more_it_shows_its_prompt() -> None:
    night = a_brief("midnight forest")
    shades = [
        np.asarray(editing.extend(a_ball(), 300, 0, 0, 0, night, freedom=f))[:, :200].mean()
        for f in (0.1, 0.5, 1.0)
    ]
    assert shades[0] > shades[1] > shades[2]
