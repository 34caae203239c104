"""A picture is made after another one, and is as like it as was asked for."""

from typing import Literal

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from local.bedrock import editing
from local.bedrock.painting import mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import compose
from tests.drawings import BALL, a_ball, a_disc, alikeness, shares
from tests.unit.bedrock.judging import PALETTE, SIZE, a_brief, differs, likeness, white


@pytest.mark.parametrize("mode", ["canny", "segmentation", "sketch", "structure"])
@pytest.mark.parametrize("subject", ["ball", "city", "lines"])
def test_following_keeps_the_edges(
    mode: Literal["canny", "segmentation", "sketch", "structure"], subject: str
) -> None:
    control = {
        "ball": a_ball,
        "city": lambda: compose(a_brief("a city by the sea at sunset", 2)),
        "lines": lambda: ImageChops.invert(a_disc().filter(ImageFilter.FIND_EDGES)).convert("RGB"),
    }[subject]()
    brief = a_brief("an autumn forest", 4)
    followed = editing.follow(control, mode, 0.7, brief)
    assert followed.size == SIZE
    own = alikeness(control, followed)
    assert own > 0.3
    assert own > 3 * abs(alikeness(control, compose(a_brief("an owl at night", 9))))
    assert own > 2 * alikeness(control, editing.follow(control, mode, 0.0, brief))


def test_following_takes_the_size_and_the_colours_of_the_brief() -> None:
    control = a_ball()
    red = editing.follow(control, "segmentation", 0.7, Brief("red sunset", 640, 448, 1))
    blue = editing.follow(control, "segmentation", 0.7, Brief("blue ocean", 640, 448, 1))
    assert red.size == blue.size == (640, 448)
    assert np.asarray(red)[..., 0].mean() > np.asarray(blue)[..., 0].mean() + 30


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("prompt", ["a castle on a hill", "blue ocean at night", "a portrait"])
def test_the_colours_given_dominate(count: int, prompt: str) -> None:
    colours = PALETTE[:count]
    image = editing.paint_in_colours(a_brief(prompt), colours)
    assert image.size == SIZE
    wanted = [(int(c[1:3], 16), int(c[3:5], 16), int(c[5:], 16)) for c in colours]
    found = shares(image, wanted, near=75)
    assert sum(found) > 0.65
    assert min(found) > 0.1 / count


def test_a_reference_mixes_its_colours_in() -> None:
    brief = a_brief("a castle on a hill")
    alone = editing.paint_in_colours(brief, ["#264653"])
    mixed = editing.paint_in_colours(brief, ["#264653"], Image.new("RGB", SIZE, BALL))
    assert shares(alone, [BALL], 75) == [0]
    assert shares(mixed, [BALL], 75)[0] > 0.1


@pytest.mark.parametrize("prompt", ["", "an owl in a forest"])
def test_a_variation_is_closer_the_higher_the_similarity(prompt: str) -> None:
    image = compose(a_brief("a red fox in a meadow at noon", 3))
    far, middle, close = (
        likeness(image, editing.vary([image], a_brief(prompt, 4), similarity))
        for similarity in (0.2, 0.7, 1.0)
    )
    assert close < middle < far
    assert close < 12


@pytest.mark.parametrize("similarity", [0.2, 0.7])
def test_a_variation_keeps_the_palette(similarity: float) -> None:
    image = compose(a_brief("orange desert at noon", 3))
    varied = editing.vary([image], a_brief("blue ocean", 4), similarity)
    own = np.asarray(image, float).mean(axis=(0, 1))
    assert np.abs(np.asarray(varied, float).mean(axis=(0, 1)) - own).max() < 16
    painted = np.asarray(compose(a_brief("blue ocean", 4)), float).mean(axis=(0, 1))
    assert np.abs(painted - own).max() > 60


@pytest.mark.parametrize("seed", range(6))
def test_a_bent_picture_has_no_holes(seed: int) -> None:
    white = Image.new("RGB", SIZE, "white")
    varied = editing.vary([white], a_brief("", seed), 0.2)
    left, top, right, bottom = mark.box(SIZE)
    varied.paste("white", (left, top, right, bottom))
    assert np.asarray(varied).min() > 240


