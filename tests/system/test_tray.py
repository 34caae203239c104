"""The tray in a real browser: jobs under way, and failed ones; a server that comes and goes."""

from playwright.async_api import Locator, Page, expect

from tests.system.local_system import LocalSystem
from tests.system.test_forms import block, visit


def row(page: Page, prompt: str) -> Locator:
    return page.locator("#tray li").filter(has_text=prompt)


async def ask(page: Page, *prompts: str) -> None:
    """Submit without waiting for any of them."""
    for prompt in prompts:
        await block(page, "prompt").locator("textarea").fill(prompt)
        await block(page, "go").click()
        await expect(row(page, prompt)).to_be_visible()


async def test_many_jobs_are_under_way_at_once_and_still_there_after_a_reload(
    page: Page, system: LocalSystem, studio_url: str
) -> None:
    system.faults(delay=8)
    await visit(page, studio_url)
    await ask(page, "the first snail", "the second snail", "the third snail")
    await expect(page.locator("#tray")).to_contain_text("3 jobs under way")
    await page.reload()
    await expect(page.locator("#tray")).to_contain_text("3 jobs under way")
    await expect(row(page, "the second snail")).to_contain_text("about $0.04")
    await expect(page.locator("#gallery img")).to_have_count(3)
    await expect(page.locator("#tray")).not_to_contain_text("under way")


async def test_a_refusal_keeps_its_words_until_it_is_put_away(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await ask(page, "a forbidden garden")
    refused = row(page, "a forbidden garden")
    await expect(refused).to_contain_text("The model refused the prompt.")
    await page.reload()
    await expect(refused).to_contain_text("The model refused the prompt.")
    await refused.get_by_role("button", name="Put away").click()
    await expect(refused).to_have_count(0)
    await page.reload()
    await expect(block(page, "go")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await expect(refused).to_have_count(0)


async def test_a_job_that_was_canceled_can_be_tried_again(
    page: Page, system: LocalSystem, studio_url: str
) -> None:
    system.faults(delay=5)
    await visit(page, studio_url)
    await ask(page, "a very slow snail")
    snail = row(page, "a very slow snail")
    await snail.get_by_role("button", name="Cancel").click()
    await expect(snail).to_contain_text("Canceled")
    system.faults()
    await snail.get_by_role("button", name="Try again").click()
    await expect(page.locator("#gallery img")).to_have_count(1)


async def test_without_a_network_nothing_is_lost_and_it_goes_on_by_itself(
    page: Page, system: LocalSystem, studio_url: str
) -> None:
    system.faults(delay=3)
    await visit(page, studio_url)
    await ask(page, "a patient snail")
    await block(page, "prompt").locator("textarea").fill("not sent yet")
    await page.context.set_offline(True)
    await expect(page.get_by_text("The server cannot be reached. Still trying.")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#gallery img")).to_have_count(1)
    await expect(page.get_by_text("The server cannot be reached.")).to_have_count(0)
    await expect(block(page, "prompt").locator("textarea")).to_have_value("not sent yet")


async def test_what_is_sent_without_a_network_is_sent_once_there_is_one(
    page: Page, studio_url: str
) -> None:
    await visit(page, studio_url)
    await page.context.set_offline(True)
    await block(page, "prompt").locator("textarea").fill("a patient fox")
    await block(page, "go").click()
    waiting = page.get_by_text("There is no connection. This is sent by itself once there is one.")
    await expect(waiting).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#gallery img")).to_have_count(1)
    await expect(waiting).to_have_count(0)


async def test_words_of_users_are_words(page: Page, studio_url: str) -> None:
    words = "<img src=x onerror=\"document.title='broken in'\"> & <b>bold</b>"
    await visit(page, studio_url)
    await ask(page, words)
    await expect(row(page, words)).to_contain_text("Done")
    await page.locator("#gallery a").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text(words)
    assert "broken in" not in await page.title()
