"""Notices in a real browser in which, as on Android, only a service worker can make them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.system.test_forms import block, visit
from tests.system.visitor import a_visitor

AS_ON_A_PHONE = """
Notification = new Proxy(Notification, {
  construct() {
    throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification().");
  },
});
"""
A_PAGE_THAT_CAN_BE_HIDDEN = """
{
  let seen = true;
  Object.defineProperty(document, "hidden", { get: () => !seen });
  window.look = (yes) => {
    seen = yes;
    document.dispatchEvent(new Event("visibilitychange"));
  };
}
"""
"""A headless browser hides no tab."""
A_PAGE_THAT_SAYS_WHEN_IT_HAS_TOLD = """
{
  const { showNotification } = ServiceWorkerRegistration.prototype;
  ServiceWorkerRegistration.prototype.showNotification = async function (...notice) {
    await showNotification.apply(this, notice);
    window.told = true;
  };
}
"""
"""Chromium forgets a notice when it is asked for all of them while it is about to show it."""
WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))"
ENDED = """
async (job) => {
  for (let done = false; !done; ) {
    const answer = await fetch(`/v1/jobs/${job}`, { headers: { Prefer: "wait=20" } });
    ({ done } = await answer.json());
  }
}
"""
NOTICES = """
async () => {
  const worker = await navigator.serviceWorker.getRegistration("/notices/");
  const notices = await worker.getNotifications();
  return notices.map(({ title, body, tag }) => [title, body, tag]);
}
"""
CLICKED = """
async () => {
  const [notification] = await registration.getNotifications();
  const click = new NotificationEvent("notificationclick", { notification });
  const opened = [];
  let focused = false;
  let done;
  // For a click that no hand has made, a browser neither waits, nor lets a window come forward.
  click.waitUntil = (work) => { done = work; };
  clients.openWindow = async (url) => { opened.push(url); };
  WindowClient.prototype.focus = async () => { focused = true; };
  dispatchEvent(click);
  await done;
  return { opened, focused, left: (await registration.getNotifications()).length };
}
"""


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with a_visitor(browser, permissions=["notifications"]) as page:
        await page.context.add_init_script(
            AS_ON_A_PHONE + A_PAGE_THAT_CAN_BE_HIDDEN + A_PAGE_THAT_SAYS_WHEN_IT_HAS_TOLD
        )
        yield page


async def switch_notices(page: Page, *, on: bool) -> None:
    bell = page.get_by_role("button", name="Tell me when a job ends")
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", str(on).lower())


async def ends_unseen(page: Page, prompt: str) -> str:
    """A job that ends while nobody looks at the page; its id."""
    await block(page, "prompt").locator("textarea").fill(prompt)
    await page.evaluate("look(false)")
    async with page.expect_response(_accepts_a_job) as accepted:
        await block(page, "go").click()
    job: str = (await (await accepted.value).json())["id"]
    await page.evaluate(ENDED, job)
    # A hidden page asks twice a minute. A glance has it ask now, and is over before the answer.
    await page.evaluate("look(true); look(false)")
    await page.wait_for_function("() => window.told")
    return job


def _accepts_a_job(response: Response) -> bool:
    asked = response.request
    submitted = asked.method == "POST" and asked.url.endswith("/v1/jobs")
    return submitted and response.ok and not asked.post_data_json.get("dry_run")


async def click_on_the_notice(page: Page) -> Any:
    """The tab that was opened or came forward, and how many notices are left."""
    [worker] = page.context.service_workers
    return await worker.evaluate(CLICKED)


@pytest.mark.every_way
async def test_what_ends_unseen_is_told_and_a_click_shows_it(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await switch_notices(page, on=True)
    job = await ends_unseen(page, "a fox that nobody watches")
    assert await page.evaluate(NOTICES) == [["Done", "a fox that nobody watches", job]]
    assert await click_on_the_notice(page) == {"opened": [], "focused": True, "left": 0}
    await expect(page.get_by_role("dialog")).to_contain_text("a fox that nobody watches")


async def test_a_click_opens_the_studio_again_that_was_closed(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await switch_notices(page, on=True)
    await ends_unseen(page, "a fox that is missed")
    await page.goto(f"{studio_url}/robots.txt")
    clicked = await click_on_the_notice(page)
    assert clicked["focused"] is False
    [address] = clicked["opened"]
    await page.goto(address)
    await expect(page.get_by_role("dialog")).to_contain_text("a fox that is missed")


async def test_there_is_a_service_worker_only_where_notices_are_wanted(
    page: Page, studio_url: str
) -> None:
    await visit(page, studio_url)
    assert await page.evaluate(WORKERS) == []
    await switch_notices(page, on=True)
    assert await page.evaluate(WORKERS) == [f"{studio_url}/notices/"]
    await page.reload()
    await expect(block(page, "go")).to_be_visible()
    # No page is its own, so none of their requests can pass through it.
    assert await page.evaluate("navigator.serviceWorker.controller") is None
    await switch_notices(page, on=False)
    assert await page.evaluate(WORKERS) == []
