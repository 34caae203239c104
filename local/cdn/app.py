"""The distribution as a web application: who may not read is refused, who may gets the object."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import unquote_to_bytes
from xml.sax.saxutils import escape

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from local.cdn.origin import Found, Origin, OriginRefused
from local.cdn.signed_urls import PublicKey, Refused, verify

logger = logging.getLogger(__name__)

# On every answer and not only on cross-origin requests: a browser that kept the picture from an
# <img> without these would refuse it to a later fetch().
CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, "
        "Last-Modified, X-Cache"
    ),
}
_PREFLIGHT = CORS | {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-None-Match, If-Range, Range",
    "access-control-max-age": "600",
}


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    *,
    base_url: str,
    bucket: str,
    keys: Mapping[str, PublicKey],
    endpoint_url: str | None = None,
    region: str = "us-east-1",
    clock: Callable[[], datetime] = utc_now,
) -> Starlette:
    """Serve ``bucket`` to URLs below ``base_url`` that one of ``keys`` has signed.

    AWS credentials come from the environment, as the SDK finds them.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Origin]]:
        config = AioConfig(
            connect_timeout=2,
            max_pool_connections=64,
            retries={"total_max_attempts": 2},
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        )
        async with get_session().create_client(
            "s3", endpoint_url=endpoint_url, region_name=region, config=config
        ) as s3:
            yield {"origin": Origin(s3, bucket)}

    distribution = Distribution(base_url, keys, clock)
    routes = [Route("/healthz", healthz), Route("/{path:path}", distribution)]
    return Starlette(routes=routes, lifespan=lifespan)


async def healthz(request: Request) -> Response:
    return PlainTextResponse("ok")


class Distribution:
    """Answers like a CloudFront distribution whose every path wants a trusted key group."""

    def __init__(
        self, base_url: str, keys: Mapping[str, PublicKey], clock: Callable[[], datetime]
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._keys = keys
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
        try:
            key = self._permitted_key(request)
            return await self._read(request, key)
        except Refused as refused:
            return _error(HTTPStatus.FORBIDDEN, refused.code, str(refused))
        except OriginRefused as refused:
            if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                logger.warning("%s", refused)
            return _error(refused.status, refused.code, str(refused), refused.headers)

    def _permitted_key(self, request: Request) -> str:
        """The S3 key that the request names and may read; nothing is decoded before it is verified.

        The URL that was signed is below ``base_url``, whatever host name the request carries.
        """
        if request.method not in ("GET", "HEAD"):
            raise Refused("This distribution allows only GET, HEAD and OPTIONS requests.")
        path = request.scope["raw_path"].decode("latin-1")
        query = request.scope["query_string"].decode("latin-1")
        viewer_ip = request.client.host if request.client else "0.0.0.0"
        url = f"{self._base_url}{path}?{query}"
        verify(url, self._keys, viewer_ip=viewer_ip, now=self._clock())
        try:
            key = unquote_to_bytes(path.removeprefix("/")).decode()
        except UnicodeDecodeError as not_a_key:
            raise Refused from not_a_key
        if not key:
            raise Refused
        return key

    async def _read(self, request: Request, key: str) -> Response:
        origin: Origin = request.state.origin
        read = origin.head if request.method == "HEAD" else origin.get
        found = await read(key, request.headers)
        # Nothing is kept here, so every answer comes from the origin.
        headers = {**CORS, **found.headers, "x-cache": "Miss from cloudfront"}
        if found.status != HTTPStatus.NOT_MODIFIED:
            headers["accept-ranges"] = "bytes"
        if found.body is None:
            return Response(status_code=found.status, headers=headers)
        return ObjectResponse(found, headers)


class ObjectResponse(StreamingResponse):
    """Passes an object on in chunks, and lets go of the origin however the reading ends."""

    def __init__(self, found: Found, headers: Mapping[str, str]) -> None:
        super().__init__(found.chunks(), status_code=found.status, headers=headers)
        self._body = found.body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._body:
            await super().__call__(scope, receive, send)


def _error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    )
    told = {**CORS, **(headers or {}), "x-cache": "Error from cloudfront"}
    return Response(body, status_code=status, headers=told, media_type="text/xml")
