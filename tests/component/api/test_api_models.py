"""The catalogue as a client gets it: enough to tell price and losses of a task without asking."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzed
from pydantic import SecretStr

from shared.catalog import AUTO, Catalog
from shared.errors import ModelCannot
from shared.money import usd
from shared.settings import Settings
from shared.tasks import TASKS, Task
from tests.component.api.service import SECRET, TASK, Callers
from tests.valid_tasks import SMALL, Named, valid_tasks

TODAY = date(2026, 11, 2)
DEFAULTS = {
    kind: {
        name: field["default"]
        for name, field in model.model_json_schema()["properties"].items()
        if "default" in field
    }
    for kind, model in TASKS.items()
}
"""What a field is when it is left out, as the published schema says it."""


def unusual(task: Mapping[str, Any]) -> set[str]:
    default = DEFAULTS[task["kind"]]
    missing = object()
    return {f for f, v in task.items() if f != "kind" and v != default.get(f, missing)}


def price(model: Mapping[str, Any], task: Mapping[str, Any]) -> float:
    """What a picture of a task costs, told from the catalogue alone."""
    sized = "width" in task and "height" in task

    def meets(price: Mapping[str, Any]) -> bool:
        most = price["up_to_pixels"]
        return price["quality"] in (None, task.get("quality")) and (
            most is None or (sized and task["width"] * task["height"] <= most)
        )

    return next(p["usd"] for p in model["prices"] if meets(p))


def refusals(ability: Mapping[str, Any], task: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The fields for which a model cannot do a task, and why."""
    asked = unusual(task)
    said = {(f, why) for f, why in ability["needs"].items() if f not in asked}
    said |= {(f, why) for f, why in ability["lacks"].items() if f in asked}
    said |= {(f, o["why"]) for f, o in ability["only"].items() if task[f] not in o["values"]}
    for field, most in ability["most"].items():
        value = task[field]
        if (value if isinstance(value, int) else len(value or ())) > most:
            said.add((field, f"This model takes at most {most}."))
    return said


def losses(ability: Mapping[str, Any], task: Mapping[str, Any]) -> set[str]:
    """What of a task does not come out as it was asked for."""
    asked = unusual(task)
    told = {**ability["ignored"], **ability["unmapped"]}
    return {*ability["approximate"].values(), *(why for f, why in told.items() if f in asked)}


def is_too_long(model: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
    """Whether a model does not heed all the words of a task."""
    words = sum(len(task.get(field) or "") for field in ("prompt", "negative_prompt"))
    return model["words_most"] is not None and words > model["words_most"]


def routed(catalog: Mapping[str, Any], task: Mapping[str, Any]) -> str | None:
    """The model that ``auto`` takes."""
    models = {model["name"]: model for model in catalog["data"]}
    for route in catalog["auto"]:
        if route["kind"] == task["kind"] and all(
            task.get(field) == value for field, value in route["when"].items()
        ):
            return next(
                (
                    name
                    for name in route["models"]
                    if models[name]["available"]
                    and task["kind"] in models[name]["tasks"]
                    and not refusals(models[name]["tasks"][task["kind"]], task)
                ),
                None,
            )
    return None


@pytest.fixture
async def catalog(callers: Callers) -> dict[str, Any]:
    reply = await (await callers.nobody()).get("/v1/models")
    assert reply.status_code == 200
    told: dict[str, Any] = reply.json()
    return told


@fuzzed(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(named=valid_tasks(originals=SMALL))
async def test_price_refusals_losses_and_auto_follow_from_the_catalogue_for_every_task(
    catalog: dict[str, Any], named: Named
) -> None:
    ours, task = Catalog.load(), named.task.model_dump(mode="json")
    for told in catalog["data"]:
        model = ours.model(told["name"])
        ability = told["tasks"].get(task["kind"])
        if ability is None:
            assert model.violations(named.task)
            continue
        expected = {
            (v.pointer.removeprefix("/task/"), v.detail) for v in model.violations(named.task)
        }
        assert refusals(ability, task) == expected
        assert price(told, task) == usd(model.price(named.task))
        too_long = {w for w in model.warnings(named.task) if "characters together" in w}
        assert is_too_long(told, task) == bool(too_long)
        assert losses(ability, task) == {*model.warnings(named.task)} - too_long
    assert routed(catalog, task) == _chosen(ours, named.task)


def _chosen(catalog: Catalog, task: Task) -> str | None:
    try:
        return catalog.choose(task, AUTO, TODAY).model.name
    except ModelCannot:
        return None


async def test_the_catalogue_is_kept_for_five_minutes_and_then_asked_for_by_its_etag(
    callers: Callers,
) -> None:
    anybody = await callers.nobody()
    reply = await anybody.get("/v1/models")
    assert reply.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    known = {"If-None-Match": reply.headers["ETag"]}
    again = await anybody.get("/v1/models", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == reply.headers["Cache-Control"]


async def test_the_catalogue_is_small_on_the_way(callers: Callers) -> None:
    anybody = await callers.nobody(headers={"Accept-Encoding": "br, gzip"})
    packed = await anybody.get("/v1/models")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert int(packed.headers["Content-Length"]) < 4000
    for refused in ("", "identity", "br", "gzip;q=0", "gzip;q=0.0", "xgzip"):
        plain = await anybody.get("/v1/models", headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in plain.headers
        assert plain.content == packed.content
        # They are two representations of one thing (RFC 9110, section 8.8.3.3).
        assert plain.headers["ETag"] != packed.headers["ETag"]


async def test_a_poll_is_not_compressed(ada: httpx.AsyncClient) -> None:
    submitted = await ada.post("/v1/jobs", json={"task": TASK})
    reply = await ada.get("/v1/jobs", params={"ids": submitted.json()["id"]})
    assert "Content-Encoding" not in reply.headers


async def test_an_ended_model_is_not_available(catalog: dict[str, Any]) -> None:
    ended = next(model for model in catalog["data"] if model["name"] == "nova-canvas")
    assert (ended["available"], ended["by_arrangement"]) == (False, False)
    assert ended["lifecycle"]["state"] == "ended"
    assert not any(model["by_arrangement"] for model in catalog["data"])


class TestByArrangement:
    @pytest.fixture
    def settings(self) -> Settings:
        enabled = frozenset({"nova-canvas"})
        return Settings(studio="off", secret=SecretStr(SECRET), ended_models=enabled)

    async def test_an_ended_model_is_available_by_arrangement(
        self, catalog: dict[str, Any]
    ) -> None:
        told = {model["name"]: model for model in catalog["data"]}
        enabled = told["nova-canvas"]
        assert (enabled["available"], enabled["by_arrangement"]) == (True, True)
        assert enabled["lifecycle"]["state"] == "legacy"
        assert [name for name in told if told[name]["by_arrangement"]] == ["nova-canvas"]
