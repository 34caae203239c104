"""A shared link in a real browser: pictures and style, and not a word from the policy."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from tests.system.test_from_prompt_to_picture import a_request, finished

LOADED = "picture => picture.complete && picture.naturalWidth > 0"


async def a_share(api: httpx.AsyncClient, job: dict[str, Any], **wanted: object) -> dict[str, Any]:
    reply = await api.post(f"{job['urls']['self']}/share", json=wanted)
    assert reply.status_code == 201, reply.text
    share: dict[str, Any] = reply.json()
    return share


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
async def test_a_stranger_sees_the_pictures_and_the_words(
    api: httpx.AsyncClient, browser: Browser, width: int, scheme: Any
) -> None:
    job = await finished(api, a_request("a lighthouse <b>at dusk</b>", n=2, width=640, height=320))
    share = await a_share(api, job, show_settings=True)
    page = await browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    await page.goto(share["url"], wait_until="networkidle")
    pictures = page.get_by_role("img", name="a lighthouse <b>at dusk</b>")
    assert await pictures.count() == 2
    assert [await picture.evaluate(LOADED) for picture in await pictures.all()] == [True, True]
    assert await page.get_by_text("a lighthouse <b>at dusk</b>").is_visible()
    background = "getComputedStyle(document.body).backgroundColor"
    paper = {"light": "rgb(250, 249, 247)", "dark": "rgb(18, 17, 16)"}[scheme]
    assert await page.evaluate(background) == paper
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) == 0
    assert complaints == []


async def test_a_link_that_was_taken_back_says_so(api: httpx.AsyncClient, browser: Browser) -> None:
    share = await a_share(api, await finished(api, a_request(width=320, height=320)))
    assert (await api.delete(share["urls"]["revoke"])).status_code == 204
    page = await browser.new_page()
    reply = await page.goto(share["url"])
    assert reply is not None
    assert reply.status == 410
    assert await page.get_by_role("heading", name="This link has ended").is_visible()
    assert await page.get_by_role("img").count() == 0
