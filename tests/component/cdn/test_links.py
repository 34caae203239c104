"""What the CDN lets through: only what its key has signed, as it was signed, while it holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local.signing_key import make_signing_key
from shared.adapters.cloudfront import CloudFrontLinks
from tests.component.cdn.stand_in import BUCKET, CONTENT, KEY_ID, PICTURE, Cdn, running_cdn


def assert_refused(answer: httpx.Response, code: str) -> None:
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-cache"] == "Error from cloudfront"
    assert f"<Error><Code>{code}</Code><Message>" in answer.text


@pytest.mark.usefixtures("bucket")
def test_an_rsa_key_opens_the_bucket_as_well(
    aws_endpoint: str, tmp_path: Path, browser: httpx.Client
) -> None:
    with running_cdn(make_signing_key("rsa"), aws_endpoint, tmp_path) as cdn:
        assert browser.get(cdn.link(PICTURE)).content == CONTENT
        assert_refused(browser.get(cdn.link(PICTURE).replace("/0/", "/1/")), "AccessDenied")


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
