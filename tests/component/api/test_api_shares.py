"""Shares: whoever has the link sees the pictures, until it ends, and nobody else does."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from shared.jobs import RETENTION, Job
from shared.logs import JsonLines
from shared.settings import Settings
from shared.shares import TOKEN_PATTERN
from shared.tasks import ArtifactRef, StyleTransfer, UploadRef, parse_task
from tests.builders import LEASE, NOON, a_job, a_task, an_artifact, ended
from tests.component.api.service import TASK, Callers, Down, Service, problem

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
HOSTILE = '<img src=x onerror=alert(1)> "quoted" & </title>'


def finished(**fields: Any) -> Job:
    job = a_job(resolved_model="nova-canvas", artifacts=(an_artifact(),), **fields)
    return ended(job.start(NOON, LEASE, (0,)))


@pytest.fixture
async def job(service: Service) -> Job:
    """A job of ada's with two pictures and the mask of one."""
    pictures = (
        an_artifact(0),
        an_artifact(1, key="artifacts/some-job/1/0.png", width=640, height=320),
        an_artifact(2, key="artifacts/some-job/2/0.png", role="mask"),
    )
    done = finished(task=a_task(prompt=HOSTILE, n=2)).model_copy(update={"artifacts": pictures})
    await service.jobs.add(done)
    return done


async def _share(client: httpx.AsyncClient, job: Job, **wanted: object) -> dict[str, Any]:
    reply = await client.post(f"/v1/jobs/{job.id}/share", json=wanted)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


