"""The page as Gradio draws it."""

import json
import re
from typing import Any

import pytest

from frontend.studio.imports import slim_gradio
from frontend.studio.tab import TaskTab
from frontend.studio.tabs import TABS
from shared.tasks import TextToImage


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    slim_gradio()
    from frontend.studio.page import build

    drawn: dict[str, Any] = build().get_config_file()
    return drawn


def _component(config: dict[str, Any], element_id: str) -> dict[str, Any]:
    [found] = [c for c in config["components"] if c["props"].get("elem_id") == element_id]
    props: dict[str, Any] = found["props"] | {"type": found["type"]}
    return props


def test_no_listener_calls_back_into_python(config: dict[str, Any]) -> None:
    assert config["dependencies"]
    for listener in config["dependencies"]:
        assert not listener["backend_fn"], listener
        assert listener["js"], listener


def _ours(config: dict[str, Any], call: str) -> list[dict[str, Any]]:
    """What our own code is told of each place that it fills."""
    scripts = [c["props"].get("js_on_load") or "" for c in config["components"]]
    told = [re.search(rf"m\.{call}\(element, (.*)\)\)$", script) for script in scripts]
    return [json.loads(found[1]) for found in told if found]


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_every_field_is_drawn_by_gradio_under_its_name_or_by_our_own_code(
    config: dict[str, Any], tab: TaskTab
) -> None:
    ours = [w for w in _ours(config, "widget") if w["kind"] == tab.kind]
    drawn_by_us = [name for widget in ours for name in widget["fields"]]
    for name in tab.task.model_fields.keys() - {"kind"} - set(drawn_by_us):
        assert _component(config, f"{tab.kind}-{name}")
    assert set(drawn_by_us) == tab.widget_fields | {"model"}
    assert len(drawn_by_us) == len(set(drawn_by_us))


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_submitting_names_the_fields_in_the_order_of_their_values(
    config: dict[str, Any], tab: TaskTab
) -> None:
    [go] = [d for d in config["dependencies"] if f"studio.submit('{tab.kind}'" in d["js"]]
    call = re.fullmatch(rf"\(\.\.\.v\) => studio\.submit\('{tab.kind}', (\[.*\]), v\)", go["js"])
    assert call
    ids = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
    named = [f"{tab.kind}-{name}" for name in json.loads(call[1])]
    assert [ids[i] for i in go["inputs"]] == named
    assert len(named) == len(tab.task.model_fields) - 1 - len(tab.widget_fields)


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_our_code_can_set_every_field_in_the_order_it_is_told(
    config: dict[str, Any], tab: TaskTab
) -> None:
    ids = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
    updates = [d for d in config["dependencies"] if f"studio.updates('{tab.kind}'" in d["js"]]
    [listener] = updates
    call = re.fullmatch(r"\(\) => studio\.updates\('\w+', (\[.*?\]), (\[.*?\])\)", listener["js"])
    assert call
    names = [*json.loads(call[1]), *json.loads(call[2])]
    assert [ids[i] for i in listener["outputs"]] == [f"{tab.kind}-{name}" for name in names]
    assert set(json.loads(call[1])) == tab.task.model_fields.keys() - {"kind"} - tab.widget_fields


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.kind)
def test_our_code_is_told_what_no_task_can_be_without(config: dict[str, Any], tab: TaskTab) -> None:
    [opening] = [o for o in _ours(config, "opening") if o["kind"] == tab.kind]
    required = [name for name, f in tab.task.model_fields.items() if f.is_required()]
    assert opening["required"] == required


def test_a_form_holds_what_its_task_holds_by_default(config: dict[str, Any]) -> None:
    task = TextToImage(prompt="A fox")
    for name in ("width", "height", "quality", "guidance", "n"):
        assert _component(config, f"text_to_image-{name}")["value"] == getattr(task, name)


def test_a_seed_that_nobody_gave_is_empty_and_not_nought(config: dict[str, Any]) -> None:
    assert _component(config, "text_to_image-seed")["value"] == ""


def test_limits_on_the_form_are_those_of_the_task(config: dict[str, Any]) -> None:
    pictures = _component(config, "text_to_image-n")
    assert (pictures["type"], pictures["minimum"], pictures["maximum"]) == ("slider", 1, 5)


def test_what_is_pasted_is_not_cut_without_a_word(config: dict[str, Any]) -> None:
    assert "max_length" not in _component(config, "text_to_image-prompt")
