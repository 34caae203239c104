"""Every rule for the pictures in requests: an edge that passes and a case that fails."""

import base64
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from local.bedrock import pictures
from local.bedrock.pictures import (
    CREATIVE_UPSCALE,
    FAST_UPSCALE,
    IMAGE_TO_IMAGE,
    NOVA,
    SERVICE,
    SERVICE_MASK,
    Given,
    Limits,
    received,
)
from local.bedrock.rules import checked
from tests.drawings import a_ball, encoded


class Holder(BaseModel):
    """A body with a picture and, perhaps, a mask for Nova Canvas."""

    image: pictures.NovaPicture
    mask: pictures.NovaMaskOrNone = None


def a_sheet(width: int, height: int, mode: str = "RGB", kind: str = "PNG", colour: Any = 0) -> str:
    return encoded(Image.new(mode, (width, height), colour), kind)


def a_deep_png(width: int, height: int, *, colour_type: int) -> str:
    """A PNG with 16 bits a channel, which Pillow cannot write in colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    channels = {0: 1, 2: 3}[colour_type]
    row = b"\0" + struct.pack(">H", 0x8000) * channels * width
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(row * height))]
    raw = b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")
    return base64.b64encode(raw).decode()


def a_bomb(width: int, height: int) -> str:
    """A few bytes that say they are a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = struct.pack(">I", 13) + b"IHDR" + header
    raw = b"\x89PNG\r\n\x1a\n" + body + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return base64.b64encode(raw + struct.pack(">I", 0) + b"IDAT" + b"\0" * 4).decode()


@pytest.mark.parametrize(
    ("limits", "encoded_picture"),
    [
        (NOVA, a_sheet(320, 320)),
        (NOVA, a_sheet(4096, 1024)),
        (NOVA, a_sheet(2048, 2048, kind="JPEG")),
        (NOVA, a_sheet(320, 1280, "RGBA", colour=(1, 2, 3, 255))),
        (NOVA, a_sheet(321, 323, "P")),
        (SERVICE, a_sheet(64, 160)),
        (SERVICE, a_sheet(3072, 3072, kind="JPEG")),
        (SERVICE, a_sheet(160, 64, "RGBA", "WEBP")),
        (SERVICE, a_sheet(64, 64, "L")),
        (SERVICE, a_sheet(64, 64, "CMYK", "JPEG")),
        (SERVICE, a_deep_png(64, 64, colour_type=2)),
        (IMAGE_TO_IMAGE, a_sheet(64, 640)),
        (SERVICE_MASK, a_sheet(1, 7, "1")),
        (FAST_UPSCALE, a_sheet(32, 32)),
        (FAST_UPSCALE, a_sheet(1536, 682)),
        (CREATIVE_UPSCALE, a_sheet(64, 64)),
        (CREATIVE_UPSCALE, a_sheet(1024, 1024)),
        (CREATIVE_UPSCALE, a_sheet(64, 640)),
    ],
)
def test_the_edges_are_allowed(limits: Limits, encoded_picture: str) -> None:
    given = received(encoded_picture, limits)
    image = given.rgb()
    assert (image.mode, image.size) == ("RGB", given.size)


