"""A picture that a model made is kept to the byte, and gets a thumbnail."""

import asyncio
import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.darkroom import PictureUnreadable
from tests.builders import a_picture

KINDS = [
    ("PNG", "image/png", "png"),
    ("JPEG", "image/jpeg", "jpg"),
    ("WEBP", "image/webp", "webp"),
]


def a_png_that_claims(width: int, height: int) -> bytes:
    """A small file with a true header of any size, and no such picture behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "content_type", "extension"), KINDS)
async def test_a_picture_is_known_by_its_bytes_which_are_kept(
    darkroom: PillowDarkroom, kind: str, content_type: str, extension: str
) -> None:
    original = a_picture(640, 320, kind=kind)
    made = await darkroom.develop(original)
    assert made.original == original
    assert (made.content_type, made.extension) == (content_type, extension)
    assert (made.width, made.height) == (640, 320)
    assert made.sha256 == hashlib.sha256(original).hexdigest()


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((1024, 1024), (512, 512)),
        ((2048, 512), (512, 128)),
        ((320, 1280), (128, 512)),
        ((400, 300), (400, 300)),
    ],
)
async def test_the_thumbnail_is_webp_and_at_most_512_pixels_a_side(
    darkroom: PillowDarkroom, size: tuple[int, int], small: tuple[int, int]
) -> None:
    made = await darkroom.develop(a_picture(*size))
    with Image.open(BytesIO(made.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", small)


async def test_the_thumbnail_shows_the_same_picture(darkroom: PillowDarkroom) -> None:
    original = a_picture(1024, 1024)
    made = await darkroom.develop(original)
    with Image.open(BytesIO(made.thumbnail)) as thumbnail:
        shades = thumbnail.convert("L").tobytes()[256::512]
    for y, shade in ((2, 1), (256, 128), (509, 254)):
        assert abs(shades[y] - shade) < 8


async def test_what_is_transparent_stays_so(darkroom: PillowDarkroom) -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    saved = BytesIO()
    clear.save(saved, "PNG")
    made = await darkroom.develop(saved.getvalue())
    with Image.open(BytesIO(made.thumbnail)) as thumbnail:
        assert thumbnail.mode == "RGBA"
        assert thumbnail.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("mode", ["L", "P", "1", "I;16", "RGBA", "LA"])
async def test_every_sort_of_png_can_be_developed(darkroom: PillowDarkroom, mode: str) -> None:
    made = await darkroom.develop(a_picture(64, 64, mode=mode))
    assert made.thumbnail[8:12] == b"WEBP"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_file_that_was_cut_short_is_unreadable(darkroom: PillowDarkroom, kind: str) -> None:
    whole = a_picture(64, 48, kind=kind)
    for length in {*range(0, len(whole), 37), len(whole) - 20, len(whole) - 5}:
        with pytest.raises(PictureUnreadable):
            await darkroom.develop(whole[:length])


async def test_a_picture_with_a_flipped_byte_is_unreadable(darkroom: PillowDarkroom) -> None:
    broken = bytearray(a_picture(64, 48))
    broken[len(broken) // 2] ^= 0xFF
    with pytest.raises(PictureUnreadable, match=r"^The picture is broken: .+[^.]\.$"):
        await darkroom.develop(bytes(broken))


@pytest.mark.parametrize(
    "other", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
async def test_what_is_no_picture_is_unreadable(darkroom: PillowDarkroom, other: bytes) -> None:
    with pytest.raises(PictureUnreadable, match="not a PNG, JPEG or WebP"):
        await darkroom.develop(other)


async def test_other_formats_are_not_opened(darkroom: PillowDarkroom) -> None:
    with pytest.raises(PictureUnreadable, match="not a PNG, JPEG or WebP"):
        await darkroom.develop(a_picture(kind="TIFF"))


@pytest.mark.parametrize("side", [8_001, 10_000, 20_000])
async def test_a_picture_over_64_megapixels_is_not_opened(
    darkroom: PillowDarkroom, side: int
) -> None:
    with pytest.raises(PictureUnreadable, match="more than 64 megapixels"):
        await darkroom.develop(a_png_that_claims(side, side))


async def test_many_pictures_are_developed_while_the_loop_goes_on(
    darkroom: PillowDarkroom,
) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    counting = asyncio.create_task(count())
    originals = [a_picture(1024, 768 + k) for k in range(6)]
    made = await asyncio.gather(*map(darkroom.develop, originals))
    counting.cancel()
    assert [one.original for one in made] == originals
    assert turns > 5
