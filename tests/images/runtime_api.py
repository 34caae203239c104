"""Lambda's side of a function in a container: the Runtime API that its runtime asks for work.

As in AWS's guide for custom runtimes: ``next`` hands out an event, ``response`` and ``error`` take
what became of it, ``init/error`` hears why a function never came up.
"""

import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PREFIX = "/2018-06-01/runtime"
FUNCTION_ARN = "arn:aws:lambda:us-west-2:123456789012:function:worker:live"


@dataclass(frozen=True)
class Invocation:
    """An event on its way to the function, and what is awaited."""

    event: Any
    deadline: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: "queue.Queue[Outcome]" = field(default_factory=queue.Queue)


@dataclass(frozen=True)
class Outcome:
    """What the function said: its answer, or how it failed."""

    failed: bool
    body: Any


class LambdaRuntimeApi:
    """One execution environment: invocations are handed out one after another."""

    def __init__(self, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self.never_came_up: queue.Queue[Any] = queue.Queue()
        self._waiting: queue.Queue[Invocation | None] = queue.Queue()
        self._running: dict[str, Invocation] = {}

    def invoke(self, event: Any, timeout: timedelta = timedelta(seconds=60)) -> Outcome:
        """Run the function on an event, as long as it may take."""
        invocation = Invocation(event, time.time() + timeout.total_seconds())
        self._waiting.put(invocation)
        return invocation.outcome.get(timeout=timeout.total_seconds())

    def next(self) -> Invocation | None:
        """The next event; None once the environment is shut down."""
        invocation = self._waiting.get()
        if invocation is not None:
            self._running[invocation.id] = invocation
        return invocation

    def settle(self, id: str, outcome: Outcome) -> None:
        self._running.pop(id).outcome.put(outcome)

    def shut_down(self) -> None:
        self._waiting.put(None)


@contextmanager
def lambda_runtime_api() -> Iterator[LambdaRuntimeApi]:
    """Serve the API on a free port of 127.0.0.1."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.api
        finally:
            server.api.shut_down()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = LambdaRuntimeApi(self.server_port)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is one segment, or it waits for the other side's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    server: _Server

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}/invocation/next":
            self._answer(404)
            return
        invocation = self.server.api.next()
        if invocation is None:
            self._answer(410)
            return
        self._answer(
            200,
            json.dumps(invocation.event).encode(),
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
                "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        match self.path.removeprefix(PREFIX).strip("/").split("/"):
            case ["init", "error"]:
                self.server.api.never_came_up.put(body)
            case ["invocation", id, "response" | "error" as what]:
                self.server.api.settle(id, Outcome(failed=what == "error", body=body))
            case _:
                self._answer(404)
                return
        self._answer(202, b'{"status":"OK"}')

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say: what went wrong is in the container's own log."""
