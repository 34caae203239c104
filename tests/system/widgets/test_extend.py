"""The frame that a picture is to fill: dragged, stepped, typed, or chosen."""

from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.system.browser import box_of
from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import EXTENDED, SIDES
from tests.system.widgets.form import Form, a_file, drag, middle, swipe

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOVA = {
    "available": True,
    "tasks": {"extend": {}},
    "inputs": {"side_min": 320, "side_max": 4096, "pixels_max": 4_194_304, "ratio_max": 4},
}


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, system: LocalSystem) -> Form:
    """The control with a picture of 900 by 600."""
    form = Form(page, system, "extend", (EXTENDED,))
    await form.show(NOVA)
    await form.choose("image", a_file(Image.new("RGB", (900, 600), "teal")))
    await expect(grip(form, "right")).to_be_visible()
    return form


def grip(form: Form, sides: str) -> Locator:
    return form.page.locator(f".extend-grip[data-sides='{sides}']")


async def scale(form: Form) -> float:
    """Pixels of the screen for one of the picture."""
    box = await box_of(form.page.locator(".extend-picture"))
    return box["width"] / 900


async def margins(form: Form) -> list[int]:
    """What the task asks for: left, right, up, down."""
    task = await form.task()
    return [task.get(side, 0) for side in SIDES]


async def pull(form: Form, sides: str, x: float, y: float) -> tuple[float, float]:
    """Drag a handle so far; how far from the pointer it ended."""
    start = await middle(grip(form, sides))
    end = (start[0] + x, start[1] + y)
    mouse = form.page.mouse
    await mouse.move(*start)
    await mouse.down()
    await mouse.move(*end, steps=5)
    at = await middle(grip(form, sides))
    await mouse.up()
    return at[0] - end[0], at[1] - end[1]


async def test_the_picture_is_seen_once_within_its_frame(form: Form) -> None:
    await expect(form.page.get_by_role("button", name="The picture in its frame")).to_be_visible()
    await expect(form.block("image").locator("img")).to_be_hidden()


async def test_a_corner_is_dragged_and_stays_under_the_pointer(form: Form) -> None:
    before = await scale(form)
    away = await pull(form, "right down", 13, 25)
    assert away == pytest.approx((0, 0), abs=3)
    left, right, up, down = await margins(form)
    assert (left, up) == (0, 0)
    assert right == pytest.approx(13 / before, abs=3)
    assert down == pytest.approx(25 / before, abs=3)
    await expect(form.block("right").locator("input")).to_have_value(str(right))
    await expect(form.page.locator(".extend-result")).to_have_text(
        f"The whole has {900 + right} × {600 + down} pixels."
    )


async def test_a_side_is_dragged_with_a_finger(form: Form) -> None:
    before = await scale(form)
    x, y = await middle(grip(form, "left"))
    await swipe(form.page, (x, y), (x - 24, y))
    assert await margins(form) == [pytest.approx(24 / before, abs=3), 0, 0, 0]


async def test_a_side_that_comes_near_a_common_shape_takes_it(form: Form) -> None:
    start = await middle(grip(form, "up"))
    await form.page.mouse.move(*start)
    await form.page.mouse.down()
    await form.page.mouse.move(start[0], start[1] - 296 * await scale(form), steps=4)
    await expect(form.page.locator(".extend-shape")).to_have_text("1:1")
    await form.page.mouse.up()
    assert await margins(form) == [0, 0, 300, 0]


async def test_sides_are_moved_with_arrow_keys(form: Form) -> None:
    press = form.page.keyboard.press
    await grip(form, "left").focus()
    for key in ("ArrowLeft", "Shift+ArrowLeft", "ArrowUp"):
        await press(key)
    assert await margins(form) == [72, 0, 0, 0]
    await press("ArrowRight")
    await grip(form, "right down").focus()
    await press("Shift+ArrowDown")
    await press("ArrowRight")
    assert await margins(form) == [64, 8, 0, 64]
    for _ in range(3):
        await press("Shift+ArrowUp")
    assert await margins(form) == [64, 8, 0, 0]


async def test_the_picture_is_moved_within_its_frame(form: Form) -> None:
    await form.page.get_by_role("button", name="+25 %").click()
    assert await margins(form) == [225, 225, 150, 150]
    picture = form.page.get_by_role("button", name="The picture in its frame")
    await picture.focus()
    await form.page.keyboard.press("Shift+ArrowRight")
    assert await margins(form) == [289, 161, 150, 150]
    x, y = await middle(picture)
    await drag(form.page, (x, y), (x, y + 500))
    assert await margins(form) == [289, 161, 300, 0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Square", [0, 0, 150, 150]),
        ("16:9", [83, 84, 0, 0]),
        ("9:16", [0, 0, 500, 500]),
        ("+25 %", [225, 225, 150, 150]),
        ("None", [0, 0, 0, 0]),
    ],
)
async def test_common_frames_are_one_click(form: Form, name: str, expected: list[int]) -> None:
    await form.block("left").locator("input").fill("33")
    await form.page.get_by_role("button", name=name).click()
    assert await margins(form) == expected
    for side, value in zip(SIDES, expected, strict=True):
        await expect(form.block(side).locator("input")).to_have_value(str(value))


async def test_a_number_is_typed_and_kept_within_bounds(form: Form) -> None:
    field = form.block("up").locator("input")
    await field.fill("40")
    assert await margins(form) == [0, 0, 40, 0]
    await field.fill("99999")
    assert await margins(form) == [0, 0, 2000, 0]
    await expect(field).to_have_value("2000")
    await field.fill("")
    assert await margins(form) == [0, 0, 0, 0]
    await field.blur()
    await expect(field).to_have_value("0")


async def test_what_the_model_makes_of_it_is_said_before_it_costs_a_job(form: Form) -> None:
    await form.block("left").locator("input").fill("2000")
    await form.block("right").locator("input").fill("2000")
    refusal = "One side would be more than 4 times the other, which the model does not take."
    await expect(form.page.get_by_role("alert").filter(has_text=refusal)).to_be_visible()
    refused: Any = await form.page.evaluate("test.refusal()")
    assert refused["errors"] == [{"pointer": "/task/down", "detail": refusal}]
    await form.block("up").locator("input").fill("800")
    await expect(form.page.get_by_text("the whole is scaled down to")).to_be_visible()
    assert await margins(form) == [2000, 2000, 800, 0]


async def test_a_frame_survives_a_reload_and_is_put_back_by_a_job(form: Form) -> None:
    await pull(form, "right down", 13, 25)
    task = await form.task()
    await form.kept(upload=task["image"]["upload"])
    await form.show(NOVA)
    await expect(form.page.locator(".extend-result")).to_contain_text("The whole")
    assert await form.task() == task
    await form.page.evaluate("image => test.restore({image, left: 7, up: 9}, {})", task["image"])
    assert await margins(form) == [7, 0, 9, 0]
