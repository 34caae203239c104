"""The gallery in a real browser, on pictures that the running system has made."""

import hashlib
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.system.browser import box_of
from tests.system.gallery.page import (
    NAMES_A_JOB,
    a_body,
    all_loaded,
    close_viewer,
    made,
    names,
    tiles,
    until,
    visit,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_was_made_hangs_newest_first_and_is_there_after_a_reload(page: Page) -> None:
    await expect(page.get_by_text("Nothing here yet")).to_be_visible()
    jobs = await made(page, a_body("a red fox", n=2), a_body("a wide harbour", width=640))
    wanted = [
        name
        for job in jobs
        for name in (
            ["a red fox (1 of 2)", "a red fox (2 of 2)"]
            if job["task"]["prompt"] == "a red fox"
            else ["a wide harbour"]
        )
    ]
    for _ in range(2):
        await expect(tiles(page)).to_have_count(3)
        assert await names(page) == wanted
        await all_loaded(page, ".tile img")
        harbour = await box_of(page.get_by_role("link", name="a wide harbour"))
        assert harbour["width"] / harbour["height"] == pytest.approx(2, rel=0.02)
        await page.reload()
        await until(page, "window.ready")


async def test_words_find_pictures_and_the_address_remembers_them(page: Page) -> None:
    await made(page, a_body("a red fox"), a_body("a harbour"))
    search = page.get_by_role("searchbox")
    await search.fill("FO")
    await expect(tiles(page)).to_have_count(1)
    assert await names(page) == ["a red fox"]
    await page.reload()
    await expect(tiles(page)).to_have_count(1)
    await expect(search).to_have_value("FO")
    await page.go_back()
    await expect(tiles(page)).to_have_count(2)
    await expect(search).to_have_value("")
    await search.fill("zebra")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.get_by_role("button", name="Show all pictures").click()
    await expect(tiles(page)).to_have_count(2)


async def test_letters_stand_for_what_is_done_to_a_picture(page: Page) -> None:
    await made(page, a_body("a heron by a pond"))
    await tiles(page).first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("f")
    favourite = page.get_by_role("button", name="Favourite", exact=True)
    await expect(favourite).to_have_attribute("aria-pressed", "true")
    async with page.expect_download() as download:
        await page.keyboard.press("d")
    assert (await download.value).suggested_filename.startswith("a-heron-by-a-pond")


async def test_a_favourite_is_one_after_a_reload_and_can_be_picked_out(page: Page) -> None:
    await made(page, a_body("a red fox"), a_body("a harbour"))
    await page.get_by_role("link", name="a red fox").click()
    heart = page.get_by_role("button", name="Favourite", exact=True)
    async with page.expect_response(lambda reply: reply.request.method == "PATCH"):
        await heart.click()
    await expect(heart).to_have_attribute("aria-pressed", "true")
    await close_viewer(page)
    await page.reload()
    await page.get_by_role("button", name="Favourites").click()
    await expect(tiles(page)).to_have_count(1)
    assert await names(page) == ["a red fox, a favourite"]


async def test_the_viewer_is_walked_through_by_keyboard_and_gives_the_focus_back(
    page: Page,
) -> None:
    newer, older = await made(page, a_body("one", n=2), a_body("two"))
    await tiles(page).first.focus()
    await page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog")
    await expect(viewer).to_be_visible()
    pictures = len(newer["artifacts"]) + len(older["artifacts"])
    for _ in range(pictures - 1):
        was = page.url
        await page.keyboard.press("ArrowRight")
        await expect(page).not_to_have_url(was)
    assert f"job={older['id']}" in page.url
    await expect(page.get_by_role("button", name="Older picture")).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(page).not_to_have_url(NAMES_A_JOB)
    await expect(tiles(page).last).to_be_focused()


async def test_going_back_closes_a_picture_and_its_address_opens_it(page: Page) -> None:
    await made(page, a_body("a red fox"))
    await tiles(page).click()
    viewer = page.get_by_role("dialog", name="a red fox")
    await expect(viewer).to_be_visible()
    opened = page.url
    await page.go_back()
    await expect(viewer).to_be_hidden()
    await visit(page, opened)
    await expect(viewer).to_be_visible()
    await expect(viewer).to_contain_text("320 × 320")
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(page).not_to_have_url(NAMES_A_JOB)


async def test_an_address_of_a_job_that_is_not_there_says_so(page: Page, address: str) -> None:
    await visit(page, f"{address}?job=00000000000000000000000000")
    await expect(page.locator("#trouble")).to_contain_text("job")
    await expect(page).not_to_have_url(NAMES_A_JOB)


async def test_a_download_is_the_original_and_called_by_its_prompt(
    page: Page, tmp_path: Path
) -> None:
    [job] = await made(page, a_body("A red fox, at dawn"))
    await tiles(page).click()
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Download").click()
    download = await started.value
    assert download.suggested_filename == "a-red-fox-at-dawn-7.png"
    await download.save_as(tmp_path / "kept.png")
    kept = (tmp_path / "kept.png").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == job["artifacts"][0]["sha256"]


async def test_links_that_fail_are_fetched_anew_with_one_request(page: Page, address: str) -> None:
    await made(page, *(a_body(f"number {n}") for n in range(4)))
    # Those of the page that is left would be refused in the place of the next page's.
    await all_loaded(page, ".tile img")
    asked: list[str] = []
    refused: set[str] = set()

    async def refuse_once(route: Route) -> None:
        key = route.request.url.partition("?")[0]
        if key in refused:
            await route.continue_()
        else:
            refused.add(key)
            await route.fulfill(status=403)

    await page.route("**/artifacts/**/*.webp?*", refuse_once)
    page.on("request", lambda request: asked.append(request.url))
    await visit(page, address)
    await all_loaded(page, ".tile img")
    assert len(refused) == 4
    assert len([url for url in asked if "/v1/jobs" in url]) == 2


async def test_a_wall_that_cannot_be_loaded_says_so_and_can_be_tried_again(
    page: Page, address: str
) -> None:
    await made(page, a_body("a red fox"))
    await page.route("**/v1/jobs?*", lambda route: route.abort())
    await visit(page, address)
    await expect(page.get_by_text("could not be loaded")).to_be_visible()
    await page.unroute_all()
    await page.get_by_role("button", name="Try again").click()
    await expect(tiles(page)).to_have_count(1)


async def test_settings_go_back_to_the_form_and_a_picture_to_another(page: Page) -> None:
    await made(page, a_body("a red fox"))
    await tiles(page).click()
    await page.get_by_role("button", name="Remix").click()
    await expect(page).not_to_have_url(NAMES_A_JOB)
    await tiles(page).click()
    await page.get_by_text("Use as input").click()
    await page.get_by_role("button", name="Upscale").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await until(page, "said.includes('remix a red fox')")
    await until(page, "said.includes('use a red fox, 0 for upscale')")


async def test_what_was_refused_is_found_by_its_ending_with_the_reason(page: Page) -> None:
    await made(page, a_body("something forbidden"), a_body("a harbour"))
    await expect(tiles(page)).to_have_count(1)
    await page.get_by_label("What became of it").select_option(label="Refused")
    await expect(tiles(page)).to_contain_text("something forbidden")
    await tiles(page).click()
    await expect(page.locator(".viewer-failure")).not_to_be_empty()


async def test_a_long_wall_is_loaded_as_one_goes_and_holds_only_what_is_near(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 600})
    jobs = await made(page, *(a_body(f"number {n}") for n in range(45)))
    await page.reload()
    await until(page, "window.ready")
    # More than a page of the list.
    await tiles(page).first.focus()
    await page.keyboard.press("End")
    await expect(page.locator("[aria-setsize='45']").first).to_be_attached()
    await page.keyboard.press("End")
    oldest = page.get_by_role("link", name=jobs[-1]["task"]["prompt"], exact=True)
    await expect(oldest).to_be_focused()
    assert await tiles(page).count() < 40
    where = await box_of(oldest)
    # What is made now hangs at the top, and pushes nothing away from who looks at the old ones.
    [newest] = await made(page, a_body("the newest", width=640))
    assert await box_of(oldest) == where
    await page.keyboard.press("Home")
    await expect(page.get_by_role("link", name=newest["task"]["prompt"])).to_be_focused()
    await expect(oldest).to_have_count(0)


async def test_a_picture_that_was_opened_and_closed_is_no_step_on_the_way_back(page: Page) -> None:
    await made(page, a_body("a red fox"), a_body("a harbour"))
    await page.get_by_role("searchbox").fill("fox")
    await expect(tiles(page)).to_have_count(1)
    await tiles(page).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await close_viewer(page)
    await page.go_back()
    await expect(tiles(page)).to_have_count(2)
