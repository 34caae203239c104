"""Jobs that are deleted, and jobs that are tried once more, from the gallery."""

import pytest
from playwright.async_api import Page, expect

from tests.system.gallery.page import a_body, made, names, tiles, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_deleted_job_is_asked_about_first_and_gone_for_good(page: Page) -> None:
    newer, older = await made(page, a_body("a red fox", n=2), a_body("a harbour", n=2))
    await tiles(page).first.click()
    await page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete this job?")
    await expect(question).to_contain_text("2 pictures go for good")
    await page.keyboard.press("Enter")
    # The button that has the focus is not the one that deletes.
    await expect(question).to_have_count(0)
    await expect(tiles(page)).to_have_count(4)
    await page.get_by_role("button", name="Delete").click()
    await question.get_by_role("button", name="Delete").click()
    # The viewer goes on with what hung beside it.
    beside = page.get_by_role("dialog", name=f"{older['task']['prompt']} (1 of 2)")
    await expect(beside).to_be_visible()
    await expect(tiles(page)).to_have_count(2)
    gone = await page.evaluate(
        "(job) => api.get(`/jobs/${job.id}`).catch(({ status }) => status)", newer
    )
    assert gone == 410
    await page.reload()
    await expect(tiles(page)).to_have_count(2)


async def test_many_jobs_are_deleted_and_those_that_stay_are_named(page: Page) -> None:
    jobs = await made(page, a_body("one"), a_body("two"), a_body("three"))
    stays = jobs[1]
    way = f"**/v1/jobs/{stays['id']}"
    await page.route(way, lambda route: route.fulfill(status=503, json={"detail": "Not now."}))
    for place in range(3):
        await page.locator(".tile").nth(place).hover()
        await page.locator(".tile-tick").nth(place).click()
    await page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete 3 jobs?")
    await question.get_by_role("button", name="Delete").click()
    await expect(tiles(page)).to_have_count(1)
    assert await names(page) == [stays["task"]["prompt"]]
    await expect(page.locator("#trouble")).to_contain_text(
        f"Not deleted: “{stays['task']['prompt']}”. Not now."
    )


async def test_what_was_made_from_a_deleted_picture_says_that_it_is_gone(page: Page) -> None:
    [fox] = await made(page, a_body("a red fox"))
    origin = {"artifact": f"{fox['id']}/0"}
    task = {"kind": "variation", "images": [origin], "width": 320, "height": 320, "seed": 1}
    await made(page, {"task": {**task, "prompt": "a blue fox"}})
    await page.evaluate("(job) => api.delete(`/jobs/${job.id}`)", fox)
    await page.evaluate("(job) => gallery.gone(job.id)", fox)
    await tiles(page).click()
    await expect(page.locator(".strip")).to_contain_text("Deleted")


async def test_a_picture_is_made_once_more_with_another_seed(page: Page) -> None:
    [job] = await made(page, a_body("a red fox"))
    await tiles(page).click()
    async with page.expect_response("**/retry") as answered:
        await page.get_by_role("button", name="Once more").click()
    next_job = await (await answered.value).json()
    assert next_job["parent"] == job["id"]
    assert next_job["task"]["seed"] != job["task"]["seed"]
    await until(page, "said.includes('accepted a red fox')")
