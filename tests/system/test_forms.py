"""The forms of the page in a real browser: what one sets, what comes of it, what outlives what."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from frontend.studio.tab import TaskTab
from frontend.studio.tabs import TABS
from tests.system.local_system import LocalSystem

KIND = "text_to_image"


def form(page: Page, kind: str = KIND) -> Locator:
    return page.locator(f"#{kind}-form")


def block(page: Page, name: str, kind: str = KIND) -> Locator:
    return page.locator(f"#{kind}-{name}")


async def visit(page: Page, url: str) -> None:
    await page.goto(url)
    await expect(block(page, "go")).to_be_visible()
    # The models are known, so the form says which one it would be.
    await expect(block(page, "model")).to_contain_text("$")


async def open_tab(page: Page, kind: str) -> None:
    await page.locator(f"#tasks [data-tab-id={kind}]").click()
    await expect(block(page, "go", kind)).to_be_visible()


async def open_drawer(page: Page, kind: str = KIND) -> None:
    await block(page, "advanced", kind).locator(".label-wrap").click()


async def submit(page: Page, kind: str = KIND) -> dict[str, Any]:
    """Press the button, and what was sent."""
    async with page.expect_request(
        lambda r: r.method == "POST" and r.url.endswith("/v1/jobs") and not _dry(r.post_data_json)
    ) as sent:
        await block(page, "go", kind).click()
    body: dict[str, Any] = (await sent.value).post_data_json
    return body


def _dry(body: Any) -> bool:
    return bool(body.get("dry_run"))


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
async def test_the_first_example_of_every_tab_runs_as_it_is(
    page: Page, studio_url: str, tab: TaskTab
) -> None:
    await visit(page, studio_url)
    await open_tab(page, tab.kind)
    await form(page, tab.kind).get_by_role("button", name=tab.examples[0].title).click()
    if any("sample" in str(value) for value in tab.examples[0].task.values()):
        picture = form(page, tab.kind).locator(".picture-name").first
        await expect(picture).to_have_text(re.compile("webp$"))
    body = await submit(page, tab.kind)
    assert body["task"]["kind"] == tab.kind
    await expect(page.locator("#gallery img").first).to_be_visible()


async def test_what_is_in_a_form_outlives_a_reload(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    await block(page, "style").get_by_text("Sketch").click()
    await block(page, "size").get_by_text("3:2").click()
    await page.reload()
    await expect(block(page, "prompt").locator("textarea")).to_have_value("A heron by a pond")
    body = await submit(page)
    assert body["task"]["style"] == "design_sketch"
    assert body["task"]["width"] > body["task"]["height"]


async def test_a_shape_is_shown_as_it_will_be(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await block(page, "size").get_by_text("9:16").click()
    await expect(form(page).locator(".size-words")).to_contain_text("720 × 1280")
    frame = form(page).locator(".size-frame")
    await expect(frame).to_have_attribute("style", re.compile(r"width: 23\.\d+px; height: 42px"))
    await open_drawer(page)
    await expect(block(page, "width").locator("input")).to_have_value("720")
    await block(page, "width").locator("input").fill("1024")
    await block(page, "height").locator("input").fill("512")
    await expect(form(page).locator(".size-words")).to_contain_text("1024 × 512")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
async def test_the_button_that_sends_is_within_reach_from_everywhere(
    page: Page, studio_url: str, width: int, height: int
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await visit(page, studio_url)
    await expect(block(page, "go")).to_be_in_viewport(ratio=1)
    await block(page, "advanced").scroll_into_view_if_needed()
    await expect(block(page, "go")).to_be_in_viewport(ratio=1)
    # Nothing lies over it: it takes the click.
    await block(page, "go").click(trial=True)


async def test_a_seed_is_drawn_and_kept_until_it_is_let_go(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    await open_drawer(page)
    seed = block(page, "seed").locator("input")
    await form(page).get_by_role("button", name="Draw a seed").click()
    await expect(seed).to_have_value(re.compile(r"\d+"))
    drawn = int(await seed.input_value())
    assert (await submit(page))["task"]["seed"] == drawn
    await expect(seed).to_have_value(str(drawn))
    await form(page).get_by_role("button", name="Keep the seed").click()
    await expect(seed).to_have_value("")


async def test_a_seed_that_the_service_draws_can_be_kept(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    await open_drawer(page)
    await form(page).get_by_role("button", name="Keep the seed").click()
    assert "seed" not in (await submit(page))["task"]
    await expect(block(page, "seed").locator("input")).to_have_value(re.compile(r"\d+"))


async def test_what_a_model_cannot_do_is_disabled_and_says_why(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await open_drawer(page)
    strength = block(page, "guidance")
    await expect(strength.locator("input[type=range]")).to_be_enabled()
    await block(page, "model").locator("summary").click()
    core = block(page, "model").locator(".choice-option").filter(has_text="Stable Image Core")
    await expect(core).to_contain_text("$0.04")
    await expect(core).to_contain_text("Without: Prompt strength, Quality.")
    await core.click()
    await expect(strength.locator("input[type=range]")).to_be_disabled()
    await expect(strength).to_contain_text("This model has no setting for prompt strength.")
    await block(page, "model").locator(".choice-option").filter(has_text="Automatic").click()
    await expect(strength.locator("input[type=range]")).to_be_enabled()
    await expect(strength).to_contain_text("Low is free, high keeps to the words.")


async def test_the_chosen_model_is_marked_under_the_pointer_too(
    page: Page, studio_url: str
) -> None:
    await visit(page, studio_url)
    await form(page).locator(".choice summary").click()
    chosen = form(page).locator(".choice-option input:checked")
    await expect(chosen).to_have_css("border-top-width", "5px")
    await chosen.hover()
    await expect(chosen).not_to_have_css("border-top-color", "rgba(0, 0, 0, 0)")


async def test_the_price_and_what_comes_out_otherwise_are_said_before(
    page: Page, studio_url: str
) -> None:
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    quote = form(page).locator(".quote-words")
    await expect(quote).to_have_text("About $0.04 for 1 picture by Amazon Nova Canvas")
    await block(page, "n").locator("input[type=number]").fill("3")
    await block(page, "n").locator("input[type=number]").blur()
    await expect(quote).to_have_text("About $0.12 for 3 pictures by Amazon Nova Canvas")
    await block(page, "model").locator("summary").click()
    await block(page, "model").get_by_text("Stable Diffusion 3.5 Large").click()
    await expect(quote).to_contain_text("$0.24")
    await expect(form(page).locator(".quote-notes")).to_contain_text("nine shapes")


async def test_words_are_improved_and_made_up(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    prompt = block(page, "prompt").locator("textarea")
    await form(page).get_by_role("button", name="Improve my words").click()
    await expect(form(page).get_by_text("Write an idea first")).to_be_visible()
    await prompt.fill("fox")
    await form(page).get_by_role("button", name="Improve my words").click()
    await expect(form(page).get_by_text("Here is a prompt.")).to_be_visible()
    better = await prompt.input_value()
    assert "fox" in better.lower()
    assert len(better) > len("fox")
    await form(page).get_by_role("button", name="Surprise me").click()
    await expect(prompt).not_to_have_value(better)


async def test_a_grid_is_a_job_for_each_prompt_and_seed(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await form(page).get_by_role("button", name="Grid of prompts and seeds").click()
    dialog = page.get_by_role("dialog")
    run = dialog.get_by_role("button", name="Run the grid")
    await expect(dialog.get_by_text("Write at least one prompt.")).to_be_visible()
    await expect(run).to_be_disabled()
    await dialog.get_by_label("Prompts, one a line").fill("A red fox\nA grey cat")
    await dialog.get_by_label("Seeds").fill("2")
    await expect(dialog.get_by_text("4 pictures, about $0.16")).to_be_visible()
    await run.click()
    sheet = page.get_by_role("dialog", name="Contact sheet")
    await expect(sheet.locator("img")).to_have_count(4)
    await expect(sheet).to_contain_text("A grey cat")


async def test_keys_do_what_their_list_says(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await page.locator("body").press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("body").press(">")
    await expect(block(page, "go", TABS[1].kind)).to_be_visible()
    await page.keyboard.press("<")
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    await block(page, "prompt").locator("textarea").press("Control+Enter")
    await expect(page.locator("#tray li")).to_contain_text("A heron by a pond")


async def test_light_or_dark_is_remembered(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    ink = "getComputedStyle(document.querySelector('#text_to_image-prompt textarea')).color"
    light = await page.evaluate(ink)
    await page.get_by_role("button", name="Dark").click()
    assert await page.evaluate(ink) != light
    await page.reload()
    await expect(block(page, "go")).to_be_visible()
    await expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate(ink) != light


async def test_settings_come_back_into_the_form_and_a_picture_goes_on_to_another(
    page: Page, studio_url: str
) -> None:
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("A heron by a pond")
    await block(page, "style").get_by_text("Sketch").click()
    await submit(page)
    picture = page.locator("#gallery").get_by_role("link", name="A heron by a pond").first
    await expect(picture).to_be_visible()
    await block(page, "prompt").locator("textarea").fill("Something else")
    await picture.click()
    viewer = page.get_by_role("dialog")
    await viewer.get_by_role("button", name="Remix").click()
    await expect(block(page, "prompt").locator("textarea")).to_have_value("A heron by a pond")
    await expect(form(page)).to_be_focused()
    await expect(block(page, "style").locator("input:checked")).to_have_value("design_sketch")
    await picture.click()
    await viewer.get_by_text("Use as input").click()
    await viewer.get_by_role("button", name="Cut out").click()
    await expect(block(page, "go", "remove_background")).to_be_visible()
    await expect(block(page, "image", "remove_background").locator("img")).to_be_visible()
    body = await submit(page, "remove_background")
    assert body["task"]["image"]["artifact"]


async def test_a_limit_that_is_used_up_is_said_and_nothing_is_lost(
    page: Page, system: LocalSystem, studio_url: str
) -> None:
    """The form after a refusal: the page is told by the very API that counts."""
    await visit(page, studio_url)
    await block(page, "prompt").locator("textarea").fill("x" * 1025)
    await block(page, "go").click()
    await expect(block(page, "prompt").locator(".field-problem")).to_be_visible()
    await expect(block(page, "prompt").locator("textarea")).to_have_value("x" * 1025)
