"""The page in a real browser: live, and on three replicas with no stickiness."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, Request, expect

from local.state import State
from local.system import Options, System
from tests.processes import ROOT, free_port, running
from tests.system.local_system import LocalSystem
from tests.system.round_robin import round_robin

SLOW = 30_000
"""Milliseconds that a picture may take on a busy machine."""


@pytest.fixture(scope="module")
def replicas(shared_system: LocalSystem, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three more frontends on the same stores, behind a proxy that takes them in turn."""
    state = State(shared_system.folder)
    system = System(Options(folder=shared_system.folder, port=shared_system.port), state)
    settings = system.settings({})
    with ExitStack() as stack:
        urls = []
        for number in range(3):
            port = free_port()
            recipe = system.frontend(settings, port, f"replica-{number}")
            command = [str(recipe.python), "-m", recipe.module]
            urls.append(f"http://127.0.0.1:{port}")
            stack.enter_context(
                running(
                    command,
                    ready_url=f"{urls[-1]}/readyz",
                    folder=tmp_path_factory.mktemp(recipe.name),
                    env={**recipe.environment, "PYTHONPATH": str(ROOT)},
                )
            )
        yield stack.enter_context(round_robin(urls))


@pytest.fixture
async def page(browser: Browser, system: LocalSystem) -> AsyncIterator[Page]:
    """A page that fails the test for a script error, and for any request it should not make."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))

    def check(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
            wrong.append(f"third party: {request.url}")
        if parts.path.startswith("/gradio_api"):
            wrong.append(f"Gradio event: {request.url}")

    page.on("request", check)
    yield page
    await context.close()
    assert wrong == []


def prompt_field(page: Page) -> Locator:
    return page.locator("#text_to_image-prompt textarea")


async def paint(page: Page, url: str, prompt: str) -> None:
    await page.goto(url)
    await prompt_field(page).fill(prompt)
    await page.get_by_role("button", name="Generate").click()
    await sees_the_picture(page, prompt)


async def sees_the_picture(page: Page, prompt: str) -> None:
    picture = page.locator("#gallery").get_by_role("link", name=prompt).locator("img").first
    await expect(picture).to_be_visible(timeout=SLOW)
    await page.wait_for_function(
        "img => img.complete && img.naturalWidth > 0",
        arg=await picture.element_handle(),
        timeout=SLOW,
    )


async def test_type_a_prompt_see_the_picture_reload_and_it_is_still_there(
    page: Page, system: LocalSystem
) -> None:
    await paint(page, system.url, "a red fox in a snowy forest")
    await page.reload()
    await sees_the_picture(page, "a red fox in a snowy forest")


async def test_three_replicas_without_stickiness_are_one_page(page: Page, replicas: str) -> None:
    await paint(page, replicas, "a harbour with small boats")
    await page.reload()
    await sees_the_picture(page, "a harbour with small boats")


async def test_what_is_wrong_is_said_beside_the_field(page: Page, system: LocalSystem) -> None:
    await page.goto(system.url)
    await page.get_by_role("button", name="Generate").click()
    field = prompt_field(page)
    await expect(field).to_have_attribute("aria-invalid", "true", timeout=SLOW)
    await expect(page.locator("#tray li")).to_have_count(0)


async def test_a_job_can_be_canceled_from_the_page(page: Page, system: LocalSystem) -> None:
    system.faults(delay=5)
    await page.goto(system.url)
    await prompt_field(page).fill("a very slow snail")
    await page.get_by_role("button", name="Generate").click()
    card = page.locator("#tray li").filter(has_text="a very slow snail")
    await card.get_by_role("button", name="Cancel").click(timeout=SLOW)
    await expect(card).to_contain_text("Canceled", timeout=SLOW)


async def test_another_visitor_sees_none_of_it(
    browser: Browser, page: Page, system: LocalSystem
) -> None:
    await paint(page, system.url, "a private thought")
    stranger = await browser.new_context()
    other = await stranger.new_page()
    await other.goto(system.url)
    await expect(other.get_by_role("button", name="Generate")).to_be_visible(timeout=SLOW)
    await other.wait_for_load_state("networkidle")
    await expect(other.locator("#gallery img")).to_have_count(0)
    await stranger.close()


async def test_no_file_of_the_server_can_be_read_through_the_page(system: LocalSystem) -> None:
    planted = system.folder / "key"
    attack = {
        "data": [{"path": str(planted), "meta": {"_type": "gradio.FileData"}}],
        "fn_index": 0,
        "session_hash": "attack",
    }
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as anybody:
        assert (await anybody.get("/")).status_code == 200
        for path in ("/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/call/0"):
            reply = await anybody.post(path, json=attack)
            assert reply.status_code == 404
        for path in (
            f"/gradio_api/file={planted}",
            f"/file={planted}",
            "/config",
            "/gradio_api/info",
        ):
            reply = await anybody.get(path)
            assert reply.status_code == 404
            assert system.key not in reply.text
