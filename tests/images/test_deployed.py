"""The images where IAM is enforced: a deployed stack's outputs are all that they are told, and what
its roles may is all that they may.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.images.engine import Container, Engine, Image, eventually_healthy
from tests.images.event_source import EventSource
from tests.images.runtime_api import LambdaRuntimeApi
from tests.infra.conftest import in_infra
from tests.infra.emulator import Emulator, Stack, emulator
from tests.infra.site import Site, stand_ins
from tests.processes import free_port

FUNCTION_MEMORY = "1024m"
"""What the template gives the worker; a test of this file compares them."""
TASK = {"kind": "text_to_image", "prompt": "a red fox in the snow", "width": 320, "height": 320}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `make templates` writes for a deployment that chooses nothing."""
    folder = tmp_path_factory.mktemp("templates")
    app = in_infra("infra.app", CDK_OUTDIR=str(folder), CDK_CONTEXT_JSON="{}")
    assert app.returncode == 0, app.stdout[-4000:] + app.stderr[-4000:]
    written: dict[str, Any] = json.loads((folder / "canvas-queue.template.json").read_text())
    return written


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="session")
def stack(account: Emulator, template: dict[str, Any]) -> Stack:
    return account.deploy(template)


@pytest.fixture(scope="session")
def addresses(
    stack: Stack, bedrock_endpoint: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    with stand_ins(stack, bedrock_endpoint, tmp_path_factory.mktemp("cdn")) as where:
        yield where


@contextmanager
def frontend(
    engine: Engine, image: Image, stack: Stack, addresses: dict[str, str]
) -> Iterator[tuple[Site, Container]]:
    port = free_port()
    environment = {**stack.environment("Frontend", **addresses), "CANVAS_PORT": str(port)}
    with engine.container(image, environment) as container:
        yield Site(stack, f"http://127.0.0.1:{port}", container.logs), container


@pytest.fixture(scope="session")
def site(
    engine: Engine, live_image: Image, stack: Stack, addresses: dict[str, str]
) -> Iterator[Site]:
    with frontend(engine, live_image, stack, addresses) as (site, container):
        assert eventually_healthy(container), container.logs()
        yield site


@pytest.fixture
def function(
    engine: Engine,
    worker_image: Image,
    stack: Stack,
    addresses: dict[str, str],
    runtime_api: LambdaRuntimeApi,
) -> Iterator[Container]:
    env = {
        **stack.environment("Worker", **addresses),
        "AWS_LAMBDA_RUNTIME_API": runtime_api.address,
    }
    with engine.container(worker_image, env, memory=FUNCTION_MEMORY, patience=0) as container:
        yield container


@pytest.fixture
async def source(stack: Stack, runtime_api: LambdaRuntimeApi) -> AsyncIterator[EventSource]:
    """Lambda's own part, which is not the function's role's."""
    settings = Settings.load(
        {
            **json.loads(stack.outputs["WorkerSettings"]),
            "CANVAS_AWS_ENDPOINT": stack.emulator.url,
            "CANVAS_AWS_ACCESS_KEY_ID": "test",
            "CANVAS_AWS_SECRET_ACCESS_KEY": "test",
        }
    )
    async with AwsClients.open(settings) as aws:
        yield await EventSource.of(runtime_api, (aws, settings))


def submitted(browser: httpx.Client) -> str:
    reply = browser.post("/v1/jobs", json={"task": TASK})
    assert reply.status_code == 202, reply.text
    id: str = reply.json()["id"]
    return id


def job(browser: httpx.Client, id: str, wait: int = 0) -> dict[str, Any]:
    headers = {"Prefer": f"wait={wait}"} if wait else {}
    document: dict[str, Any] = browser.get(f"/v1/jobs/{id}", headers=headers).json()
    return document


def assert_there_is_a_picture(document: dict[str, Any]) -> None:
    assert document["status"] == "succeeded", document
    [artifact] = document["artifacts"]
    assert httpx.get(artifact["url"]).content.startswith(b"\x89PNG")
    assert httpx.get(artifact["url"].partition("?")[0]).status_code == 403


def test_the_function_here_is_as_large_as_the_deployed_one(template: dict[str, Any]) -> None:
    sizes = {
        f"{resource['Properties']['MemorySize']}m"
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function" and name.startswith("WorkerFunction")
    }
    assert sizes == {FUNCTION_MEMORY}


async def test_a_prompt_becomes_a_picture_by_way_of_the_function(
    site: Site, function: Container, source: EventSource
) -> None:
    with site.visitor() as browser:
        assert browser.get("/readyz").status_code == 200
        id = submitted(browser)
        assert await source.deliver(1) == []
        assert_there_is_a_picture(job(browser, id))


def test_the_same_image_polls_where_there_is_no_lambda(
    engine: Engine, worker_image: Image, site: Site, addresses: dict[str, str]
) -> None:
    env = {**site.stack.environment("Worker", **addresses), "CANVAS_DRAIN_SECONDS": "1"}
    with engine.container(worker_image, env, memory=FUNCTION_MEMORY) as container:
        assert eventually_healthy(container), container.logs()
        with site.visitor() as browser:
            assert_there_is_a_picture(job(browser, submitted(browser), wait=30))


def test_the_same_image_sweeps_when_a_schedule_calls_it(
    engine: Engine,
    worker_image: Image,
    stack: Stack,
    addresses: dict[str, str],
    template: dict[str, Any],
    runtime_api: LambdaRuntimeApi,
) -> None:
    [command] = [
        resource["Properties"]["ImageConfig"]["Command"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function" and name.startswith("ReconcilerFunction")
    ]
    env = {
        **stack.environment("Reconciler", **addresses),
        "AWS_LAMBDA_RUNTIME_API": runtime_api.address,
    }
    with engine.container(worker_image, env, command=command, patience=0) as container:
        sweep = runtime_api.invoke({})
        assert not sweep.failed, container.logs()
        assert sweep.body["swept"] >= 0
        with stack.without("Reconciler", "dynamodb:Query"):
            assert runtime_api.invoke({}).failed


@pytest.mark.parametrize("action", ["dynamodb:UpdateItem", "s3:PutObject", "dynamodb:GetItem"])
async def test_without_a_permission_the_function_hands_the_delivery_back(
    site: Site, function: Container, source: EventSource, action: str
) -> None:
    with site.visitor() as browser:
        id = submitted(browser)
        with site.stack.without("Worker", action):
            returned = await source.deliver(1)
        assert [id in body for body in returned] == [True]
        assert job(browser, id)["status"] != "succeeded"
        assert "AccessDenied" in function.logs()


async def test_without_a_permission_nothing_is_accepted(site: Site) -> None:
    with site.visitor() as browser, site.stack.without("Frontend", "dynamodb:PutItem"):
        assert browser.post("/v1/jobs", json={"task": TASK}).status_code == 503


def test_without_the_permission_to_read_its_secrets_the_frontend_does_not_start(
    engine: Engine, live_image: Image, stack: Stack, addresses: dict[str, str]
) -> None:
    with (
        stack.without("Frontend", "secretsmanager:GetSecretValue"),
        frontend(engine, live_image, stack, addresses) as (_, container),
    ):
        assert container.ended() == 1
        assert "AccessDenied" in container.logs()
