"""Real servers as child processes of a test run: on a free port, in a folder, always stopped."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 100
STOPS_WITHIN = 10


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], *, ready_url: str, folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until it answers; stop it, and whatever it started, at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_answer(process, ready_url, log)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_answer(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended at once:\n{log.read_text()}")
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not answer in {STARTS_WITHIN} s:\n{log.read_text()}")


def eventually(holds: Callable[[], object], within: float = 10) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())


def ministack_program() -> Path:
    """The embedded AWS, which lives in an environment of its own."""
    program = Path(os.environ.get("CANVAS_MINISTACK", ROOT / ".venv-aws/bin/ministack"))
    if not program.exists():
        raise RuntimeError(
            f"There is no {program}: run `make .venv-aws/.ready`, or set CANVAS_MINISTACK."
        )
    return program


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """The embedded AWS, and its URL."""
    port = free_port()
    env = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    url = f"http://127.0.0.1:{port}"
    command = [str(ministack_program())]
    with running(command, ready_url=f"{url}/_ministack/health", folder=folder, env=env):
        yield url


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Another imitation of AWS, for a second opinion where nothing happens at once."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, ready_url=f"{url}/moto-api/", folder=folder):
        yield url


@contextmanager
def bedrock(folder: Path) -> Iterator[str]:
    """The Bedrock simulator, and its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local.bedrock", "--port", str(port)]
    env = {"PYTHONPATH": str(ROOT)}
    with running(command, ready_url=f"{url}/healthz", folder=folder, env=env):
        yield url
