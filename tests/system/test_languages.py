"""The page in the languages of its readers: nothing is left in English, and nothing is cut off."""

import re

import pytest
from playwright.async_api import Browser, Page, Response, expect

from frontend.studio.tabs import TABS
from shared.catalog import Catalog
from tests.system.local_system import LocalSystem
from tests.system.test_forms import block, form, open_drawer, open_tab, visit
from tests.system.test_tray import row
from tests.system.visitor import a_visitor
from tests.words.files import Words, languages

WIDTHS = (1440, 1024, 390)
NAMES = {"Canvas Queue", "AWS", *(model.title for model in Catalog.load().models)}
"""What is called the same in every language."""
_LATIN = re.compile(r"[A-Za-z]{3,}")
_FILE = re.compile(r"\w+\.webp|(?:PNG|WEBP), [\d.]+ [kM]B", re.IGNORECASE)
_KEY = re.compile(r"(?:Ctrl \+ )?(?:Shift \+ )?(?:Enter|Esc|Del|[A-Z])")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_SEEN = """() => {
    const seen = (node) => node.checkVisibility({ visibilityProperty: true });
    const words = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const { parentElement: home } = node;
        if (home.closest("script, style, textarea, option[lang]") || !seen(home)) continue;
        words.push(node.data);
    }
    for (const node of document.body.querySelectorAll("*")) {
        if (!seen(node) || node.closest("option[lang]")) continue;
        for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"]) {
            words.push(node.getAttribute(name) ?? "");
        }
    }
    return words.map((some) => some.trim()).filter(Boolean);
}"""
_CUT = """() => {
    const labels = "[role=tab], button, .pills label, .either-pill, .choice summary span, legend";
    const cut = [...document.querySelectorAll(labels)].filter((node) => {
        const { display, overflowX } = getComputedStyle(node);
        return node.checkVisibility() && !node.closest(".sr-only") && display !== "inline"
            && overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    });
    const page = document.documentElement;
    return [...cut.map((node) => node.textContent),
        ...(page.scrollWidth > page.clientWidth ? ["the page"] : [])];
}"""


async def english_in(page: Page) -> list[str]:
    """What is seen or heard on a Japanese page and has no Japanese in it."""
    seen: list[str] = await page.evaluate(_SEEN)
    named = [words for words in seen if words not in NAMES and not _FILE.fullmatch(words)]
    return [
        words
        for words in named
        if _LATIN.search(words) and not _JAPANESE.search(words) and not _KEY.fullmatch(words)
    ]


async def test_the_page_speaks_the_language_of_its_reader(page: Page, studio_url: str) -> None:
    await visit(page, studio_url)
    await page.get_by_label("Language").select_option("de")
    go = block(page, "go")
    await expect(go).to_have_text("Erzeugen")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(block(page, "model")).to_contain_text("je 0,04 $")
    await expect(block(page, "size").get_by_text("Größe")).to_be_visible()
    await page.reload()
    await expect(go).to_have_text("Erzeugen")
    await page.get_by_label("Sprache").select_option("en")
    await expect(go).to_have_text("Generate")


async def test_numbers_plurals_and_refusals_are_as_a_german_reader_expects_them(
    browser: Browser, system: LocalSystem, studio_url: str
) -> None:
    system.faults(prompt_words=["Drache"])
    async with a_visitor(browser, locale="de-AT") as page:
        await visit(page, studio_url)
        prompt, price = block(page, "prompt"), form(page, "text_to_image").locator(".send")
        await prompt.locator("textarea").fill("ß" * 1025)
        await block(page, "go").click()
        problem = prompt.locator(".field-problem")
        await expect(problem).to_have_text("Höchstens 1.024 Zeichen; es sind 1.025.")
        await prompt.locator("textarea").fill("Ein Drache")
        await expect(price).to_contain_text("Etwa 0,04 $ für 1 Bild von")
        await block(page, "n").locator("input[type=number]").fill("2")
        await expect(price).to_contain_text("Etwa 0,08 $ für 2 Bilder von")
        await block(page, "go").click()
        refused = row(page, "Ein Drache")
        await expect(refused).to_contain_text("Das Modell hat den Prompt abgelehnt.")


