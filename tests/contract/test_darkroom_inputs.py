"""The contract of ``Darkroom``: users' pictures and masks made fit for a model."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.adapters.pillow_inputs import check_shape, within
from shared.catalog import Catalog
from shared.darkroom import Margins, PictureUnfit, PictureUnreadable, Sheet
from shared.models import InputRules
from tests.builders import a_picture

CATALOG = Catalog.load()
ROOM = 18_500_000


def rules_of(name: str) -> InputRules:
    rules = CATALOG.model(name).inputs
    assert rules is not None
    return rules


NOVA = rules_of("nova-canvas")
INPAINT = rules_of("stable-image-inpaint")


@pytest.fixture(scope="module")
def darkroom() -> Iterator[PillowDarkroom]:
    room = PillowDarkroom()
    yield room
    room.close()


def saved(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def noise(width: int, height: int, channels: int = 3) -> Image.Image:
    values = np.random.default_rng(7).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Image.fromarray(values)


def quarters(width: int = 400, height: int = 600) -> Image.Image:
    """Red, green, blue and white, so that one sees which way is up."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    return corners.resize((width, height), Image.Resampling.NEAREST)


def seen(sheet: Sheet) -> Image.Image:
    image = Image.open(BytesIO(sheet.body))
    image.load()
    assert image.size == (sheet.width, sheet.height)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The four corner colours, rounded as a JPEG may have spoilt them."""
    w, h = image.size
    places = [(5, 5), (w - 6, 5), (5, h - 6), (w - 6, h - 6)]
    return [tuple(round(v / 255) for v in image.getpixel(place)[:3]) for place in places]


RED, GREEN, BLUE, WHITE = (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)


# Kept as it is.


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


# Put right.


def animated(kind: str) -> bytes:
    return saved(quarters(), kind, save_all=True, append_images=[noise(400, 600)], duration=50)


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


# Sizes.


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


# Not pictures.


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        (b"", "not a PNG, JPEG or WebP"),
        (b"GIF89a" + bytes(100), "not a PNG, JPEG or WebP"),
        (saved(noise(400, 400), "GIF"), "not a PNG, JPEG or WebP"),
        (saved(noise(400, 400))[:-1000], "broken"),
        (saved(noise(400, 400), "JPEG")[:-1000], "broken"),
        (saved(noise(400, 400), "WEBP")[:-1000], "broken"),
        (saved(Image.new("RGB", (4500, 4000))), "more than 17 megapixels"),
        (saved(Image.new("RGB", (4000, 2600)), "WEBP"), "more than 10 megapixels"),
        (saved(Image.new("L", (7200, 7000)), "JPEG"), "more than 50 megapixels"),
        (saved(Image.new("1", (20000, 20000))), "more than 64 megapixels"),
    ],
    ids=[
        *("nothing", "wrong", "gif", "cut png", "cut jpeg", "cut webp"),
        *("large png", "large webp", "large jpeg", "bomb"),
    ],
)
async def test_what_cannot_be_opened_is_refused_with_a_sentence(
    darkroom: PillowDarkroom, original: bytes, reason: str
) -> None:
    with pytest.raises(PictureUnreadable, match=reason):
        await darkroom.prepare(original, NOVA, most_bytes=ROOM)
    picture = a_prepared(400, 400)
    with pytest.raises(PictureUnreadable, match=reason):
        await darkroom.prepare_mask(original, picture, grey=False)


FILES = [
    saved(quarters(400, 400), "PNG", exif=Image.Exif()),
    saved(quarters(400, 400), "JPEG"),
    saved(quarters(400, 400), "WEBP"),
    animated("PNG"),
    saved(quarters().convert("P"), "PNG", transparency=3),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_no_bytes_whatever_they_are_make_the_darkroom_stumble(
    darkroom: PillowDarkroom, data: st.DataObject
) -> None:
    body = bytearray(data.draw(st.sampled_from(FILES)))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(body) - 1) | st.integers(0, 80))
        body[place] = data.draw(st.integers(0, 255))
    for work in (
        darkroom.prepare(bytes(body), NOVA, most_bytes=ROOM),
        darkroom.prepare_mask(bytes(body), a_prepared(400, 400), grey=True),
    ):
        try:
            assert (await work).body
        except (PictureUnreadable, PictureUnfit):
            continue


# Masks.


def a_prepared(width: int, height: int, drawn: tuple[int, int] | None = None) -> Sheet:
    return Sheet(b"", width, height, drawn or (width, height))


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


# Larger sheets and swatches.


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
