"""Problems: every error of the API as application/problem+json (RFC 9457), each status once."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.errors import (
    CanvasError,
    KeyReused,
    LimitReached,
    ModelEnded,
    StaleJob,
    StoreUnavailable,
    SubmissionInFlight,
    TaskInvalid,
    Violation,
)
from shared.logs import clean
from shared.tasks import TASKS

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"
REDUCED_CAPACITY = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"
OUTAGE_SECONDS = 5
ERRORS_MOST = 20
"""Broken rules that one answer names: what was sent decides how many there are."""
_NAME_MOST = 64
"""Characters of one field's name in a pointer, for the same reason."""


class Problem(HTTPException):
    """An answer other than success, raised by a route and written here.

    An ``HTTPException``, so that FastAPI lets it pass where it reads bodies.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        kind: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(status.value, detail, headers and dict(headers))
        self.status = status
        self.body = {
            "type": kind,
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "code": code,
            **extensions,
        }


class FieldProblem(BaseModel):
    """One field that breaks a rule."""

    pointer: str
    detail: str


class ProblemDocument(BaseModel):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[FieldProblem] = []
    retry_after: int | None = None


def invalid(*violations: Violation, code: str = "input_invalid", **extensions: Any) -> Problem:
    """422, naming each field and the rule it breaks."""
    return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, code, violations, **extensions)


def _refusal(
    status: HTTPStatus, code: str, violations: Sequence[Violation], **extensions: Any
) -> Problem:
    named = violations[:ERRORS_MOST]
    return Problem(
        status,
        code,
        "; ".join(f"{v.pointer}: {v.detail}" if v.pointer else v.detail for v in named),
        errors=[{"pointer": v.pointer, "detail": v.detail} for v in named],
        **extensions,
    )


def not_found(what: str = "job") -> Problem:
    """404, also for what belongs to somebody else."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", f"There is no such {what}.")


def busy(detail: str, code: str, seconds: int = OUTAGE_SECONDS) -> Problem:
    """503: come back in ``seconds``."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        code,
        detail,
        kind=REDUCED_CAPACITY,
        headers={"Retry-After": str(seconds)},
        retry_after=seconds,
    )


def internal() -> Problem:
    """500, for a bug: the log has the details, the answer has none."""
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        CanvasError.code,
        "Something went wrong here. Nothing is known to be wrong with the request.",
    )


def of(error: CanvasError, now: datetime) -> Problem:
    """The problem that a domain error is. One that is a bug is raised again."""
    match error:
        case ModelEnded():
            return invalid(*error.violations, code=error.code, successor=error.successor)
        case TaskInvalid():
            return invalid(*error.violations, code=error.code)
        case LimitReached():
            wait = max(1, math.ceil((error.reset_at - now).total_seconds()))
            return Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                error.code,
                str(error),
                kind=QUOTA_EXCEEDED,
                headers={"Retry-After": str(wait)},
                retry_after=wait,
                policy=error.policy,
                **{"violated-policies": [error.policy]},
            )
        case KeyReused():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, str(error))
        case SubmissionInFlight() | StaleJob():
            return Problem(
                HTTPStatus.CONFLICT,
                error.code,
                str(error),
                headers={"Retry-After": "1"},
                retry_after=1,
            )
        case StoreUnavailable():
            return busy("A store behind this service does not answer.", error.code)
        case _:
            raise error


def violations_of(errors: Sequence[Any]) -> list[Violation]:
    """pydantic's errors as pointers and sentences; values are not repeated."""
    return [Violation(_pointer(error["loc"]), _sentence(error)) for error in errors]


def _pointer(location: tuple[int | str, ...]) -> str:
    """``("body", "task", "text_to_image", "prompt")`` → ``/task/prompt``."""
    within = list(location[1:])
    if within[:1] == ["task"] and within[1:2] and within[1] in TASKS:
        del within[1]
    if within[-1:] == ["[key]"]:
        del within[-1]
    return "".join(f"/{_name(part)}" for part in within)


def _name(part: int | str) -> str:
    """A part of a pointer, escaped. A client's own names may be long, or no Unicode at all."""
    name = str(part).encode(errors="replace").decode()
    if len(name) > _NAME_MOST:
        name = f"{name[:_NAME_MOST]}…"
    return name.replace("~", "~0").replace("/", "~1")


def _sentence(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "There is no such field."
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def respond(request: Request, problem: Problem) -> Response:
    body = {**problem.body, "instance": clean(request.scope["path"])}
    return Response(
        orjson.dumps(body),
        status_code=problem.status.value,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(problem.headers or {})},
    )


def install(app: FastAPI) -> None:
    """Write every error of this app as a problem."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        return respond(request, problem)

    @app.exception_handler(CanvasError)
    async def _domain(request: Request, error: CanvasError) -> Response:
        if isinstance(error, StoreUnavailable):
            logger.warning("a store does not answer: %s", error)
        return respond(request, of(error, request.app.state.frontend.clock()))

    @app.exception_handler(RequestValidationError)
    async def _shape(request: Request, error: RequestValidationError) -> Response:
        return respond(request, _shape_problem(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code = status.phrase.lower().replace(" ", "_")
        return respond(
            request, Problem(status, code, clean(str(error.detail)), headers=error.headers)
        )


def _shape_problem(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if isinstance(error.body, bytes):
        return Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON, with “Content-Type: application/json”.",
        )
    if any(e["type"] == "json_invalid" for e in errors):
        words = errors[0].get("ctx", {}).get("error", errors[0]["msg"])
        not_json = Violation("", f"This is not JSON: {words}.")
        return _refusal(HTTPStatus.BAD_REQUEST, "json_invalid", [not_json])
    return invalid(*violations_of(errors[:ERRORS_MOST]))
