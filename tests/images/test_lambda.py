"""The worker image as a Lambda function: SQS events in, failed deliveries out."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.images.engine import Container, Engine, Image, eventually_healthy
from tests.images.event_source import EventSource
from tests.images.runtime_api import LambdaRuntimeApi
from tests.images.surroundings import Surroundings
from tests.system.test_from_prompt_to_picture import a_request

MEMORY = "1g"


@pytest.fixture
def function(
    engine: Engine, worker_image: Image, around: Surroundings, runtime_api: LambdaRuntimeApi
) -> Iterator[Container]:
    env = {**around.environment, "AWS_LAMBDA_RUNTIME_API": runtime_api.address}
    with engine.container(worker_image, env, memory=MEMORY, patience=0) as container:
        yield container


@pytest.fixture(scope="module")
def frontend(
    engine: Engine, frontend_image: Image, shared_surroundings: Surroundings
) -> Iterator[Container]:
    with engine.container(frontend_image, shared_surroundings.environment) as container:
        assert eventually_healthy(container), container.logs()
        yield container


@pytest.fixture
async def source(runtime_api: LambdaRuntimeApi, aws: tuple[AwsClients, Settings]) -> EventSource:
    return await EventSource.of(runtime_api, aws)


async def submitted(api: httpx.AsyncClient, **task: Any) -> str:
    reply = await api.post("/v1/jobs", json=a_request(width=320, height=320, **task))
    assert reply.status_code == 202, reply.text
    id: str = reply.json()["id"]
    return id


async def statuses(api: httpx.AsyncClient, *ids: str) -> list[str]:
    return [(await api.get(f"/v1/jobs/{id}")).json()["status"] for id in ids]


async def test_a_batch_of_ten_is_done_in_one_invocation(
    frontend: Container, function: Container, source: EventSource, api: httpx.AsyncClient
) -> None:
    ids = [await submitted(api) for _ in range(10)]
    assert await source.deliver(10) == []
    assert set(await statuses(api, *ids)) == {"succeeded"}


async def test_the_environment_is_kept_for_the_next_invocation(
    frontend: Container, function: Container, source: EventSource, api: httpx.AsyncClient
) -> None:
    for _ in range(3):
        id = await submitted(api)
        assert await source.deliver(1) == []
        assert await statuses(api, id) == ["succeeded"]
    assert function.running


async def test_only_the_delivery_that_must_come_back_is_named(
    frontend: Container,
    function: Container,
    source: EventSource,
    api: httpx.AsyncClient,
    around: Surroundings,
) -> None:
    ids = [await submitted(api) for _ in range(3)]
    around.faults(next=["throttle"])
    (returned,) = await source.deliver(3)
    (queued,) = [id for id in ids if id in returned]
    assert sorted(await statuses(api, *ids)) == ["queued", "succeeded", "succeeded"]
    assert await statuses(api, queued) == ["queued"]


async def test_what_is_no_message_of_ours_is_buried_and_does_not_fail_the_batch(
    frontend: Container,
    function: Container,
    source: EventSource,
    api: httpx.AsyncClient,
    aws: tuple[AwsClients, Settings],
) -> None:
    clients, settings = aws
    url = (await clients.sqs.get_queue_url(QueueName=settings.normal_queue))["QueueUrl"]
    dead = (await clients.sqs.get_queue_url(QueueName=settings.dead_queue))["QueueUrl"]
    await clients.sqs.send_message(QueueUrl=url, MessageBody="not a message")
    id = await submitted(api)
    assert await source.deliver(2) == []
    while await statuses(api, id) == ["queued"]:
        # Parked, because the model was throttled a moment ago: a pool rests for five seconds.
        assert await source.deliver(1) == []
    assert await statuses(api, id) == ["succeeded"]
    buried = await clients.sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=5)
    assert [letter["Body"] for letter in buried["Messages"]] == ["not a message"]


async def test_a_handler_that_is_not_there_is_told_to_lambda(
    engine: Engine,
    worker_image: Image,
    around: Surroundings,
    runtime_api: LambdaRuntimeApi,
) -> None:
    env = {**around.environment, "AWS_LAMBDA_RUNTIME_API": runtime_api.address}
    with engine.container(worker_image, env, command=["worker.nowhere.handler"]) as container:
        assert container.ended() == 1
        assert runtime_api.never_came_up.get(timeout=5)["errorType"] == "Runtime.ImportModuleError"


async def test_wrong_settings_fail_the_invocation_and_say_which(
    engine: Engine,
    worker_image: Image,
    around: Surroundings,
    runtime_api: LambdaRuntimeApi,
) -> None:
    env = {
        **around.environment,
        "AWS_LAMBDA_RUNTIME_API": runtime_api.address,
        "CANVAS_CONCURENCY": "3",
    }
    with engine.container(worker_image, env, patience=0):
        outcome = runtime_api.invoke({"Records": []})
    assert outcome.failed
    assert "CANVAS_CONCURENCY" in outcome.body["errorMessage"]