class Page(HTMLParser):
    """What is in a page, as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words += f"{data.strip()}\n"

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


async def test_a_share_is_a_link_that_nobody_can_guess_and_that_is_kept_nowhere(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    reply = await ada.post(f"/v1/jobs/{job.id}/share")
    assert reply.status_code == 201
    assert reply.headers["Cache-Control"] == "no-store"
    made = reply.json()
    assert re.fullmatch(TOKEN_PATTERN, made["token"])
    assert made["url"] == reply.headers["Location"] == f"{ada.base_url}/s/{made['token']}"
    assert (made["job"], made["show_settings"]) == (job.id, False)
    assert made["expires_at"][:10] == "2026-11-09"
    (kept,) = await service.shares.of_job(job.id)
    assert made["token"] not in kept.model_dump_json()
    assert made["token"] != (await _share(ada, job))["token"]


async def test_behind_a_public_url_the_link_names_it(
    settings: Settings, callers: Callers, job: Job
) -> None:
    public = {"public_url": "https://Pictures.example.com/"}
    callers.service.settings = settings.model_copy(update=public)
    made = await _share(await callers.owner("ada"), job)
    assert made["url"] == f"https://pictures.example.com/s/{made['token']}"


async def test_anybody_with_the_link_sees_the_pictures_as_json(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await _share(ada, job)
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
    made = await _share(ada, job, show_settings=True)
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
    for words in ("Style transfer", "Amazon Nova Canvas", "Keep the composition", "like a woodcut"):
        assert f"\n{words}\n" in told


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "*/*", "application/json, text/html"])
async def test_a_browser_gets_a_page_that_runs_nothing_and_is_listed_nowhere(
    ada: httpx.AsyncClient, callers: Callers, job: Job, accept: str
) -> None:
    made = await _share(ada, job, show_settings=True)
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
    made, stranger = await _share(ada, job), await callers.nobody()
    checked = await stranger.head(made["url"])
    assert (checked.status_code, checked.content) == (200, b"")
    assert (await stranger.head(f"/s/{'0' * 52}")).status_code == 404


async def test_the_page_says_what_its_pictures_are_and_words_stay_words(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await _share(ada, job, show_settings=True)
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
    made = await _share(ada, job)
    reply = await (await callers.nobody()).get(made["url"], headers=BROWSER)
    alternatives = [picture["alt"] for picture in Page(reply.text).all("img")]
    assert alternatives == ["A shared picture (1 of 2)", "A shared picture (2 of 2)"]
    assert "quoted" not in reply.text
    assert "Seed" not in reply.text


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"expires_in": 3599}, "/expires_in"),
        ({"expires_in": 30 * 24 * 3600 + 1}, "/expires_in"),
        ({"expires_in": "a week"}, "/expires_in"),
        ({"show_settings": "some"}, "/show_settings"),
        ({"forever": True}, "/forever"),
    ],
)
async def test_a_share_that_breaks_a_rule_is_refused(
    ada: httpx.AsyncClient, service: Service, job: Job, wanted: dict[str, object], pointer: str
) -> None:
    refused = await ada.post(f"/v1/jobs/{job.id}/share", json=wanted)
    assert problem(refused, 422, "input_invalid")["errors"][0]["pointer"] == pointer
    assert await service.shares.of_job(job.id) == []


async def test_only_a_job_with_pictures_can_be_shared(
    ada: httpx.AsyncClient, service: Service
) -> None:
    submitted = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    problem(await ada.post(f"/v1/jobs/{submitted['id']}/share"), 409, "not_shareable")
    await ada.post(submitted["urls"]["cancel"])
    problem(await ada.post(f"/v1/jobs/{submitted['id']}/share"), 409, "not_shareable")


async def test_a_share_ends_when_its_time_is_over(
    ada: httpx.AsyncClient, callers: Callers, service: Service, job: Job
) -> None:
    made = await _share(ada, job, expires_in=3600)
    stranger = await callers.nobody()
    service.clock.jump(timedelta(minutes=59))
    assert (await stranger.get(made["url"])).status_code == 200
    service.clock.jump(timedelta(minutes=1))
    gone = await stranger.get(made["url"], headers=BROWSER)
    assert gone.status_code == 410
    assert "This link has ended" in Page(gone.text).words
    assert gone.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "memory:" not in gone.text
    told = await stranger.get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["code"]) == (410, "share_ended")
    assert told.json()["reason"] == "expired"


async def test_a_share_never_outlives_its_job(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    service.clock.jump(timedelta(days=20))
    made = await _share(ada, job, expires_in=30 * 24 * 3600)
    assert made["expires_at"] == job.expires_at.isoformat().replace("+00:00", "Z")


async def test_a_share_dies_with_its_job(
    ada: httpx.AsyncClient, callers: Callers, service: Service, job: Job
) -> None:
    made = await _share(ada, job)
    await service.jobs.bury(job, job.tombstone("deleted", NOON))
    told = await (await callers.nobody()).get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["reason"]) == (410, "erased")


@pytest.mark.parametrize("name", ["token", "id"])
async def test_an_owner_takes_a_share_back_by_its_token_or_its_id(
    ada: httpx.AsyncClient, callers: Callers, job: Job, name: str
) -> None:
    made, other = await _share(ada, job), await _share(ada, job)
    for _ in range(2):
        assert (await ada.delete(f"/v1/shares/{made[name]}")).status_code == 204
    stranger = await callers.nobody()
    told = await stranger.get(made["url"], headers=JSON)
    assert (told.status_code, told.json()["reason"]) == (410, "revoked")
    assert (await stranger.get(other["url"])).status_code == 200


async def test_an_owner_finds_the_shares_that_are_open(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    short = await _share(ada, job, expires_in=3600)
    service.clock.jump(timedelta(minutes=30))
    long, revoked = await _share(ada, job, show_settings=True), await _share(ada, job)
    await ada.delete(revoked["urls"]["revoke"])
    listed = await ada.get(f"/v1/jobs/{job.id}/shares")
    assert [share["id"] for share in listed.json()["data"]] == [long["id"], short["id"]]
    assert listed.json()["data"][0] == {k: long[k] for k in long.keys() - {"token", "url"}}
    assert long["token"] not in listed.text
    service.clock.jump(timedelta(minutes=30))
    left = (await ada.get(f"/v1/jobs/{job.id}/shares")).json()["data"]
    assert [share["id"] for share in left] == [long["id"]]


async def test_the_id_of_a_share_opens_nothing(
    ada: httpx.AsyncClient, callers: Callers, job: Job
) -> None:
    made = await _share(ada, job)
    told = await (await callers.nobody()).get(f"/s/{made['id']}", headers=JSON)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("token", ["x", "0" * 52, "0" * 53, "../jobs", "é" * 52, "%00"])
async def test_a_link_that_never_was_is_not_there(callers: Callers, token: str) -> None:
    stranger = await callers.nobody()
    page = await stranger.get(f"/s/{token}", headers=BROWSER)
    assert page.status_code == 404
    told = await stranger.get(f"/s/{token}", headers=JSON)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


async def test_nobody_shares_lists_or_takes_back_what_is_somebody_elses(
    callers: Callers, job: Job
) -> None:
    ada, bob = await callers.owner("ada"), await callers.owner("bob")
    made = await _share(ada, job)
    problem(await bob.post(f"/v1/jobs/{job.id}/share"), 404, "not_found")
    problem(await bob.get(f"/v1/jobs/{job.id}/shares"), 404, "not_found")
    assert (await bob.delete(f"/v1/shares/{made['token']}")).status_code == 404
    assert (await bob.delete(f"/v1/shares/{made['id']}")).status_code == 404
    assert (await bob.get(made["url"])).status_code == 200
    stranger = await callers.nobody()
    problem(await stranger.post(f"/v1/jobs/{job.id}/share"), 401, "unknown_caller")
    assert (await stranger.delete(f"/v1/shares/{made['id']}")).status_code == 401


async def test_a_foreign_page_neither_shares_nor_takes_back_with_a_visitors_cookie(
    callers: Callers, service: Service
) -> None:
    browser = await callers.visitor()
    submitted = (await browser.post("/v1/jobs", json={"task": TASK})).json()
    await service.finish(submitted["id"])
    url = f"{submitted['urls']['self']}/share"
    foreign = {"Origin": "https://elsewhere.example"}
    problem(await browser.post(url, headers=foreign), 403, "foreign_origin")
    made = (await browser.post(url)).json()
    refused = await browser.delete(made["urls"]["revoke"], headers=foreign)
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")


async def test_shares_are_limited_to_three_for_each_submission(
    settings: Settings, callers: Callers, job: Job
) -> None:
    callers.service.settings = settings.model_copy(update={"rate_limit": 1})
    ada = await callers.owner("ada")
    for _ in range(3):
        await _share(ada, job)
    refused = problem(await ada.post(f"/v1/jobs/{job.id}/share"), 429, "limit_reached")
    assert refused["policy"] == "shares"
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 202


async def test_a_browser_is_told_of_an_outage_on_a_page(callers: Callers, service: Service) -> None:
    service.shares = Down()
    stranger = await callers.nobody()
    reply = await stranger.get(f"/s/{'0' * 52}", headers=BROWSER)
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert "Not to be seen at the moment" in Page(reply.text).words
    assert (await stranger.get(f"/s/{'0' * 52}", headers=JSON)).status_code == 503


async def test_no_token_is_written_to_the_log(
    ada: httpx.AsyncClient, callers: Callers, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    made = await _share(ada, job)
    with caplog.at_level("INFO", logger="frontend.requests"):
        await (await callers.nobody()).get(made["url"])
        await ada.delete(f"/v1/shares/{made['token']}")
    lines = [JsonLines().format(r) for r in caplog.records if r.name == "frontend.requests"]
    assert any("GET /s/[secret]" in line for line in lines)
    assert any("DELETE /v1/shares/[secret]" in line for line in lines)
    assert not any(made["token"] in line for line in lines)


async def test_shares_are_gone_with_what_can_be_known_of_a_job(
    ada: httpx.AsyncClient, service: Service, job: Job
) -> None:
    await service.jobs.bury(job, job.tombstone("expired", NOON + RETENTION))
    problem(await ada.post(f"/v1/jobs/{job.id}/share"), 410, "gone")
    problem(await ada.get(f"/v1/jobs/{job.id}/shares"), 410, "gone")


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
    made = await _share(ada, job, show_settings=True)
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
