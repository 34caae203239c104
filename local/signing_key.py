"""The key pair that signs picture links on one machine."""

from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


@dataclass(frozen=True)
class SigningKey:
    """Both halves in PEM: the frontend signs with the private one, the CDN knows the public one."""

    private_pem: bytes = field(repr=False)
    public_pem: bytes


def make_signing_key(kind: Literal["ecdsa", "rsa"] = "ecdsa") -> SigningKey:
    """A new key of a kind that CloudFront takes: ECDSA P-256, or RSA-2048."""
    private = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ecdsa"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return SigningKey(
        private_pem=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        public_pem=private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )
