"""What no route answers: 404, or 405 with the methods that the path does answer."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from frontend.api.problems import Problem, not_found

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Unrouted:
    """Stands behind the routes and before the page, which would answer for the API otherwise."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [method for method in METHODS if self._answers({**scope, "method": method})]
        if not allowed:
            raise not_found("route")
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            f"This route answers {' and '.join(allowed)}.",
            headers={"Allow": ", ".join(allowed)},
        )

    def _answers(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._routes)


def route(routes: Sequence[BaseRoute]) -> Route:
    """The last route of the API, given those that come before it."""
    return Route("/v1/{path:path}", Unrouted(tuple(routes)), include_in_schema=False)
