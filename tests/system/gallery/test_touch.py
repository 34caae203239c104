"""Fingers on a picture, as a phone's browser reports them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page, expect

from tests.system.gallery.page import a_body, all_loaded, made, tiles, until, visit
from tests.system.local_system import LocalSystem

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCALE = "Number(/scale\\((.*)\\)/.exec(document.querySelector('.stage-sheet').style.transform)[1])"
Points = list[tuple[float, float]]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(one_browser: Browser, system: LocalSystem, address: str) -> AsyncIterator[Page]:
    context = await one_browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    await visit(page, address)
    yield page
    await context.close()


async def move_fingers(page: Page, start: Points, end: Points) -> None:
    """Fingers are put down, moved in a few steps, and lifted."""
    session: CDPSession = await page.context.new_cdp_session(page)

    async def touch(kind: str, points: Points) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    await touch("touchStart", start)
    for step in range(1, 6):
        part = step / 5
        at = [
            (a + (c - a) * part, b + (d - b) * part)
            for (a, b), (c, d) in zip(start, end, strict=True)
        ]
        await touch("touchMove", at)
    await touch("touchEnd", [])


async def test_two_fingers_zoom_and_one_turns_to_the_next_picture(phone: Page) -> None:
    newer, older = await made(phone, a_body("one"), a_body("two"))
    await tiles(phone).first.tap()
    await all_loaded(phone, ".stage-full")
    assert await phone.evaluate(SCALE) == 1
    await move_fingers(phone, [(150, 300), (240, 300)], [(60, 300), (330, 300)])
    await until(phone, f"{SCALE} > 2")
    assert f"job={newer['id']}" in phone.url
    # One finger moves about in a picture that one has gone into, and turns over none.
    before = await phone.evaluate("document.querySelector('.stage-sheet').style.transform")
    await move_fingers(phone, [(300, 300)], [(120, 300)])
    moved = await phone.evaluate("document.querySelector('.stage-sheet').style.transform")
    assert moved != before
    assert f"job={newer['id']}" in phone.url
    await phone.keyboard.press("0")
    assert await phone.evaluate(SCALE) == 1
    await move_fingers(phone, [(300, 300)], [(120, 300)])
    await expect(phone.get_by_role("dialog", name=older["task"]["prompt"])).to_be_visible()
    await move_fingers(phone, [(120, 300)], [(300, 300)])
    await expect(phone.get_by_role("dialog", name=newer["task"]["prompt"])).to_be_visible()


async def test_a_tap_on_select_lets_taps_select(phone: Page) -> None:
    await made(phone, a_body("one"), a_body("two"))
    await phone.get_by_role("button", name="Select", exact=True).tap()
    await tiles(phone).first.tap()
    await tiles(phone).nth(1).tap()
    bar = phone.get_by_role("group", name="Selected pictures")
    await expect(bar).to_contain_text("2 selected")
    await expect(phone.get_by_role("dialog")).to_have_count(0)
    await bar.get_by_role("button", name="Select nothing").tap()
    await tiles(phone).first.tap()
    await expect(phone.get_by_role("dialog")).to_be_visible()
