"""Pictures whose subjects are known, for tests that look at pixels."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

BALL = (206, 42, 42)


def a_ball(size: tuple[int, int] = (384, 320)) -> Image.Image:
    """A red ball in the middle, under a sky that fades from blue to beige."""
    upper, lower = np.array([150.0, 190.0, 235.0]), np.array([230.0, 222.0, 200.0])
    share = np.linspace(0, 1, size[1])[:, None, None]
    sky = np.broadcast_to(upper * (1 - share) + lower * share, (size[1], size[0], 3))
    image = Image.fromarray(sky.astype(np.uint8))
    ImageDraw.Draw(image).ellipse(ball_box(size), fill=BALL)
    return image


def ball_box(size: tuple[int, int] = (384, 320)) -> tuple[int, int, int, int]:
    """What the ball touches: left, top, right, bottom."""
    radius = min(size) // 4
    x, y = size[0] // 2, size[1] // 2
    return x - radius, y - radius, x + radius, y + radius


def a_disc(size: tuple[int, int] = (384, 320), grow: int = 0) -> Image.Image:
    """White on the ball and so many pixels around it, black elsewhere."""
    mask = Image.new("L", size)
    left, top, right, bottom = ball_box(size)
    box = (left - grow, top - grow, right + grow, bottom + grow)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def a_person() -> Image.Image:
    """Someone in a blue shirt and dark trousers, standing before a light wall."""
    image = Image.new("RGB", (384, 640), (214, 220, 226))
    draw = ImageDraw.Draw(image)
    skin, shirt, dark = (222, 178, 146), (90, 110, 160), (50, 55, 70)
    draw.ellipse((162, 40, 222, 120), fill=skin)
    draw.pieslice((157, 33, 227, 110), 180, 360, fill=(70, 45, 30))
    draw.rectangle((181, 112, 203, 135), fill=skin)
    arms = [(145, 135), (239, 135), (280, 300), (260, 307), (230, 210), (230, 330)]
    arms += [(154, 330), (154, 210), (124, 307), (104, 300)]
    draw.polygon(arms, fill=shirt)
    draw.ellipse((100, 297, 128, 327), fill=skin)
    draw.ellipse((256, 297, 284, 327), fill=skin)
    legs = [(154, 327), (230, 327), (225, 590), (197, 590), (192, 370), (186, 590), (159, 590)]
    draw.polygon(legs, fill=dark)
    draw.ellipse((142, 582, 190, 607), fill=(40, 30, 30))
    draw.ellipse((195, 582, 243, 607), fill=(40, 30, 30))
    return image


GARMENT = (24, 150, 70)


def a_shirt() -> Image.Image:
    """A green shirt laid out on white."""
    image = Image.new("RGB", (400, 400), (250, 250, 250))
    points = [(125, 75), (165, 90), (235, 90), (275, 75), (360, 165), (320, 210), (290, 180)]
    points += [(290, 350), (110, 350), (110, 180), (80, 210), (40, 165)]
    ImageDraw.Draw(image).polygon(points, fill=GARMENT)
    return image


def edges(image: Image.Image) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How sharply the brightness changes, everywhere."""
    grey = np.asarray(image.convert("L"), float)
    return np.hypot(*np.gradient(grey))


def alikeness(one: Image.Image, other: Image.Image) -> float:
    """How well the edges of two pictures of a size correlate, from -1 to 1."""
    return float(np.corrcoef(edges(one).ravel(), edges(other).ravel())[0, 1])


def shares(image: Image.Image, colours: list[tuple[int, int, int]], near: float) -> list[float]:
    """For each colour the share of the picture that is no farther from it than from the others,
    and no farther than ``near``."""
    pixels = np.asarray(image.convert("RGB"), float).reshape(-1, 3)
    away = np.stack([np.sqrt(((pixels - colour) ** 2).sum(axis=1)) for colour in colours])
    return [
        float(((away.argmin(axis=0) == k) & (away.min(axis=0) <= near)).mean())
        for k in range(len(colours))
    ]


def encoded(image: Image.Image, form: str = "PNG") -> str:
    """A picture as a request carries it."""
    sink = io.BytesIO()
    image.save(sink, form)
    return base64.b64encode(sink.getvalue()).decode()


def decoded(text: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(text)))
    image.load()
    return image
