"""Behind our CDN: who does not come through it, and who does."""

from http.cookies import SimpleCookie

import httpx
import pytest
from pydantic import SecretStr

from frontend.api.identity import COOKIE
from shared.settings import Settings
from tests.component.api.service import SECRET, TASK, Callers, problem

ORIGIN_SECRET = "what only the CDN and the frontend know"
OTHER_SECRET = "what the CDN sends until it has learned that"
SITE = "d111111abcdef8.cloudfront.net"


@pytest.fixture
def settings() -> Settings:
    return Settings(
        studio="off",
        secret=SecretStr(SECRET),
        host="0.0.0.0",
        origin_secret=SecretStr(ORIGIN_SECRET),
        other_origin_secret=SecretStr(OTHER_SECRET),
        network_rate_limit=1,
    )


def through_the_cdn(address: str = "203.0.113.9", **more: str) -> dict[str, str]:
    """The headers that our distribution sends: whatever the client wrote there is replaced."""
    return {
        "X-Origin-Secret": ORIGIN_SECRET,
        "X-Viewer-Address": address,
        "X-Viewer-Host": SITE,
        **more,
    }


@pytest.mark.parametrize("told", [{}, {"X-Origin-Secret": "a guess"}, {"X-Origin-Secret": ""}])
@pytest.mark.parametrize("path", ["/v1/models", "/v1/jobs", "/readyz", "/", "/nowhere"])
async def test_nobody_passes_by_the_cdn(
    callers: Callers, ada: httpx.AsyncClient, path: str, told: dict[str, str]
) -> None:
    problem(await ada.get(path, headers=told), 403, "not_through_the_cdn")


async def test_the_host_may_ask_for_our_health(callers: Callers) -> None:
    nobody = await callers.nobody()
    assert (await nobody.get("/healthz")).status_code == 200


async def test_a_plain_post_with_a_key_gets_through(ada: httpx.AsyncClient) -> None:
    reply = await ada.post("/v1/jobs", json={"task": TASK}, headers=through_the_cdn())
    assert reply.status_code == 202


async def test_a_cdn_that_still_sends_the_other_secret_gets_through(
    ada: httpx.AsyncClient,
) -> None:
    headers = through_the_cdn(**{"X-Origin-Secret": OTHER_SECRET})
    assert (await ada.get("/v1/jobs", headers=headers)).status_code == 200


async def test_a_visitor_of_the_site_gets_a_secure_cookie_and_may_write_with_it(
    callers: Callers,
) -> None:
    browser = await callers.nobody()
    ours = through_the_cdn(Origin=f"https://{SITE}")
    reply = await browser.post("/v1/visitors", headers=ours)
    cookie = SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]
    assert cookie["secure"] is True
    sent = {**ours, "Cookie": f"{COOKIE}={cookie.value}"}
    assert (await browser.post("/v1/jobs", json={"task": TASK}, headers=sent)).status_code == 202
    foreign = {**sent, "Origin": "https://elsewhere.example"}
    problem(
        await browser.post("/v1/jobs", json={"task": TASK}, headers=foreign), 403, "foreign_origin"
    )


async def test_the_viewer_s_network_counts_and_not_what_is_written_in_other_headers(
    callers: Callers,
) -> None:
    """One submission a network: the second from it is refused, whatever it claims."""
    ada, bob = await callers.owner("ada"), await callers.owner("bob")

    async def submit(client: httpx.AsyncClient, address: str, claimed: str) -> httpx.Response:
        headers = through_the_cdn(address, **{"X-Forwarded-For": claimed})
        return await client.post("/v1/jobs", json={"task": TASK}, headers=headers)

    assert (await submit(ada, "203.0.113.9", "192.0.2.1")).status_code == 202
    assert (await submit(bob, "203.0.113.77", "192.0.2.99")).status_code == 429
    assert (await submit(bob, "2001:db8::1", "192.0.2.1")).status_code == 202
