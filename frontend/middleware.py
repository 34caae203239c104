"""What happens to every request: an id, a size limit, and one line in the log."""

import logging
import re
import time
import uuid
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend.api.problems import Problem, internal, respond
from shared.logs import log_context

logger = logging.getLogger("frontend.requests")

BODY_MOST = 1_000_000
"""Bytes of a request body: pictures go straight to storage, so nothing larger is ours."""
_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)


class RequestLog:
    """Gives each request an id, answers with it, and logs how it ended, bugs included.

    One that was cut short before it was answered, as the process stopped, has no status.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("x-request-id", "")
        request_id = claimed if _REQUEST_ID.fullmatch(claimed) else uuid.uuid4().hex
        start, status = time.perf_counter(), None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with log_context(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as bug:
                logger.exception("a request ended in a bug: %s: %s", type(bug).__name__, bug)
                if status is not None:
                    # Half of an answer is out: only a broken connection tells the client.
                    raise
                await respond(Request(scope), internal())(scope, receive, send_with_id)
            finally:
                level = logging.DEBUG if scope["path"] == "/healthz" else logging.INFO
                logger.log(
                    level,
                    "%s %s",
                    scope["method"],
                    scope["path"],
                    extra={
                        "status": status,
                        "ms": round((time.perf_counter() - start) * 1000, 1),
                    },
                )


class BodyLimit:
    """Refuses a request body over the limit, announced or not, before anybody keeps it."""

    def __init__(self, app: ASGIApp, most: int = BODY_MOST) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self._most:
            await respond(Request(scope), self._too_large())(scope, receive, send)
            return
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise self._too_large()
            return message

        await self._app(scope, receive_counted, send)

    def _too_large(self) -> Problem:
        return Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "body_too_large",
            f"A request body may have at most {self._most:,} bytes.",
        )
