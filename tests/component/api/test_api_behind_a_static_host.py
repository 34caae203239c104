"""A page from a static host, which passes ``/v1`` on to us: one origin for the browser, ours not.

The host speaks to us under our own name, as CloudFront does, so only ``CANVAS_PUBLIC_URL`` says
where the page is.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from frontend.api.identity import COOKIE
from shared.settings import Settings
from tests.component.api.service import TASK, Callers, Service, problem, serving

PAGE = "<!doctype html><title>The studio, frozen</title>"
METHODS = ["GET", "POST", "PATCH", "DELETE", "OPTIONS"]


@dataclass
class StaticHost:
    url: str = ""
    behind: str = ""
    """Where the API is."""

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.get("/")
        async def page() -> Response:
            return Response(PAGE, media_type="text/html")

        @app.api_route("/{path:path}", methods=METHODS)
        async def api(request: Request, path: str) -> Response:
            sent = {name: value for name, value in request.headers.items() if name != "host"}
            # No cookie is kept here: each request carries its own.
            async with httpx.AsyncHTTPTransport() as transport:
                query = f"?{request.url.query}" if request.url.query else ""
                passed_on = httpx.Request(
                    request.method,
                    f"{self.behind}/{path}{query}",
                    headers=sent,
                    content=await request.body(),
                )
                reply = await transport.handle_async_request(passed_on)
                body = b"".join([chunk async for chunk in reply.aiter_raw()])
            answer = Response(body, status_code=reply.status_code)
            answer.raw_headers = reply.headers.raw
            return answer

        return app


@pytest.fixture
async def host(settings: Settings, service: Service, callers: Callers) -> AsyncIterator[StaticHost]:
    host = StaticHost()
    async with serving(host.app()) as url:
        host.url = url
        service.settings = settings.model_copy(update={"public_url": url})
        host.behind = await callers.url()
        yield host


@pytest.fixture
async def browser(host: StaticHost) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that opened the page: it names its origin with every write, and keeps cookies."""
    async with httpx.AsyncClient(base_url=host.url, headers={"Origin": host.url}) as client:
        assert (await client.get("/")).text == PAGE
        yield client


async def test_a_visitor_does_all_that_the_page_does(
    browser: httpx.AsyncClient, host: StaticHost, service: Service
) -> None:
    assert host.url != host.behind
    assert (await browser.post("/v1/visitors")).status_code == 204
    assert browser.cookies[COOKIE]
    submitted = await browser.post("/v1/jobs", json={"task": TASK})
    assert submitted.status_code == 202
    url = submitted.headers["Location"]
    assert (await browser.patch(url, json={"favorite": True})).status_code == 200
    await service.finish(submitted.json()["id"])
    done = await browser.get(url)
    assert (done.json()["status"], done.json()["favorite"]) == ("succeeded", True)
    unchanged = await browser.get(url, headers={"If-None-Match": done.headers["ETag"]})
    assert unchanged.status_code == 304
    picture = await browser.get(f"{url}/artifacts/0", follow_redirects=False)
    assert picture.status_code == 302
    shared = (await browser.post(f"{url}/share")).json()
    assert shared["url"].startswith(f"{host.url}/s/")
    assert (await browser.get(shared["url"])).status_code == 200
    assert (await browser.delete(shared["urls"]["revoke"])).status_code == 204
    for path in ("/v1/usage", "/v1/models", f"{url}/lineage", "/v1/jobs?q=fox&limit=1"):
        assert (await browser.get(path)).status_code == 200
    assert (await browser.post("/v1/uploads", json={"content_type": "image/png"})).is_success


async def test_a_page_from_elsewhere_and_our_own_name_are_foreign(
    browser: httpx.AsyncClient, host: StaticHost
) -> None:
    await browser.post("/v1/visitors")
    for origin in ("https://elsewhere.example", host.behind, "null"):
        refused = await browser.post("/v1/jobs", json={"task": TASK}, headers={"Origin": origin})
        problem(refused, 403, "foreign_origin")


async def test_no_other_origin_is_ever_let_in(browser: httpx.AsyncClient) -> None:
    foreign = {"Origin": "https://elsewhere.example"}
    asked_first = await browser.options(
        "/v1/jobs", headers={**foreign, "Access-Control-Request-Method": "POST"}
    )
    assert asked_first.status_code == 405
    for reply in (asked_first, await browser.get("/v1/models", headers=foreign)):
        assert not [name for name in reply.headers if name.startswith("access-control-")]
