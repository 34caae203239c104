"""What the page costs, told part by part."""

import pytest

from frontend.studio.site.drawing import draw
from frontend.studio.weigh import Part, tables


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, Part]]:
    return {title: {part.what: part for part in parts} for title, parts in tables().items()}


def test_every_component_of_the_page_has_its_price(told: dict[str, dict[str, Part]]) -> None:
    assert {f"`{kind}`" for kind in draw().types} <= told["a first visit"].keys()
    assert told["a first visit"]["`html`"].size > 10_000


def test_the_parts_of_a_first_visit_make_up_what_a_browser_loads(
    told: dict[str, dict[str, Part]],
) -> None:
    """But for pictures and what the API answers; tests/system/test_weight.py counts all of it."""
    parts = told["a first visit"].values()
    assert 25 < sum(part.requests for part in parts) < 50
    assert 200_000 < sum(part.size for part in parts) < 330_000


def test_what_another_component_would_add_is_told_before_it_is_used(
    told: dict[str, dict[str, Part]],
) -> None:
    assert told["components we do not have"]["`imageeditor`"].size > 100_000
    assert not told["components we do not have"].keys() & told["a first visit"].keys()


def test_what_is_loaded_when_it_is_wanted_counts_all_that_comes_with_it(
    told: dict[str, dict[str, Part]],
) -> None:
    viewer = told["ours, when it is wanted"]["`gallery/viewer.js`"]
    assert viewer.requests > 1
    assert viewer.size > 5_000
