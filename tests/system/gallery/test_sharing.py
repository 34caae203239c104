"""Links by which others see pictures, made and taken back in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.system.gallery.page import a_body, made, tiles

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_link_shows_the_pictures_to_anybody_until_it_is_revoked(page: Page) -> None:
    await made(page, a_body("a red fox"))
    await tiles(page).click()
    await page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    await expect(dialog).to_contain_text("There is none.")
    await dialog.get_by_label("The link works for").select_option("1 day")
    await dialog.get_by_label("Show the words and settings, too").check()
    await dialog.get_by_role("button", name="Create link").click()
    await expect(dialog.get_by_role("listitem")).to_contain_text("with settings")
    link = await dialog.get_by_label("Link", exact=True).input_value()
    assert page.context.browser is not None
    stranger = await page.context.browser.new_context()
    seen = await stranger.new_page()
    reply = await seen.goto(link)
    assert reply is not None
    assert reply.status == 200
    await expect(seen.get_by_text("a red fox").first).to_be_visible()
    await dialog.get_by_role("button", name="Revoke").click()
    await expect(dialog).to_contain_text("There is none.")
    await expect(dialog.get_by_label("Link", exact=True)).to_be_hidden()
    reply = await seen.goto(link)
    assert reply is not None
    assert reply.status == 410
    await stranger.close()


async def test_a_link_that_was_made_before_is_listed_and_can_be_revoked(page: Page) -> None:
    [job] = await made(page, a_body("a red fox"))
    await page.evaluate("(job) => api.post(`/jobs/${job.id}/share`, {})", job)
    await tiles(page).click()
    await page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    await expect(dialog.get_by_role("listitem")).to_contain_text("Works until")
    await dialog.get_by_role("button", name="Revoke").click()
    await expect(dialog.get_by_role("listitem")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Share")).to_be_focused()
