"""Links: how long they live, when two are the same, and with which keys they can be signed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from local.cdn.signed_urls import load_public_key, verify
from local.signing_key import SigningKey, make_signing_key
from shared.adapters.cloudfront import CloudFrontLinks
from shared.adapters.memory_links import PlainLinks
from shared.links import LIFETIME, WINDOW, LinkSigner, quantised_expiry, url_path

NOON = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
PICTURE = "artifacts/job-1/0/call-1.png"
ECDSA = make_signing_key()
RSA = make_signing_key("rsa")


def cloudfront_links(key: SigningKey = ECDSA, remember: int = 10_000) -> CloudFrontLinks:
    return CloudFrontLinks("https://d1.example.net/", "KEY1", key.private_pem, remember=remember)


@pytest.fixture(
    params=[cloudfront_links, lambda: cloudfront_links(RSA), PlainLinks],
    ids=["ecdsa", "rsa", "plain"],
)
def make_links(request: pytest.FixtureRequest) -> Callable[[], LinkSigner]:
    factory: Callable[[], LinkSigner] = request.param
    return factory


@pytest.mark.parametrize(
    ("now", "expires_at"),
    [
        (NOON, NOON + timedelta(minutes=75)),
        (NOON + timedelta(minutes=14, seconds=59), NOON + timedelta(minutes=75)),
        (NOON + timedelta(minutes=15), NOON + timedelta(minutes=90)),
    ],
)
def test_a_link_lives_until_the_window_ends_and_its_lifetime_more(
    now: datetime, expires_at: datetime
) -> None:
    assert quantised_expiry(now, lifetime=LIFETIME, window=WINDOW) == expires_at


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1980, 1, 1)))
def test_a_link_is_good_for_its_lifetime_and_at_most_one_window_more(now: datetime) -> None:
    left = quantised_expiry(now, lifetime=LIFETIME, window=WINDOW) - now
    assert LIFETIME < left <= LIFETIME + WINDOW


def test_windows_are_the_same_in_every_time_zone() -> None:
    kathmandu = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert quantised_expiry(kathmandu, lifetime=LIFETIME, window=timedelta(hours=1)) == (
        quantised_expiry(NOON, lifetime=LIFETIME, window=timedelta(hours=1))
    )


def test_two_polls_in_one_window_get_the_identical_link(
    make_links: Callable[[], LinkSigner],
) -> None:
    links = make_links()
    assert links.link(PICTURE, NOON) == links.link(PICTURE, NOON + timedelta(minutes=14))


def test_the_next_window_and_another_picture_get_other_links(
    make_links: Callable[[], LinkSigner],
) -> None:
    links = make_links()
    first = links.link(PICTURE, NOON)
    assert links.link(PICTURE, NOON + WINDOW).url != first.url
    assert links.link("artifacts/job-1/1/call-1.png", NOON).url != first.url


def test_two_replicas_with_the_same_key_make_the_same_url(
    make_links: Callable[[], LinkSigner],
) -> None:
    assert make_links().link(PICTURE, NOON) == make_links().link(PICTURE, NOON)


def test_a_link_says_in_its_url_when_it_expires(make_links: Callable[[], LinkSigner]) -> None:
    link = make_links().link(PICTURE, NOON)
    (expires,) = parse_qs(urlsplit(link.url).query)["Expires"]
    assert int(expires) == link.expires_at.timestamp()


def test_a_remembered_link_is_not_signed_again_until_others_push_it_out() -> None:
    links = cloudfront_links(remember=2)
    first = links.link("a", NOON)
    assert links.link("a", NOON) is first
    links.link("b", NOON)
    links.link("c", NOON)
    assert links.link("a", NOON) is not first
    assert links.link("a", NOON) == first


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (PICTURE, "/artifacts/job-1/0/call-1.png"),
        ("uploads/anna@example/ü 1", "/uploads/anna%40example/%C3%BC%201"),
        ("a+b*c?d#e%f&g=h", "/a%2Bb%2Ac%3Fd%23e%25f%26g%3Dh"),
        ("~tilde-._ok", "/~tilde-._ok"),
        ('quote"back\\slash', "/quote%22back%5Cslash"),
    ],
)
def test_a_key_becomes_a_path_that_no_part_of_can_be_misread(key: str, path: str) -> None:
    assert url_path(key) == path


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_key_comes_back_from_its_path(key: str) -> None:
    assert unquote(url_path(key), errors="strict") == f"/{key}"


@pytest.mark.parametrize("key", [ECDSA, RSA], ids=["ecdsa", "rsa"])
def test_a_signed_link_passes_the_cdn(key: SigningKey) -> None:
    url = cloudfront_links(key).link("uploads/ü 1*?.png", NOON).url
    assert url.startswith("https://d1.example.net/uploads/%C3%BC%201%2A%3F.png?Expires=")
    assert url.endswith("&Key-Pair-Id=KEY1&Hash-Algorithm=SHA256")
    keys = {"KEY1": load_public_key(key.public_pem)}
    verify(url, keys, viewer_ip="192.0.2.1", now=NOON + LIFETIME)


def pem(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    encryption: serialization.KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    "private_pem",
    [
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 1024)),
        pem(ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["P-384", "RSA-1024", "Ed25519"],
)
def test_a_key_that_cloudfront_does_not_take_is_refused_at_once(private_pem: bytes) -> None:
    with pytest.raises(ValueError, match="ECDSA P-256 or an RSA-2048 key, no other"):
        CloudFrontLinks("https://d1.example.net", "KEY1", private_pem)


@pytest.mark.parametrize(
    "private_pem",
    [
        b"not a key",
        ECDSA.public_pem,
        pem(
            ec.generate_private_key(ec.SECP256R1()),
            serialization.BestAvailableEncryption(b"password"),
        ),
    ],
    ids=["no PEM", "public half", "password"],
)
def test_what_cannot_be_read_as_a_private_key_is_refused_with_a_sentence(
    private_pem: bytes,
) -> None:
    with pytest.raises(ValueError, match="must be a private key in PEM, without a password"):
        CloudFrontLinks("https://d1.example.net", "KEY1", private_pem)


def test_a_signing_key_does_not_show_its_private_half() -> None:
    assert "PRIVATE" not in repr(ECDSA)
