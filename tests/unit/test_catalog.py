"""The catalogue: which models there are, on which day, and what its file may say."""

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.catalog import AUTO, Catalog
from shared.errors import ModelCannot
from shared.models import State
from shared.settings import Settings
from shared.tasks import TASKS
from tests.builders import a_task
from tests.unit.catalogues import AFTER, NOVA, a_document, load


def test_enabling_a_model_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no-such-model"):
        Catalog.load(enabled=frozenset({"no-such-model"}))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 3, 29), State.ACTIVE),
        (date(2026, 3, 30), State.LEGACY),
        (date(2026, 9, 29), State.LEGACY),
        (date(2026, 9, 30), State.ENDED),
    ],
)
def test_a_model_changes_state_on_its_dates(catalog: Catalog, day: date, state: State) -> None:
    assert catalog.state(catalog.model(NOVA), day) is state


def test_an_operator_s_file_replaces_the_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(a_document()))
    catalog = Catalog.of(Settings(catalog=file, requests_per_minute=600))
    assert [model.name for model in catalog.models] == ["m"]
    assert catalog.model("vendor.m-v1").pool.requests_per_minute == 600
    with pytest.raises(ModelCannot, match="No model can do"):
        catalog.choose(a_task(), AUTO, AFTER)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        a_document(images_per_call=0),
        a_document(prices=[]),
        a_document(pools=[]),
        a_document(prices=[{"usd": "dear"}]),
        a_document(colour="red"),
        a_document(lifecycle={"successor": "nobody"}),
        {"auto": [], "models": [*a_document()["models"], *a_document()["models"]]},
        {**a_document(), "auto": [{"kind": "text_to_image", "models": ["nobody"]}]},
        {**a_document(), "auto": [{"kind": "text_to_image", "models": []}]},
        {**a_document(), "auto": [{"kind": "text_to_smell", "models": ["m"]}]},
        a_document(tasks={"text_to_smell": {}}),
        a_document(tasks={"text_to_image": {"unmapped": {"steps": "It has none."}}}),
        a_document(tasks={"text_to_image": {"only": {"quality": {"values": [], "why": "?"}}}}),
        a_document(tasks={"text_to_image": {"most": {"n": 0}}}),
        a_document(inputs={"alpha": True, "formats": ["gif"]}),
        a_document(inputs={"alpha": True, "formats": []}),
    ],
    ids=range(18),
)
def test_a_bad_catalogue_is_refused(document: object, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load(document, tmp_path)


def test_a_catalogue_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"none\.json"):
        Catalog.load(tmp_path / "none.json")


def test_every_kind_of_task_and_every_model_is_routed_to(catalog: Catalog) -> None:
    assert {route.kind for route in catalog.auto} == set(TASKS)
    assert {name for route in catalog.auto for name in route.models} == {
        model.name for model in catalog.models
    }
    for route in catalog.auto:
        for name in route.models:
            assert route.kind in catalog.model(name).tasks


def test_every_model_has_rules_for_pictures_if_it_takes_any(catalog: Catalog) -> None:
    for model in catalog.models:
        takes_pictures = model.tasks.keys() != {"text_to_image"}
        assert (model.inputs is not None) is takes_pictures, model.name
