"""The studio's portraits in docs/screens: `make screenshots` takes them again.

Each state of the page, at three widths, light and dark; all of one visitor of a system that is
started for it.
"""

import asyncio
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.processes import ROOT
from tests.system.browser import chromium
from tests.system.local_system import LocalSystem, running_system

SCREENS = ROOT / "docs/screens"
README_PICTURE = ROOT / "docs/studio.jpg"
SIZES = {1440: 900, 1024: 768, 390: 844}
SHOWN_AT = {1440: 960, 1024: 768, 390: 390}
"""Pixels across in the files, which are to be small."""
WITHIN = 60_000
PAINTED: tuple[dict[str, Any], ...] = (
    {"prompt": "A lighthouse on a cliff at dawn, calm sea", "width": 1216, "height": 848},
    {"prompt": "Red and yellow hot-air balloons over green hills", "style": "midcentury_retro"},
    {"prompt": "A fox in an autumn forest, late afternoon sun", "n": 2},
    {"prompt": "A castle on a hill at night, full moon", "width": 848, "height": 1216},
    {"prompt": "A sailing boat on a quiet lake, mist", "width": 1344, "height": 752},
    {"prompt": "A cottage in a meadow", "style": "design_sketch"},
    {"prompt": "An owl on a branch under the stars", "style": "graphic_novel_illustration"},
    {"prompt": "A whale in a pink sea at sunset", "width": 1216, "height": 848},
    {"prompt": "A desert with cactuses, noon", "style": "flat_vector_illustration"},
    {"prompt": "A city by a river, blue hour", "width": 1344, "height": 752},
    {"prompt": "A deer in a snowy forest", "n": 2, "width": 848, "height": 1216},
    {"prompt": "Mountains behind a lake", "style": "soft_digital_painting"},
)
SLOW = ("A ship in a storm, lightning", "A garden of tulips in spring", "A planet with rings")
REFUSED = {"A dragon over a village": "dragon", "A knight without mercy": "mercy"}


_PICTURES_ARE_THERE = """() => {
    const seen = [...document.querySelectorAll("#gallery img")].filter((img) => {
        const { top, bottom } = img.getBoundingClientRect();
        return top < innerHeight && bottom > 0;
    });
    return seen.length > 0 && seen.every((img) => img.complete && img.naturalWidth > 0);
}"""


async def main() -> None:
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder) / "state") as system:
        async with chromium() as browser:
            visitor = await _visitor(browser, system)
            await _portraits(browser, system, visitor, "empty")
            await _submit(browser, system, visitor, [{"n": 1, **task} for task in PAINTED])
            await _portraits(browser, system, visitor, "full")
            system.faults(prompt_words=["dragon"], output_words=["mercy"])
            await _submit(browser, system, visitor, [{"prompt": words} for words in REFUSED])
            await _portraits(browser, system, visitor, "failed")
            system.faults(delay=600)
            slow = [{"prompt": words, "n": 4} for words in SLOW]
            await _submit(browser, system, visitor, slow, wait=False)
            await _portraits(browser, system, visitor, "busy")


async def _visitor(browser: Browser, system: LocalSystem) -> Any:
    """The cookie of a new visitor, for every context that is to be the same one."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(system.url)
    await expect(page.get_by_text("Nothing here yet")).to_be_visible(timeout=WITHIN)
    state = await context.storage_state()
    await context.close()
    return state


async def _submit(
    browser: Browser,
    system: LocalSystem,
    visitor: Any,
    tasks: list[dict[str, Any]],
    *,
    wait: bool = True,
) -> None:
    context = await browser.new_context(storage_state=visitor)
    page = await context.new_page()
    await page.goto(system.url)
    for number, task in enumerate(tasks):
        body = {"task": {"kind": "text_to_image", "seed": 40 + number, **task}}
        status = await page.evaluate(
            """async ([body, prefer]) => (await fetch("/v1/jobs", {
                method: "POST",
                headers: {"Content-Type": "application/json", Prefer: prefer},
                body: JSON.stringify(body),
            })).status""",
            [body, "wait=60" if wait else "respond-async"],
        )
        assert status in (201, 202), f"a job was not accepted: {status}"
    await context.close()


async def _portraits(browser: Browser, system: LocalSystem, visitor: Any, state: str) -> None:
    for width, height in SIZES.items():
        for scheme in ("light", "dark"):
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
                storage_state=visitor,
            )
            page = await context.new_page()
            await page.goto(system.url)
            await _settle(page, empty=state == "empty", phone=width < 960)
            await _keep(await page.screenshot(), SCREENS / f"{state}-{width}-{scheme}.webp", width)
            if (state, width, scheme) == ("full", 1440, "light"):
                picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
                picture.save(README_PICTURE, quality=82, optimize=True)
            await context.close()


async def _settle(page: Page, *, empty: bool, phone: bool) -> None:
    """Until everything that is in sight has been drawn. On a phone, pictures are another view."""
    await expect(page.get_by_role("button", name="Generate")).to_be_visible(timeout=WITHIN)
    if not empty:
        if phone:
            await page.get_by_role("button", name="Pictures").click()
        await page.wait_for_function(_PICTURES_ARE_THERE, timeout=WITHIN)
    await page.wait_for_load_state("networkidle")


async def _keep(shot: bytes, file: Path, width: int) -> None:
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    across = SHOWN_AT[width]
    down = round(picture.height * across / picture.width)
    picture = picture.resize((across, down), Image.Resampling.LANCZOS)
    picture.save(file, quality=72, method=6)


if __name__ == "__main__":
    asyncio.run(main())
