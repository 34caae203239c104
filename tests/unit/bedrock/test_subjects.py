"""What a picture shows is found in it, and cut out."""

import numpy as np
import pytest
from PIL import Image, ImageChops

from local.bedrock import editing
from local.bedrock.painting.scene import compose
from tests.drawings import a_ball, a_disc
from tests.unit.bedrock.judging import SIZE, a_brief, overlap, white


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
