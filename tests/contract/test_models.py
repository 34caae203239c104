"""The contract of ``ImageModels``, asked of the Bedrock adapter before the simulator."""

import asyncio
import base64
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from aiobotocore.session import AioSession

from shared.adapters import aws as aws_clients
from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_models import BedrockModels
from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
    ReplyUnusable,
    StoreUnavailable,
)
from shared.ports.models import BODY_MOST
from tests.local_settings import UNHEARD, own_settings

CANVAS = "amazon.nova-canvas-v1:0"
REGION = "us-east-1"


def a_body(**image: Any) -> bytes:
    return json.dumps(
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": image.pop("text", "a fox in the snow")},
            "imageGenerationConfig": {"width": 320, "height": 320, "seed": 7, **image},
        }
    ).encode()


@dataclass(frozen=True)
class Simulator:
    """Bedrock's other side: what it is told to do, and what it was asked."""

    http: httpx.AsyncClient

    async def behave(self, **faults: object) -> None:
        reply = await self.http.put("/_sim/faults", json=faults)
        assert reply.status_code == 200, reply.text

    async def left(self) -> list[str]:
        """The planned faults that no call has met yet."""
        planned: list[str] = (await self.http.get("/_sim/faults")).json()["next"]
        return planned


@pytest.fixture
async def simulator(bedrock_endpoint: str) -> AsyncIterator[Simulator]:
    async with httpx.AsyncClient(base_url=bedrock_endpoint) as http:
        await http.post("/_sim/reset")
        yield Simulator(http)
        await http.post("/_sim/reset")


