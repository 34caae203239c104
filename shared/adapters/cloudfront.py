"""Links that CloudFront accepts: signed URLs with a canned policy."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from shared.links import LIFETIME, WINDOW, Link, quantised_expiry, url_path

_URL_SAFE = str.maketrans("+=/", "-_~")


class CloudFrontLinks:
    """Signs with the private key of a trusted key group's public key.

    RSA signatures and, by RFC 6979, ours with ECDSA are a function of key and message, so every
    replica that holds the same key makes the same URL. Remembering links only saves the work.
    """

    def __init__(
        self,
        base_url: str,
        key_id: str,
        private_key_pem: bytes,
        *,
        lifetime: timedelta = LIFETIME,
        window: timedelta = WINDOW,
        remember: int = 10_000,
    ) -> None:
        """``lifetime`` and ``window`` are whole seconds; a remembered link takes about 1 kB."""
        self._base_url = base_url.rstrip("/")
        self._key_id = key_id
        self._signature = _signature_with(private_key_pem)
        self._lifetime = lifetime
        self._window = window
        self._signed = lru_cache(maxsize=remember)(self._sign)

    def link(self, key: str, now: datetime) -> Link:
        expires_at = quantised_expiry(now, lifetime=self._lifetime, window=self._window)
        return self._signed(key, expires_at)

    def _sign(self, key: str, expires_at: datetime) -> Link:
        url = self._base_url + url_path(key)
        expires = int(expires_at.timestamp())
        signature = base64.b64encode(self._signature(_canned_policy(url, expires))).decode()
        query = (
            f"Expires={expires}&Signature={signature.translate(_URL_SAFE)}"
            f"&Key-Pair-Id={self._key_id}&Hash-Algorithm=SHA256"
        )
        return Link(f"{url}?{query}", expires_at)


def _canned_policy(url: str, expires: int) -> bytes:
    """CloudFront rebuilds this text from the request, so every character of it counts."""
    condition = {"DateLessThan": {"AWS:EpochTime": expires}}
    policy = {"Statement": [{"Resource": url, "Condition": condition}]}
    return json.dumps(policy, separators=(",", ":")).encode()


def _signature_with(private_key_pem: bytes) -> Callable[[bytes], bytes]:
    key = _load(private_key_pem)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        ecdsa = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return lambda message: key.sign(message, ecdsa)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size == 2048:
        return lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    raise ValueError("CloudFront signs links with an ECDSA P-256 or an RSA-2048 key, no other.")


def _load(private_key_pem: bytes) -> object:
    try:
        return serialization.load_pem_private_key(private_key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as unreadable:
        raise ValueError(
            "The key that signs links must be a private key in PEM, without a password."
        ) from unreadable
