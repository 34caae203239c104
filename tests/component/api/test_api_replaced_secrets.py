"""A secret is replaced while people work: who came with the old one notices nothing."""

from dataclasses import replace

import httpx
from pydantic import SecretStr

from frontend.api.identity import COOKIE, COOKIE_SECONDS
from tests.component.api.service import SECRET, TASK, Callers, Service, problem

NEW = "another secret, put in front of it"


async def redeployed(callers: Callers, secret: str, other: str | None) -> httpx.AsyncClient:
    """The same stores behind a frontend with these secrets, and somebody on its page."""
    settings = callers.service.settings.model_copy(
        update={
            "secret": SecretStr(secret),
            "other_secret": other and SecretStr(other),
        }
    )
    behind: Service = replace(callers.service, settings=settings)
    after = Callers(behind, callers.stack)
    return await after.nobody(headers={"Origin": await after.url()})


def cookie_of(reply: httpx.Response) -> str:
    assert f"Max-Age={COOKIE_SECONDS}" in reply.headers["Set-Cookie"]
    return reply.cookies[COOKIE]


async def test_a_visitor_keeps_every_job_while_the_secret_is_replaced(callers: Callers) -> None:
    browser = await callers.visitor()
    job = (await browser.post("/v1/jobs", json={"task": TASK})).json()["id"]
    old = browser.cookies[COOKIE]

    between = await redeployed(callers, NEW, other=SECRET)
    between.cookies.set(COOKIE, old)
    assert (await between.get(f"/v1/jobs/{job}")).status_code == 200
    new = cookie_of(await between.post("/v1/visitors"))
    assert new != old

    # Replicas of the deployment before still run, and answer every other request.
    beside = await redeployed(callers, SECRET, other=NEW)
    beside.cookies.set(COOKIE, new)
    assert (await beside.get(f"/v1/jobs/{job}")).status_code == 200

    after = await redeployed(callers, NEW, other=None)
    after.cookies.set(COOKIE, new)
    assert (await after.get(f"/v1/jobs/{job}")).status_code == 200
    # Whoever did not come by in the meantime is nobody any more.
    late = await redeployed(callers, NEW, other=None)
    late.cookies.set(COOKIE, old)
    problem(await late.get(f"/v1/jobs/{job}"), 401, "unknown_caller")


async def test_a_list_that_is_being_read_goes_on(callers: Callers) -> None:
    browser = await callers.visitor()
    for _ in range(3):
        await browser.post("/v1/jobs", json={"task": TASK})
    first = (await browser.get("/v1/jobs", params={"limit": 2})).json()
    rest = {"limit": 2, "cursor": first["next"]}

    between = await redeployed(callers, NEW, other=SECRET)
    between.cookies.set(COOKIE, browser.cookies[COOKIE])
    assert len((await between.get("/v1/jobs", params=rest)).json()["data"]) == 1

    after = await redeployed(callers, NEW, other=None)
    await after.post("/v1/visitors")
    problem(await after.get("/v1/jobs", params=rest), 422, "input_invalid")
