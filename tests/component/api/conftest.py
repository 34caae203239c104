"""Fixtures of the API's tests: a service of twins, and who calls it."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from pydantic import SecretStr

from shared.jobs import Job
from shared.settings import Settings
from tests.builders import a_task, an_artifact
from tests.component.api.service import SECRET, Callers, Service
from tests.component.api.shares import HOSTILE, finished


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


@pytest.fixture
async def job(service: Service) -> Job:
    """A job of ada's with two pictures and the mask of one."""
    pictures = (
        an_artifact(0),
        an_artifact(1, key="artifacts/some-job/1/0.png", width=640, height=320),
        an_artifact(2, key="artifacts/some-job/2/0.png", role="mask"),
    )
    done = finished(task=a_task(prompt=HOSTILE, n=2)).model_copy(update={"artifacts": pictures})
    await service.jobs.add(done)
    return done
