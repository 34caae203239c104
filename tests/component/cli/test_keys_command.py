"""`canvas-queue keys`, as an operator runs it, and the frontend that the keys are for."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from subprocess import CompletedProcess

import httpx
import pytest
from aiobotocore.session import AioSession
from pydantic import SecretStr

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_api_keys import DynamoKeys
from shared.adapters.remembered_keys import RememberedKeys
from shared.keys import REMEMBERED_FOR
from shared.settings import Settings
from tests.component.api.service import SECRET, HandSetClock, Service, serving
from tests.component.cli.command import canvas_queue
from tests.local_settings import UNHEARD, own_settings

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture
async def deployed(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[DynamoKeys]:
    """The keys of a deployment with a ledger of its own."""
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as aws:
        await make_table(ledger_table(settings), aws.dynamodb)
        yield DynamoKeys(aws.dynamodb, settings.ledger_table)


@pytest.fixture
def keys(aws_endpoint: str, deployed: DynamoKeys) -> Command:
    """The command, told where that deployment is."""
    return partial(
        canvas_queue,
        "keys",
        CANVAS_AWS_ENDPOINT=aws_endpoint,
        CANVAS_AWS_ACCESS_KEY_ID="test",
        CANVAS_AWS_SECRET_ACCESS_KEY="test",
        CANVAS_LEDGER_TABLE=deployed._table,
    )


def rows(result: CompletedProcess[str]) -> list[list[str]]:
    """What the table says, but for when a key was made."""
    assert result.returncode == 0, result.stderr
    head, *lines = result.stdout.splitlines()
    assert head.split() == ["NAME", "OWNER", "MAY", "MADE"]
    assert all(line.endswith("UTC") for line in lines)
    return [line.rpartition("  ")[0].split() for line in lines]


async def test_a_key_opens_the_api_until_it_is_revoked(keys: Command, deployed: DynamoKeys) -> None:
    clock, settings = HandSetClock(), Settings(studio="off", secret=SecretStr(SECRET))
    service = Service(settings, clock=clock, keys=RememberedKeys(deployed, clock))
    made = keys("add", "ci")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    async with serving(service.app()) as url, httpx.AsyncClient(base_url=url) as http:

        async def status() -> int:
            headers = {"Authorization": f"Bearer {secret}"}
            return (await http.get("/v1/usage", headers=headers)).status_code

        assert await status() == 200
        revoked = keys("revoke", "ci")
        assert revoked.returncode == 0, revoked.stderr
        assert f"{REMEMBERED_FOR.seconds} s" in revoked.stdout
        clock.jump(REMEMBERED_FOR)
        assert await status() == 401
    assert rows(keys("list")) == []


async def test_a_key_is_shown_once_and_kept_as_a_hash(keys: Command, deployed: DynamoKeys) -> None:
    made = keys("add", "ci")
    secret = made.stdout.removesuffix("\n")
    assert secret.startswith("cq_")
    assert "only its hash" in made.stderr
    [kept] = await deployed.all()
    assert secret not in kept.model_dump_json()
    assert secret not in keys("list").stdout


def test_keys_are_listed_with_whose_they_are_and_what_they_may(keys: Command) -> None:
    keys("add", "ci")
    keys("add", "Ada's laptop", "--owner", "ada", "--admin")
    assert rows(keys("list")) == [
        ["Ada's", "laptop", "ada", "admin,", "jobs"],
        ["ci", "ci", "jobs"],
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("add", "ci"), "there is a key called “ci” already"),
        (("add", "Ada's laptop"), "owner: "),
        (("add", "two\nlines", "--owner", "ada"), "name: "),
        (("add", "", "--owner", "ada"), "name: "),
        (("revoke", "cd"), "no key is called “cd”"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    keys: Command, arguments: tuple[str, ...], complaint: str
) -> None:
    assert keys("add", "ci").returncode == 0
    result = keys(*arguments)
    assert result.returncode == 1
    assert result.stderr.startswith(f"canvas-queue: {complaint}")
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert rows(keys("list")) == [["ci", "ci", "jobs"]]


async def test_of_no_deployment_in_particular_they_are_this_machine_s(
    aws_endpoint: str, aws_session: AioSession
) -> None:
    settings = Settings.load(
        {
            "CANVAS_AWS_ENDPOINT": aws_endpoint,
            "CANVAS_AWS_ACCESS_KEY_ID": "test",
            "CANVAS_AWS_SECRET_ACCESS_KEY": "test",
        }
    )
    async with AwsClients.open(settings, aws_session) as aws:
        await make_table(ledger_table(settings), aws.dynamodb)
    page = int(aws_endpoint.rpartition(":")[2]) - 1
    here = partial(canvas_queue, "keys", CANVAS_PORT=str(page))
    assert here("add", "mine").returncode == 0
    assert ["mine", "mine", "jobs"] in rows(here("list"))
    assert here("revoke", "mine").returncode == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"CANVAS_PORT": "8"},
        {"CANVAS_LEDGER_TABLE": "ledger", "CANVAS_AWS_ENDPOINT": UNHEARD},
        {"CANVAS_LEDGER_TABLE": "ledger", "CANVAS_LEGDER": "x"},
    ],
)
def test_where_nobody_answers_there_is_a_sentence_about_it(environment: dict[str, str]) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    result = canvas_queue("keys", "list", **credentials, **environment)
    assert result.returncode == 1
    assert result.stderr.startswith("canvas-queue: ")
    assert "Traceback" not in result.stderr
