"""The page as Gradio draws it."""

import json
import re
from typing import Any

import pytest

from frontend.studio.imports import slim_gradio
from frontend.studio.tabs import TABS
from shared.tasks import TextToImage

MODELS = [("Automatic", "auto"), ("Nova Canvas", "nova-canvas")]


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    slim_gradio()
    from frontend.studio.page import build

    drawn: dict[str, Any] = build("/v1", MODELS).get_config_file()
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


def test_every_field_of_every_tab_can_be_found_by_its_name(config: dict[str, Any]) -> None:
    for tab in TABS:
        for name in (*tab.task.model_fields, "model"):
            if name != "kind":
                assert _component(config, f"{tab.kind}-{name}")


def test_submitting_names_the_fields_in_the_order_of_their_values(config: dict[str, Any]) -> None:
    [go] = [d for d in config["dependencies"] if "studio.submit" in d["js"]]
    call = re.fullmatch(r"\(\.\.\.v\) => studio\.submit\('text_to_image', (\[.*\]), v\)", go["js"])
    assert call
    ids = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
    named = [f"text_to_image-{name}" for name in json.loads(call[1])]
    assert [ids[i] for i in go["inputs"]] == named
    assert len(named) == len(TextToImage.model_fields)


def test_a_form_holds_what_its_task_holds_by_default(config: dict[str, Any]) -> None:
    task = TextToImage(prompt="A fox")
    for name in ("width", "height", "quality", "guidance", "n"):
        assert _component(config, f"text_to_image-{name}")["value"] == getattr(task, name)
    assert _component(config, "text_to_image-model")["value"] == "auto"
    assert _component(config, "text_to_image-style")["value"] == ""


def test_a_seed_that_nobody_gave_is_empty_and_not_nought(config: dict[str, Any]) -> None:
    assert _component(config, "text_to_image-seed")["value"] == ""


def test_limits_on_the_form_are_those_of_the_task(config: dict[str, Any]) -> None:
    pictures = _component(config, "text_to_image-n")
    assert (pictures["type"], pictures["minimum"], pictures["maximum"]) == ("slider", 1, 5)


def test_what_is_pasted_is_not_cut_without_a_word(config: dict[str, Any]) -> None:
    assert "max_length" not in _component(config, "text_to_image-prompt")


def test_the_models_of_the_catalogue_are_offered(config: dict[str, Any]) -> None:
    offered = _component(config, "text_to_image-model")["choices"]
    assert [tuple(choice) for choice in offered] == MODELS
