"""The tabs, as data: every task has one, and every example can be run as it is."""

from typing import Any

import pytest

from frontend.studio.tab import Example, TaskTab
from frontend.studio.tabs import TABS
from frontend.studio.ui_files import ui_files
from shared.catalog import Catalog
from shared.tasks import TASKS, parse_task

EXAMPLES = [(tab, example) for tab in TABS for example in tab.examples]
UPLOADED = {"upload": "01jdzzzzzzzzzzzzzzzzzzzzzz"}


def test_no_kind_of_task_has_two_tabs() -> None:
    kinds = [tab.kind for tab in TABS]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= TASKS.keys()


def _sent(value: Any) -> Any:
    """A field as it is sent: each sample has become an upload."""
    if isinstance(value, list):
        return [_sent(part) for part in value]
    return UPLOADED if isinstance(value, dict) and "sample" in value else value


def _samples(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for part in value for name in _samples(part)]
    return [value["sample"]] if isinstance(value, dict) and "sample" in value else []


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_every_tab_has_something_to_begin_with(tab: TaskTab) -> None:
    assert tab.examples


@pytest.mark.parametrize(("tab", "example"), EXAMPLES, ids=lambda part: part.title)
def test_an_example_is_a_task_that_some_living_model_does(tab: TaskTab, example: Example) -> None:
    fields = {name: _sent(value) for name, value in example.task.items()}
    task = parse_task({"kind": tab.kind, **fields})
    catalog = Catalog.load(enabled=frozenset({"nova-canvas"}))
    assert any(not model.violations(task) for model in catalog.models)


@pytest.mark.parametrize(("tab", "example"), EXAMPLES, ids=lambda part: part.title)
def test_the_pictures_of_an_example_come_with_the_page(tab: TaskTab, example: Example) -> None:
    for name in (n for value in example.task.values() for n in _samples(value)):
        assert (ui_files() / f"samples/{name}.webp").is_file()


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_a_control_of_ours_sets_fields_that_the_task_has(tab: TaskTab) -> None:
    assert tab.widget_fields <= tab.task.model_fields.keys()
