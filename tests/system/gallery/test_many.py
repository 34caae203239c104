"""What is done with several pictures at once, in a real browser."""

import hashlib
import json
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from playwright.async_api import Page, expect

from tests.system.browser import box_of
from tests.system.gallery.page import (
    a_body,
    all_loaded,
    made,
    tiles,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tick(page: Page, *places: int) -> None:
    for place in places:
        await page.locator(".tile").nth(place).hover()
        await page.locator(".tile-tick").nth(place).click()


async def test_pictures_are_selected_one_by_one_and_by_range(page: Page) -> None:
    await made(page, a_body("one", n=5))
    await tick(page, 0)
    bar = page.get_by_role("group", name="Selected pictures")
    await expect(bar).to_contain_text("1 selected")
    # Now a click selects, and with Shift all between.
    await tiles(page).nth(3).click(modifiers=["Shift"])
    await expect(bar).to_contain_text("4 selected")
    await tiles(page).nth(1).click()
    await expect(bar).to_contain_text("3 selected")
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("Space")
    await expect(bar).to_contain_text("1 selected")


async def test_a_finger_that_rests_on_a_picture_selects_it(page: Page) -> None:
    await made(page, a_body("one", n=2))
    at = "{bubbles: true, pointerType: 'touch', isPrimary: true, clientX: 9, clientY: 9}"
    await tiles(page).first.evaluate(
        f"tile => tile.dispatchEvent(new PointerEvent('pointerdown', {at}))"
    )
    await expect(page.get_by_role("group", name="Selected pictures")).to_be_visible()
    # The finger is lifted: that opens nothing.
    await tiles(page).first.evaluate("tile => tile.click()")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".ticked")).to_have_count(1)


async def test_many_pictures_become_a_zip_and_what_is_missing_is_named(
    page: Page, tmp_path: Path
) -> None:
    jobs = await made(page, a_body("A red fox", n=2), a_body("A harbour"))
    harbour = next(job for job in jobs if job["task"]["prompt"] == "A harbour")
    lost = harbour["artifacts"][0]["url"].partition("?")[0]
    for way in (f"{lost}*", f"**/v1/jobs/{harbour['id']}/artifacts/*"):
        await page.route(way, lambda route: route.fulfill(status=404))
    await tick(page, 0, 1, 2)
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Download").click()
    download = await started.value
    assert download.suggested_filename.endswith(".zip")
    await download.save_as(tmp_path / "kept.zip")
    with ZipFile(tmp_path / "kept.zip") as kept:
        assert kept.testzip() is None
        assert {info.compress_type for info in kept.infolist()} == {ZIP_STORED}
        pictures = {name: kept.read(name) for name in kept.namelist()}
    settings = json.loads(pictures.pop("settings.json"))["pictures"]
    assert sorted(pictures) == ["a-red-fox-7-2.png", "a-red-fox-7.png"]
    for entry in settings:
        if entry["file"] in pictures:
            assert hashlib.sha256(pictures[entry["file"]]).hexdigest() == entry["sha256"]
        else:
            assert entry["job"] == harbour["id"]
            assert entry["missing"]
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("1 picture could not be had")
    await expect(dialog).to_contain_text("a-harbour-7.png")


async def test_a_large_zip_is_written_to_the_disk_as_it_comes(page: Page) -> None:
    jobs = await made(page, a_body("A red fox", n=2))
    # Pictures that say they are large, and a file that the reader chose.
    await page.evaluate(
        """(job) => {
          for (const artifact of job.artifacts) artifact.bytes = 1e8;
          gallery.finished({ ...job, version: job.version + 1 });
          window.showSaveFilePicker = async ({ suggestedName }) => {
            const folder = await navigator.storage.getDirectory();
            return folder.getFileHandle(suggestedName, { create: true });
          };
        }""",
        jobs[0],
    )
    await tick(page, 0, 1)
    await page.get_by_role("button", name="Download").click()
    await until(page, "said.includes('The pictures are saved.')")
    sizes = await page.evaluate(
        """async () => {
          const folder = await navigator.storage.getDirectory();
          const sizes = [];
          for await (const file of folder.values()) sizes.push((await file.getFile()).size);
          return sizes;
        }"""
    )
    assert len(sizes) == 1
    assert sizes[0] > 10_000


async def test_many_become_favourites_at_once(page: Page) -> None:
    await made(page, a_body("one"), a_body("two"))
    await tick(page, 0, 1)
    await page.get_by_role("group").get_by_role("button", name="Favourite").click()
    await expect(page.locator(".tile-heart:visible")).to_have_count(2)


async def test_two_pictures_are_compared_by_a_slider_that_keys_move(page: Page) -> None:
    await made(page, a_body("a red fox"), a_body("a red fox", seed=8))
    await tick(page, 0, 1)
    await page.get_by_role("button", name="Compare").click()
    slider = page.get_by_role("slider")
    await expect(slider).to_be_focused()
    await expect(slider).to_have_attribute("aria-valuenow", "50")
    await all_loaded(page, ".compare-picture")
    frame = page.locator(".compare-frame")
    box = await box_of(frame)

    async def line() -> float:
        held = await box_of(slider)
        return (held["x"] + held["width"] / 2 - box["x"]) / box["width"]

    await page.keyboard.press("PageUp")
    await page.keyboard.press("ArrowRight")
    await expect(slider).to_have_attribute("aria-valuenow", "62")
    assert await line() == pytest.approx(0.62, abs=0.01)
    await page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + 50)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50, steps=4)
    await page.mouse.up()
    await expect(slider).to_have_attribute("aria-valuenow", "25")
    assert await line() == pytest.approx(0.25, abs=0.01)
    # What is different is told: the seed, and nothing else.
    differences = page.get_by_role("table", name="What differs")
    await expect(differences.get_by_role("row")).to_have_count(1)
    await expect(differences).to_contain_text("Seed")
    await page.get_by_role("button", name="Side by side").click()
    first, second = [await box_of(image) for image in await frame.locator("img").all()]
    assert second["x"] + second["width"] <= first["x"]


async def test_a_contact_sheet_fills_as_pictures_arrive_and_becomes_one_picture(
    page: Page, tmp_path: Path
) -> None:
    def cell(row: int, column: int) -> dict[str, object]:
        grid = {"grid": "g", "row": f"{row}", "column": f"{column}", "rows": "2", "columns": "2"}
        return {**a_body(f"prompt {row}", seed=40 + column), "metadata": grid}

    [first] = await made(page, cell(0, 0))
    await page.evaluate("(job) => gallery.openSheet(job)", first)
    sheet = page.get_by_role("dialog", name="Contact sheet")
    await expect(sheet.get_by_role("img")).to_have_count(1)
    await made(page, cell(0, 1), cell(1, 0), cell(1, 1))
    await expect(sheet.get_by_role("img")).to_have_count(4)
    await expect(sheet.get_by_role("rowheader")).to_have_text(["prompt 0", "prompt 1"])
    await expect(sheet.get_by_role("columnheader")).to_have_text(["Seed 40", "Seed 41"])
    # A reload shows the same, from the list.
    await page.reload()
    await all_loaded(page, ".contacts img")
    await expect(sheet.get_by_role("img")).to_have_count(4)
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Save as one picture").click()
    download = await started.value
    await download.save_as(tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    # A picture opens over it, and closes onto it.
    await sheet.get_by_role("img", name="prompt 1").first.click()
    await expect(page.get_by_role("dialog", name="prompt 1")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("dialog", name="prompt 1")).to_have_count(0)
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
