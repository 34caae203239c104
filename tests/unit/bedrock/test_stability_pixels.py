"""What the image services make of the pictures given, judged by pixels."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from local.bedrock.models import SERVICES
from local.bedrock.painting.brief import Brief
from local.bedrock.painting.scene import compose
from local.bedrock.rules import checked
from local.bedrock.stability.dialect import Stability
from local.bedrock.stability.fields import SIZES
from local.bedrock.stability.generation import sd35
from local.bedrock.stability.regions import grown
from tests.drawings import BALL, a_ball, a_disc, alikeness, decoded, encoded, shares
from tests.unit.bedrock.judging import SIZE, differs, likeness

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def made(service: str, **body: Any) -> Image.Image:
    """The picture that a service makes; its seed is 5 unless it is set or there is none."""
    read = sd35 if service == "sd35" else partial(checked, SERVICES[service][1])
    dialect = Stability(read, lambda: 5)
    order = dialect.order("model", body)
    reply = dialect.reply(order, [order.pictures[0].draw()])
    return decoded(reply["images"][0])


def pixels(image: Image.Image) -> Pixels:
    return np.asarray(image)


def white(mask: Image.Image) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(pixels(mask) > 0)


def a_scene(prompt: str, seed: int = 3, size: tuple[int, int] = SIZE) -> Image.Image:
    return compose(Brief(prompt, *size, seed))


@pytest.mark.parametrize(
    ("service", "words"),
    [("stable-image-inpaint", {"prompt": "a castle"}), ("stable-image-erase-object", {})],
)
@pytest.mark.parametrize("grow", [0, 7])
def test_outside_a_mask_nothing_changes_and_inside_nearly_everything(
    service: str, words: dict[str, str], grow: int
) -> None:
    image, mask = a_ball(), a_disc()
    result = made(service, image=encoded(image), mask=encoded(mask), grow_mask=grow, **words)
    changed, region = differs(image, result), white(grown(mask, grow))
    assert not changed[~region].any()
    assert changed[white(mask)].mean() > 0.95


def test_grey_in_a_mask_is_partial_and_a_small_mask_is_stretched() -> None:
    image, ends = a_ball(), {}
    for level in (0, 128, 255):
        mask = Image.new("L", (4, 3), level)
        body = {"image": encoded(image), "mask": encoded(mask), "prompt": "a dark night"}
        ends[level] = likeness(image, made("stable-image-inpaint", **body))
    assert ends[0] == 0
    assert 0.35 * ends[255] < ends[128] < 0.65 * ends[255]


def test_without_a_mask_what_is_transparent_is_painted_and_the_rest_stays() -> None:
    ball = a_ball()
    image = ball.copy()
    image.putalpha(a_disc().point([255 - value for value in range(256)]))
    result = made("stable-image-inpaint", image=encoded(image), prompt="a meadow", grow_mask=0)
    changed, hole = differs(ball, result), white(a_disc())
    assert result.mode == "RGB"
    assert not changed[~hole].any()
    assert changed[hole].mean() > 0.9


def test_an_erased_object_is_gone() -> None:
    image = a_ball()
    result = made("stable-image-erase-object", image=encoded(image), mask=encoded(a_disc()))
    assert shares(image, [BALL], 30)[0] > 0.15
    assert shares(result, [BALL], 30)[0] == 0


def test_what_the_words_name_is_replaced_and_the_corners_stay() -> None:
    image = a_ball()
    result = made(
        "stable-image-search-replace",
        image=encoded(image),
        prompt="a blue lake",
        search_prompt="the red ball",
    )
    changed, ball = differs(image, result), white(a_disc())
    assert shares(result, [BALL], 30)[0] < 0.01
    assert changed[ball].mean() > 0.9
    assert not changed[~white(a_disc(grow=12))].any()


def test_what_the_words_name_gets_the_colour_asked_for_and_keeps_its_shape() -> None:
    image = a_ball()
    result = made(
        "stable-image-search-recolor",
        image=encoded(image),
        prompt="bright green",
        select_prompt="the red ball",
        grow_mask=0,
    )
    inside = white(a_disc(grow=-16))
    red, green, _ = pixels(result)[inside].astype(int).mean(axis=0)
    assert green > red + 30
    assert not differs(image, result)[~white(a_disc(grow=6))].any()


@pytest.mark.parametrize("prompt", ["a stormy sea", ""])
@pytest.mark.parametrize(
    "sides",
    [{"left": 70}, {"right": 1, "up": 33}, {"left": 40, "right": 60, "up": 20, "down": 90}],
)
def test_outpainting_enlarges_the_sheet_and_keeps_the_picture(
    sides: dict[str, int], prompt: str
) -> None:
    image = a_ball()
    result = made("stable-outpaint", image=encoded(image), prompt=prompt, **sides)
    left, up = sides.get("left", 0), sides.get("up", 0)
    wide = image.width + left + sides.get("right", 0)
    high = image.height + up + sides.get("down", 0)
    assert result.size == (wide, high)
    kept = result.crop((left, up, left + image.width, up + image.height))
    assert kept.tobytes() == image.tobytes()


def test_more_creativity_paints_more_of_its_own_beyond_the_picture() -> None:
    image = a_ball()
    body = {"image": encoded(image), "right": 300, "prompt": "a green forest"}
    plain = made("stable-outpaint", **(body | {"prompt": ""}))
    timid, bold = (made("stable-outpaint", **body, creativity=share) for share in (0.1, 1.0))
    assert likeness(plain, bold) > likeness(plain, timid) > 0


def test_the_background_becomes_transparent_and_the_subject_stays_as_it_is() -> None:
    image = a_ball()
    for wanted in ("png", "webp"):
        result = made("stable-image-remove-background", image=encoded(image), output_format=wanted)
        assert result.mode == "RGBA"
        alpha = pixels(result)[..., 3]
        subject = white(a_disc(grow=-6))
        assert (alpha[subject] == 255).all()
        assert (alpha[~white(a_disc(grow=8))] == 0).all()
        if wanted == "png":
            assert (pixels(result)[..., :3][subject] == pixels(image)[subject]).all()


def test_jpeg_knows_no_transparency_and_shows_the_subject_on_white() -> None:
    result = made("stable-image-remove-background", image=encoded(a_ball()), output_format="jpeg")
    assert result.mode == "RGB"
    corners = [(0, 0), (383, 0), (0, 319), (383, 319)]
    assert all(min(result.getpixel(corner)) > 250 for corner in corners)  # type: ignore[arg-type]
    assert shares(result, [BALL], 30)[0] > 0.15


@pytest.mark.parametrize(
    "service", ["stable-image-control-sketch", "stable-image-control-structure"]
)
def test_a_controlled_picture_keeps_the_lines_of_its_model(service: str) -> None:
    if service.endswith("sketch"):
        control = Image.new("RGB", SIZE, "white")
        draw = ImageDraw.Draw(control)
        draw.polygon([(40, 280), (190, 40), (340, 280)], outline="black", width=5)
        draw.ellipse((260, 30, 340, 110), outline="black", width=5)
    else:
        control = a_ball()
    body = {"prompt": "a mountain lake at noon", "image": encoded(control)}
    result = made(service, **body)
    loose = made(service, **body, control_strength=0.1)
    unrelated = a_scene("a city street at night", seed=8)
    assert result.size == control.size
    assert alikeness(control, result) > alikeness(control, unrelated) + 0.3
    assert alikeness(control, result) > alikeness(control, loose)


def test_a_controlled_picture_is_painted_from_its_prompt() -> None:
    body = {"image": encoded(a_ball())}
    snow, desert = (
        made("stable-image-control-structure", **body, prompt=prompt)
        for prompt in ("a snowy mountain in blue winter light", "an orange desert at sunset")
    )
    assert likeness(snow, desert) > 15


def test_a_style_guide_gives_its_colours_to_a_picture_of_another_subject() -> None:
    guide = Image.new("RGB", (256, 256), (150, 40, 160))
    guide.paste((240, 200, 60), (0, 128, 256, 256))
    body = {"prompt": "a quiet lake", "image": encoded(guide), "aspect_ratio": "3:2"}
    colours = [(150, 40, 160), (240, 200, 60)]
    faint, near = (
        sum(shares(made("stable-image-style-guide", **body, fidelity=share), colours, 110))
        for share in (0.0, 1.0)
    )
    result = made("stable-image-style-guide", **body, fidelity=1.0)
    assert result.size == SIZES["3:2"]
    assert near > 0.5
    assert near > faint


def test_a_style_is_transferred_and_the_composition_stays() -> None:
    image = a_ball()
    style = a_scene("a city at night in purple and orange")
    body = {"init_image": encoded(image), "style_image": encoded(style)}
    result = made("stable-style-transfer", **body)
    unrelated = a_scene("a mountain lake", seed=8)

    def mean(picture: Image.Image) -> Any:
        return pixels(picture).reshape(-1, 3).mean(axis=0)

    assert result.size == image.size
    assert alikeness(image, result) > alikeness(image, unrelated) + 0.25
    before, after = (np.abs(mean(picture) - mean(style)).sum() for picture in (image, result))
    assert after < before / 2
    faint = made("stable-style-transfer", **body, style_strength=0.1)
    assert likeness(image, faint) < likeness(image, result)


def test_words_show_in_a_transferred_style_where_the_composition_is_free() -> None:
    body = {"init_image": encoded(a_ball()), "style_image": encoded(a_scene("a sunset"))}
    free = {"composition_fidelity": 0.0, **body}
    plain, worded = (made("stable-style-transfer", **free, prompt=p) for p in ("", "a forest"))
    assert likeness(plain, worded) > 3


@pytest.mark.parametrize(
    ("service", "size", "expected"),
    [
        ("stable-fast-upscale", (96, 64), (384, 256)),
        ("stable-fast-upscale", (49, 40), (196, 160)),
        ("stable-creative-upscale", (96, 64), (4096, 2731)),
        ("stable-conservative-upscale", (64, 96), (2731, 4096)),
        ("stable-conservative-upscale", (4200, 1680), (4200, 1680)),
    ],
)
def test_an_upscaled_picture_has_its_size_and_shows_the_same(
    service: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    image = a_ball(size)
    words = {} if "fast" in service else {"prompt": "a ball"}
    result = made(service, image=encoded(image), output_format="jpeg", **words)
    assert result.size == expected
    again = result.resize(image.size, Image.Resampling.BOX)
    assert likeness(image, again) < 6


def test_more_creativity_invents_more_detail() -> None:
    body = {"image": encoded(a_ball((96, 64))), "prompt": "a ball"}
    plain = made("stable-conservative-upscale", **body).crop((1800, 1200, 2200, 1500))
    timid, bold = (
        made("stable-creative-upscale", **body, creativity=share).crop((1800, 1200, 2200, 1500))
        for share in (0.1, 0.5)
    )
    assert likeness(plain, bold) > likeness(plain, timid) > 0


def test_the_higher_the_strength_the_farther_from_the_first_picture() -> None:
    image = a_ball((1024, 1024))
    body = {
        "mode": "image-to-image",
        "prompt": "a forest at night",
        "image": encoded(image),
        "seed": 9,
    }
    away = [
        likeness(image, made("sd35", **body, strength=strength)) for strength in (0, 0.35, 0.7, 1)
    ]
    assert away[0] == 0
    assert away == sorted(away)
    assert away[3] > away[1] + 5


def test_the_same_request_gives_the_same_picture_and_another_seed_another() -> None:
    body = {"prompt": "a castle", "image": encoded(a_ball()), "mask": encoded(a_disc())}
    first, again = (made("stable-image-inpaint", **body, seed=3) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert differs(first, made("stable-image-inpaint", **body, seed=4)).any()


@pytest.mark.parametrize("grow", [0, 1, 2, 5, 20])
def test_a_mask_grows_by_so_many_pixels_in_every_direction(grow: int) -> None:
    mask = Image.new("L", (100, 90))
    mask.paste(255, (40, 50, 44, 52))
    box = (40 - grow, 50 - grow, 44 + grow, 52 + grow)
    assert grown(mask, grow).getbbox() == box
    assert white(grown(mask, grow)).sum() == (4 + 2 * grow) * (2 + 2 * grow)


def test_a_tiny_mask_grows_no_farther_than_its_sheet() -> None:
    mask = Image.new("L", (3, 1))
    mask.putpixel((0, 0), 200)
    assert grown(mask, 20).tobytes() == bytes([200, 200, 200])
