"""Any JSON at all: a client can be wrong in every way, and it is never the server that fails."""

import json

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.component.api.service import TASK

NAMES = st.sampled_from(
    [
        *("task", "model", "lane", "start_by", "finish_by", "metadata", "parent", "dry_run"),
        *("kind", "prompt", "negative_prompt", "width", "height", "quality", "style"),
        *("guidance", "n", "seed"),
    ]
)
WORDS = st.sampled_from(
    ["", "auto", "a fox", "text_to_image", "premium", "low", "2030-01-01T00:00:00Z", "\ud800", "\0"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-1, max_value=5000)
    | st.floats()
    | WORDS
    | st.text(st.characters(), max_size=30)
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=20,
)
NEARLY_RIGHT = st.builds(
    lambda task, rest: {**rest, "task": {**TASK, **task}},
    st.dictionaries(NAMES, SCALARS, max_size=2),
    st.dictionaries(NAMES, DOCUMENTS, max_size=1),
)
fuzzed = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def _is_answered(reply: httpx.Response) -> None:
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["status"] == reply.status_code


@fuzzed
@given(body=DOCUMENTS | NEARLY_RIGHT)
async def test_any_json_is_accepted_or_refused(ada: httpx.AsyncClient, body: object) -> None:
    content = json.dumps(body).encode()
    reply = await ada.post(
        "/v1/jobs", content=content, headers={"Content-Type": "application/json"}
    )
    await _is_answered(reply)


@fuzzed
@given(content=st.binary(max_size=200))
async def test_any_bytes_are_accepted_or_refused(ada: httpx.AsyncClient, content: bytes) -> None:
    reply = await ada.post(
        "/v1/jobs", content=content, headers={"Content-Type": "application/json"}
    )
    await _is_answered(reply)
    assert reply.status_code != 202


@fuzzed
@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                *("ids", "status", "kind", "model", "cursor", "limit", "q", "favorite"),
                *("after", "before", "sha256", "pictures", "made_from"),
            ]
        ),
        st.text(max_size=40) | st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
        max_size=3,
    )
)
async def test_any_query_is_answered_or_refused(
    ada: httpx.AsyncClient, query: dict[str, str]
) -> None:
    await _is_answered(await ada.get("/v1/jobs", params=query))


@fuzzed
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                *("Authorization", "Cookie", "Origin", "Idempotency-Key", "Prefer"),
                *("X-Request-Id", "X-Forwarded-For", "If-None-Match", "traceparent"),
            ]
        ),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"])),
        max_size=4,
    )
)
async def test_any_headers_are_answered_or_refused(
    ada: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    hostile = [(name, value.strip().encode("latin-1")) for name, value in headers.items()]
    await _is_answered(
        await ada.post("/v1/jobs", json={"task": TASK, "dry_run": True}, headers=hostile)
    )
