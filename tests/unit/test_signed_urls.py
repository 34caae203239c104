"""The CDN stand-in's rules, asked with URLs that botocore's CloudFrontSigner made."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from local.cdn.signed_urls import (
    InvalidKey,
    MissingKey,
    PublicKey,
    Refused,
    load_public_key,
    verify,
)
from local.signing_key import make_signing_key

NOON = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)
URL = "https://d1.example.net/artifacts/job-1/0/call-1.png"
VIEWER = "192.0.2.7"
PAIRS = {"KEYEC": make_signing_key(), "KEYRSA": make_signing_key("rsa")}
KEYS: dict[str, PublicKey] = {
    key_id: load_public_key(pair.public_pem) for key_id, pair in PAIRS.items()
}
HASHES = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}


def sign(
    url: str = URL,
    *,
    key_id: str = "KEYEC",
    algorithm: str = "SHA256",
    expires: datetime | None = None,
    policy: str | None = None,
) -> str:
    """``url`` signed by botocore, which leaves the hash algorithm to the caller."""
    signer = CloudFrontSigner(key_id, rsa_or_ecdsa(key_id, algorithm))
    until = None if policy else expires or LATER
    signed: str = signer.generate_presigned_url(url, date_less_than=until, policy=policy)
    return signed if algorithm == "SHA1" else f"{signed}&Hash-Algorithm={algorithm}"


def rsa_or_ecdsa(key_id: str, algorithm: str) -> Callable[[bytes], bytes]:
    key = serialization.load_pem_private_key(PAIRS[key_id].private_pem, None)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda message: key.sign(message, padding.PKCS1v15(), HASHES[algorithm])
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return lambda message: key.sign(message, ec.ECDSA(HASHES[algorithm]))


def custom_policy(resource: str, **conditions: object) -> str:
    until = {"DateLessThan": {"AWS:EpochTime": int(LATER.timestamp())}}
    return json.dumps({"Statement": [{"Resource": resource, "Condition": until | conditions}]})


def read(url: str, *, viewer_ip: str = VIEWER, now: datetime = NOON) -> None:
    verify(url, KEYS, viewer_ip=viewer_ip, now=now)


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256"])
@pytest.mark.parametrize("key_id", ["KEYEC", "KEYRSA"])
def test_every_kind_of_key_and_hash_is_taken(key_id: str, algorithm: str) -> None:
    read(sign(key_id=key_id, algorithm=algorithm))
    read(sign(key_id=key_id, algorithm=algorithm, policy=custom_policy(URL)))


def test_the_default_hash_may_also_be_named() -> None:
    read(f"{sign(algorithm='SHA1')}&Hash-Algorithm=SHA1")


def test_a_url_is_good_until_the_second_in_which_it_expires() -> None:
    read(sign(), now=LATER - SECOND)
    with pytest.raises(Refused):
        read(sign(), now=LATER)


def test_the_urls_own_parameters_are_signed_with_it() -> None:
    signed = sign(f"{URL}?size=large&x=1")
    read(signed)
    with pytest.raises(Refused):
        read(signed.replace("size=large", "size=small"))
    with pytest.raises(Refused):
        read(f"{sign()}&size=large")


def test_a_url_without_a_signature_is_missing_its_key() -> None:
    for unsigned in (URL, f"{URL}?", f"{URL}?Key-Pair-Id=", sign().split("&Key-Pair-Id")[0]):
        with pytest.raises(MissingKey) as refused:
            read(unsigned)
        assert refused.value.code == "MissingKey"


def test_a_key_that_is_not_trusted_is_invalid() -> None:
    with pytest.raises(InvalidKey) as refused:
        read(sign().replace("KEYEC", "KEYOTHER"))
    assert refused.value.code == "InvalidKey"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("call-1.png", "call-2.png"),
        ("job-1", "job%2D1"),
        ("https://", "http://"),
        ("d1.example.net", "d2.example.net"),
        (f"Expires={int(LATER.timestamp())}", f"Expires={int(LATER.timestamp()) + 1}"),
        (f"Expires={int(LATER.timestamp())}", f"Expires=+{int(LATER.timestamp())}"),
        (f"Expires={int(LATER.timestamp())}", "Expires=soon"),
        (f"Expires={int(LATER.timestamp())}&", ""),
        ("Signature=", "Signature=A"),
        ("Signature=", "Signature=AAAA"),
        ("Signature=", "Signature=%00"),
        ("Signature=", "Signature=&x="),
        ("Signature=", "x="),
        ("Key-Pair-Id=KEYEC", "Key-Pair-Id=KEYRSA"),
        ("&Hash-Algorithm=SHA256", ""),
        ("Hash-Algorithm=SHA256", "Hash-Algorithm=SHA1"),
        ("Hash-Algorithm=SHA256", "Hash-Algorithm=MD5"),
        ("&Hash-Algorithm", "&Policy=e30_&Hash-Algorithm"),
        ("&Hash-Algorithm", "&Expires=9999999999&Hash-Algorithm"),
    ],
)
def test_a_tampered_url_is_refused(old: str, new: str) -> None:
    signed = sign()
    assert old in signed
    with pytest.raises(Refused) as refused:
        read(signed.replace(old, new))
    assert refused.value.code == "AccessDenied"


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (URL, True),
        ("https://d1.example.net/artifacts/job-1/*", True),
        ("http*://d1.example.net/*", True),
        ("https://d1.example.net/artifacts/job-?/0/call-?.png", True),
        ("*", True),
        ("https://d1.example.net/artifacts/job-1", False),
        ("https://d1.example.net/artifacts/job-2/*", False),
        ("https://d1.example.net/artifacts/job-1/0/call-1?.png", False),
        ("https://d1.example.net/artifacts/job.1/0/call.1.png", False),
    ],
)
def test_a_custom_policy_covers_what_its_wildcards_cover(resource: str, allowed: bool) -> None:
    signed = sign(policy=custom_policy(resource))
    if allowed:
        read(signed)
    else:
        with pytest.raises(Refused):
            read(signed)


def test_one_custom_policy_opens_many_urls() -> None:
    query = sign(policy=custom_policy("https://d1.example.net/artifacts/job-1/*")).split("?")[1]
    read(f"https://d1.example.net/artifacts/job-1/3/call-9.webp?{query}")
    with pytest.raises(Refused):
        read(f"https://d1.example.net/artifacts/job-2/0/call-1.png?{query}")


def test_a_canned_policy_has_no_wildcards() -> None:
    query = sign("https://d1.example.net/artifacts/*").split("?")[1]
    with pytest.raises(Refused):
        read(f"{URL}?{query}")


def test_a_custom_policy_may_begin_later() -> None:
    start = {"AWS:EpochTime": int(NOON.timestamp())}
    signed = sign(policy=custom_policy(URL, DateGreaterThan=start))
    read(signed, now=NOON)
    for outside in (NOON - SECOND, LATER):
        with pytest.raises(Refused):
            read(signed, now=outside)


@pytest.mark.parametrize("network", ["192.0.2.7/32", "192.0.2.7", "192.0.2.9/24"])
def test_a_custom_policy_may_name_who_reads(network: str) -> None:
    signed = sign(policy=custom_policy(URL, IpAddress={"AWS:SourceIp": network}))
    read(signed)
    for elsewhere in ("198.51.100.7", "2001:db8::7"):
        with pytest.raises(Refused):
            read(signed, viewer_ip=elsewhere)


@pytest.mark.parametrize(
    "policy",
    [
        "no JSON",
        "{}",
        '{"Statement": []}',
        json.dumps({"Statement": [{"Resource": URL, "Condition": {}}]}),
        custom_policy(URL, DateLessThan={"AWS:EpochTime": "9999999999"}),
        custom_policy(URL, IpAddress={"AWS:SourceIp": "somewhere"}),
        custom_policy(URL, IpAddress={"AWS:SourceIp": ["192.0.2.7"]}),
        custom_policy(URL, Country={"Is": "CH"}),
    ],
)
def test_a_policy_that_is_signed_but_makes_no_sense_is_refused(policy: str) -> None:
    with pytest.raises(Refused):
        read(sign(policy=policy))


def test_a_custom_policy_cannot_be_changed() -> None:
    narrow = sign(policy=custom_policy(URL))
    wide = sign(policy=custom_policy("*"))
    forged = narrow.replace(parameter(narrow, "Policy"), parameter(wide, "Policy"))
    with pytest.raises(Refused):
        read(forged)


def parameter(url: str, name: str) -> str:
    return dict(part.split("=", 1) for part in url.split("?")[1].split("&"))[name]


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)],
    ids=["P-384", "RSA-1024"],
)
def test_only_keys_that_cloudfront_takes_can_be_trusted(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
) -> None:
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(ValueError, match="ECDSA P-256 or an RSA-2048 key, no other"):
        load_public_key(pem)
