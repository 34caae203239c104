"""Which model does a task, and why it is not another."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.catalog import AUTO, Catalog
from shared.errors import ModelCannot, ModelEnded, UnknownModel
from shared.models import State
from shared.tasks import parse_task
from tests.builders import a_task
from tests.unit.catalogues import AFTER, IN_LIFE, LEGACY, MASKED, NOVA, UPLOAD, a_document, load


@pytest.mark.parametrize(
    ("quality", "today", "model"),
    [
        ("standard", IN_LIFE, NOVA),
        ("premium", IN_LIFE, NOVA),
        ("standard", AFTER, "stable-image-core"),
        ("premium", AFTER, "stable-image-ultra"),
    ],
)
def test_auto_takes_the_first_model_that_can_do_the_task_today(
    catalog: Catalog, quality: str, today: date, model: str
) -> None:
    assert catalog.choose(a_task(quality=quality), AUTO, today).model.name == model


def test_a_fallback_is_disclosed(catalog: Catalog) -> None:
    assert catalog.choose(a_task(), AUTO, IN_LIFE).fallback_reason is None
    reason = catalog.choose(a_task(), AUTO, AFTER).fallback_reason
    assert reason is not None
    assert "Amazon Nova Canvas reached its end of life on 2026-09-30" in reason


@pytest.mark.parametrize("name", [NOVA, "amazon.nova-canvas-v1:0"])
def test_an_ended_model_is_refused_with_its_successor_s_name(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelEnded) as refused:
        catalog.choose(a_task(), name, AFTER)
    assert refused.value.successor == "stable-image-core"
    assert "use stable-image-core instead" in refused.value.violations[0].detail
    assert refused.value.violations[0].pointer == "/model"


def test_an_ended_model_that_the_operator_enables_comes_first_again() -> None:
    catalog = Catalog.load(enabled=frozenset({NOVA}))
    choice = catalog.choose(a_task(), AUTO, AFTER)
    assert (choice.model.name, choice.fallback_reason, choice.warnings) == (NOVA, None, ())
    assert catalog.state(choice.model, AFTER) is State.LEGACY


def test_an_unknown_model_is_refused_with_the_names_there_are(catalog: Catalog) -> None:
    with pytest.raises(UnknownModel, match=r"auto, nova-canvas, .*stable-image-ultra"):
        catalog.choose(a_task(), "dall-e", AFTER)
    assert catalog.find("dall-e") is None


def test_a_legacy_model_warns_of_its_end(catalog: Catalog) -> None:
    (warning,) = catalog.choose(a_task(), NOVA, LEGACY).warnings
    assert "legacy" in warning
    assert "2026-09-30" in warning
    assert catalog.choose(a_task(), NOVA, IN_LIFE).warnings == ()


def test_what_is_only_nearly_done_is_always_said_and_what_is_not_if_asked_for(
    catalog: Catalog,
) -> None:
    plain = catalog.choose(a_task(), "stable-image-core", AFTER).warnings
    asked = catalog.choose(
        a_task(guidance=9, style="maximalism", quality="premium"), "stable-image-core", AFTER
    ).warnings
    assert len(plain) == 1
    assert "size" in plain[0]
    assert set(asked) > set(plain)
    assert len(asked) == 4


def test_a_model_is_refused_what_it_cannot_do(tmp_path: Path) -> None:
    catalog = load(a_document(tasks={}), tmp_path)
    with pytest.raises(ModelCannot, match="cannot do “text_to_image”"):
        catalog.choose(a_task(), "m", AFTER)


NAMED = {"image": UPLOAD, "mask_prompt": "the red car"}
FOX = {"prompt": "a fox in the snow"}
TRY_ON = {"image": UPLOAD, "garment": UPLOAD, "region": {"by": "words", "words": "the shirt"}}
ROUTES: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("text_to_image", FOX, NOVA, "stable-image-core"),
    ("text_to_image", {**FOX, "quality": "premium"}, NOVA, "stable-image-ultra"),
    ("condition", {**FOX, "image": UPLOAD}, NOVA, "stable-image-control-sketch"),
    (
        "condition",
        {**FOX, "image": UPLOAD, "control": "segmentation"},
        NOVA,
        "stable-image-control-structure",
    ),
    ("color_guided", {**FOX, "colors": ["#ff0000"]}, NOVA, "stable-image-style-guide"),
    ("variation", {"images": [UPLOAD]}, NOVA, "stable-diffusion-3-5-large"),
    ("variation", {"images": [UPLOAD] * 2}, NOVA, None),
    ("inpaint", {**MASKED, **FOX}, NOVA, "stable-image-inpaint"),
    ("inpaint", MASKED, NOVA, "stable-image-erase-object"),
    ("inpaint", {**NAMED, **FOX}, NOVA, "stable-image-search-replace"),
    ("inpaint", NAMED, NOVA, None),
    ("outpaint", {**MASKED, **FOX}, NOVA, "stable-image-inpaint"),
    ("outpaint", {**NAMED, **FOX}, NOVA, None),
    ("outpaint", MASKED, NOVA, None),
    ("extend", {"image": UPLOAD, "left": 100}, NOVA, "stable-outpaint"),
    ("remove_background", {"image": UPLOAD}, NOVA, "stable-image-remove-background"),
    ("try_on", TRY_ON, NOVA, None),
    *(
        ("upscale", {**FOX, "image": UPLOAD, "mode": mode}, model, model)
        for mode, model in (
            ("fast", "stable-fast-upscale"),
            ("conservative", "stable-conservative-upscale"),
            ("creative", "stable-creative-upscale"),
        )
    ),
    (
        "recolor",
        {**FOX, "image": UPLOAD, "select_prompt": "the car"},
        *["stable-image-search-recolor"] * 2,
    ),
    ("style_transfer", {"image": UPLOAD, "style_image": UPLOAD}, *["stable-style-transfer"] * 2),
]
"""Kind, fields, and what `auto` chooses while Nova Canvas lives and after; None if nothing can."""


@pytest.mark.parametrize(("kind", "fields", "first", "then"), ROUTES)
def test_auto_routes_every_task_by_what_is_set(
    catalog: Catalog, kind: str, fields: dict[str, Any], first: str, then: str | None
) -> None:
    task = parse_task({"kind": kind, **fields})
    alive = catalog.choose(task, AUTO, IN_LIFE)
    assert (alive.model.name, alive.fallback_reason) == (first, None)
    if then is None:
        with pytest.raises(ModelCannot) as refused:
            catalog.choose(task, AUTO, AFTER)
        summary, *reasons = refused.value.violations
        assert summary.detail == f"No model can do this “{kind}” at present."
        assert "Amazon Nova Canvas reached its end of life on 2026-09-30." in {
            reason.detail for reason in reasons
        }
        return
    choice = catalog.choose(task, AUTO, AFTER)
    assert choice.model.name == then
    assert (choice.fallback_reason is None) is (first == then)
    assert choice.model.price(task) > 0


@pytest.mark.parametrize(
    ("kind", "fields", "model", "pointer", "why"),
    [
        ("variation", {"images": [UPLOAD] * 5}, "stable-diffusion-3-5-large", "images", "most 1"),
        ("inpaint", {**NAMED, **FOX}, "stable-image-inpaint", "mask", "painted mask"),
        ("inpaint", MASKED, "stable-image-inpaint", "prompt", "needs a prompt"),
        ("inpaint", {**MASKED, **FOX}, "stable-image-erase-object", "prompt", "takes no prompt"),
        ("inpaint", {**MASKED, **FOX}, "stable-image-search-replace", "mask_prompt", "by words"),
        ("inpaint", NAMED, "stable-image-search-replace", "prompt", "cannot only remove"),
        ("outpaint", {**NAMED, **FOX}, "stable-image-inpaint", "mask", "painted mask"),
        (
            "condition",
            {**FOX, "image": UPLOAD, "control": "segmentation"},
            "stable-image-control-sketch",
            "control",
            "Stable Image Control Structure follows the layout",
        ),
        ("upscale", {"image": UPLOAD}, "stable-creative-upscale", "mode", "“creative”"),
    ],
)
def test_a_model_that_cannot_do_a_task_names_the_field_and_the_reason(
    catalog: Catalog, kind: str, fields: dict[str, Any], model: str, pointer: str, why: str
) -> None:
    with pytest.raises(ModelCannot) as refused:
        catalog.choose(parse_task({"kind": kind, **fields}), model, AFTER)
    (violation,) = refused.value.violations
    assert violation.pointer == f"/task/{pointer}"
    assert why in violation.detail


@pytest.mark.parametrize("model", ["stable-image-core", "stable-image-style-guide"])
def test_nobody_but_nova_canvas_dresses_people(catalog: Catalog, model: str) -> None:
    with pytest.raises(ModelCannot, match="cannot do “try_on”"):
        catalog.choose(parse_task({"kind": "try_on", **TRY_ON}), model, AFTER)


@pytest.mark.parametrize(
    ("kind", "fields", "successor"),
    [
        ("text_to_image", {**FOX, "quality": "premium"}, "stable-image-ultra"),
        ("text_to_image", FOX, "stable-image-core"),
        ("inpaint", MASKED, "stable-image-erase-object"),
        ("extend", {"image": UPLOAD, "left": 1}, "stable-outpaint"),
        ("try_on", TRY_ON, None),
    ],
)
def test_the_successor_that_is_named_can_do_the_task(
    catalog: Catalog, kind: str, fields: dict[str, Any], successor: str | None
) -> None:
    with pytest.raises(ModelEnded) as refused:
        catalog.choose(parse_task({"kind": kind, **fields}), NOVA, AFTER)
    assert refused.value.successor == successor
    assert ("instead" in refused.value.violations[0].detail) is (successor is not None)


def test_an_emulation_is_always_said(catalog: Catalog) -> None:
    task = parse_task({"kind": "color_guided", **FOX, "colors": ["#ff0000"]})
    said = " ".join(catalog.choose(task, AUTO, AFTER).warnings)
    assert "takes no list of colours" in said
    assert catalog.choose(task, AUTO, IN_LIFE).warnings == ()


def test_words_beyond_what_a_model_heeds_together_are_warned_of(catalog: Catalog) -> None:
    long = a_task(prompt="x" * 1000, negative_prompt="y" * 25)
    (warning,) = catalog.choose(long, NOVA, IN_LIFE).warnings
    assert "1,025 characters together" in warning
    assert not any("together" in w for w in catalog.choose(long, AUTO, AFTER).warnings)
    assert catalog.choose(a_task(prompt="x" * 1024), NOVA, IN_LIFE).warnings == ()
