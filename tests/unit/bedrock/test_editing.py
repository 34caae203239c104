"""What is done to given pictures, judged by pixels."""

from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from local.bedrock import editing
from local.bedrock.painting import mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import compose
from tests.drawings import (
    BALL,
    GARMENT,
    a_ball,
    a_disc,
    a_person,
    a_shirt,
    alikeness,
    ball_box,
    shares,
)

SIZE = (384, 320)
PALETTE = ["#264653", "#2a9d8f", "#e9c46a", "#e76f51"]


def a_brief(prompt: str = "a desert", seed: int = 1, size: tuple[int, int] = SIZE) -> Brief:
    return Brief(prompt, *size, seed)


def differs(one: Image.Image, other: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where two pictures are not the same."""
    return (np.asarray(one) != np.asarray(other)).any(axis=2)


def white(mask: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(mask) > 127


def overlap(one: Image.Image, other: Image.Image) -> float:
    """Shared area by joint area."""
    a, b = white(one), white(other)
    return float((a & b).sum() / (a | b).sum())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, in levels of 0 to 255."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


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


@pytest.mark.parametrize("words", ["", "the red ball"])
def test_the_ball_is_the_subject(words: str) -> None:
    assert overlap(editing.subject_mask(a_ball(), words), a_disc()) > 0.95


def test_the_background_is_all_but_the_subject() -> None:
    everything = ImageChops.invert(a_disc())
    assert overlap(editing.subject_mask(a_ball(), "the background"), everything) > 0.95


def test_a_named_colour_is_found_beside_the_subject() -> None:
    image = a_ball()
    image.paste((40, 160, 60), (10, 240, 110, 310))
    found = editing.subject_mask(image, "the green box")
    wanted = Image.new("L", SIZE)
    wanted.paste(255, (10, 240, 110, 310))
    assert overlap(found, wanted) > 0.9


def test_the_sky_is_above_and_the_ground_below() -> None:
    image = compose(a_brief("a red fox in a meadow at noon", 3))
    sky = white(editing.subject_mask(image, "the sky"))
    ground = white(editing.subject_mask(image, "the ground"))
    assert sky[:80].mean() > 0.8
    assert sky[-80:].mean() < 0.1
    assert ground[-40:].mean() > 0.6
    assert ground[:120].mean() < 0.1


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", SIZE, (120, 130, 140)),
        Image.new("RGB", (320, 1280), "white"),
        Image.effect_noise((320, 320), 90).convert("RGB"),
        Image.radial_gradient("L").convert("RGB"),
        compose(a_brief("a city by the sea at sunset")),
        compose(a_brief("an abstract pattern")),
    ],
    ids=["plain", "tall", "noise", "radial", "city", "abstract"],
)
@pytest.mark.parametrize("words", ["", "the blue thing", "sky", "background"])
def test_a_mask_is_never_empty_and_never_everything(image: Image.Image, words: str) -> None:
    found = editing.subject_mask(image, words)
    assert (found.mode, found.size) == ("L", image.size)
    assert set(np.unique(np.asarray(found))) == {0, 255}


def test_a_cut_out_is_opaque_on_the_subject_and_clear_around_it() -> None:
    image = a_ball()
    alone = editing.cut_out(image)
    assert (alone.mode, alone.size) == ("RGBA", SIZE)
    alpha = np.asarray(alone.getchannel("A"))
    inner, around = a_disc(grow=-3), a_disc(grow=4)
    assert (alpha[white(inner)] == 255).all()
    assert (alpha[~white(around)] == 0).all()
    kept = np.asarray(alone.convert("RGB"))[white(inner)]
    assert (kept == np.asarray(image)[white(inner)]).all()


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


def rows(region: Image.Image) -> tuple[int, int]:
    box = region.getbbox()
    assert box
    return box[1], box[3]


@pytest.mark.parametrize("garment_class", sorted(editing.CUTS))
@pytest.mark.parametrize("shape", ["CONTOUR", "BOUNDING_BOX", "DEFAULT"])
def test_every_garment_has_a_place_on_the_person(
    garment_class: str, shape: Literal["CONTOUR", "BOUNDING_BOX", "DEFAULT"]
) -> None:
    region = editing.garment_region(a_person(), garment_class, shape)
    assert region.size == a_person().size
    assert 0.002 < white(region).mean() < 0.5
    if shape == "BOUNDING_BOX":
        box = region.getbbox()
        assert box
        assert white(region).sum() == (box[2] - box[0]) * (box[3] - box[1])


def test_garments_are_where_they_are_worn() -> None:
    person = a_person()
    shirt, trousers, shoes = (
        rows(editing.garment_region(person, name)) for name in ("UPPER_BODY", "LONG_PANTS", "SHOES")
    )
    assert 110 < shirt[0] < 140 < 320 < shirt[1] < 345
    assert 300 < trousers[0] < 335 < 550 < trousers[1] < 590
    assert 555 < shoes[0] < shoes[1] < 612
    assert rows(editing.garment_region(person, "SHORT_PANTS"))[1] < 450
    assert rows(editing.garment_region(person, "BOOTS"))[0] < shoes[0]


def test_sleeves_tucks_and_open_fronts_show_in_the_region() -> None:
    person = a_person()
    long, short, none = (
        white(editing.garment_region(person, f"{sleeve}_SLEEVE_SHIRT")).sum()
        for sleeve in ("LONG", "SHORT", "NO")
    )
    assert long > short > none
    rolled = editing.garment_region(person, "LONG_SLEEVE_SHIRT", sleeves="short")
    assert white(rolled).sum() == short
    whole, tucked, opened = (
        editing.garment_region(person, "UPPER_BODY", **styling)
        for styling in ({}, {"tucked": True}, {"opened": True})
    )
    assert rows(tucked)[1] < rows(whole)[1]
    assert not white(opened)[250, 185:199].any()
    assert white(whole)[250, 185:199].all()


def test_words_point_to_garments_and_to_other_things() -> None:
    person = a_person()
    assert editing.worded_region(person, "the jacket") == editing.garment_region(
        person, "UPPER_BODY"
    )
    assert overlap(editing.worded_region(a_ball(), "the red ball"), a_disc()) > 0.95


@pytest.mark.parametrize("merge_style", ["BALANCED", "SEAMLESS", "DETAILED"])
def test_a_garment_s_colours_land_in_the_region(
    merge_style: Literal["BALANCED", "SEAMLESS", "DETAILED"],
) -> None:
    person = a_person()
    region = editing.garment_region(person, "UPPER_BODY")
    worn = editing.try_on(person, a_shirt(), region, merge_style, seed=1)
    inside = white(region)
    cloth = np.asarray(worn, float)[inside]
    assert (np.abs(np.median(cloth, axis=0) - GARMENT) < 25).all()
    changed = differs(person, worn)[~inside]
    if merge_style == "SEAMLESS":
        assert changed.mean() > 0.99
        assert np.abs(np.asarray(person, int) - np.asarray(worn, int))[:30].max() <= 1
    else:
        assert not changed.any()


def test_cloth_without_a_shape_is_taken_whole() -> None:
    person, cloth = a_person(), Image.new("RGB", (400, 400), (160, 40, 140))
    region = editing.garment_region(person, "LONG_DRESS")
    worn = np.asarray(editing.try_on(person, cloth, region, "BALANCED", 1), float)[white(region)]
    assert (np.abs(np.median(worn, axis=0) - (160, 40, 140)) < 25).all()


def test_what_is_spared_is_the_face_and_the_hands() -> None:
    person = a_person()
    face = editing.spared(person, face=True, hands=False)
    hands = editing.spared(person, face=False, hands=True)
    assert white(face)[80, 192]
    assert rows(face)[1] < 125
    assert white(hands)[312, 114]
    assert white(hands)[312, 270]
    assert not white(hands)[312, 192]


@pytest.mark.parametrize("size", [(64, 64), (320, 1280), (1280, 320)])
def test_no_size_is_too_odd_for_any_of_it(size: tuple[int, int]) -> None:
    image, brief = a_ball(size), a_brief("a lake", size=size)
    mask = editing.subject_mask(image)
    assert editing.repaint(image, mask, brief).size == size
    assert editing.cut_out(image).size == size
    assert editing.recolour(image, mask, brief).size == size
    assert editing.restyle(image, a_ball((300, 90)), seed=1).size == size
    assert editing.vary([image], brief, 0.5).size == size
    assert editing.follow(image, "canny", 0.7, brief).size == size
    assert editing.garment_region(image, "UPPER_BODY").size == size
    assert editing.enlarge(image, (size[0] * 2, size[1] * 2), "creative").width == size[0] * 2


def test_equal_requests_give_equal_pixels() -> None:
    image, brief = a_ball(), a_brief("a lake")
    for made in (
        lambda: editing.repaint(image, a_disc(), brief),
        lambda: editing.extend(image, 30, 30, 30, 30, brief),
        lambda: editing.cut_out(image),
        lambda: editing.follow(image, "canny", 0.5, brief),
        lambda: editing.paint_in_colours(brief, PALETTE),
        lambda: editing.vary([image], brief, 0.5),
        lambda: editing.try_on(
            a_person(), a_shirt(), editing.silhouette(a_person()), "BALANCED", 1
        ),
    ):
        assert made().tobytes() == made().tobytes()
