"""The documents keep up with the code: every setting and every model is in them."""

import pytest

from shared.catalog import Catalog
from shared.models import Model
from shared.settings import PREFIX, Settings
from shared.tasks import TASKS
from tests.processes import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text()
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
