"""Bad input: a 4xx problem that names the field and the rule, and nothing is stored."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.builders import NOON, a_job
from tests.component.api.service import TASK, Service, problem

LONG = "A" * 2000
JSON = {"Content-Type": "application/json"}


def _task(**fields: object) -> dict:
    return {"task": TASK | fields}


def _with(**fields: object) -> dict:
    return {"task": TASK, **fields}


async def _nothing_is_stored(service: Service) -> None:
    assert await service.kept() == []
    assert await service.sent() == []


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        (_task(prompt=""), "/task/prompt", "not be empty"),
        (_task(prompt=" \n\t "), "/task/prompt", "not be empty"),
        (_task(prompt="x" * 1025), "/task/prompt", "at most 1,024 characters"),
        (_task(prompt=None), "/task/prompt", "should be text"),
        (_task(negative_prompt="x" * 1025), "/task/negative_prompt", "at most 1,024 characters"),
        (_task(width=1000), "/task/width", "multiple of 16"),
        (_task(height=1030), "/task/height", "multiple of 16"),
        (_task(width=304), "/task/width", "at least 320"),
        (_task(height=4112), "/task/height", "at most 4,096"),
        (_task(width=2064, height=2048), "/task/height", "at most 4,194,304 pixels"),
        (_task(width=320, height=1296), "/task/height", "at most 4 times the other"),
        (_task(n=0), "/task/n", "at least 1"),
        (_task(n=6), "/task/n", "at most 5"),
        (_task(n=1.5), "/task/n", "whole number"),
        (_task(seed=-1), "/task/seed", "at least 0"),
        (_task(seed=2_147_483_647), "/task/seed", "at most 2,147,483,646"),
        (_task(quality="best"), "/task/quality", "standard, premium"),
        (_task(style="LONG"), "/task/style", "3d_animated_family_film"),
        (_task(guidance=1), "/task/guidance", "at least 1.1"),
        (_task(guidance=float("nan")), "/task/guidance", "at most 10"),
        (_task(guidance=float("inf")), "/task/guidance", "at most 10"),
        (_task(steps=50), "/task/steps", "no such field"),
        (_task(kind="paint"), "/task/kind", "text_to_image"),
        (_task(**{"a/b~c": 1}), "/task/a~1b~0c", "no such field"),
        (_with(colour="red"), "/colour", "no such field"),
        (_with(model="dall-e"), "/model", "stable-image-core"),
        (_with(model=""), "/model", "not be empty"),
        (_with(model=LONG), "/model", "at most 200 characters"),
        (_with(model="nova-canvas"), "/model", "use stable-image-core instead"),
        (_with(lane="fast"), "/lane", "normal, low"),
        (_with(start_by=(NOON - timedelta(days=1)).isoformat()), "/start_by", "in the past"),
        (_with(finish_by=(NOON - timedelta(days=1)).isoformat()), "/finish_by", "in the past"),
        (_with(start_by="2030-01-01T00:00:00"), "/start_by", "time zone"),
        (_with(start_by="tomorrow"), "/start_by", "date and time"),
        (_with(start_by=1e300), "/start_by", "date and time"),
        (_with(parent=a_job().id), "/parent", "no such job"),
        (_with(parent="../etc/passwd"), "/parent", "an id"),
        (_with(metadata={"n": 5}), "/metadata/n", "should be text"),
        (_with(metadata={"text_to_image": 5}), "/metadata/text_to_image", "should be text"),
        (_with(metadata={"": "x"}), "/metadata/", "not be empty"),
        (_with(metadata={str(n): "x" for n in range(17)}), "/metadata", "at most 16 entries"),
        (_with(metadata={"k": "x" * 513}), "/metadata/k", "at most 512 characters"),
        (_with(dry_run="perhaps"), "/dry_run", "true or false"),
        ({"task": None}, "/task", "JSON object"),
        ({"task": []}, "/task", "JSON object"),
        ({}, "/task", "required"),
        ([], "", "JSON object"),
        ("a fox", "", "JSON object"),
        (7, "", "JSON object"),
        (None, "", "JSON object"),
    ],
)
async def test_a_field_that_breaks_a_rule_is_named_with_the_rule(
    ada: httpx.AsyncClient, service: Service, body: object, pointer: str, rule: str
) -> None:
    reply = await ada.post("/v1/jobs", content=json.dumps(body), headers=JSON)
    answer = reply.json()
    problem(reply, 422, answer["code"])
    assert answer["code"] in ("input_invalid", "unknown_model", "model_ended")
    assert [error["pointer"] for error in answer["errors"]] == [pointer]
    assert rule in answer["errors"][0]["detail"]
    assert LONG not in reply.text
    await _nothing_is_stored(service)


async def test_all_broken_rules_are_named_at_once(ada: httpx.AsyncClient) -> None:
    body = _task(prompt="", width=1000, n=9) | {"lane": "fast"}
    answer = problem(await ada.post("/v1/jobs", json=body), 422, "input_invalid")
    pointers = {error["pointer"] for error in answer["errors"]}
    assert pointers == {"/task/prompt", "/task/width", "/task/n", "/lane"}


async def test_a_name_that_breaks_a_rule_is_where_the_error_is(ada: httpx.AsyncClient) -> None:
    reply = await ada.post("/v1/jobs", json=_with(metadata={"": {}}))
    body = problem(reply, 422, "input_invalid")
    assert {error["pointer"] for error in body["errors"]} == {"/metadata/"}


async def test_an_ended_model_is_refused_with_the_successors_name(ada: httpx.AsyncClient) -> None:
    body = problem(await ada.post("/v1/jobs", json=_with(model="nova-canvas")), 422, "model_ended")
    assert body["successor"] == "stable-image-core"


async def test_an_unknown_model_is_refused_with_those_there_are(ada: httpx.AsyncClient) -> None:
    body = problem(await ada.post("/v1/jobs", json=_with(model="dall-e")), 422, "unknown_model")
    assert "auto" in body["errors"][0]["detail"]


async def test_a_parent_of_another_owner_is_not_there(
    ada: httpx.AsyncClient, service: Service
) -> None:
    theirs = a_job(owner="bob")
    await service.jobs.add(theirs)
    body = problem(await ada.post("/v1/jobs", json=_with(parent=theirs.id)), 422, "input_invalid")
    assert body["errors"] == [{"pointer": "/parent", "detail": "There is no such job."}]
    await _nothing_is_stored(service)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'task': 1}",
        '{"task": {"prompt": "a"},}',
        '{"task": {"prompt": "\n"}}',
    ],
)
async def test_what_is_not_json_is_told_so(
    ada: httpx.AsyncClient, service: Service, text: str
) -> None:
    reply = await ada.post("/v1/jobs", content=text.encode(), headers=JSON)
    if text:
        body = problem(reply, 400, "json_invalid")
        assert body["errors"][0]["pointer"] == ""
        assert "not JSON" in body["detail"]
    else:
        problem(reply, 422, "input_invalid")
    await _nothing_is_stored(service)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\xfd\x00",
        b'{"task": {"prompt": "\xff"}}',
        b"[" * 200_000,
        b'{"task":' * 100_000,
        b'{"task": {"prompt": "a", "seed": ' + b"9" * 5000 + b"}}",
    ],
)
async def test_json_that_nobody_can_read_is_a_bad_request(
    ada: httpx.AsyncClient, service: Service, content: bytes
) -> None:
    reply = await ada.post("/v1/jobs", content=content, headers=JSON)
    problem(reply, 400, "json_invalid")
    assert len(reply.content) < 1000
    await _nothing_is_stored(service)


@pytest.mark.parametrize(
    "text",
    [
        '{"task": {"kind": "text_to_image", "prompt": "\\ud800"}}',
        '{"task": {"kind": "text_to_image", "prompt": "a", "\\ud800": 1}}',
        '{"task": {"kind": "text_to_image", "prompt": "a"}, "\\ud800": 1}',
        '{"task": {"kind": "text_to_image", "prompt": "a"}, "metadata": {"\\ud800": "a"}}',
        '{"task": {"kind": "text_to_image", "prompt": "a"}, "metadata": {"a": "\\ud800"}}',
        '{"task": {"kind": "text_to_image", "prompt": "a"}, "model": "\\ud800"}',
        '{"task": {"kind": "\\ud800", "prompt": "a"}}',
    ],
)
async def test_half_a_character_is_refused_wherever_it_stands(
    ada: httpx.AsyncClient, service: Service, text: str
) -> None:
    problem(await ada.post("/v1/jobs", content=text, headers=JSON), 422, "input_invalid")
    await _nothing_is_stored(service)


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "é"]
)
async def test_a_body_that_does_not_say_that_it_is_json_is_refused(
    ada: httpx.AsyncClient, service: Service, kind: str | None
) -> None:
    headers = {} if kind is None else {"Content-Type": kind.encode("latin-1")}
    reply = await ada.post("/v1/jobs", content=json.dumps(_with()), headers=headers)
    body = problem(reply, 415, "not_json")
    assert "application/json" in body["detail"]
    await _nothing_is_stored(service)


async def _in_chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 50_000):
        yield content[start : start + 50_000]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_a_megabyte_is_refused_announced_or_not(
    ada: httpx.AsyncClient, service: Service, announced: bool
) -> None:
    content = json.dumps(_with(metadata={"k": "x" * 1_000_000})).encode()
    sent = content if announced else _in_chunks(content)
    reply = await ada.post("/v1/jobs", content=sent, headers=JSON)
    assert ("content-length" in reply.request.headers) is announced
    body = problem(reply, 413, "body_too_large")
    assert "1,000,000 bytes" in body["detail"]
    await _nothing_is_stored(service)


async def test_a_body_of_exactly_a_megabyte_is_read(ada: httpx.AsyncClient) -> None:
    content = json.dumps(_with()).encode().ljust(1_000_000)
    for sent in (content, _in_chunks(content)):
        reply = await ada.post("/v1/jobs", content=sent, headers=JSON)
        assert reply.status_code == 202


async def test_what_was_sent_is_not_sent_back(ada: httpx.AsyncClient) -> None:
    many = {f"field{number}": LONG for number in range(400)}
    for body in (_with(**many), _task(**many), _with(**{LONG * 10: 1}), _with(metadata=many)):
        reply = await ada.post("/v1/jobs", json=body)
        problem(reply, 422, "input_invalid")
        assert "A" * 100 not in reply.text
        assert len(reply.content) < 8000


async def test_a_bad_body_from_nobody_is_refused_as_well(ada: httpx.AsyncClient) -> None:
    del ada.headers["Authorization"]
    problem(await ada.post("/v1/jobs", json={"task": 7}), 401, "unknown_caller")
