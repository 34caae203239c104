"""What happens to every request: its id, its line in the log, its network, and our own bugs."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from frontend.app import create_app
from frontend.middleware import RequestLog
from shared.adapters.memory import MemoryJobStore
from shared.jobs import Job
from shared.logs import JsonLines
from shared.settings import Settings
from tests.component.api.service import TASK, Callers, Down, Service, problem, serving


class Lines(logging.Handler):
    """Keeps each line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def of(self, logger: str) -> list[dict]:
        return [line for text in self.written if (line := json.loads(text))["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the frontend logs."""
    kept = Lines()
    logging.getLogger("frontend").addHandler(kept)
    yield kept
    logging.getLogger("frontend").removeHandler(kept)


async def test_a_request_gets_an_id(ada: httpx.AsyncClient) -> None:
    ids = {(await ada.get("/v1/jobs")).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(request_id) == 32 for request_id in ids)


async def test_a_request_keeps_the_id_it_came_with_whatever_the_answer(
    ada: httpx.AsyncClient,
) -> None:
    named = {"X-Request-Id": "trace-1:a.b_c"}
    for path in ("/v1/jobs", "/v1/jobs/nothing", "/nothing", "/healthz"):
        assert (await ada.get(path, headers=named)).headers["X-Request-Id"] == "trace-1:a.b_c"


@pytest.mark.parametrize(
    "hostile", ["", "x" * 129, "two words", "<script>", "{}", "é", 'a"b', "a%0d%0ab", "../../etc"]
)
async def test_an_id_that_is_not_a_plain_word_is_replaced(
    ada: httpx.AsyncClient, hostile: str
) -> None:
    headers = {"X-Request-Id": hostile.encode("latin-1")}
    given = (await ada.get("/v1/jobs", headers=headers)).headers["X-Request-Id"]
    assert len(given) == 32
    assert given.isalnum()


async def test_each_request_is_one_line_in_the_log_with_no_secret_in_it(
    callers: Callers, lines: Lines
) -> None:
    ada, browser = await callers.owner(), await callers.visitor()
    named = {"X-Request-Id": "request-1", "Idempotency-Key": "hush"}
    await ada.post("/v1/jobs?token=hush", json={"task": TASK}, headers=named)
    await browser.get("/v1/jobs")
    written = lines.of("frontend.requests")
    assert [line["message"] for line in written] == [
        "POST /v1/visitors",
        "POST /v1/jobs",
        "GET /v1/jobs",
    ]
    assert [line["status"] for line in written] == [204, 202, 200]
    assert written[1]["request_id"] == "request-1"
    assert written[1]["ms"] >= 0
    everything = "\n".join(lines.written)
    key = ada.headers["Authorization"].removeprefix("Bearer ")
    for secret in (key, browser.cookies["cq_visitor"], "hush", TASK["prompt"]):
        assert secret not in everything


async def test_a_health_check_is_logged_for_who_debugs_only(
    callers: Callers, service: Service, lines: Lines
) -> None:
    await (await callers.nobody()).get("/healthz")
    assert lines.written == []


async def test_a_long_path_is_neither_logged_nor_answered_in_full(
    ada: httpx.AsyncClient, lines: Lines
) -> None:
    reply = await ada.get(f"/v1/{'no/such/' * 1000}")
    assert reply.status_code == 404
    assert len(reply.content) < 2000
    assert len(lines.written[0]) < 2000


class Buggy(MemoryJobStore):
    """Fails as only a bug does."""

    async def get(self, job_id: str) -> Job | None:
        raise KeyError(f"the secret of {job_id}")


async def test_a_bug_is_a_problem_without_details_and_a_line_with_all_of_them(
    callers: Callers, service: Service, lines: Lines
) -> None:
    service.jobs = Buggy()
    ada = await callers.owner()
    job = (await ada.post("/v1/jobs", json={"task": TASK})).json()
    reply = await ada.get(job["urls"]["self"], headers={"X-Request-Id": "request-1"})
    problem(reply, 500, "internal_error")
    assert reply.headers["X-Request-Id"] == "request-1"
    for detail in ("KeyError", "secret", "Traceback", ".py"):
        assert detail not in reply.text
    logged = next(line for line in lines.of("frontend.requests") if "error" in line)
    assert logged["request_id"] == "request-1"
    assert logged["error"].endswith(f"KeyError: 'the secret of {job['id']}'")
    assert "KeyError: 'the secret of" in logged["message"]
    assert lines.of("frontend.requests")[-1]["status"] == 500
    assert (await ada.get("/v1/jobs")).status_code == 200


async def test_half_an_answer_is_cut_off_and_not_made_a_whole_one(
    service: Service, lines: Lines
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise KeyError("the other half")

    async def half(request: Request) -> Response:
        return StreamingResponse(parts())

    app = service.app()
    app.router.routes.insert(0, Route("/half", half))
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as anybody:
        with pytest.raises(httpx.RemoteProtocolError):
            await anybody.get("/half")
    bug, ended = lines.of("frontend.requests")
    assert "KeyError: 'the other half'" in bug["message"]
    assert ended["status"] == 200


async def test_a_request_that_is_cut_short_is_no_bug_and_gets_no_answer(
    lines: Lines, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "frontend")

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    async def send(message: Message) -> None:
        pytest.fail(f"it was answered: {message}")

    scope = {"type": "http", "method": "GET", "path": "/v1/jobs", "headers": []}
    request = asyncio.create_task(RequestLog(slow)(scope, asyncio.Event().wait, send))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    (ended,) = lines.of("frontend.requests")
    assert ended["level"] == "info"
    assert ended["status"] is None


async def test_who_hangs_up_in_the_middle_of_a_request_is_no_bug(
    callers: Callers, lines: Lines
) -> None:
    ada = await callers.owner()
    at = httpx.URL(await callers.url())
    _, line = await asyncio.open_connection(at.host, at.port)
    key = ada.headers["Authorization"]
    line.write(
        f"POST /v1/jobs HTTP/1.1\r\nHost: {at.host}\r\nAuthorization: {key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
    )
    await line.drain()
    # When this is answered, the other was begun long ago.
    await ada.get("/v1/models")
    line.close()
    while not (cut := [e for e in lines.of("frontend.requests") if "POST" in e["message"]]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert [(ended["level"], ended["status"]) for ended in cut] == [("info", 400)]


async def test_the_reason_of_an_outage_is_in_the_log(
    callers: Callers, service: Service, lines: Lines
) -> None:
    service.meters = Down()
    ada = await callers.owner()
    assert (await ada.post("/v1/jobs", json={"task": TASK})).status_code == 503
    (logged,) = lines.of("frontend.api.problems")
    assert "10.0.0.7" in logged["message"]


PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("hops", "first", "second", "shared"),
    [
        # Nobody stands in front: what the header says is a client's claim.
        (0, ["203.0.113.7"], ["198.51.100.1"], True),
        (0, [], ["198.51.100.1"], True),
        # One proxy of ours: the last address is what it saw.
        (1, ["203.0.113.7"], ["203.0.113.200"], True),
        (1, ["203.0.113.7"], ["198.51.100.1"], False),
        (1, ["1.1.1.1, 203.0.113.7"], ["2.2.2.2, 203.0.113.7"], True),
        (1, ["1.1.1.1", "203.0.113.7"], ["2.2.2.2", "203.0.113.7"], True),
        (1, ["1.1.1.1,203.0.113.7"], ["1.1.1.1,198.51.100.1"], False),
        (1, [], ["198.51.100.1"], False),
        # Two of ours: the last but one.
        (2, [f"203.0.113.7, {PROXY}"], [f"198.51.100.1, {PROXY}"], False),
        (2, [f"203.0.113.7, {PROXY}"], [f"1.1.1.1, 203.0.113.7, {PROXY}"], True),
        (2, [f"1.1.1.1, 203.0.113.7, {PROXY}"], [f"2.2.2.2, 203.0.113.7, {PROXY}"], True),
        (2, ["1.1.1.1", f"203.0.113.7, {PROXY}"], [f"203.0.113.7, {PROXY}"], True),
        # Too few addresses to have come through both: the one that is connected counts.
        (2, ["203.0.113.7"], ["198.51.100.1"], True),
        # IPv6 by /64; IPv4 in IPv6 as IPv4; what is no address is one network.
        (1, ["2001:db8:1:2::1"], ["2001:db8:1:2:ffff::9"], True),
        (1, ["2001:db8:1:2::1"], ["2001:db8:1:3::1"], False),
        (1, ["::ffff:203.0.113.7"], ["203.0.113.9"], True),
        (1, ["unknown"], ["_hidden"], True),
    ],
)
async def test_a_clients_network_is_read_through_our_own_proxies_and_no_further(
    settings: Settings,
    callers: Callers,
    hops: int,
    first: list[str],
    second: list[str],
    shared: bool,
) -> None:
    callers.service.settings = settings.model_copy(
        update={"proxy_hops": hops, "network_rate_limit": 1}
    )
    ada = await callers.owner()

    async def submit(lines: list[str]) -> int:
        forwarded = [("X-Forwarded-For", line) for line in lines]
        headers = [*ada.headers.items(), *forwarded]
        return (await ada.post("/v1/jobs", json={"task": TASK}, headers=headers)).status_code

    assert await submit(first) == 202
    assert await submit(second) == (429 if shared else 202)


async def test_the_api_answers_for_its_own_paths_also_where_there_is_a_page(
    settings: Settings,
) -> None:
    """The page is mounted at the root and would take every path that no route answers."""
    live = settings.model_copy(update={"studio": "live", "cdn_url": "https://cdn.example"})
    transport = httpx.ASGITransport(create_app(live))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        problem(await client.get("/v1/nothing"), 404, "not_found")
        refused = await client.delete("/v1/jobs")
        problem(refused, 405, "method_not_allowed")
        assert refused.headers["Allow"] == "GET, POST"
