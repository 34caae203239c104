"""Sentences: for each rule that a request can break, what the answer says of it, word by word."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from frontend.api.filters import SHA256_PATTERN
from frontend.api.sentences import sentence_of
from shared.ids import ARTIFACT_PATTERN, ID_PATTERN
from shared.tasks.fields import COLOR_PATTERN
from tests.builders import a_job
from tests.component.api.service import TASK, Service, problem

Json = dict[str, Any]

ID = a_job().id
PICTURE = {"upload": ID}
NO_FIELD = "There is no such field."
REQUIRED = "This is required."
EMPTY = "This may not be empty."
OBJECT = "This should be a JSON object."
TEXT = "This should be text."
UNICODE = "This should be text, without half a character (a lone surrogate) in it."
WHOLE = "This should be a whole number."
NUMBER = "This should be a number."
YES_OR_NO = "This should be true or false."
MOMENT = "This should be a date and time with its time zone, such as 2030-01-31T12:00:00Z."
AN_ID = "This should be an id: 26 digits and small letters, without i, l, o and u."
A_PICTURE = "This should be a job's id, a slash, and the number of one of its pictures."
A_WAY = "Name a picture as {“upload”: …}, {“artifact”: …} or {“data”: …}."
A_HASH = "This should be a SHA-256 of 64 hexadecimal digits, with small letters."
KINDS = (
    "This should be one of these: text_to_image, condition, color_guided, variation, inpaint,"
    " outpaint, extend, remove_background, try_on, upscale, recolor, style_transfer."
)
TYPES = "This should be one of these: image/png, image/jpeg, image/webp."
STATES = (
    "One of these, or several, separated by commas: queued, running, succeeded, failed,"
    " moderated, canceled, expired."
)
NO_RULES = {
    *("title", "description", "default", "examples"),
    *("$ref", "anyOf", "oneOf", "properties", "items", "propertyNames"),
    # Of a member of a union: which it is, says the discriminator.
    "const",
}
"""Keywords that tell of a schema, or of what it is made."""


def _with(**fields: object) -> Json:
    return {"task": TASK, **fields}


def _task(**fields: object) -> Json:
    return {"task": TASK | fields}


def _colored(colors: object) -> Json:
    return _task(kind="color_guided", colors=colors)


def _cut_out(image: object) -> Json:
    return {"task": {"kind": "remove_background", "image": image}}


def _upscaled(mode: str) -> Json:
    return {"task": {"kind": "upscale", "image": PICTURE, "mode": mode}}


def _dressed(region: object) -> Json:
    return {"task": {"kind": "try_on", "image": PICTURE, "garment": PICTURE, "region": region}}


OF_JOBS: list[tuple[str, object, str, str]] = [
    ("required", {}, "/task", REQUIRED),
    ("required", _dressed({"by": "mask"}), "/task/region/mask", REQUIRED),
    ("additionalProperties", _with(colour=1), "/colour", NO_FIELD),
    ("additionalProperties", _task(steps=9), "/task/steps", NO_FIELD),
    ("discriminator", {"task": {}}, "/task/kind", REQUIRED),
    ("discriminator", _task(kind=None), "/task/kind", KINDS),
    ("discriminator", _task(kind="' or '" * 200), "/task/kind", KINDS),
    (
        "discriminator",
        _dressed({"by": "sight"}),
        "/task/region/by",
        "This should be one of these: mask, garment, words.",
    ),
    ("type object", [], "", OBJECT),
    ("type object", _with(task=None), "/task", OBJECT),
    ("type object", _with(metadata=[]), "/metadata", OBJECT),
    ("type array", _colored(5), "/task/colors", "This should be a list."),
    ("type string", _task(prompt=None), "/task/prompt", TEXT),
    ("type string", _task(prompt="\ud800"), "/task/prompt", UNICODE),
    ("type integer", _task(seed="many"), "/task/seed", WHOLE),
    ("type integer", _task(n=[]), "/task/n", WHOLE),
    ("type integer", _task(n=1.5), "/task/n", WHOLE),
    ("type integer", _task(n=float("nan")), "/task/n", "This should be a finite number."),
    (
        "type integer",
        _task(seed="9" * 5000),
        "/task/seed",
        "This should be a whole number with fewer digits.",
    ),
    ("type number", _task(guidance="low"), "/task/guidance", NUMBER),
    ("type number", _task(guidance={}), "/task/guidance", NUMBER),
    ("type boolean", _with(dry_run="perhaps"), "/dry_run", YES_OR_NO),
    ("type boolean", _with(dry_run={}), "/dry_run", YES_OR_NO),
    ("minimum", _task(width=304), "/task/width", "This should be at least 320."),
    ("minimum", _task(guidance=1), "/task/guidance", "This should be at least 1.1."),
    ("maximum", _task(height=4112), "/task/height", "This should be at most 4,096."),
    ("maximum", _task(guidance=11), "/task/guidance", "This should be at most 10."),
    ("maximum", _task(seed=10**4000), "/task/seed", "This should be at most 2,147,483,646."),
    ("multipleOf", _task(width=1000), "/task/width", "This should be a multiple of 16."),
    ("minLength", _task(prompt=" \n"), "/task/prompt", EMPTY),
    ("minLength", _with(model=""), "/model", EMPTY),
    (
        "maxLength",
        _task(prompt=f" {'x' * 1310}\n"),
        "/task/prompt",
        "This may have at most 1,024 characters; it has 1,310.",
    ),
    (
        "maxLength",
        _with(metadata={"k": " " * 600}),
        "/metadata/k",
        "This may have at most 512 characters; it has 600.",
    ),
    ("minItems", _colored([]), "/task/colors", EMPTY),
    (
        "maxItems",
        _colored(["#ffffff"] * 11),
        "/task/colors",
        "This may have at most 10 entries; it has 11.",
    ),
    (
        "maxProperties",
        _with(metadata={str(n): "" for n in range(2000)}),
        "/metadata",
        "This may have at most 16 entries; it has 2,000.",
    ),
    (f"pattern {ID_PATTERN}", _with(parent="../etc"), "/parent", AN_ID),
    (f"pattern {ID_PATTERN}", _cut_out({"upload": ID.upper()}), "/task/image/upload", AN_ID),
    (f"pattern {ARTIFACT_PATTERN}", _cut_out({"artifact": ID}), "/task/image/artifact", A_PICTURE),
    (
        f"pattern {COLOR_PATTERN}",
        _colored(["#1d3557", "red"]),
        "/task/colors/1",
        "This should be a colour such as #1d3557.",
    ),
    (
        "enum",
        _task(quality="best"),
        "/task/quality",
        "This should be one of these: standard, premium.",
    ),
    ("format", _with(start_by="tomorrow"), "/start_by", MOMENT),
    ("format", _with(start_by=1e300), "/start_by", MOMENT),
    ("format", _with(start_by=[]), "/start_by", MOMENT),
    ("format", _with(start_by="2030-01-31T12:00:00"), "/start_by", MOMENT),
]
OF_QUERIES = [
    ("minimum", "limit=0", "/limit", "This should be at least 1."),
    ("maximum", "limit=101", "/limit", "This should be at most 100."),
    ("type integer", "limit=", "/limit", WHOLE),
    ("type boolean", "favorite=perhaps", "/favorite", YES_OR_NO),
    ("format", "after=2030-01-31", "/after", MOMENT),
    (
        "maxLength",
        f"cursor={'x' * 600}",
        "/cursor",
        "This may have at most 512 characters; it has 600.",
    ),
    (f"pattern {ID_PATTERN}", "made_from=x", "/made_from", AN_ID),
    (f"pattern {SHA256_PATTERN}", f"sha256={'F' * 64}", "/sha256", A_HASH),
    ("none that a schema tells", "status=ill", "/status", STATES),
]
OF_OTHERS = [
    ("/v1/uploads", {"content_type": "image/gif"}, "/content_type", TYPES),
    ("/v1/prompts", {}, "", "Give an idea or ask for a surprise, and not both."),
    ("/v1/jobs", _upscaled("creative"), "/task/prompt", "A creative upscale needs a prompt."),
    ("/v1/jobs", _cut_out({}), "/task/image", A_WAY),
    ("/v1/jobs", None, "", "This needs a body in JSON."),
]


@pytest.mark.parametrize(("rule", "body", "pointer", "sentence"), OF_JOBS)
async def test_a_job_that_breaks_a_rule_is_told_so_in_our_words(
    ada: httpx.AsyncClient, rule: str, body: object, pointer: str, sentence: str
) -> None:
    _is_told(await _post(ada, "/v1/jobs", body), pointer, sentence)


@pytest.mark.parametrize(("rule", "query", "pointer", "sentence"), OF_QUERIES)
async def test_a_query_that_breaks_a_rule_is_told_so_in_our_words(
    ada: httpx.AsyncClient, rule: str, query: str, pointer: str, sentence: str
) -> None:
    _is_told(await ada.get(f"/v1/jobs?{query}"), pointer, sentence)


@pytest.mark.parametrize(("path", "body", "pointer", "sentence"), OF_OTHERS)
async def test_other_requests_are_told_their_rules_in_our_words(
    ada: httpx.AsyncClient, path: str, body: object, pointer: str, sentence: str
) -> None:
    _is_told(await _post(ada, path, body), pointer, sentence)


async def test_several_broken_rules_are_told_one_after_the_other(ada: httpx.AsyncClient) -> None:
    task = {"kind": "text_to_image", "prompt": "", "n": "x"}
    body = problem(await ada.post("/v1/jobs", json={"task": task}), 422, "input_invalid")
    prompt, n = "This may not be empty.", "This should be a whole number."
    assert body["detail"] == f"/task/prompt: {prompt} /task/n: {n}"
    assert [error["detail"] for error in body["errors"]] == [prompt, n]


def test_no_request_has_a_rule_that_is_not_tried_here(service: Service) -> None:
    description = service.app().openapi()
    rules = {rule for schema in _of_requests(description) for rule in _rules(schema, description)}
    tried = {rule for rule, *_ in (*OF_JOBS, *OF_QUERIES)}
    assert rules - tried == {"type null"}


def test_what_we_have_no_words_for_is_said_in_pydantics() -> None:
    error = {"type": "multiple_of_seven", "loc": ("body", "n"), "input": 5, "msg": "Try 7"}
    assert sentence_of(error) == "Try 7."


async def _post(client: httpx.AsyncClient, path: str, body: object) -> httpx.Response:
    content = "" if body is None else json.dumps(body)
    return await client.post(path, content=content, headers={"Content-Type": "application/json"})


def _is_told(reply: httpx.Response, pointer: str, sentence: str) -> None:
    body = problem(reply, 422, "input_invalid")
    assert body["errors"] == [{"pointer": pointer, "detail": sentence}]
    assert body["detail"] == (f"{pointer}: {sentence}" if pointer else sentence)


def _of_requests(description: Json) -> Iterator[Json]:
    """The schemas of what a client can send."""
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                yield parameter["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]


def _rules(schema: Json, description: Json) -> Iterator[str]:
    """The rules of a schema and of all it is made of. What is unknown here counts as one."""
    for part in _parts(schema, description):
        yield from _rules(part, description)
    for keyword, said in schema.items():
        if keyword in ("type", "pattern"):
            yield f"{keyword} {said}"
        elif keyword not in NO_RULES and not keyword.startswith("x-"):
            yield keyword


def _parts(schema: Json, description: Json) -> Iterator[Json]:
    if "$ref" in schema:
        yield description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield from (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    yield from schema.get("properties", {}).values()
    yield from (schema[k] for k in ("items", "propertyNames") if k in schema)
    if schema.get("additionalProperties"):
        yield schema["additionalProperties"]
