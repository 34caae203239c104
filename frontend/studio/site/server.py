"""Serving: answers for the files of a site, compressed as the browser likes and kept as it may."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from frontend.negotiation import known_tags, takes
from frontend.studio.site.build import ASSETS, INDEX, Site
from frontend.studio.site.files import CODINGS, File, media_type
from frontend.studio.site.headers import ASK_AGAIN
from frontend.studio.ui_files import UI

_VERSION = re.compile(rf"(?<=^{UI}/)[0-9a-f]{{12}}/|(?<=^{ASSETS}/page)-[0-9a-f]{{8}}(?=\.css$)")
"""The part of a path that changes whenever the files do."""


class Server:
    """A site as an ASGI app, to be mounted at ``/``. What is not one of its files is not there."""

    def __init__(self, site: Site) -> None:
        self.show(site)

    def show(self, site: Site) -> None:
        """Answer for another site from now on."""
        self._site = site
        self._newest = {_unversioned(path): path for path in site.files if _VERSION.search(path)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # A websocket: refused before it is accepted, which a client sees as 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = self._answer(scope["method"], scope["path"], Headers(scope=scope))
        await answer(scope, receive, send)

    def _answer(self, method: str, path: str, asked: Headers) -> Response:
        named = self._named(path)
        if named is None:
            return refusal(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if method not in ("GET", "HEAD"):
            return refusal(
                HTTPStatus.METHOD_NOT_ALLOWED, "This can only be read.", {"Allow": "GET, HEAD"}
            )
        file, headers = self._site.files[named], dict(self._site.headers_of(named))
        if path not in (named, "/"):
            # It has the name of another version, and no cache may keep it under that.
            headers["Cache-Control"] = ASK_AGAIN
        return _sent(method, named, file, asked, headers)

    def _named(self, path: str) -> str | None:
        """The file that a path stands for.

        A script or style of another version is asked for in the minutes of a deployment, by a
        page that another replica has sent; the one of this version is the nearest there is.
        """
        if path == "/":
            return INDEX if INDEX in self._site.files else None
        if path in self._site.files and path != INDEX:
            return path
        return self._newest.get(_unversioned(path))


def refusal(
    status: HTTPStatus, why: str, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """A sentence in plain words, which no cache keeps."""
    return PlainTextResponse(f"{why}\n", status, {**headers, "Cache-Control": "no-store"})


def _unversioned(path: str) -> str:
    return _VERSION.sub("", path, count=1)


def _sent(method: str, name: str, file: File, asked: Headers, headers: dict[str, str]) -> Response:
    coding = next((c for c in CODINGS if c in file.copies and takes(asked, c)), None)
    tag = f'"{file.digest}-{coding}"' if coding else f'"{file.digest}"'
    headers["ETag"] = tag
    if file.copies:
        headers["Vary"] = "Accept-Encoding"
    if known_tags(asked) & {tag, "*"}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = file.copies[coding] if coding else file.content
    headers |= {"Content-Length": str(len(body)), "Content-Type": media_type(name)}
    if coding:
        headers["Content-Encoding"] = coding
    return Response(body if method == "GET" else b"", headers=headers)
