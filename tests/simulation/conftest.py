"""Processes in which runs repeat themselves, shared by all tests of the simulation."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.simulation.many import runners


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    with runners() as pool:
        yield pool
