"""What an operator and a programmer ask first: is it there, is it ready, what does it do."""

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.component.api.service import Callers, Service, problem
from tests.processes import ROOT

ROUTES = {
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("post", "/v1/visitors"),
    ("post", "/v1/jobs"),
    ("get", "/v1/jobs"),
    ("get", "/v1/jobs/{id}"),
    ("patch", "/v1/jobs/{id}"),
    ("delete", "/v1/jobs/{id}"),
    ("post", "/v1/jobs/{id}/cancel"),
    ("post", "/v1/jobs/{id}/retry"),
    ("get", "/v1/jobs/{id}/artifacts/{k}"),
    ("get", "/v1/jobs/{id}/lineage"),
    ("post", "/v1/jobs/{id}/share"),
    ("get", "/v1/jobs/{id}/shares"),
    ("delete", "/v1/shares/{token}"),
    ("get", "/s/{token}"),
    ("get", "/v1/models"),
    ("get", "/v1/usage"),
    ("post", "/v1/prompts"),
    ("post", "/v1/uploads"),
}
OPEN = {"/healthz", "/readyz", "/v1/visitors", "/v1/models", "/s/{token}"}
"""What anybody may ask."""


async def test_the_process_says_that_it_is_alive_before_anything_else(callers: Callers) -> None:
    reply = await (await callers.nobody()).get("/healthz")
    assert reply.status_code == 200
    assert reply.json() == {"status": "ok"}


async def test_it_is_ready_when_all_it_depends_on_answers(callers: Callers) -> None:
    reply = await (await callers.nobody()).get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {
        "ready": True,
        "dependencies": [
            {"name": "table jobs", "ready": True, "reason": None},
            {"name": "queue normal", "ready": True, "reason": None},
        ],
    }


async def test_it_says_which_dependency_is_not_ready_and_why(
    callers: Callers, service: Service
) -> None:
    service.probes[1].down = "connection refused"
    reply = await (await callers.nobody()).get("/readyz")
    assert reply.status_code == 503
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json() == {
        "ready": False,
        "dependencies": [
            {"name": "table jobs", "ready": True, "reason": None},
            {"name": "queue normal", "ready": False, "reason": "connection refused"},
        ],
    }


async def test_it_stays_alive_when_a_dependency_is_down(callers: Callers, service: Service) -> None:
    service.probes[0].down = "connection refused"
    assert (await (await callers.nobody()).get("/healthz")).status_code == 200


async def _description(callers: Callers) -> dict:
    reply = await (await callers.nobody()).get("/v1/openapi.json")
    assert reply.status_code == 200
    return reply.json()


async def test_the_description_is_valid_openapi_3_1_and_names_every_route(callers: Callers) -> None:
    document = await _description(callers)
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()
    assert {(m, path) for path, verbs in document["paths"].items() for m in verbs} == ROUTES


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
async def test_every_route_is_documented(method: str, path: str) -> None:
    assert f"| `{method.upper()} {path}` |" in (ROOT / "docs/api.md").read_text()


async def test_the_description_has_the_limits_of_a_task(callers: Callers) -> None:
    schemas = (await _description(callers))["components"]["schemas"]
    task = schemas["TextToImage"]["properties"]
    assert schemas["TextToImage"]["additionalProperties"] is False
    assert (task["prompt"]["minLength"], task["prompt"]["maxLength"]) == (1, 1024)
    assert (task["width"]["minimum"], task["width"]["maximum"]) == (320, 4096)
    assert task["height"]["multipleOf"] == 16
    assert (task["n"]["minimum"], task["n"]["maximum"]) == (1, 5)
    assert schemas["JobRequest"]["additionalProperties"] is False
    assert schemas["JobRequest"]["required"] == ["task"]


async def test_the_description_says_what_each_reply_is(callers: Callers) -> None:
    document = await _description(callers)
    job = {"application/json": {"schema": {"$ref": "#/components/schemas/JobDocument"}}}
    trouble = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    }
    submit = document["paths"]["/v1/jobs"]["post"]["responses"]
    assert submit["201"]["content"] == job
    for status in ("400", "401", "403", "409", "413", "415", "422", "429", "500", "503"):
        assert submit[status]["content"] == trouble, status
    read = document["paths"]["/v1/jobs/{id}"]["get"]["responses"]
    assert read["200"]["content"] == job
    assert read["404"]["content"] == trouble
    assert "content" not in read["304"]


async def test_the_description_says_which_routes_need_a_key_or_a_cookie(callers: Callers) -> None:
    document = await _description(callers)
    schemes = document["components"]["securitySchemes"]
    assert schemes["key"] == schemes["key"] | {"type": "http", "scheme": "bearer"}
    assert schemes["visitor"]["name"] == "cq_visitor"
    needing = {
        path
        for path, verbs in document["paths"].items()
        for operation in verbs.values()
        if operation.get("security") == [{"key": []}, {"visitor": []}]
    }
    assert needing == {path for _, path in ROUTES} - OPEN


async def test_anybody_may_ask_which_models_there_are(callers: Callers) -> None:
    reply = await (await callers.nobody()).get("/v1/models")
    assert reply.status_code == 200
    models = {model["name"]: model for model in reply.json()["data"]}
    assert models["nova-canvas"]["available"] is False
    assert models["nova-canvas"]["lifecycle"]["successor"] == "stable-image-core"
    assert models["stable-image-core"]["available"] is True
    assert models["stable-image-core"]["prices"][0]["usd"] == 0.04
    assert reply.json()["auto"][0]["models"][0] == "nova-canvas"
    eraser = models["stable-image-erase-object"]
    assert eraser["tasks"]["inpaint"]["needs"].keys() == {"mask"}
    assert eraser["inputs"]["ratio_max"] == 2.5
    assert models["nova-canvas"]["inputs"]["formats"] == ["png", "jpeg"]
    assert models["stable-image-core"]["inputs"] is None
    again = await (await callers.nobody()).get(
        "/v1/models", headers={"If-None-Match": reply.headers["ETag"]}
    )
    assert again.status_code == 304


async def test_what_is_not_there_is_a_problem(ada: httpx.AsyncClient) -> None:
    for path in (
        "/v1",
        "/v1/",
        "/v1/jobs/",
        "/v1/nothing",
        "/v1/jobs/x/y/z",
        "/v2/jobs",
        "/nothing",
    ):
        problem(await ada.get(path), 404, "not_found")


async def test_a_method_that_a_route_does_not_answer_is_a_problem_that_names_those_it_does(
    ada: httpx.AsyncClient,
) -> None:
    reply = await ada.put("/v1/jobs", json={})
    problem(reply, 405, "method_not_allowed")
    assert reply.headers["Allow"] == "GET, POST"
    assert (await ada.get("/v1/visitors")).headers["Allow"] == "POST"
