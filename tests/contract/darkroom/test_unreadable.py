"""What is no picture is refused with a sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.darkroom import PictureUnfit, PictureUnreadable
from tests.contract.darkroom.sheets import NOVA, ROOM, a_prepared, animated, noise, quarters, saved


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
