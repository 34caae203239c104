"""What a picture costs: by its quality and its size, as far as that is known."""

from pathlib import Path
from typing import Any

import pytest

from shared.catalog import Catalog
from shared.errors import ModelCannot
from shared.money import micros
from shared.tasks import parse_task
from tests.builders import a_task
from tests.unit.catalogues import MASKED, NOVA, UPLOAD, a_document, load


@pytest.mark.parametrize(
    ("model", "fields", "price"),
    [
        (NOVA, {}, "0.04"),
        (NOVA, {"width": 1040}, "0.06"),
        (NOVA, {"quality": "premium"}, "0.06"),
        (NOVA, {"quality": "premium", "width": 2048, "height": 2048}, "0.08"),
        ("stable-image-core", {"quality": "premium"}, "0.04"),
        ("stable-diffusion-3-5-large", {}, "0.08"),
        ("stable-image-ultra", {}, "0.14"),
    ],
)
def test_a_picture_s_price_follows_quality_and_size(
    catalog: Catalog, model: str, fields: dict[str, Any], price: str
) -> None:
    assert catalog.model(model).price(a_task(**fields)) == micros(price)


def test_a_model_without_a_fitting_price_cannot_be_used(tmp_path: Path) -> None:
    catalog = load(a_document(prices=[{"usd": "1", "up_to_pixels": 1000}]), tmp_path)
    with pytest.raises(ModelCannot, match="no price"):
        catalog.model("m").price(a_task())


@pytest.mark.parametrize(
    ("kind", "fields", "price"),
    [
        ("remove_background", {"image": UPLOAD}, "0.06"),
        ("inpaint", MASKED, "0.06"),
        ("inpaint", {**MASKED, "quality": "premium"}, "0.08"),
        ("variation", {"images": [UPLOAD]}, "0.04"),
    ],
)
def test_where_the_size_is_not_known_the_higher_price_holds(
    catalog: Catalog, kind: str, fields: dict[str, Any], price: str
) -> None:
    assert catalog.model(NOVA).price(parse_task({"kind": kind, **fields})) == micros(price)


@pytest.mark.parametrize(
    ("quality", "pixels", "price"),
    [
        ("standard", 1024 * 1024, "0.04"),
        ("standard", 1024 * 1024 + 1, "0.06"),
        ("premium", 320 * 320, "0.06"),
        ("premium", 2048 * 2048, "0.08"),
    ],
)
def test_once_the_size_is_known_its_own_price_holds(
    catalog: Catalog, quality: str, pixels: int, price: str
) -> None:
    task = parse_task(
        {"kind": "inpaint", "image": {"upload": "0" * 26}, "mask_prompt": "a", "quality": quality}
    )
    assert catalog.model(NOVA).price(task, pixels) == micros(price)


def test_the_size_that_was_asked_for_is_the_size_that_is_paid(catalog: Catalog) -> None:
    assert catalog.model(NOVA).price(a_task(), 4096 * 4096) == micros("0.04")
