"""Nothing of a control is seen before the styles hold that it needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import (
    COLOURS,
    EXTENDED,
    MASKED,
    REGION,
    SEVERAL,
    Control,
    one_picture,
)
from tests.system.widgets.form import Form

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Two frames after the last of them, so that what waits for them has been shown.
ALL_BUT = """async (late) => {
    const there = ({ href, sheet }) => sheet || href.endsWith(late);
    while (!window.test || ![...document.querySelectorAll("link")].every(there)) {
        await new Promise(requestAnimationFrame);
    }
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""


@asynccontextmanager
async def late(page: Page, sheet: str) -> AsyncIterator[None]:
    """A style sheet comes only after this, and all the others do at once."""
    over = asyncio.Event()

    async def hold(route: Route) -> None:
        await over.wait()
        await route.continue_()

    await page.route(f"**/{sheet}", hold)
    yield
    over.set()


@pytest.mark.parametrize(
    ("control", "sheet"),
    [
        (one_picture(), "pictures/controls.css"),
        (one_picture(), "pictures/pictures.css"),
        (SEVERAL, "pictures/several.css"),
        (COLOURS, "colours/colours.css"),
        (EXTENDED, "extend/extend.css"),
        (MASKED, "painter/painter.css"),
        (REGION, "try_on/garment_region.css"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
async def test_a_control_is_seen_once_all_its_styles_hold(
    page: Page, system: LocalSystem, control: Control, sheet: str
) -> None:
    async with late(page, sheet):
        showing = asyncio.create_task(Form(page, system, "inpaint", (control,)).show())
        await page.wait_for_selector("main.task-form")
        await page.evaluate(ALL_BUT, sheet)
        assert await page.locator("main").inner_text() == ""
    await showing
    await expect(page.locator("main > div > *")).to_be_visible()


async def test_ones_own_pictures_are_seen_once_their_styles_hold(
    page: Page, system: LocalSystem
) -> None:
    form = Form(page, system, "inpaint", (one_picture(),))
    await form.show()
    await form.paint("a red kite")
    picture = form.block("image").get_by_role("button", name="a red kite", include_hidden=True)
    async with late(page, "pictures/strip.css"):
        await form.block("image").get_by_role("button", name="From your pictures").click()
        await expect(picture).to_be_attached()
        await expect(picture).to_be_hidden()
    await expect(picture).to_be_focused()
