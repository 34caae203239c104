"""Who is asking: an API key's owner, or an anonymous browser with a signed cookie."""

import ipaddress
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from urllib.parse import urlsplit

from fastapi import Request

from frontend.api.problems import Problem
from frontend.api.signatures import is_one_of, signatures
from shared.keys import KEY_PREFIX, Scope, key_hash
from shared.ports.keys import Keys
from shared.settings import Settings

COOKIE = "cq_visitor"
COOKIE_SECONDS = 400 * 24 * 3600
"""400 days: the longest a browser keeps a cookie (RFC 6265bis, section 5.5)."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Asker:
    """Somebody who may use the API."""

    owner: str
    admin: bool = False

    def may_see(self, owner: str) -> bool:
        return self.admin or owner == self.owner


@dataclass(frozen=True)
class Identity:
    """Tells who a request comes from."""

    keys: Keys
    secrets: tuple[str, ...]
    """The first signs cookies; what any of them has signed is good."""
    public_origin: str | None
    proxy_hops: int
    loopback_only: bool = False
    """Whether only this machine can reach us."""

    @classmethod
    def of(cls, settings: Settings, keys: Keys, secrets: tuple[str, ...]) -> "Identity":
        return cls(
            keys=keys,
            secrets=secrets,
            public_origin=settings.public_origin,
            proxy_hops=settings.proxy_hops,
            loopback_only=settings.host in _LOOPBACK,
        )

    async def asker(self, request: Request) -> Asker:
        """Who asks. 401 if nobody we know; 403 if a foreign page uses a visitor's cookie."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if token:
            return await self._key_holder(request, scheme, token.strip())
        visitor = self._visitor(request)
        if visitor is None:
            raise _unknown(
                "Send an API key as “Authorization: Bearer cq_…”, or ask for a visitor's"
                " cookie with POST /v1/visitors."
            )
        if request.method not in _SAFE:
            self.check_origin(request)
        return Asker(f"visitor-{visitor}")

    async def _key_holder(self, request: Request, scheme: str, token: str) -> Asker:
        known = scheme.lower() == "bearer" and token.startswith(KEY_PREFIX)
        key = await self.keys.find(key_hash(token)) if known else None
        if key is None:
            raise _unknown("This API key is not known here.")
        return Asker(key.owner, admin=Scope.ADMIN in key.scopes)

    def check_origin(self, request: Request) -> None:
        """A write that rides on a cookie must come from our own page (403)."""
        ours = self.public_origin or self._own_origin(request)
        if request.headers.get("origin") != ours:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "foreign_origin",
                "With a visitor's cookie, writes need an Origin header that names this site.",
            )

    def site(self, request: Request) -> str:
        """The origin under which users reach us."""
        return self.public_origin or f"{request.url.scheme}://{request.headers.get('host', '')}"

    def _own_origin(self, request: Request) -> str | None:
        """Where the request was sent to, if that can be us.

        A name that an attacker makes resolve to loopback (DNS rebinding) is not.
        """
        host = request.headers.get("host", "")
        if self.loopback_only and (urlsplit(f"//{host}").hostname or "") not in _LOOPBACK:
            return None
        return f"{request.url.scheme}://{host}"

    def cookie(self, request: Request, random: Random) -> str:
        """The value of this visitor's cookie, signed anew; a new visitor's, if nobody is known."""
        visitor = self._visitor(request) or f"{random.getrandbits(128):032x}"
        return f"{visitor}.{self._signatures(visitor)[0].decode()}"

    def _visitor(self, request: Request) -> str | None:
        visitor, _, signature = request.cookies.get(COOKIE, "").partition(".")
        return visitor if is_one_of(signature.encode(), self._signatures(visitor)) else None

    def _signatures(self, visitor: str) -> list[bytes]:
        return [s.hex().encode() for s in signatures(self.secrets, f"visitor:{visitor}")]

    def network(self, request: Request) -> str:
        """The client's /24 (IPv4) or /64 (IPv6), read through our own proxies.

        Each of our proxies appends the address it saw to X-Forwarded-For; what stands left of
        those is the client's own claim and is not believed.
        """
        address = request.client.host if request.client else ""
        # A proxy may append with a header line of its own, so all lines count.
        seen = [a for line in request.headers.getlist("x-forwarded-for") for a in line.split(",")]
        if 0 < self.proxy_hops <= len(seen):
            address = seen[-self.proxy_hops].strip()
        return network_of(address)


def network_of(address: str) -> str:
    """The network whose clients share a limit; unreadable addresses are one network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network((ip, prefix), strict=False))


def _unknown(detail: str) -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED, "unknown_caller", detail, headers={"WWW-Authenticate": "Bearer"}
    )
