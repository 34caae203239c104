"""How the AWS clients are made."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiobotocore.session import AioSession

from shared.adapters.aws import AwsClients, Patience, kept_alive
from shared.adapters.s3_pictures import S3Pictures
from shared.errors import StoreUnavailable
from tests.local_settings import UNHEARD, own_settings


async def test_stores_are_asked_at_their_endpoint_with_the_given_credentials(
    aws_session: AioSession,
) -> None:
    settings = own_settings(UNHEARD, region="eu-west-1", concurrency=40)
    async with AwsClients.open(settings, aws_session) as clients:
        for client in (clients.dynamodb, clients.sqs, clients.s3):
            assert client.meta.endpoint_url == UNHEARD
            assert client.meta.region_name == "eu-west-1"
            assert client.meta.config.retries["total_max_attempts"] == 3
            assert client.meta.config.max_pool_connections >= 2 * settings.concurrency
        assert clients.sqs.meta.config.read_timeout > 20
        assert clients.s3.meta.config.s3["addressing_style"] == "path"


async def test_without_an_endpoint_aws_itself_is_asked(aws_session: AioSession) -> None:
    settings = own_settings("unused").model_copy(update={"aws_endpoint": None})
    async with AwsClients.open(settings, aws_session) as clients:
        assert clients.dynamodb.meta.endpoint_url == "https://dynamodb.us-west-2.amazonaws.com"
        bedrock = await clients.bedrock("us-east-1")
        assert bedrock.meta.endpoint_url == "https://bedrock-runtime.us-east-1.amazonaws.com"


async def test_a_model_is_never_asked_twice_and_has_five_minutes(aws_session: AioSession) -> None:
    settings = own_settings(UNHEARD, bedrock_endpoint=UNHEARD, concurrency=123)
    async with AwsClients.open(settings, aws_session) as clients:
        config = (await clients.bedrock("us-east-1")).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (10, 300)
    assert config.max_pool_connections >= settings.concurrency


async def test_there_is_one_bedrock_client_a_region(aws_session: AioSession) -> None:
    async with AwsClients.open(own_settings(UNHEARD), aws_session) as clients:
        ours, again, other = await asyncio.gather(
            clients.bedrock("us-east-1"), clients.bedrock("us-east-1"), clients.bedrock("us-west-2")
        )
    assert ours is again
    assert ours is not other
    assert (ours.meta.region_name, other.meta.region_name) == ("us-east-1", "us-west-2")


async def test_a_picture_is_not_kept_back_for_a_word_that_may_never_come(
    aws_session: AioSession,
) -> None:
    """S3 that has fallen silent is given up on, which aiohttp's wait for leave to send is not."""
    came, gone = bytearray(), asyncio.Event()

    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            came.extend(part)
        writer.close()
        gone.set()

    picture = bytes(range(256)) * 4000
    patience = Patience(timedelta(seconds=5), timedelta(milliseconds=100), attempts=1)
    async with await asyncio.start_server(says_nothing, "127.0.0.1", 0) as server:
        settings = own_settings(_url(server))
        async with AwsClients.open(settings, aws_session, patience=patience) as clients:
            with pytest.raises(StoreUnavailable):
                await S3Pictures(clients.s3, "b").put("k", picture, content_type="image/png")
        await gone.wait()
    assert came.endswith(picture)


def _url(server: asyncio.Server) -> str:
    host, port = server.sockets[0].getsockname()
    return f"http://{host}:{port}"


def test_a_connection_to_a_model_shows_sign_of_life() -> None:
    with kept_alive((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 1))) as made:
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) < 350
