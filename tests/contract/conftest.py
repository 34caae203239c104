"""Every adapter of a port is asked the same questions.

A test that names the fixture ``backend``, or one that is built on it, runs in memory, on the
embedded AWS, and, for a second opinion, on moto's server. What is not atomic there is not asked
there: tests marked ``concurrent`` leave moto out.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from aiobotocore.session import AioSession

from shared.adapters.aws import OF_A_REQUEST, AwsClients
from shared.settings import Settings
from tests.local_settings import UNHEARD, own_settings
from tests.processes import moto


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "concurrent: many ask at once, so moto is left out")
    config.addinivalue_line("markers", "unlike_moto: AWS does this, and moto does not")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        backends = ["memory", "ministack"]
        marks = ("concurrent", "unlike_moto")
        if not any(map(metafunc.definition.get_closest_marker, marks)):
            backends.append("moto")
        metafunc.parametrize("backend", backends)


@dataclass(frozen=True)
class Aws:
    """An AWS, and the names that this test may give to resources of its own."""

    settings: Settings
    clients: AwsClients


@pytest.fixture(scope="session")
def moto_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture
async def aws(
    backend: str, request: pytest.FixtureRequest, aws_session: AioSession
) -> AsyncIterator[Aws | None]:
    """The AWS that the backend stands for; None in memory."""
    if backend == "memory":
        yield None
        return
    endpoint = request.getfixturevalue(
        {"ministack": "aws_endpoint", "moto": "moto_endpoint"}[backend]
    )
    settings = own_settings(endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        yield Aws(settings, clients)


@pytest.fixture
async def nowhere(aws_session: AioSession) -> AsyncIterator[AwsClients]:
    """Clients of an AWS that is not there, who do not try for long."""
    once = replace(OF_A_REQUEST, attempts=1)
    async with AwsClients.open(own_settings(UNHEARD), aws_session, patience=once) as clients:
        yield clients


@pytest.fixture
async def simulator(bedrock_endpoint: str) -> AsyncIterator[httpx.AsyncClient]:
    """What is told to the Bedrock simulator, which forgets it after the test."""
    async with httpx.AsyncClient(base_url=bedrock_endpoint) as http:
        await http.post("/_sim/reset")
        yield http
        await http.post("/_sim/reset")


@pytest.fixture
async def bedrock(
    simulator: httpx.AsyncClient, bedrock_endpoint: str, aws_session: AioSession
) -> AsyncIterator[AwsClients]:
    """Clients of the simulator as it is after a start."""
    settings = own_settings(UNHEARD, bedrock_endpoint=bedrock_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        yield clients


@pytest.fixture
async def keyless(
    bedrock_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[AwsClients]:
    """Clients that find no credentials, wherever they look."""
    for name in (
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"),
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/none")
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/none")
    settings = own_settings(
        UNHEARD,
        bedrock_endpoint=bedrock_endpoint,
        aws_access_key_id=None,
        aws_secret_access_key=None,
    )
    async with AwsClients.open(settings) as clients:
        yield clients
