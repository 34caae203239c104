"""The painter: repeatable, exactly sized, signed, and of the colours that were asked for."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from local.bedrock.nova.fields import STYLES
from local.bedrock.painting import mark
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.encode import Format, encode
from local.bedrock.painting.lexicon import VOCABULARY
from local.bedrock.painting.scene import paint


def a_brief(
    prompt: str = "a quiet lake",
    width: int = 320,
    height: int = 320,
    seed: int = 1,
    negative: str = "",
    style: str = "",
) -> Brief:
    return Brief(prompt, width, height, seed, negative, style)


def sky(brief: Brief) -> tuple[float, float, float]:
    """The mean red, green and blue of the upper half."""
    upper = np.asarray(paint(brief))[: brief.height // 2]
    red, green, blue = upper.reshape(-1, 3).mean(axis=0).tolist()
    return red, green, blue


@pytest.mark.parametrize("style", ["", *STYLES])
def test_equal_briefs_give_equal_pixels_in_every_style(style: str) -> None:
    brief = a_brief("a mountain lake with a fox and flowers", style=style)
    assert paint(brief).tobytes() == paint(brief).tobytes()


def test_another_seed_prompt_or_style_gives_another_picture() -> None:
    first = paint(a_brief()).tobytes()
    assert paint(a_brief(seed=2)).tobytes() != first
    assert paint(a_brief("a quiet meadow")).tobytes() != first
    assert paint(a_brief(style="DESIGN_SKETCH")).tobytes() != first


@pytest.mark.parametrize("size", [(320, 1280), (1280, 320), (336, 320), (1344, 768)])
@pytest.mark.parametrize("prompt", ["a city by the sea", "a castle in the snow", "a portrait"])
def test_the_picture_has_exactly_the_size_asked(prompt: str, size: tuple[int, int]) -> None:
    image = paint(a_brief(prompt, *size))
    assert (image.size, image.mode) == (size, "RGB")


@settings(max_examples=60, deadline=None, database=None)
@given(
    words=st.lists(
        st.sampled_from([*sorted(VOCABULARY), "red", "blue", "black", "white", "golden"]),
        max_size=7,
    ),
    style=st.sampled_from(["", *STYLES]),
    size=st.sampled_from([(320, 320), (320, 1280), (1280, 320)]),
    seed=st.integers(0, 2_147_483_646),
)
def test_no_mixture_of_words_is_too_much_for_the_painter(
    words: list[str], style: str, size: tuple[int, int], seed: int
) -> None:
    image = paint(a_brief(" ".join(words), *size, seed=seed, style=style))
    assert image.size == size
    assert len(set(image.resize((16, 16)).get_flattened_data())) > 8


@pytest.mark.parametrize("prompt", ["", "日本の風景", "\ud800", "x" * 10_000, "🙂" * 50])
def test_any_text_can_be_painted(prompt: str) -> None:
    assert paint(a_brief(prompt)).size == (320, 320)


@pytest.mark.parametrize("seed", range(5))
def test_a_red_sunset_is_red_and_a_blue_ocean_is_blue(seed: int) -> None:
    red, green, blue = sky(a_brief("a red sunset", seed=seed))
    assert red > green + 50
    assert red > blue + 50
    red, green, blue = sky(a_brief("blue ocean", seed=seed))
    assert blue > red + 25
    assert blue > green + 15


def test_green_hills_are_green_under_whatever_sky() -> None:
    lower = np.asarray(paint(a_brief("green hills")))[250:]
    red, green, blue = lower.reshape(-1, 3).mean(axis=0)
    assert green > max(red, blue)


def test_night_is_darker_than_day() -> None:
    assert sum(sky(a_brief("hills at night"))) < 0.5 * sum(sky(a_brief("hills at noon")))


def test_a_negative_word_takes_its_motif_out_and_leaves_the_rest() -> None:
    whole = np.asarray(paint(a_brief("a cat on a hill at noon"))).astype(int)
    without = np.asarray(paint(a_brief("a cat on a hill at noon", negative="cats"))).astype(int)
    changed = np.abs(whole - without).max(axis=2) > 12
    assert 0.005 < changed.mean() < 0.25
    assert not changed[:60].any()


@pytest.mark.parametrize("size", [(320, 320), (1024, 512)])
def test_the_mark_stands_in_the_corner(size: tuple[int, int]) -> None:
    left, top, right, bottom = mark.box(size)
    assert size[0] // 2 < left < right <= size[0]
    assert size[1] // 2 < top < bottom <= size[1]
    plain = Image.new("RGB", size, (90, 140, 90))
    signed = plain.copy()
    mark.sign(signed)
    changed = (np.asarray(signed) != np.asarray(plain)).any(axis=2)
    assert changed[top:bottom, left:right].mean() > 0.9
    changed[top:bottom, left:right] = False
    assert not changed.any()
    whites = np.asarray(signed)[top:bottom, left:right].min(axis=2) > 200
    assert whites.any()


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
def test_the_file_says_that_it_is_simulated_by_which_model_from_which_seed(
    wanted: Format,
) -> None:
    data = encode(paint(a_brief()), wanted, model="some.model-v1:0", seed=41)
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (image.format, image.size) == (wanted.upper(), (320, 320))
    if wanted == "png":
        written = f"{image.info['Software']} {image.info['Comment']}"
    else:
        written = f"{image.getexif()[0x0131]} {image.getexif()[0x010E]}"
    for word in ("simulat", "some.model-v1:0", "seed 41"):
        assert word in written


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_our_png_is_read_back_pixel_for_pixel(mode: str) -> None:
    channels = len(Image.new(mode, (1, 1)).getbands())
    noise = np.random.default_rng(3).integers(0, 256, (17, 23, channels), np.uint8)
    image = Image.fromarray(noise.squeeze())
    read = Image.open(io.BytesIO(encode(image, "png", model="m", seed=0)))
    assert read.mode == mode
    assert read.tobytes() == image.tobytes()
