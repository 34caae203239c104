"""A picture through the CDN: its headers, parts of it, a copy that is still good; and no bucket."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from local.signing_key import make_signing_key
from tests.component.cdn.stand_in import (
    BUCKET,
    CONTENT,
    KEY_ID,
    LARGE,
    LARGE_BYTES,
    PICTURE,
    Cdn,
    running_cdn,
)
from tests.processes import ROOT, free_port


def test_a_link_shows_the_picture_with_its_headers(cdn: Cdn, browser: httpx.Client) -> None:
    answer = browser.get(cdn.link(PICTURE))
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["content-disposition"] == 'inline; filename="picture.png"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"].strip('"')
    assert answer.headers["x-cache"] == "Miss from cloudfront"


def test_a_page_of_any_origin_may_fetch_what_it_has_a_link_to(
    cdn: Cdn, browser: httpx.Client
) -> None:
    answer = browser.get(cdn.link(PICTURE), headers={"Origin": "http://127.0.0.1:7860"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    preflight = browser.options(
        cdn.link(PICTURE),
        headers={
            "Origin": "http://127.0.0.1:7860",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert "Range" in preflight.headers["access-control-allow-headers"]


def test_head_tells_the_headers_and_sends_nothing(cdn: Cdn, browser: httpx.Client) -> None:
    answer = browser.head(cdn.link(PICTURE))
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.content == b""


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=299990-", 299_990, 300_000), ("bytes=-5", 299_995, 300_000)],
)
def test_a_range_is_a_part_of_the_picture(
    cdn: Cdn, browser: httpx.Client, wanted: str, start: int, end: int
) -> None:
    answer = browser.get(cdn.link(PICTURE), headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/300000"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize(
    "headers",
    [{"Range": "bytes=0-1,5-6"}, {"Range": "lines=1-2"}, {"Range": "bytes=0-1", "If-Range": '"x"'}],
    ids=["several ranges", "another unit", "if-range"],
)
def test_a_range_that_cannot_be_served_alone_gets_the_whole_picture(
    cdn: Cdn, browser: httpx.Client, headers: dict[str, str]
) -> None:
    answer = browser.get(cdn.link(PICTURE), headers=headers)
    assert answer.status_code == 200
    assert answer.content == CONTENT


@pytest.mark.parametrize("wanted", ["bytes=300000-", "bytes=9-1", "bytes=some"])
def test_a_range_outside_the_picture_is_416(cdn: Cdn, browser: httpx.Client, wanted: str) -> None:
    answer = browser.get(cdn.link(PICTURE), headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */300000"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "<Code>InvalidRange</Code>" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_copy_that_is_still_good_is_304(cdn: Cdn, browser: httpx.Client, method: str) -> None:
    link = cdn.link(PICTURE)
    etag = browser.head(link).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = browser.request(method, link, headers={"If-None-Match": known})
        assert answer.status_code == 304
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == "private, max-age=3600"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.content == b""
    other = browser.request(method, link, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_bucket_that_does_not_answer_is_a_502(tmp_path: Path, browser: httpx.Client) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with running_cdn(make_signing_key(), nobody, tmp_path) as cdn:
        answer = browser.get(cdn.link(PICTURE))
    assert answer.status_code == 502
    assert "<Code>BadGateway</Code>" in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_large_picture_is_never_whole_in_memory(cdn: Cdn, browser: httpx.Client) -> None:
    browser.get(cdn.link(PICTURE))
    before = memory(cdn.pid)
    seen, most = 0, before
    with browser.stream("GET", cdn.link(LARGE)) as answer:
        for chunk in answer.iter_raw(LARGE_BYTES // 12):
            seen += len(chunk)
            most = max(most, memory(cdn.pid))
    assert seen == LARGE_BYTES
    assert most - before < LARGE_BYTES // 4


def memory(pid: int) -> int:
    """Bytes that a process holds right now."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True)
    return int(shown.stdout) * 1024


def test_readers_who_leave_early_let_go_of_the_bucket(cdn: Cdn, browser: httpx.Client) -> None:
    link = cdn.link(LARGE)
    for _ in range(70):
        with browser.stream("GET", link) as answer:
            next(answer.iter_raw(1024))
    assert browser.get(cdn.link(PICTURE)).content == CONTENT


def test_a_public_key_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.cdn", "--port", "1", "--base-url", "http://127.0.0.1:1"]
    command += ["--bucket", BUCKET, "--key-id", KEY_ID, "--public-key", str(tmp_path / "none.pem")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--public-key: [Errno 2]" in ended.stderr
    assert "Traceback" not in ended.stderr
