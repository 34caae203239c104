"""Tests of the service in memory, in virtual time: minutes pass at once."""

import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from tests.service import Service, a_service
from tests.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual time": VirtualTimeLoop}


@pytest.fixture(scope="session")
def darkroom() -> Iterator[PillowDarkroom]:
    darkroom = PillowDarkroom()
    yield darkroom
    darkroom.close()


@pytest.fixture
def service(darkroom: PillowDarkroom) -> Service:
    return a_service(darkroom)
