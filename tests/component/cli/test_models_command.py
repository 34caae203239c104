"""`canvas-queue models`, as an operator runs it, before a service and a simulated Bedrock."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from shared.catalog import Catalog
from tests.component.cli.command import canvas_queue

CORE = "stability.stable-image-core-v1:1"


models = partial(canvas_queue, "models")


@contextmanager
def a_service(document: Mapping[str, object]) -> Iterator[str]:
    """A service that says this of its models, and its URL."""

    class Models(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/v1/models"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode() if found else b"")

        def log_message(self, *_: object) -> None:
            """Requests are not told."""

    with HTTPServer(("127.0.0.1", 0), Models) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def bedrock(bedrock_endpoint: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=bedrock_endpoint) as http:
        http.post("/_sim/reset")
        yield http
        http.post("/_sim/reset")


@pytest.fixture
def settings(bedrock: httpx.Client) -> dict[str, str]:
    return {
        "CANVAS_BEDROCK_ENDPOINT": str(bedrock.base_url),
        "CANVAS_AWS_ACCESS_KEY_ID": "test",
        "CANVAS_AWS_SECRET_ACCESS_KEY": "test",
    }


def test_the_catalogue_is_printed_as_a_table() -> None:
    result = models()
    assert result.returncode == 0, result.stderr
    head, *lines = result.stdout.splitlines()
    assert head.split() == ["MODEL", "STATE", "USD", "A", "MINUTE", "REGION", "TASKS"]
    assert [line.split()[0] for line in lines] == [model.name for model in Catalog.load().models]
    assert lines[0].split()[1:5] == ["ended", "0.04–0.08", "100", "us-east-1"]
    starts = {line.index(line.split()[4]) for line in lines}
    assert len(starts) == 1


def test_an_operator_s_settings_are_heeded(tmp_path: Path) -> None:
    result = models(CANVAS_ENDED_MODELS="nova-canvas", CANVAS_REQUESTS_PER_MINUTE="7")
    assert result.stdout.splitlines()[1].split()[1:4] == ["legacy", "0.04–0.08", "7"]
    for wrong in ({"CANVAS_CATALOG": str(tmp_path / "none.json")}, {"CANVAS_MODLES": "x"}):
        result = models(**wrong)
        assert result.returncode == 1
        assert result.stderr.startswith("canvas-queue: ")
        assert "Traceback" not in result.stderr


def test_a_running_service_is_asked_for_its_models() -> None:
    model = {
        "name": "theirs",
        "lifecycle": {"state": "legacy"},
        "prices": [{"usd": 0.1}],
        "pools": [{"region": "eu-west-1", "requests_per_minute": 3}],
        "tasks": {"upscale": {}, "extend": {}},
    }
    with a_service({"data": [model]}) as url:
        result = models("--url", url)
    assert result.stdout.splitlines()[1].split() == [
        *("theirs", "legacy", "0.10", "3", "eu-west-1", "upscale,", "extend")
    ]
    assert result.returncode == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[", "ftp://example.com"])
def test_a_service_that_does_not_answer_is_an_error(url: str) -> None:
    result = models("--url", url)
    assert result.returncode == 1
    assert result.stderr.startswith("canvas-queue: ")
    assert "Traceback" not in result.stderr


def test_bedrock_agrees_with_a_catalogue_that_is_true(
    bedrock: httpx.Client, settings: dict[str, str]
) -> None:
    bedrock.put("/_sim/faults", json={"ended": ["amazon.nova-canvas-v1:0"]})
    result = models("--check", **settings)
    assert result.returncode == 0, result.stdout
    assert result.stdout == "Bedrock agrees with the catalogue on all 17 models.\n"


def test_what_bedrock_tells_otherwise_is_printed(
    bedrock: httpx.Client, settings: dict[str, str], tmp_path: Path
) -> None:
    catalog = Catalog.load()
    stray = catalog.models[1].model_copy(update={"name": "stray", "model_id": "stability.stray"})
    file = tmp_path / "catalog.json"
    file.write_text(
        catalog.model_copy(update={"models": (*catalog.models, stray)}).model_dump_json(
            exclude={"enabled"}
        )
    )
    bedrock.put(
        "/_sim/faults",
        json={
            "legacy": ["us.stability.stable-fast-upscale-v1:0"],
            "dates": {CORE: {"end_of_life": "2099-01-02T00:00:00Z"}},
        },
    )
    result = models("--check", **settings, CANVAS_CATALOG=str(file))
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "nova-canvas in us-east-1: the catalogue says ended, Bedrock says active.",
        "stable-image-core in us-west-2: ended: no date in the catalogue, 2099-01-02 at Bedrock.",
        "stable-fast-upscale in us-west-2: the catalogue says active, Bedrock says legacy.",
        "stray in us-west-2: Bedrock knows no such model.",
    ]


def test_a_bedrock_that_does_not_answer_is_no_agreement(settings: dict[str, str]) -> None:
    result = models("--check", **{**settings, "CANVAS_BEDROCK_ENDPOINT": "http://127.0.0.1:9"})
    assert result.returncode == 1
    assert "stable-image-core in us-west-2: Bedrock could not be asked." in result.stdout
