"""The colours of a picture: swatches, palettes, hex digits, and those of another picture."""

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import COLOURS, one_picture
from tests.system.widgets.form import Form, a_file, drag, middle

pytestmark = pytest.mark.asyncio(loop_scope="session")

THREE = ["#ff0000", "#00ff00", "#0000ff"]


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, system: LocalSystem) -> Form:
    form = Form(page, system, "color_guided", (COLOURS, one_picture("reference")))
    await form.show()
    await expect(form.block("colors")).to_be_visible()
    return form


async def colours(form: Form) -> list[str] | None:
    listed: list[str] | None = (await form.task()).get("colors")
    return listed


def swatches(form: Form) -> Locator:
    return form.block("colors").locator("input[type=color]")


async def test_colours_are_added_changed_and_removed(form: Form) -> None:
    add = form.page.get_by_role("button", name="Add a colour")
    remove = form.page.get_by_role("button", name="Remove this colour")
    assert await colours(form) is None
    for _ in range(4):
        await add.click()
    await expect(add).to_be_hidden()
    await swatches(form).nth(1).fill("#123456")
    digits = form.block("colors").locator(".colour-hex")
    await expect(digits).to_have_value("#123456")
    await digits.fill("#ABCDEF")
    listed = await colours(form)
    assert listed is not None
    assert (len(listed), listed[1]) == (4, "#abcdef")
    await digits.fill("#12")
    await expect(digits).to_have_attribute("aria-invalid", "true")
    assert (await colours(form) or [])[1] == "#abcdef"
    await digits.fill("0f8")
    await digits.blur()
    assert (await colours(form) or [])[1] == "#00ff88"
    await expect(digits).to_have_value("#00ff88")
    await remove.click()
    assert len(await colours(form) or []) == 3
    for _ in range(3):
        await swatches(form).first.focus()
        await form.page.keyboard.press("Delete")
    assert await colours(form) is None
    await expect(add).to_be_focused()


async def test_colours_are_put_in_order_by_keyboard_and_by_dragging(form: Form) -> None:
    await form.page.evaluate("colors => test.restore({colors})", THREE)
    await swatches(form).first.focus()
    await form.page.keyboard.press("ArrowRight")
    assert await colours(form) == [THREE[1], THREE[0], THREE[2]]
    await expect(swatches(form).nth(1)).to_be_focused()
    start, end = await middle(swatches(form).nth(2)), await middle(swatches(form).nth(0))
    await drag(form.page, start, (end[0] - 4, end[1]))
    assert await colours(form) == [THREE[2], THREE[1], THREE[0]]


async def test_a_palette_is_one_click_and_no_longer_than_the_task_takes(form: Form) -> None:
    await form.page.get_by_role("button", name="Palette “Sunset”").click()
    assert await colours(form) == ["#3d1f3d", "#8c2f4b", "#e4572e", "#f7a03c"]


async def test_the_colours_of_the_picture_beside_it_can_be_taken(form: Form) -> None:
    taken = form.page.get_by_role("button", name="From the picture", exact=True)
    await expect(taken).to_be_hidden()
    flag = Image.new("RGB", (300, 200), "#1d3557")
    flag.paste("#e63946", (0, 0, 300, 60))
    await form.choose("reference", a_file(flag))
    await taken.click()
    await expect(swatches(form)).to_have_count(2)
    assert await colours(form) == ["#1d3557", "#e63946"]


async def test_colours_survive_a_reload(form: Form) -> None:
    await form.page.get_by_role("button", name="Palette “Sea”").click()
    before = await colours(form)
    await form.show()
    assert await colours(form) == before


async def test_a_model_that_has_no_use_for_colours_says_so(form: Form) -> None:
    await form.page.evaluate("test.fit({colors: 'This model takes no colours.'})")
    await form.says("colors", "This model takes no colours.")
    await expect(form.block("colors")).to_have_attribute("inert", "")
