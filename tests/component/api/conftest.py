"""Fixtures of the API's tests: a service of twins, and who calls it."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from pydantic import SecretStr

from shared.settings import Settings
from tests.component.api.service import SECRET, Callers, Service


@pytest.fixture
def settings() -> Settings:
    return Settings(studio="off", secret=SecretStr(SECRET))


@pytest.fixture
def service(settings: Settings) -> Service:
    return Service(settings)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """An app sets up the logs of its process; the next test is to have its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def callers(service: Service) -> AsyncIterator[Callers]:
    async with AsyncExitStack() as stack:
        yield Callers(service, stack)


@pytest.fixture
async def ada(callers: Callers) -> httpx.AsyncClient:
    """The holder of an API key, whose owner is ``ada``."""
    return await callers.owner("ada")
