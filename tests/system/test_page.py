"""The page in a real browser, however it is served."""

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.system.local_system import LocalSystem
from tests.system.ways import Replicas


def prompt_field(page: Page) -> Locator:
    return page.locator("#text_to_image-prompt textarea")


async def paint(page: Page, url: str, prompt: str) -> None:
    await page.goto(url)
    await prompt_field(page).fill(prompt)
    await page.get_by_role("button", name="Generate").click()
    await sees_the_picture(page, prompt)


def pictures_of(page: Page, prompt: str) -> Locator:
    return page.locator("#gallery").get_by_role("link", name=prompt).locator("img")


async def sees_the_picture(page: Page, prompt: str) -> None:
    picture = pictures_of(page, prompt).first
    await expect(picture).to_be_visible()
    await page.wait_for_function(
        "img => img.complete && img.naturalWidth > 0",
        arg=await picture.element_handle(),
    )


@pytest.mark.every_way
async def test_type_a_prompt_see_the_picture_reload_and_it_is_still_there(
    page: Page, studio_url: str
) -> None:
    await paint(page, studio_url, "a red fox in a snowy forest")
    await page.reload()
    await sees_the_picture(page, "a red fox in a snowy forest")
    await expect(pictures_of(page, "a red fox in a snowy forest")).to_have_count(1)


async def test_a_replica_that_dies_while_it_takes_a_job_costs_nothing(
    page: Page, system: LocalSystem, replicas: Replicas
) -> None:
    with replicas.one_dying() as url:
        asked = system.model_calls()
        await paint(page, url, "a harbour with small boats")
        assert len(replicas.dead()) == 1
        await expect(pictures_of(page, "a harbour with small boats")).to_have_count(1)
        assert system.model_calls() == asked + 1


async def test_what_is_wrong_is_said_beside_the_field(page: Page, studio_url: str) -> None:
    await page.goto(studio_url)
    await page.get_by_role("button", name="Generate").click()
    field = prompt_field(page)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#tray li")).to_have_count(0)


async def test_a_job_can_be_canceled_from_the_page(
    page: Page, system: LocalSystem, studio_url: str
) -> None:
    system.faults(delay=5)
    await page.goto(studio_url)
    await prompt_field(page).fill("a very slow snail")
    await page.get_by_role("button", name="Generate").click()
    card = page.locator("#tray li").filter(has_text="a very slow snail")
    await card.get_by_role("button", name="Cancel").click()
    await expect(card).to_contain_text("Canceled")


async def test_another_visitor_sees_none_of_it(
    browser: Browser, page: Page, studio_url: str
) -> None:
    await paint(page, studio_url, "a private thought")
    stranger = await browser.new_context()
    other = await stranger.new_page()
    await other.goto(studio_url)
    await expect(other.get_by_role("button", name="Generate")).to_be_visible()
    await other.wait_for_load_state("networkidle")
    await expect(other.locator("#gallery img")).to_have_count(0)
    await stranger.close()


async def test_a_page_whose_files_do_not_all_come_asks_for_them_again(
    page: Page, studio_url: str
) -> None:
    lost = []

    async def lose_one(route: Route) -> None:
        if lost:
            await route.continue_()
        else:
            lost.append(route.request.url)
            await route.fulfill(status=502, body="The replica is gone.")

    await page.route("**/assets/Index-*.js", lose_one)
    await page.goto(studio_url)
    await expect(prompt_field(page)).to_be_visible()
    assert lost


@pytest.mark.every_way
async def test_no_file_of_the_server_can_be_read_through_the_page(
    system: LocalSystem, studio_url: str
) -> None:
    planted = system.folder / "key"
    attack = {
        "data": [{"path": str(planted), "meta": {"_type": "gradio.FileData"}}],
        "fn_index": 0,
        "session_hash": "attack",
    }
    async with httpx.AsyncClient(base_url=studio_url, timeout=60) as anybody:
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
