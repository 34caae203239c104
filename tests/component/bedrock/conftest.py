"""A running simulator on a free port, and the real SDK's clients for it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from local.bedrock.app import create_app
from local.bedrock.server import server


@dataclass(frozen=True)
class Simulator:
    """The control endpoint of a simulator that is running."""

    url: str

    def behave(self, **faults: Any) -> None:
        httpx.put(f"{self.url}/_sim/faults", json=faults).raise_for_status()

    def faults(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/_sim/faults").raise_for_status().json())

    def reset(self) -> None:
        httpx.post(f"{self.url}/_sim/reset").raise_for_status()

    def calls(self, model: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/_sim/calls").raise_for_status().json()[model])


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Simulator]:
    listener = socket.create_server(("127.0.0.1", 0))
    serving = server(create_app(), 0)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]})
    thread.start()
    deadline = time.monotonic() + 20
    while not serving.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert serving.started
    yield Simulator(f"http://127.0.0.1:{listener.getsockname()[1]}")
    serving.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    """The simulator as it is after a start."""
    running_simulator.reset()
    return running_simulator


ClientFactory = Callable[..., Any]


@pytest.fixture
def client(simulator: Simulator) -> Iterator[ClientFactory]:
    """Makes clients that never retry, as the worker's do."""
    made: list[Any] = []

    def make(service: str = "bedrock-runtime", read_timeout: float = 20) -> Any:
        connection = boto3.session.Session().client(
            service,
            endpoint_url=simulator.url,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(
                read_timeout=read_timeout, connect_timeout=5, retries={"total_max_attempts": 1}
            ),
        )
        made.append(connection)
        return connection

    yield make
    for connection in made:
        connection.close()