async def test_a_language_costs_one_small_file_and_english_none(
    browser: Browser, studio_url: str
) -> None:
    for locale, files in (("en-GB", 0), ("fr-CA", 1)):
        async with a_visitor(browser, locale=locale) as page:
            came: list[Response] = []
            page.on("response", lambda r, came=came: "/words/" in r.url and came.append(r))
            await visit(page, studio_url)
            await page.wait_for_load_state("networkidle")
            assert len(came) == files, [response.url for response in came]
            for response in came:
                assert response.headers["content-encoding"] in ("br", "gzip")
                assert (await response.request.sizes())["responseBodySize"] < 20_000


async def test_no_form_has_anything_left_in_english(browser: Browser, studio_url: str) -> None:
    async with a_visitor(browser, locale="ja-JP") as page:
        await visit(page, studio_url)
        for tab in TABS:
            await open_tab(page, tab.kind)
            await form(page, tab.kind).locator(".examples button").first.click()
            if await block(page, "advanced", tab.kind).count():
                await open_drawer(page, tab.kind)
            await block(page, "model", tab.kind).locator("summary").click()
            await page.wait_for_load_state("networkidle")
            assert await english_in(page) == [], tab.kind


async def test_no_problem_has_anything_left_in_english(browser: Browser, studio_url: str) -> None:
    async with a_visitor(browser, locale="ja-JP") as page:
        await visit(page, studio_url)
        await open_drawer(page)
        await block(page, "go").click()
        problem = block(page, "prompt").locator(".field-problem")
        await expect(problem).to_have_text("入力が必要です。")
        await block(page, "prompt").locator("textarea").fill("庭" * 1025)
        await block(page, "width").locator("input").fill("1000")
        await block(page, "go").click()
        await expect(problem).to_have_text("1,024文字以内で入力してください。現在は1,025文字です。")
        await expect(block(page, "width")).to_contain_text("16の倍数")
        assert await english_in(page) == []


async def test_no_job_or_picture_has_anything_left_in_english(
    browser: Browser, system: LocalSystem, studio_url: str
) -> None:
    words = Words.of("ja").said
    system.faults(prompt_words=["竜"])
    async with a_visitor(browser, locale="ja-JP") as page:
        await visit(page, studio_url)
        for prompt in ("竜 庭", "静かな庭"):
            await block(page, "prompt").locator("textarea").fill(prompt)
            await block(page, "go").click()
            await expect(row(page, prompt)).to_be_visible()
        await expect(row(page, "竜 庭")).to_contain_text("モデルがプロンプトを拒否")
        picture = page.locator("#gallery .tile a")
        await expect(picture.first).to_be_visible()
        assert await english_in(page) == []
        await picture.first.click()
        viewer = page.get_by_role("dialog")
        await expect(viewer).to_contain_text(words["Kept until"])
        assert await english_in(page) == []
        await viewer.get_by_role("button", name=words["Share"], exact=True).click()
        await expect(page.locator(".share")).to_contain_text(words["There is none."])
        assert await english_in(page) == []
        await page.keyboard.press("Escape")
        await viewer.get_by_role("button", name=words["Delete"], exact=True).click()
        await expect(page.locator(".question")).to_be_visible()
        assert await english_in(page) == []
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await page.locator("body").press("?")
        await expect(page.get_by_role("dialog")).to_contain_text(words["This list"])
        assert await english_in(page) == []


@pytest.mark.parametrize("language", languages())
async def test_nothing_is_cut_off_in_any_language(
    browser: Browser, studio_url: str, language: str
) -> None:
    async with a_visitor(browser, locale=language) as page:
        await visit(page, studio_url)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            for kind in ("text_to_image", "outpaint", "try_on"):
                await open_tab(page, kind)
                assert await page.evaluate(_CUT) == [], f"{kind} at {width}"
