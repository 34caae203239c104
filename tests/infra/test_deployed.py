"""The templates, deployed where IAM is enforced; and the service run with what a stack puts out:
its settings, and the credentials of its roles.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError

from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.sqs_queue import SqsQueue
from shared.clock import system_clock
from shared.lines import Lane
from shared.messages import JobMessage
from shared.records import RETENTION
from shared.settings import Settings
from shared.statuses import JobStatus
from tests.builders import a_job
from tests.drawings import a_ball, encoded
from tests.images.event_source import EventSource
from tests.images.runtime_api import LambdaRuntimeApi, lambda_runtime_api
from tests.infra.emulator import REGION, Emulator, Stack, emulator
from tests.infra.site import Site, stand_ins
from tests.infra.template import Template
from tests.infra.variants import VARIANTS
from tests.processes import ROOT, eventually, free_port, running

TASK = {"kind": "text_to_image", "prompt": "a red fox in the snow"}


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.mark.parametrize("name", VARIANTS)
def test_every_deployment_can_be_made(
    synthesised: Callable[[str], Template], tmp_path: Path, name: str
) -> None:
    with emulator(tmp_path) as account:
        stack = account.deploy(synthesised(name).body)
    assert {"Url", "FrontendSettings", "WorkerSettings"} <= set(stack.outputs)


@pytest.fixture(scope="session")
def stack(aws: Emulator, synthesised: Callable[[str], Template]) -> Stack:
    return aws.deploy(synthesised("frozen").body)


@pytest.fixture(scope="session")
def addresses(
    stack: Stack, bedrock_endpoint: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    with stand_ins(stack, bedrock_endpoint, tmp_path_factory.mktemp("cdn")) as where:
        yield where


def own(environment: dict[str, str]) -> dict[str, str]:
    """The whole environment of a process of ours: nothing of the test run's own but the path."""
    return {**environment, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


@contextmanager
def frontend(stack: Stack, addresses: dict[str, str], folder: Path) -> Iterator[Site]:
    port = free_port()
    environment = {**stack.environment("Frontend", **addresses), "CANVAS_PORT": str(port)}
    url = f"http://127.0.0.1:{port}"
    command = ["env", "-i", *(f"{k}={v}" for k, v in own(environment).items())]
    command += ["CANVAS_HOST=0.0.0.0", sys.executable, "-m", "frontend"]
    with running(command, ready_url=f"{url}/healthz", folder=folder):
        yield Site(stack, url, (folder / "output.log").read_text)


@contextmanager
def worker(stack: Stack, addresses: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.poller"],
            cwd=log.parent,
            env=own({**stack.environment("Worker", **addresses), "CANVAS_DRAIN_SECONDS": "1"}),
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def function(
    stack: Stack, part: str, handler: str, addresses: dict[str, str], log: Path
) -> Iterator[LambdaRuntimeApi]:
    """A part as a Lambda function: awslambdaric, with the role and the settings of the part."""
    with lambda_runtime_api() as runtime_api, log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker", handler],
            cwd=log.parent,
            env=own(
                {
                    **stack.environment(part, **addresses),
                    "AWS_LAMBDA_RUNTIME_API": runtime_api.address,
                }
            ),
            stdout=output,
            stderr=output,
        )
        try:
            yield runtime_api
        finally:
            process.kill()
            process.wait(20)


@pytest.fixture(scope="session")
def worker_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the worker of the site has to say."""
    return tmp_path_factory.mktemp("worker") / "log"


@pytest.fixture(scope="session")
def site(
    stack: Stack,
    addresses: dict[str, str],
    worker_log: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A frontend and a worker, as the stack describes them."""
    folder = tmp_path_factory.mktemp("service")
    with ExitStack() as started:
        started.enter_context(worker(stack, addresses, worker_log))
        yield started.enter_context(frontend(stack, addresses, folder / "frontend"))


def done(browser: httpx.Client, id: str) -> dict[str, Any]:
    reply = browser.get(f"/v1/jobs/{id}", headers={"Prefer": "wait=30"})
    job: dict[str, Any] = reply.json()
    return job


def test_everything_that_the_frontend_depends_on_answers_to_its_role(site: Site) -> None:
    with site.visitor() as browser:
        ready = browser.get("/readyz")
    assert ready.status_code == 200, ready.text


def test_nobody_else_reaches_the_frontend(site: Site) -> None:
    assert httpx.get(f"{site.url}/v1/models").status_code == 403
    assert httpx.get(f"{site.url}/healthz").status_code == 200


def test_a_prompt_becomes_a_picture_behind_a_link_that_the_stack_s_key_signed(site: Site) -> None:
    with site.visitor() as browser:
        reply = browser.post("/v1/jobs", json={"task": TASK})
        assert reply.status_code == 202, reply.text
        job = done(browser, reply.json()["id"])
    assert job["status"] == "succeeded", job
    [artifact] = job["artifacts"]
    picture = httpx.get(artifact["url"])
    assert picture.status_code == 200
    assert picture.content.startswith(b"\x89PNG")
    unsigned = artifact["url"].partition("?")[0]
    assert httpx.get(unsigned).status_code == 403


def test_a_picture_is_uploaded_with_a_form_and_used(site: Site) -> None:
    with site.visitor() as browser:
        form = browser.post("/v1/uploads", json={"content_type": "image/png"}).json()
        sent = httpx.post(
            form["url"],
            data=form["fields"],
            files={"file": ("a.png", base64.b64decode(encoded(a_ball())), "image/png")},
        )
        assert sent.status_code in (200, 204), sent.text
        task = {"kind": "remove_background", "image": {"upload": form["id"]}}
        reply = browser.post("/v1/jobs", json={"task": task})
        assert reply.status_code == 202, reply.text
        assert done(browser, reply.json()["id"])["status"] == "succeeded"


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:UpdateItem"])
def test_without_a_permission_nothing_is_accepted(site: Site, action: str) -> None:
    with site.visitor() as browser:
        with site.stack.without("Frontend", action):
            assert browser.post("/v1/jobs", json={"task": TASK}).status_code == 503
        assert browser.post("/v1/jobs", json={"task": TASK}).status_code == 202


def test_without_the_permission_to_send_a_job_waits(site: Site) -> None:
    """It is kept, and the reconciler would send it in half a minute."""
    before = len(site.logs())
    with site.visitor() as browser, site.stack.without("Frontend", "sqs:SendMessage"):
        id = browser.post("/v1/jobs", json={"task": TASK}).json()["id"]
        assert browser.get(f"/v1/jobs/{id}").json()["status"] == "queued"
    assert "AccessDenied" in site.logs()[before:]


def test_without_the_permission_to_keep_pictures_no_job_succeeds(
    site: Site, worker_log: Path
) -> None:
    before = len(worker_log.read_text())
    with site.visitor() as browser, site.stack.without("Worker", "s3:PutObject"):
        id = browser.post("/v1/jobs", json={"task": TASK}).json()["id"]
        assert eventually(lambda: "AccessDenied" in worker_log.read_text()[before:], within=30)
        assert browser.get(f"/v1/jobs/{id}").json()["status"] != "succeeded"


def test_without_the_permission_to_read_its_secrets_the_frontend_does_not_start(
    stack: Stack, addresses: dict[str, str], tmp_path: Path
) -> None:
    with stack.without("Frontend", "secretsmanager:GetSecretValue"):
        run = subprocess.run(
            [sys.executable, "-m", "frontend"],
            cwd=tmp_path,
            env=own(stack.environment("Frontend", **addresses)),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert run.returncode == 1
    assert "could not be read" in run.stderr
    assert "AccessDenied" in run.stderr


@pytest.mark.parametrize(
    ("part", "call"),
    [
        ("Worker", ("dynamodb", "scan", {"TableName": "{CANVAS_JOBS_TABLE}"})),
        ("Worker", ("s3", "list_buckets", {})),
        ("Worker", ("secretsmanager", "list_secrets", {})),
        ("Frontend", ("dynamodb", "delete_table", {"TableName": "{CANVAS_LEDGER_TABLE}"})),
        ("Frontend", ("s3", "put_object", {"Bucket": "{CANVAS_BUCKET}", "Key": "a", "Body": b""})),
        ("Frontend", ("sqs", "list_queues", {})),
    ],
)
def test_a_role_may_do_nothing_else(
    stack: Stack, part: str, call: tuple[str, str, dict[str, Any]]
) -> None:
    service, method, arguments = call
    environment = stack.environment(part)
    client = boto3.client(
        service,
        region_name=REGION,
        endpoint_url=stack.emulator.url,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    )
    filled = {
        name: value.format(**environment) if isinstance(value, str) else value
        for name, value in arguments.items()
    }
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(client, method)(**filled)


async def test_the_worker_as_a_function_does_a_batch_with_its_role(
    stack: Stack, addresses: dict[str, str], tmp_path: Path, aws_session: AioSession
) -> None:
    settings = Settings.load(json.loads(stack.outputs["WorkerSettings"])).given(
        {
            "aws_endpoint": stack.emulator.url,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            # A lane that no poller of another test looks at.
            "normal_queue": json.loads(stack.outputs["WorkerSettings"])["CANVAS_DEAD_QUEUE"],
        }
    )
    async with AwsClients.open(settings, aws_session) as clients:
        jobs = DynamoJobStore(clients.dynamodb, settings.jobs_table)
        queue = SqsQueue(clients.sqs, settings.normal_queue, settings.low_queue, "")
        fresh = [a_job(created_at=system_clock(), lane=Lane.NORMAL) for _ in range(3)]
        for job in fresh:
            await jobs.add(job)
            await queue.send(JobMessage(job=job.id), lane=Lane.NORMAL, owner=job.owner)
        handler = "worker.lambda_handler.handler"
        with function(stack, "Worker", handler, addresses, tmp_path / "log") as runtime_api:
            url = (await clients.sqs.get_queue_url(QueueName=settings.normal_queue))["QueueUrl"]
            source = EventSource(runtime_api, (clients, settings), url)
            assert await source.deliver(3) == [], (tmp_path / "log").read_text()
        for job in fresh:
            kept = await jobs.get(job.id)
            assert kept is not None
            assert kept.status is JobStatus.SUCCEEDED


async def test_the_reconciler_as_a_function_ends_and_erases_with_its_role(
    stack: Stack, addresses: dict[str, str], tmp_path: Path, aws_session: AioSession
) -> None:
    settings = Settings.load(json.loads(stack.outputs["ReconcilerSettings"])).given(
        {
            "aws_endpoint": stack.emulator.url,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
    )
    async with AwsClients.open(settings, aws_session) as clients:
        jobs = DynamoJobStore(clients.dynamodb, settings.jobs_table)
        old = a_job(created_at=system_clock() - RETENTION - timedelta(days=1))
        await jobs.add(old)
        handler = "worker.sweep_handler.handler"
        with function(stack, "Reconciler", handler, addresses, tmp_path / "log") as runtime_api:
            # One sweep ends it, the next erases it; the poller beside it may be a sweep ahead.
            for _ in range(2):
                assert not runtime_api.invoke({}).failed, (tmp_path / "log").read_text()
            assert [t.id for t in await jobs.tombstones([old.id])] == [old.id]
            with stack.without("Reconciler", "dynamodb:Query"):
                assert runtime_api.invoke({}).failed
