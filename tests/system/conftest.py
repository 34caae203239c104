"""The whole system, really running, for the tests that only look at it from outside."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.async_api import Browser

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.system.browser import chromium
from tests.system.local_system import LocalSystem, running_system


@pytest.fixture(scope="session")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with running_system(tmp_path_factory.mktemp("system") / "state") as system:
        yield system


@pytest.fixture
def system(shared_system: LocalSystem) -> LocalSystem:
    """The running system, with a Bedrock that behaves."""
    shared_system.faults()
    return shared_system


@pytest.fixture
async def api(system: LocalSystem) -> AsyncIterator[httpx.AsyncClient]:
    """The API, as the machine's own key sees it."""
    async with httpx.AsyncClient(
        base_url=system.url, headers=system.headers, timeout=70, trust_env=False
    ) as client:
        yield client


@pytest.fixture
async def aws(system: LocalSystem) -> AsyncIterator[tuple[AwsClients, Settings]]:
    """The system's own stores and queues."""
    async with system.clients() as clients:
        yield clients


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started
