"""The HTTP face of the simulator: Bedrock's operations, a control endpoint, a health check."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import orjson
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from local.bedrock.control import Control
from local.bedrock.dialect import Reply
from local.bedrock.errors import (
    MissingAuthenticationToken,
    ServiceError,
    UnknownOperation,
    ValidationException,
)
from local.bedrock.faults import Faults
from local.bedrock.server import HANG_UP
from local.bedrock.service import Drop, NoReply, Service

MOST_BYTES = 25_000_000
_JSON = "application/json"

Endpoint = Callable[[Service, Request], Awaitable[Response]]
Operation = Callable[[str, str, bytes], Awaitable[Reply]]
"""An answer to a model's id, a request id and a body."""


def create_app(faults: Faults | None = None) -> Starlette:
    """The simulator, behaving as ``faults`` says until it is told otherwise."""
    service = Service(faults or Faults())

    def route(path: str, method: str, endpoint: Endpoint) -> Route:
        return Route(path, partial(endpoint, service), methods=[method])

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    return Starlette(
        routes=[
            route("/model/{model:path}/invoke", "POST", _invoke),
            route("/model/{model:path}/converse", "POST", _converse),
            route("/foundation-models", "GET", _list),
            route("/foundation-models/{model:path}", "GET", _describe),
            route("/_sim/faults", "GET", _show_faults),
            route("/_sim/faults", "PUT", _set_faults),
            route("/_sim/reset", "POST", _reset),
            route("/_sim/calls", "GET", _show_calls),
            route("/healthz", "GET", _health),
        ],
        exception_handlers={
            ServiceError: _refuse,
            404: _unknown_operation,
            405: _unknown_operation,
        },
        lifespan=lifespan,
    )


async def _invoke(service: Service, request: Request) -> Response:
    return await _answer(request, service.invoke)


async def _converse(service: Service, request: Request) -> Response:
    return await _answer(request, service.converse)


async def _answer(request: Request, operation: Operation) -> Response:
    _check_headers(request)
    request_id = str(uuid4())
    raw = await _body(request)
    try:
        reply = await operation(request.path_params["model"], request_id, raw)
    except NoReply as silence:
        return Silence(hang_up=isinstance(silence, Drop))
    return _json(reply, headers={"x-amzn-RequestId": request_id})


async def _describe(service: Service, request: Request) -> Response:
    details = _control(service, request).get(request.path_params["model"])
    return _json(details, headers={"x-amzn-RequestId": str(uuid4())})


async def _list(service: Service, request: Request) -> Response:
    summaries = _control(service, request).list(request.query_params)
    return _json(summaries, headers={"x-amzn-RequestId": str(uuid4())})


def _control(service: Service, request: Request) -> Control:
    _check_signed(request)
    return service.control(request.headers["authorization"])


async def _show_faults(service: Service, request: Request) -> Response:
    return Response(service.faults.model_dump_json(), media_type=_JSON)


async def _set_faults(service: Service, request: Request) -> Response:
    try:
        faults = Faults.model_validate_json(await request.body())
    except ValidationError as refused:
        return Response(refused.json(include_url=False), status_code=422, media_type=_JSON)
    service.behave(faults)
    return await _show_faults(service, request)


async def _reset(service: Service, request: Request) -> Response:
    service.reset()
    return await _show_faults(service, request)


async def _show_calls(service: Service, request: Request) -> Response:
    return _json(service.calls.report())


async def _health(service: Service, request: Request) -> Response:
    return _json({"status": "ok"})


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    headers = {**error.headers, "x-amzn-RequestId": str(uuid4())}
    return _json(error.body(), status=error.status, headers=headers)


async def _unknown_operation(request: Request, error: Exception) -> Response:
    return await _refuse(request, UnknownOperation())


def _check_signed(request: Request) -> None:
    """Somebody must have signed; whether the signature is right is not looked at."""
    if "authorization" not in request.headers:
        raise MissingAuthenticationToken


def _check_headers(request: Request) -> None:
    _check_signed(request)
    sent = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    if sent != _JSON:
        raise ValidationException(f"The content type {sent} is not supported, use {_JSON}.")
    accepted = request.headers.get("accept", "*/*")
    if not any(kind in accepted for kind in (_JSON, "*/*")):
        raise ValidationException(f"The accept type {accepted} is not supported, use {_JSON}.")


async def _body(request: Request) -> bytes:
    """The whole body, read no further than the service's limit."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MOST_BYTES:
            raise ValidationException(
                "1 validation error detected: Value at 'body' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MOST_BYTES}"
            )
    return bytes(parts)


def _json(content: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, _JSON)


class Silence(Response):
    """No reply at all: the connection is closed, or left open until the caller leaves."""

    def __init__(self, *, hang_up: bool) -> None:
        super().__init__()
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._hang_up:
            scope["extensions"][HANG_UP]()
        while (await receive())["type"] != "http.disconnect":
            pass