@pytest.fixture
async def models(
    simulator: Simulator, bedrock_endpoint: str, aws_session: AioSession
) -> AsyncIterator[BedrockModels]:
    settings = own_settings(UNHEARD, bedrock_endpoint=bedrock_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        yield BedrockModels(clients)


async def test_a_request_brings_the_models_reply_as_it_is(models: BedrockModels) -> None:
    reply = json.loads(await models.invoke(CANVAS, REGION, a_body()))
    assert base64.b64decode(reply["images"][0]).startswith(b"\x89PNG")


async def test_many_can_be_asked_at_once(models: BedrockModels) -> None:
    bodies = [a_body(seed=seed) for seed in range(8)]
    replies = await asyncio.gather(*(models.invoke(CANVAS, REGION, body) for body in bodies))
    assert len(set(replies)) == 8


@pytest.mark.parametrize(
    ("fault", "failure", "paid"),
    [
        ("throttle", ModelBusy, False),
        ("quota_exceeded", ModelBusy, False),
        ("not_ready", ModelBusy, False),
        ("internal_error", ModelBroken, False),
        ("unavailable", ModelBroken, False),
        ("model_error", ModelBroken, False),
        ("access_denied", ModelUnavailable, False),
        ("model_timeout", ModelTimeout, True),
        ("drop", ModelTimeout, True),
    ],
)
async def test_a_failure_is_told_by_its_kind_and_the_call_is_not_repeated(
    models: BedrockModels,
    simulator: Simulator,
    fault: str,
    failure: type[CallFailed],
    paid: bool,
) -> None:
    await simulator.behave(next=[fault, "throttle", "throttle"])
    with pytest.raises(failure) as failed:
        await models.invoke(CANVAS, REGION, a_body())
    assert failed.value.paid is paid
    assert str(failed.value)
    assert await simulator.left() == ["throttle", "throttle"]


async def test_no_answer_in_time_counts_as_paid(
    simulator: Simulator,
    bedrock_endpoint: str,
    aws_session: AioSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aws_clients, "MODEL_ANSWERS_WITHIN", timedelta(seconds=1))
    await simulator.behave(next=["hang", "throttle"])
    settings = own_settings(UNHEARD, bedrock_endpoint=bedrock_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        with pytest.raises(ModelTimeout):
            await BedrockModels(clients).invoke(CANVAS, REGION, a_body())
    assert await simulator.left() == ["throttle"]


@asynccontextmanager
async def answering(
    aws_session: AioSession, answer: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> AsyncIterator[BedrockModels]:
    """Models whose requests are all answered so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await answer(writer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = own_settings(UNHEARD, bedrock_endpoint=url)
        async with AwsClients.open(settings, aws_session) as clients:
            yield BedrockModels(clients)


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"])
@pytest.mark.parametrize("reset", [False, True])
async def test_a_connection_that_ends_before_the_reply_does_counts_as_paid(
    aws_session: AioSession, reply: bytes, reset: bool
) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()
        if reset:
            linger = struct.pack("ii", 1, 0)
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    async with answering(aws_session, answer) as models:
        with pytest.raises(ModelTimeout, match="ended before it answered"):
            await models.invoke(CANVAS, REGION, a_body())


@pytest.mark.parametrize("length", [b"content-length: 1000000000", b"transfer-encoding: chunked"])
async def test_of_a_reply_that_is_too_large_no_more_is_read_than_a_reply_may_have(
    aws_session: AioSession, length: bytes
) -> None:
    megabyte, sent = b"A" * 1_000_000, 0

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        chunked = length.startswith(b"transfer")
        writer.write(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
        for _ in range(1000):
            writer.write(b"%x\r\n%b\r\n" % (len(megabyte), megabyte) if chunked else megabyte)
            await writer.drain()
            sent += len(megabyte)

    async with answering(aws_session, answer) as models:
        with pytest.raises(ReplyUnusable, match="more than 25,000,000 bytes") as unusable:
            await models.invoke(CANVAS, REGION, a_body())
    assert unusable.value.paid
    # What was on its way when the reader had enough is in buffers of the kernel's and the SDK's.
    assert sent < 2 * BODY_MOST


async def test_a_reply_of_exactly_the_limit_is_read_whole(aws_session: AioSession) -> None:
    reply = b"{" + b" " * (BODY_MOST - 2) + b"}"

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(reply) + reply)

    async with answering(aws_session, answer) as models:
        assert await models.invoke(CANVAS, REGION, a_body()) == reply


async def test_a_model_that_cannot_be_reached_is_not_paid(aws_session: AioSession) -> None:
    settings = own_settings(UNHEARD, bedrock_endpoint=UNHEARD)
    async with AwsClients.open(settings, aws_session) as clients:
        with pytest.raises(ModelBroken, match="could not be reached") as failed:
            await BedrockModels(clients).invoke(CANVAS, REGION, a_body())
    assert not failed.value.paid


async def test_a_model_at_its_end_is_unavailable_in_awss_words(
    models: BedrockModels, simulator: Simulator
) -> None:
    await simulator.behave(ended=[CANVAS])
    with pytest.raises(ModelUnavailable, match="has reached the end of its life"):
        await models.invoke(CANVAS, REGION, a_body())


async def test_an_unknown_model_is_unavailable(models: BedrockModels) -> None:
    with pytest.raises((ModelUnavailable, InputRejected), match="identifier"):
        await models.invoke("nobody.no-such-model-v1:0", REGION, a_body())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (a_body(width=7), "width"),
        (a_body(text="something forbidden"), "blocked by our content filters"),
        (b"{", "Malformed input request"),
    ],
)
async def test_a_wrong_request_is_rejected_in_the_providers_words(
    models: BedrockModels, body: bytes, words: str
) -> None:
    with pytest.raises(InputRejected, match=words) as rejected:
        await models.invoke(CANVAS, REGION, body)
    assert str(rejected.value)


async def test_a_body_over_the_limit_is_not_sent(
    models: BedrockModels, simulator: Simulator
) -> None:
    await simulator.behave(next=["throttle"])
    with pytest.raises(InputRejected, match="25,000,000"):
        await models.invoke(CANVAS, REGION, b" " * (BODY_MOST + 1))
    assert await simulator.left() == ["throttle"]


async def test_a_worker_without_credentials_cannot_ask(keyless: AwsClients) -> None:
    with pytest.raises(StoreUnavailable, match="credentials"):
        await BedrockModels(keyless).invoke(CANVAS, REGION, a_body())
