"""The documents keep up with the code: every setting and every model is in them."""

import re
import tomllib
from pkgutil import resolve_name
from typing import get_args

import pytest

from frontend.api.problems import Code
from infra.deployment import Deployment
from shared.catalog import Catalog
from shared.errors import CallFailed, NotAccepted, TaskInvalid
from shared.models import Model
from shared.settings import ALIASES, PREFIX, Settings
from shared.tasks import TASKS
from tests.processes import ROOT
from worker.endings import CRASHED, TOO_LATE, UNKNOWN_MODEL
from worker.reconciler import NEVER_RUN

API = (ROOT / "docs/api.md").read_text()
OPERATIONS = (ROOT / "docs/operations.md").read_text()
DEPLOY = (ROOT / "docs/deploy.md").read_text()
MIGRATION = (ROOT / "docs/migration.md").read_text()
PROMISES = (ROOT / "docs/promises.md").read_text()
MODELS = (ROOT / "docs/models.md").read_text()


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_documented(field: str) -> None:
    assert f"`{PREFIX}{field.upper()}`" in OPERATIONS


@pytest.mark.parametrize("model", Catalog.load().models, ids=lambda model: model.name)
def test_every_model_is_documented_as_it_is_in_the_catalogue(model: Model) -> None:
    prices = sorted({price.usd for price in model.prices})
    usd = f"{prices[0]}" if len(prices) == 1 else f"{prices[0]}–{prices[-1]}"
    pool = model.pool
    row = (
        f"`{model.name}` | `{model.model_id}` | {pool.region} | {pool.requests_per_minute} | {usd}"
    )
    assert f"| {row} |" in MODELS


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_is_documented_with_who_can_do_it(kind: str) -> None:
    assert f"| `{kind}` |" in MODELS


def _codes(union: object) -> set[str]:
    return {code for part in get_args(union) for code in (_codes(part) or {part})}


OF_FAILURES = {
    *(error.code for error in CallFailed.__subclasses__()),
    *(failure.code for failure in (CRASHED, UNKNOWN_MODEL, TOO_LATE, NEVER_RUN)),
}
NEVER_RAISED = {NotAccepted.code, CallFailed.code}
"""Of classes that only have subclasses."""
OF_PROBLEMS = _codes(Code) - NEVER_RAISED - (OF_FAILURES - {TaskInvalid.code})


@pytest.mark.parametrize("code", sorted(OF_PROBLEMS))
def test_every_code_of_a_problem_has_its_heading(code: str) -> None:
    assert f"\n### `{code}`\n" in API


def test_no_code_is_documented_that_there_is_not() -> None:
    assert set(re.findall(r"^### `(\w+)`$", API, re.MULTILINE)) == OF_PROBLEMS


@pytest.mark.parametrize("code", sorted(OF_FAILURES))
def test_every_code_of_a_failure_is_documented(code: str) -> None:
    assert f"\n| `{code}` |" in OPERATIONS


@pytest.mark.parametrize("alias", [name for names in ALIASES.values() for name in names])
def test_every_old_name_of_a_setting_is_in_the_way_from_the_seed(alias: str) -> None:
    assert f"`{alias}`" in MIGRATION


def test_the_deployment_that_is_shown_is_one() -> None:
    """The example is read as a file, so it keeps up with the settings."""
    example = DEPLOY.partition("```toml\n")[2].partition("```")[0]
    told = tomllib.loads(example.replace("us-east-1:…", "us-east-1:111122223333:certificate/x"))
    shown = Deployment.model_validate(told)
    assert shown.frontend == Deployment().frontend
    assert (shown.name, shown.region) == (Deployment().name, Deployment().region)


def test_every_choice_of_a_deployment_is_shown_or_read_in_its_file() -> None:
    for name in ("hosting", "entry", "keep_warm", "studio", "batches_at_once", "rollout", "email"):
        assert f"\n{name} = " in DEPLOY


PROMISED = re.findall(r"^\*\*(.+?)\*\*(.+?)(?=^\*\*|^## )", PROMISES, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("promise", "said"), PROMISED, ids=[promise for promise, _ in PROMISED])
def test_every_promise_is_kept_somewhere_and_tested(promise: str, said: str) -> None:
    kept, _, tested = said.partition("Kept by ")[2].partition("Tested by ")
    places = re.findall(r"`([\w.]+)`", kept)
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tested)
    assert places
    assert tests
    for place in places:
        resolve_name(place)
    for file, test in tests:
        assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)


def test_all_that_is_promised_is_looked_at() -> None:
    promises, _, _ = PROMISES.partition("\n## What is not promised")
    assert len(PROMISED) == promises.count("\n**") > 15