@pytest.mark.parametrize(
    ("limits", "encoded_picture", "said"),
    [
        (NOVA, "no base64!", "the image is not valid base64"),
        (NOVA, "é", "the image is not valid base64"),
        (NOVA, "data:image/png;base64," + a_sheet(320, 320), "the image is not valid base64"),
        (NOVA, "", "the image is neither PNG nor JPEG"),
        (NOVA, a_sheet(320, 320, kind="WEBP"), "the image is neither PNG nor JPEG"),
        (NOVA, a_sheet(320, 320)[:200], "the image data is damaged"),
        (NOVA, a_sheet(319, 320), "image width 319 is not between 320 and 4096"),
        (NOVA, a_sheet(1025, 4097), "image height 4097 is not between 320 and 4096"),
        (
            NOVA,
            a_sheet(1281, 320),
            "the aspect ratio of 1281x320 is not between 1:4 and 4:1",
        ),
        (NOVA, a_sheet(2049, 2048), "2049x2048 is more than 4194304 pixels"),
        (
            NOVA,
            a_sheet(320, 320, "L"),
            "the image must be RGB with 8 bits per channel, found: L",
        ),
        (
            NOVA,
            a_sheet(320, 320, "CMYK", "JPEG"),
            "the image must be RGB with 8 bits per channel, found: CMYK",
        ),
        (
            NOVA,
            a_deep_png(320, 320, colour_type=2),
            "the image must be RGB with 8 bits per channel, found: 16 bits",
        ),
        (
            NOVA,
            a_sheet(320, 320, "RGBA", colour=(1, 2, 3, 254)),
            "the image must not contain transparent or translucent pixels",
        ),
        (NOVA, a_bomb(60_000, 60_000), "the image has too many pixels"),
        (SERVICE, a_sheet(64, 64, kind="GIF"), "the image is none of PNG, JPEG, WEBP"),
        (SERVICE, a_sheet(63, 64), "image width 63 is not at least 64"),
        (SERVICE, a_sheet(64, 161), "the aspect ratio of 64x161 is not between 1:2.5 and 2.5:1"),
        (
            SERVICE,
            a_sheet(3073, 3072, kind="JPEG"),
            "3073x3072 is more than 9437184 pixels",
        ),
        (FAST_UPSCALE, a_sheet(31, 40), "image width 31 is not between 32 and 1536"),
        (FAST_UPSCALE, a_sheet(1537, 64), "image width 1537 is not between 32 and 1536"),
        (FAST_UPSCALE, a_sheet(1025, 1024), "1025x1024 is more than 1048576 pixels"),
        (CREATIVE_UPSCALE, a_sheet(1025, 1024), "1025x1024 is more than 1048576 pixels"),
        (CREATIVE_UPSCALE, a_sheet(63, 640), "image width 63 is not at least 64"),
    ],
)
def test_what_breaks_a_rule_is_refused(limits: Limits, encoded_picture: str, said: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        received(encoded_picture, limits)
    assert caught.value.message() == said


@pytest.mark.parametrize("value", [None, 1, ["x"], {}])
def test_a_picture_is_a_string(value: object) -> None:
    with pytest.raises(ValidationError, match="string"):
        Holder.model_validate({"image": value})
    with pytest.raises(ValidationError, match="string"):
        Holder.model_validate({"image": a_sheet(320, 320), "mask": value})
    assert Holder.model_validate({"image": a_sheet(320, 320)}).mask is None


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_a_mask_for_nova_is_black_and_white_in_any_mode(mode: str) -> None:
    mask = Image.new("L", (320, 320))
    mask.paste(255, (10, 10, 200, 200))
    body = {"image": a_sheet(320, 320), "mask": encoded(mask.convert(mode))}
    given = checked(Holder, body).mask
    assert given is not None
    assert given.grey().tobytes() == mask.tobytes()


@pytest.mark.parametrize("colour", [(1, 1, 1), (254, 255, 255), (255, 0, 0), (0, 255, 255)])
def test_a_mask_for_nova_has_no_other_colour(colour: tuple[int, int, int]) -> None:
    mask = Image.new("RGB", (320, 320), "white")
    mask.putpixel((5, 5), colour)
    with pytest.raises(ValidationError, match="only pure black and pure white"):
        Holder.model_validate({"image": a_sheet(320, 320), "mask": encoded(mask)})


def test_a_mask_of_another_size_than_the_picture_is_told_apart() -> None:
    wide, tall = (received(a_sheet(*size), NOVA) for size in ((400, 320), (320, 400)))
    pictures.check_same_size(wide, wide)
    with pytest.raises(
        PydanticCustomError, match="320x400, it must have the size of the image, 400x320"
    ):
        pictures.check_same_size(wide, tall)


def test_what_is_transparent_is_known_and_lies_on_white() -> None:
    image = a_ball((64, 64)).convert("RGBA")
    image.paste((9, 9, 9, 0), (0, 0, 32, 64))
    given = received(encoded(image), SERVICE)
    assert given.has_alpha
    assert given.rgb().getpixel((3, 3)) == (255, 255, 255)
    assert given.rgb().getpixel((40, 32)) == a_ball((64, 64)).getpixel((40, 32))
    missing = given.missing()
    assert (missing.getpixel((3, 3)), missing.getpixel((40, 32))) == (255, 0)


def test_an_opaque_picture_misses_nothing() -> None:
    given = received(a_sheet(64, 64), SERVICE)
    assert not given.has_alpha
    assert given.missing().getbbox() is None


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    for colour_type in (0, 2):
        given = received(a_deep_png(64, 64, colour_type=colour_type), SERVICE)
        assert given.rgb().getpixel((1, 1)) == (128, 128, 128)


def test_a_mask_is_read_in_the_size_asked_for() -> None:
    mask = Image.new("L", (2, 1))
    mask.putpixel((1, 0), 255)
    grey = Given(base64.b64decode(encoded(mask)), (2, 1), False).grey((64, 32))
    assert grey.size == (64, 32)
    assert (grey.getpixel((0, 0)), grey.getpixel((63, 31))) == (0, 255)
    assert 0 < grey.getpixel((32, 16)) < 255  # type: ignore[operator]


def test_a_picture_stays_compressed_until_it_is_used() -> None:
    raw = io.BytesIO()
    Image.new("RGB", (2000, 2000)).save(raw, "PNG")
    given = received(base64.b64encode(raw.getvalue()).decode(), SERVICE)
    assert given.raw == raw.getvalue()
