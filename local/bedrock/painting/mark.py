"""The small sign in the corner that says the picture is simulated."""

from PIL import Image, ImageDraw, ImageFont

WORD = "simulated"


def box(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where the mark stands on a picture of this size: left, top, right, bottom."""
    tall = _letter(size)
    font = ImageFont.load_default(tall)
    left, top, right, bottom = font.getbbox(WORD)
    wide, high = int(right - left), int(bottom - top)
    pad = tall // 2
    return size[0] - wide - 3 * pad, size[1] - high - 3 * pad, size[0] - pad, size[1] - pad


def sign(image: Image.Image) -> None:
    """Put the mark on a picture, in place."""
    area = box(image.size)
    tall = _letter(image.size)
    patch = image.crop(area)
    pill = Image.new("L", patch.size)
    shape = (0, 0, patch.width - 1, patch.height - 1)
    ImageDraw.Draw(pill).rounded_rectangle(shape, patch.height // 3, fill=120)
    patch.paste((12, 12, 18), (0, 0), pill)
    font = ImageFont.load_default(tall)
    middle = (patch.width / 2, patch.height / 2)
    ImageDraw.Draw(patch).text(middle, WORD, (255, 255, 255), font, anchor="mm")
    image.paste(patch, area[:2])


def _letter(size: tuple[int, int]) -> int:
    return max(10, round(min(size) * 0.018))
