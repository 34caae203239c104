"""The CDN stand-in as a browser meets it: a real process in front of a real private bucket."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local.signing_key import SigningKey, make_signing_key
from shared.adapters.cloudfront import CloudFrontLinks

REPOSITORY = Path(__file__).parents[2]
BUCKET = "pictures"
KEY_ID = "KEYLOCAL"
PICTURE = "artifacts/job-1/0/ü call+1.png"
CONTENT = random.Random(7).randbytes(300_000)
LARGE = "artifacts/job-1/1/large.png"
LARGE_BYTES = 48 * 1024 * 1024
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@dataclass(frozen=True)
class Cdn:
    """A running stand-in, what signs for it, and its process."""

    url: str
    key: SigningKey
    pid: int

    def link(self, key: str, now: datetime | None = None) -> str:
        links = CloudFrontLinks(self.url, KEY_ID, self.key.private_pem)
        return links.link(key, now or datetime.now(UTC)).url


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], env: dict[str, str], cwd: Path, ready: str) -> Iterator[int]:
    """A child process from when ``ready`` answers until the end of the block."""
    with (cwd / "output").open("w+b") as output:
        child = subprocess.Popen(
            command, env=os.environ | env, cwd=cwd, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + 30
            while not answers(ready):
                said = Path(output.name).read_text(errors="replace")
                assert child.poll() is None, f"{command[0]} ended: {said}"
                assert time.monotonic() < deadline, f"{command[0]} is not ready: {said}"
                time.sleep(0.05)
            yield child.pid
        finally:
            child.terminate()
            child.wait(timeout=10)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    executable = os.environ.get("CANVAS_MINISTACK") or REPOSITORY / ".venv-aws/bin/ministack"
    home = tmp_path_factory.mktemp("aws")
    port = free_port()
    env = CREDENTIALS | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "TMPDIR": str(home),
    }
    endpoint = f"http://127.0.0.1:{port}"
    with running([str(executable)], env, home, f"{endpoint}/_ministack/health"):
        yield endpoint


@pytest.fixture(scope="session")
def bucket(aws_endpoint: str) -> Iterator[Any]:
    """An S3 client; the bucket has one picture of each size."""
    s3 = boto3.client(
        "s3",
        endpoint_url=aws_endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(
        Bucket=BUCKET,
        Key=PICTURE,
        Body=CONTENT,
        ContentType="image/png",
        CacheControl="private, max-age=3600",
        ContentDisposition='inline; filename="picture.png"',
    )
    s3.put_object(Bucket=BUCKET, Key=LARGE, Body=bytes(LARGE_BYTES), ContentType="image/png")
    yield s3
    s3.close()


@contextmanager
def running_cdn(key: SigningKey, endpoint: str, home: Path) -> Iterator[Cdn]:
    public_key = home / "public.pem"
    public_key.write_bytes(key.public_pem)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local.cdn", "--port", str(port), "--base-url", url]
    command += ["--bucket", BUCKET, "--endpoint", endpoint]
    command += ["--key-id", KEY_ID, "--public-key", str(public_key)]
    env = CREDENTIALS | {"PYTHONPATH": str(REPOSITORY)}
    with running(command, env, home, f"{url}/healthz") as pid:
        yield Cdn(url, key, pid)


@pytest.fixture(scope="session")
def cdn(aws_endpoint: str, bucket: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdn]:
    with running_cdn(make_signing_key(), aws_endpoint, tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as client:
        yield client


def assert_refused(answer: httpx.Response, code: str) -> None:
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-cache"] == "Error from cloudfront"
    assert f"<Error><Code>{code}</Code><Message>" in answer.text


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


@pytest.mark.usefixtures("bucket")
def test_an_rsa_key_opens_the_bucket_as_well(
    aws_endpoint: str, tmp_path: Path, browser: httpx.Client
) -> None:
    with running_cdn(make_signing_key("rsa"), aws_endpoint, tmp_path) as cdn:
        assert browser.get(cdn.link(PICTURE)).content == CONTENT
        assert_refused(browser.get(cdn.link(PICTURE).replace("/0/", "/1/")), "AccessDenied")


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


def test_what_is_not_signed_is_refused(cdn: Cdn, browser: httpx.Client) -> None:
    unsigned = cdn.link(PICTURE).split("?")[0]
    assert_refused(browser.get(unsigned), "MissingKey")
    assert_refused(browser.get(f"{cdn.url}/"), "MissingKey")


def test_what_another_key_signed_is_refused(cdn: Cdn, browser: httpx.Client) -> None:
    stranger = CloudFrontLinks(cdn.url, KEY_ID, make_signing_key().private_pem)
    assert_refused(browser.get(stranger.link(PICTURE, datetime.now(UTC)).url), "AccessDenied")
    assert_refused(browser.get(cdn.link(PICTURE).replace(KEY_ID, "KEYOTHER")), "InvalidKey")


def test_what_has_expired_is_refused(cdn: Cdn, browser: httpx.Client) -> None:
    old = cdn.link(PICTURE, datetime.now(UTC) - timedelta(hours=2))
    assert_refused(browser.get(old), "AccessDenied")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/0/", "/1/"),
        ("Expires=1", "Expires=2"),
        ("Signature=", "Signature=A"),
        ("?Expires", "?size=large&Expires"),
        ("%2B", "+"),
    ],
)
def test_what_was_tampered_with_is_refused(
    cdn: Cdn, browser: httpx.Client, old: str, new: str
) -> None:
    link = cdn.link(PICTURE)
    assert old in link
    assert_refused(browser.get(link.replace(old, new)), "AccessDenied")


def test_a_host_header_does_not_change_what_was_signed(cdn: Cdn, browser: httpx.Client) -> None:
    elsewhere = CloudFrontLinks("http://evil.example", KEY_ID, cdn.key.private_pem)
    link = elsewhere.link(PICTURE, datetime.now(UTC)).url
    here = link.replace("http://evil.example", cdn.url)
    assert_refused(browser.get(here, headers={"Host": "evil.example"}), "AccessDenied")


def test_a_forwarding_header_does_not_change_who_reads(cdn: Cdn, browser: httpx.Client) -> None:
    private = serialization.load_pem_private_key(cdn.key.private_pem, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    signer = CloudFrontSigner(KEY_ID, lambda text: private.sign(text, ec.ECDSA(hashes.SHA1())))
    url = cdn.link(PICTURE).split("?")[0]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for viewer, status in (("127.0.0.1", 200), ("192.0.2.7", 403)):
        policy = signer.build_policy(f"{cdn.url}/artifacts/*", tomorrow, ip_address=viewer)
        signed = signer.generate_presigned_url(url, policy=policy)
        answer = browser.get(signed, headers={"X-Forwarded-For": "192.0.2.7"})
        assert answer.status_code == status


def test_a_missing_picture_reads_like_a_forbidden_one(cdn: Cdn, browser: httpx.Client) -> None:
    missing = cdn.link("artifacts/job-1/0/missing.png")
    assert_refused(browser.get(missing), "AccessDenied")
    assert browser.head(missing).status_code == 403
    assert_refused(browser.get(cdn.link("")), "AccessDenied")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written_through_the_cdn(
    cdn: Cdn, browser: httpx.Client, bucket: Any, method: str
) -> None:
    assert_refused(browser.request(method, cdn.link(PICTURE), content=b"x"), "AccessDenied")
    assert bucket.head_object(Bucket=BUCKET, Key=PICTURE)["ContentLength"] == len(CONTENT)


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
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--public-key: [Errno 2]" in ended.stderr
    assert "Traceback" not in ended.stderr
