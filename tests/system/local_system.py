"""The local system as its users start it: one command, real processes, one line that says ready."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import Request, urlopen

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.processes import ROOT

READY_WITHIN = 60
STOPS_WITHIN = 40


def free_ports(count: int = 4) -> int:
    """The first of some ports in a row on which nothing listens.

    Below 32768, where the kernel does not take ports for outgoing connections.
    """
    random = Random()
    while True:
        first = random.randrange(20_000, 32_000)
        if all(map(_free, range(first, first + count))):
            return first


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class LocalSystem:
    """A running `canvas-queue up`."""

    process: subprocess.Popen[str]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def bedrock_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def key(self) -> str:
        return (self.folder / "key").read_text().strip()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def faults(self, **faults: Any) -> None:
        """Tell the Bedrock simulator how to misbehave from now on; nothing is as it was told."""
        body = json.dumps(faults).encode()
        request = Request(f"{self.bedrock_url}/_sim/faults", body, method="PUT")
        request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=5) as reply:
            assert reply.status == 200

    def model_calls(self) -> int:
        """How often any model of the Bedrock simulator was asked so far."""
        with urlopen(f"{self.bedrock_url}/_sim/calls", timeout=5) as reply:
            return sum(model["requests"] for model in json.load(reply).values())

    @asynccontextmanager
    async def clients(self) -> AsyncIterator[tuple[AwsClients, Settings]]:
        """Clients of its own stores and queues, and the settings that name them."""
        settings = Settings.load(
            {
                "CANVAS_AWS_ENDPOINT": self.aws_url,
                "CANVAS_AWS_ACCESS_KEY_ID": "test",
                "CANVAS_AWS_SECRET_ACCESS_KEY": "test",
            }
        )
        async with AwsClients.open(settings) as clients:
            yield clients, settings

    def stop(self) -> int:
        """Ctrl-C, as a terminal sends it."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOPS_WITHIN)

    def children(self) -> list[int]:
        """Process ids of everything it started."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(line) for line in found.stdout.split()]


def start(folder: Path, port: int, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`canvas-queue up`, not waited for. Settings of the test run's own do not reach it."""
    inherited = {name: v for name, v in os.environ.items() if not name.startswith("CANVAS_")}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "canvas_queue", "up"),
            *("--port", str(port), "--state", str(folder), *arguments),
        ],
        cwd=ROOT,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running_system(
    folder: Path, *arguments: str, port: int | None = None, **environment: str
) -> Iterator[LocalSystem]:
    """The system from ready to stopped."""
    first = port or free_ports()
    process = start(folder, first, *arguments, **environment)
    system = LocalSystem(process, first, folder)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not re.search(rf"ready: {re.escape(system.url)}\b", line):
            _, errors = process.communicate(timeout=STOPS_WITHIN)
            raise RuntimeError(f"canvas-queue did not start: {line}{errors}\n{_logs(folder)}")
        yield system
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _logs(folder: Path) -> str:
    return "\n".join(
        f"== {log.name}\n{log.read_text()[-2000:]}" for log in sorted(folder.glob("logs/*.log"))
    )


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
