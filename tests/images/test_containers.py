"""Both images as containers: from a prompt to a picture, and how they start and stop."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.images.engine import Container, Engine, Image, eventually_healthy
from tests.images.ghosts import emptied
from tests.images.surroundings import Surroundings
from tests.system.test_from_prompt_to_picture import WAIT, a_request, finished


@pytest.fixture
def frontend(engine: Engine, frontend_image: Image, around: Surroundings) -> Iterator[Container]:
    with engine.container(frontend_image, around.environment) as container:
        assert eventually_healthy(container), container.logs()
        yield container


@pytest.fixture
async def worker(
    engine: Engine,
    worker_image: Image,
    around: Surroundings,
    aws: tuple[AwsClients, Settings],
) -> AsyncIterator[Container]:
    await emptied(aws)
    with engine.container(worker_image, around.environment, memory="1g") as container:
        assert eventually_healthy(container), container.logs()
        yield container


async def test_a_prompt_becomes_a_picture_behind_a_signed_link(
    frontend: Container, worker: Container, api: httpx.AsyncClient
) -> None:
    job = await finished(api, a_request(width=640, height=480, n=2))
    assert job["status"] == "succeeded"
    async with httpx.AsyncClient() as anybody:
        for artifact in job["artifacts"]:
            picture = await anybody.get(artifact["url"])
            assert hashlib.sha256(picture.content).hexdigest() == artifact["sha256"]
        unsigned = await anybody.get(job["artifacts"][0]["url"].partition("?")[0])
        assert unsigned.status_code == 403
    assert (await api.get("/readyz")).status_code == 200
    for container in (frontend, worker):
        assert container.healthy()
        assert not container.killed_for_memory


async def test_a_worker_that_is_told_to_stop_finishes_its_job(
    frontend: Container, worker: Container, around: Surroundings, api: httpx.AsyncClient
) -> None:
    around.faults(delay=3)
    job = (await api.post("/v1/jobs", json=a_request(), headers={"Prefer": "wait=2"})).json()
    assert job["status"] == "running"
    assert await asyncio.to_thread(worker.stop) == 0
    job = (await api.get(f"/v1/jobs/{job['id']}")).json()
    assert job["status"] == "succeeded"


async def test_a_frontend_that_is_told_to_stop_answers_first(
    frontend: Container, worker: Container, around: Surroundings, api: httpx.AsyncClient
) -> None:
    around.faults(delay=3)
    asking = asyncio.create_task(api.post("/v1/jobs", json=a_request(), headers=WAIT))
    await asyncio.sleep(1)
    stopping = asyncio.create_task(asyncio.to_thread(frontend.stop))
    reply = await asking
    assert (reply.status_code, reply.json()["status"]) == (201, "succeeded")
    assert await stopping == 0


async def test_a_worker_whose_loop_is_stuck_is_unhealthy(
    worker: Container,
) -> None:
    worker.engine.run("podman", "exec", worker.id, "touch", "-d", "-2min", "/dev/shm/canvas-worker")
    assert not worker.healthy()


async def test_a_frontend_that_hangs_is_unhealthy(frontend: Container) -> None:
    frontend.signal("STOP")
    assert not frontend.healthy()
    frontend.signal("CONT")
    assert eventually_healthy(frontend)


async def test_wrong_settings_are_named_and_the_container_ends(
    engine: Engine, frontend_image: Image, worker_image: Image, around: Surroundings
) -> None:
    for image in (frontend_image, worker_image):
        wrong = {**around.environment, "CANVAS_CONCURENCY": "3"}
        with engine.container(image, wrong) as container:
            assert container.ended() == 1
            assert "no such setting: CANVAS_CONCURENCY" in container.logs()


async def test_the_live_page_is_drawn_within_half_a_gigabyte(
    engine: Engine, live_image: Image, around: Surroundings
) -> None:
    with engine.container(live_image, around.environment, cpus=0.5) as container:
        assert eventually_healthy(container), container.logs()
        await assert_it_has_a_page(around)
        assert not container.killed_for_memory
        assert await asyncio.to_thread(container.stop) == 0


async def test_the_frozen_page_comes_with_the_image(
    frontend: Container, around: Surroundings
) -> None:
    await assert_it_has_a_page(around)


async def assert_it_has_a_page(around: Surroundings) -> None:
    """The page, and all that it names in its head."""
    async with httpx.AsyncClient(base_url=around.url, timeout=60, trust_env=False) as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        named = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
        assert len(named) > 5
        for path in named:
            assert (await browser.get(path)).status_code == 200, path


async def test_an_image_can_serve_the_api_alone(
    engine: Engine, frontend_image: Image, around: Surroundings
) -> None:
    alone = {**around.environment, "CANVAS_STUDIO": "off"}
    with engine.container(frontend_image, alone) as container:
        assert eventually_healthy(container), container.logs()
        async with httpx.AsyncClient(base_url=around.url, trust_env=False) as browser:
            assert (await browser.get("/")).status_code == 404
            assert (await browser.get("/v1/openapi.json")).status_code == 200


async def test_many_pictures_fit_into_a_worker_of_one_gigabyte(
    frontend: Container, worker: Container, api: httpx.AsyncClient
) -> None:
    body = a_request(width=1024, height=1024, n=5)
    jobs = await asyncio.gather(*(finished(api, body) for _ in range(6)))
    assert {job["status"] for job in jobs} == {"succeeded"}
    assert not worker.killed_for_memory


async def test_no_secret_of_theirs_is_in_their_logs(
    frontend: Container,
    worker: Container,
    api: httpx.AsyncClient,
    around: Surroundings,
    aws: tuple[AwsClients, Settings],
) -> None:
    await finished(api, a_request())
    _, settings = aws
    secrets = (
        settings.require("secret"),
        settings.require("cdn_private_key").splitlines()[1],
        around.system.state.api_key,
    )
    for logs in (frontend.logs(), worker.logs()):
        assert "succeeded" in logs or "POST /v1/jobs" in logs
        assert not [secret for secret in secrets if secret in logs]