def test_a_variation_of_several_pictures_shows_more_than_the_first() -> None:
    images = [a_ball(), Image.new("RGB", (320, 320), (20, 160, 60)), a_ball((640, 320))]
    alone = editing.vary(images[:1], a_brief(""), 0.3)
    together = editing.vary(images, a_brief(""), 0.3)
    green = np.asarray(together, float)
    assert alone.size == together.size == SIZE
    assert (
        (green[..., 1] > green[..., 0] + 30) & (green[..., 1] > green[..., 2] + 30)
    ).mean() > 0.05


def test_redrawing_goes_from_the_picture_to_the_brief() -> None:
    image, brief = a_ball(), a_brief("a castle in the snow at night")
    assert editing.redraw(image, brief, 0).tobytes() == image.tobytes()
    scene = compose(brief)
    steps = [editing.redraw(image, brief, strength) for strength in (0.2, 0.5, 0.8, 1)]
    away = [likeness(image, step) for step in steps]
    assert away == sorted(away)
    assert likeness(scene, steps[-1]) < 1


def test_recolouring_changes_the_hue_and_keeps_light_and_shade_and_the_rest() -> None:
    image = compose(a_brief("a red fox in a meadow at noon", 3))
    region = editing.subject_mask(image, "the red fox")
    dyed = editing.recolour(image, region, a_brief("a blue fox"))
    inside = white(region)
    assert not differs(image, dyed)[~inside].any()
    pixels = np.asarray(dyed, int)[inside]
    assert (pixels[:, 2] > pixels[:, 0]).mean() > 0.95
    before, after = (np.asarray(x.convert("L"), int)[inside] for x in (image, dyed))
    assert np.quantile(np.abs(before - after), 0.7) <= 2  # the rest is the mark


def test_a_style_brings_its_colours_and_leaves_the_composition() -> None:
    image = compose(a_brief("a red fox in a meadow at noon", 3))
    style = compose(a_brief("purple night over the sea", 2))
    styled = editing.restyle(image, style, seed=1)
    means = [np.asarray(x, float).mean(axis=(0, 1)) for x in (image, styled, style)]
    assert np.abs(means[1] - means[2]).max() < 0.45 * np.abs(means[0] - means[2]).max()
    assert alikeness(image, styled) > 0.3
    assert alikeness(image, styled) > 3 * abs(alikeness(style, styled))


@pytest.mark.parametrize(
    "weaker", [{"style_strength": 0.3}, {"change_strength": 0.2}, {"composition_fidelity": 0.2}]
)
def test_each_strength_of_a_style_transfer_counts(weaker: dict[str, float]) -> None:
    image, style = a_ball(), compose(a_brief("purple night over the sea", 2))
    strong = editing.restyle(image, style, seed=1)
    other = editing.restyle(image, style, seed=1, **weaker)
    if "composition_fidelity" in weaker:
        assert alikeness(image, other) < alikeness(image, strong)
    else:
        assert likeness(image, other) < likeness(image, strong)


@pytest.mark.parametrize("kind", ["fast", "conservative", "creative"])
def test_an_enlarged_picture_has_the_size_and_the_content(
    kind: Literal["fast", "conservative", "creative"],
) -> None:
    image = a_ball()
    large = editing.enlarge(image, (1536, 1280), kind)
    assert large.size == (1536, 1280)
    assert likeness(image, large.resize(SIZE, Image.Resampling.BOX)) < 3


def test_the_creative_enlargement_invents_more_the_freer_it_is() -> None:
    image = a_ball()
    plain, some, more = (
        editing.enlarge(image, (768, 640), "creative", creativity=c, seed=5)
        for c in (0.1, 0.3, 0.5)
    )
    assert likeness(plain, some) < likeness(plain, more)
    assert editing.enlarge(image, (768, 640), "creative", seed=5).tobytes() == some.tobytes()
