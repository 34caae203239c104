"""Problems: every error of the API as application/problem+json (RFC 9457), each status once."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from frontend.api.violations import violations_of
from shared.errors import (
    CanvasError,
    JobErased,
    KeyReused,
    LimitReached,
    ModelEnded,
    NotDone,
    NotShareable,
    ShareEnded,
    StaleJob,
    StoreUnavailable,
    SubmissionInFlight,
    TaskInvalid,
    Violation,
)
from shared.errors import Code as ErrorCode
from shared.logs import clean
from shared.records import RETENTION

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"
REDUCED_CAPACITY = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"
OUTAGE_SECONDS = 5
ERRORS_MOST = 20
"""Broken rules that one answer names: what was sent decides how many there are."""


Code = (
    ErrorCode
    | Literal[
        "body_too_large",
        "foreign_origin",
        "json_invalid",
        "method_not_allowed",
        "not_found",
        "not_json",
        "not_through_the_cdn",
        "unknown_caller",
    ]
)
"""What a client knows a problem by; ``docs/api.md`` has a heading for each."""
_OF_THE_FRAMEWORK: Mapping[HTTPStatus, Code] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}
_PLAIN: Mapping[type[CanvasError], HTTPStatus] = {
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotShareable: HTTPStatus.CONFLICT,
    NotDone: HTTPStatus.CONFLICT,
}
"""Errors of which there is nothing more to say than they say themselves."""


class Problem(HTTPException):
    """An answer other than success, raised by a route and written here.

    An ``HTTPException``, so that FastAPI lets it pass where it reads bodies.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: Code,
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


def invalid(*violations: Violation, code: Code = "input_invalid", **extensions: Any) -> Problem:
    """422, naming each field and the rule it breaks."""
    return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, code, violations, **extensions)


def _refusal(
    status: HTTPStatus, code: Code, violations: Sequence[Violation], **extensions: Any
) -> Problem:
    return Problem(
        status,
        code,
        " ".join(map(str, violations)),
        errors=[{"pointer": v.pointer, "detail": v.detail} for v in violations],
        **extensions,
    )


def not_found(what: str = "job") -> Problem:
    """404, also for what belongs to somebody else."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", f"There is no such {what}.")


def gone(erased: JobErased) -> Problem:
    """410: there was such a job."""
    why = {
        "expired": f"This job and its pictures were kept for {RETENTION.days} days and have been "
        "erased.",
        "deleted": "This job and its pictures were erased at their owner's wish.",
    }
    return Problem(
        HTTPStatus.GONE,
        erased.code,
        why[erased.reason],
        reason=erased.reason,
        gone_at=erased.gone_at,
    )


def busy(detail: str, code: Code, seconds: int = OUTAGE_SECONDS) -> Problem:
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


def problem_of(error: CanvasError | Problem, now: datetime) -> Problem:
    """The problem that a domain error is. One that is a bug is raised again."""
    match error:
        case Problem():
            return error
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
        case JobErased():
            return gone(error)
        case KeyReused() | NotShareable() | NotDone():
            return Problem(_PLAIN[type(error)], error.code, str(error))
        case SubmissionInFlight() | StaleJob():
            return Problem(
                HTTPStatus.CONFLICT,
                error.code,
                str(error),
                headers={"Retry-After": "1"},
                retry_after=1,
            )
        case ShareEnded():
            return Problem(HTTPStatus.GONE, error.code, str(error), reason=error.reason)
        case StoreUnavailable():
            logger.warning("a store does not answer: %s", error)
            return busy("A store behind this service does not answer.", error.code)
        case _:
            raise error


def respond(request: Request, problem: Problem) -> Response:
    body = {**problem.body, "instance": clean(request.scope["path"])}
    return Response(
        orjson.dumps(body, option=orjson.OPT_UTC_Z),
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
        return respond(request, problem_of(error, request.app.state.frontend.clock()))

    @app.exception_handler(RequestValidationError)
    async def _shape(request: Request, error: RequestValidationError) -> Response:
        return respond(request, _shape_problem(error))

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        if status is HTTPStatus.BAD_REQUEST:
            return respond(request, _not_json("it cannot be read"))
        problem = Problem(
            status, _OF_THE_FRAMEWORK[status], f"{status.phrase}.", headers=error.headers
        )
        return respond(request, problem)


def _shape_problem(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if isinstance(error.body, bytes):
        return Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON, with “Content-Type: application/json”.",
        )
    if any(e["type"] == "json_invalid" for e in errors):
        return _not_json(errors[0]["ctx"]["error"])
    return invalid(*violations_of(errors[:ERRORS_MOST], error.body))


def _not_json(reason: str) -> Problem:
    violation = Violation("", f"This is not JSON: {reason}.")
    return _refusal(HTTPStatus.BAD_REQUEST, "json_invalid", [violation])
