"""Who may read a URL: CloudFront's documented rules for signed URLs, as one pure function."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, ip_address
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_RESERVED = frozenset({"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"})
_HASHES = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}
_CLOUDFRONT_BASE64 = re.compile(r"[A-Za-z0-9~-]+_{0,2}", re.ASCII)
_TO_BASE64 = str.maketrans("-_~", "+=/")


class Refused(Exception):
    """The URL may not be read; ``code`` is CloudFront's word for why."""

    code = "AccessDenied"

    def __init__(self, message: str = "Access denied") -> None:
        super().__init__(message)


class MissingKey(Refused):
    """The URL is not signed at all."""

    code = "MissingKey"

    def __init__(self) -> None:
        super().__init__("Missing Key-Pair-Id query parameter or cookie value")


class InvalidKey(Refused):
    """The URL names a key that the distribution does not trust."""

    code = "InvalidKey"

    def __init__(self) -> None:
        super().__init__("Unknown Key")


class _PolicyPart(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _Moment(_PolicyPart):
    epoch: int = Field(alias="AWS:EpochTime", ge=0)


class _Network(_PolicyPart):
    network: IPv4Network = Field(alias="AWS:SourceIp")

    @field_validator("network", mode="plain")
    @classmethod
    def _host_bits_may_be_set(cls, value: object) -> IPv4Network:
        return IPv4Network(str(value), strict=False)


class _Condition(_PolicyPart):
    date_less_than: _Moment = Field(alias="DateLessThan")
    date_greater_than: _Moment | None = Field(default=None, alias="DateGreaterThan")
    ip_address: _Network | None = Field(default=None, alias="IpAddress")


class _Statement(_PolicyPart):
    resource: str = Field(alias="Resource")
    condition: _Condition = Field(alias="Condition")

    def allows(self, resource: str, viewer_ip: str, now: datetime) -> bool:
        when = self.condition
        started = not when.date_greater_than or now.timestamp() >= when.date_greater_than.epoch
        ended = now.timestamp() >= when.date_less_than.epoch
        from_there = not when.ip_address or ip_address(viewer_ip) in when.ip_address.network
        return started and not ended and from_there and self._covers(resource)

    def _covers(self, resource: str) -> bool:
        """``*`` stands for any characters, ``?`` for exactly one."""
        wild = {"*": ".*", "?": "."}
        pattern = "".join(wild.get(character, re.escape(character)) for character in self.resource)
        return re.fullmatch(pattern, resource, re.DOTALL) is not None


class _Policy(_PolicyPart):
    statements: tuple[_Statement] = Field(alias="Statement")


def load_public_key(pem: bytes) -> PublicKey:
    """The key of a trusted key group; ``ValueError`` for a kind that CloudFront does not take."""
    key = serialization.load_pem_public_key(pem)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048:
        return key
    raise ValueError("CloudFront verifies links with an ECDSA P-256 or an RSA-2048 key, no other.")


def verify(url: str, keys: Mapping[str, PublicKey], *, viewer_ip: str, now: datetime) -> None:
    """Return if ``url`` may be read, else raise ``Refused``.

    ``url`` is what the viewer asked for, exactly as it was encoded; ``keys`` are the trusted
    public keys by key id.
    """
    resource, signed = _split(url)
    if not signed.get("Key-Pair-Id"):
        raise MissingKey
    key = keys.get(signed["Key-Pair-Id"])
    if key is None:
        raise InvalidKey
    policy = _signed_policy(resource, signed)
    _check_signature(key, signed, policy)
    try:
        (statement,) = _Policy.model_validate_json(policy).statements
    except ValidationError as malformed:
        raise Refused from malformed
    if not statement.allows(resource, viewer_ip, now):
        raise Refused


def _split(url: str) -> tuple[str, dict[str, str]]:
    """The URL without CloudFront's parameters, as policies name it, and those parameters."""
    path, _, query = url.partition("?")
    own: list[str] = []
    signed: dict[str, str] = {}
    for parameter in filter(None, query.split("&")):
        name, _, value = parameter.partition("=")
        if name not in _RESERVED:
            own.append(parameter)
        elif name in signed:
            raise Refused
        else:
            signed[name] = value
    return "?".join(filter(None, (path, "&".join(own)))), signed


def _signed_policy(resource: str, signed: Mapping[str, str]) -> bytes:
    """The text that must have been signed: the policy sent along, or the canned one rebuilt."""
    match signed:
        case {"Policy": _, "Expires": _}:
            raise Refused
        case {"Policy": policy}:
            return _decoded(policy)
        case {"Expires": expires} if re.fullmatch(r"[0-9]{1,12}", expires):
            condition = {"DateLessThan": {"AWS:EpochTime": int(expires)}}
            canned = {"Statement": [{"Resource": resource, "Condition": condition}]}
            return json.dumps(canned, separators=(",", ":")).encode()
        case _:
            raise Refused


def _check_signature(key: PublicKey, signed: Mapping[str, str], policy: bytes) -> None:
    algorithm = _HASHES.get(signed.get("Hash-Algorithm", "SHA1"))
    if algorithm is None:
        raise Refused
    signature = _decoded(signed.get("Signature", ""))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, policy, padding.PKCS1v15(), algorithm())
        else:
            key.verify(signature, policy, ec.ECDSA(algorithm()))
    except InvalidSignature as forged:
        raise Refused from forged


def _decoded(text: str) -> bytes:
    """CloudFront's base64, in which ``-``, ``_`` and ``~`` stand for ``+``, ``=`` and ``/``."""
    if not _CLOUDFRONT_BASE64.fullmatch(text) or len(text) % 4:
        raise Refused
    return base64.b64decode(text.translate(_TO_BASE64), validate=True)
