"""Whoever has the link of a share sees its pictures, and no more than its owner wants."""

import re

import httpx
import pytest

from shared.jobs import Job
from shared.tasks import ArtifactRef, StyleTransfer, UploadRef, parse_task
from tests.builders import a_job
from tests.component.api.service import Callers, Down, Service
from tests.component.api.shares import BROWSER, HOSTILE, JSON, Page, finished, share


async def test_anybody_with_the_link_sees_the_pictures_as_json(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await share(ada, job)
    reply = await (await callers.nobody()).get(made["url"], headers=JSON)
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["Vary"] == "Accept, Accept-Encoding"
    shared = reply.json()
    assert [picture["width"] for picture in shared["pictures"]] == [1024, 640]
    assert shared["pictures"][1]["url"].startswith("memory:///artifacts/some-job/1/0.png?")
    assert (shared["settings"], shared["expires_at"]) == (None, made["expires_at"])
    for secret in (job.id, "ada", HOSTILE, "sha256", "seed"):
        assert secret not in reply.text


async def test_settings_are_shown_if_the_owner_wants_it_and_never_what_the_job_was_made_from(
    ada: httpx.AsyncClient, callers: Callers, service: Service
) -> None:
    upload, other = a_job().id, a_job().id
    task = StyleTransfer(
        image=UploadRef(upload=upload),
        style_image=ArtifactRef(artifact=f"{other}/0"),
        prompt="like a woodcut",
        seed=7,
    )
    await service.jobs.add(job := finished(task=task))
    made = await share(ada, job, show_settings=True)
    stranger = await callers.nobody()
    reply = await stranger.get(made["url"], headers=JSON)
    settings = reply.json()["settings"]
    assert (settings["model"], settings["model_title"]) == ("nova-canvas", "Amazon Nova Canvas")
    assert settings["task"]["prompt"] == "like a woodcut"
    assert settings["task"]["seed"] == 7
    assert settings["task"].keys() & {"image", "style_image", "negative_prompt"} == set()
    page = await stranger.get(made["url"], headers=BROWSER)
    for text in (reply.text, page.text):
        assert upload not in text
        assert other not in text
    told = Page(page.text).words
    for words in ("Borrow a style", "Amazon Nova Canvas", "Keep the composition", "like a woodcut"):
        assert f"\n{words}\n" in told


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "*/*", "application/json, text/html"])
async def test_a_browser_gets_a_page_that_runs_nothing_and_is_listed_nowhere(
    ada: httpx.AsyncClient, callers: Callers, job: Job, accept: str
) -> None:
    made = await share(ada, job, show_settings=True)
    reply = await (await callers.nobody()).get(made["url"], headers={"Accept": accept})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    policy = dict(
        part.strip().split(" ", 1) for part in reply.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data: memory://"
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", policy["style-src"])
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    page = Page(reply.text)
    assert page.all("html") == [{"lang": "en"}]
    assert not page.all("script")
    assert not page.all("iframe")
    assert not [tag for tag, attributes in page.tags if any(n.startswith("on") for n in attributes)]
    assert not [tag for tag, attributes in page.tags if "style" in attributes]


async def test_a_link_can_be_checked_without_its_page(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made, stranger = await share(ada, job), await callers.nobody()
    checked = await stranger.head(made["url"])
    assert (checked.status_code, checked.content) == (200, b"")
    assert (await stranger.head(f"/s/{'0' * 52}")).status_code == 404


async def test_the_page_says_what_its_pictures_are_and_words_stay_words(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await share(ada, job, show_settings=True)
    reply = await (await callers.nobody()).get(made["url"], headers=BROWSER)
    page = Page(reply.text)
    pictures = page.all("img")
    assert [picture["alt"] for picture in pictures] == [f"{HOSTILE} ({k} of 2)" for k in (1, 2)]
    assert (pictures[1]["width"], pictures[1]["height"]) == ("640", "320")
    assert pictures[1]["srcset"].split()[1::2] == ["512w,", "640w"]
    assert HOSTILE in page.words
    assert "<img src=x" not in reply.text
    assert "Made with AI. This link ends on 9 November 2026" in page.words


async def test_without_its_settings_a_page_has_none_of_the_words(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await share(ada, job)
    reply = await (await callers.nobody()).get(made["url"], headers=BROWSER)
    alternatives = [picture["alt"] for picture in Page(reply.text).all("img")]
    assert alternatives == ["A shared picture (1 of 2)", "A shared picture (2 of 2)"]
    assert "quoted" not in reply.text
    assert "Seed" not in reply.text


async def test_the_id_of_a_share_opens_nothing(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await share(ada, job)
    told = await (await callers.nobody()).get(f"/s/{made['id']}", headers=JSON)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("token", ["x", "0" * 52, "0" * 53, "../jobs", "é" * 52, "%00"])
async def test_a_link_that_never_was_is_not_there(callers: Callers, token: str) -> None:
    stranger = await callers.nobody()
    page = await stranger.get(f"/s/{token}", headers=BROWSER)
    assert page.status_code == 404
    told = await stranger.get(f"/s/{token}", headers=JSON)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


async def test_a_browser_is_told_of_an_outage_on_a_page(callers: Callers, service: Service) -> None:
    service.shares = Down()
    stranger = await callers.nobody()
    reply = await stranger.get(f"/s/{'0' * 52}", headers=BROWSER)
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert "Not to be seen at the moment" in Page(reply.text).words
    assert (await stranger.get(f"/s/{'0' * 52}", headers=JSON)).status_code == 503


async def test_settings_are_told_in_words(
    ada: httpx.AsyncClient, callers: Callers, service: Service
) -> None:
    dressed = {
        "kind": "try_on",
        "image": {"upload": "0" * 26},
        "garment": {"upload": "1" * 26},
        "region": {"by": "garment", "garment_class": "upper_body", "tucking_style": "tucked"},
        "return_mask": True,
        "seed": 7,
    }
    await service.jobs.add(job := finished(task=parse_task(dressed)))
    made = await share(ada, job, show_settings=True)
    page = Page((await (await callers.nobody()).get(made["url"], headers=BROWSER)).text)
    rows = page.words.split("\n")
    for label, value in (
        ("Where", "Upper body, Tucked"),
        ("Return the mask, too", "Yes"),
        ("Quality", "Standard"),
        ("Prompt strength", "6.5"),
    ):
        assert rows[rows.index(label) + 1] == value
    assert "Garment" not in rows
