"""The OpenAPI document: FastAPI's, with problems as problems and the ways to say who is asking."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from frontend.api.identity import COOKIE
from frontend.api.problems import MEDIA_TYPE, ProblemDocument
from shared.keys import KEY_PREFIX

SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": f"An API key: {KEY_PREFIX}…"},
    "visitor": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "An anonymous browser, known since its POST /v1/visitors.",
    },
}
_PROBLEM = f"#/components/schemas/{ProblemDocument.__name__}"


class DescribedApi(FastAPI):
    """An app that tells its clients what FastAPI does not know of it."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    document["components"]["securitySchemes"] = SCHEMES
    for operation in _operations(document):
        responses = operation["responses"]
        if "401" in responses:
            operation["security"] = [{scheme: []} for scheme in SCHEMES]
        for response in responses.values():
            content = response.get("content", {})
            if content.get("application/json", {}).get("schema") == {"$ref": _PROBLEM}:
                content[MEDIA_TYPE] = content.pop("application/json")
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
