"""The studio's own scripts and styles, served under ``/ui/``."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

UI = "/ui"
"""Where ``UiApp`` is mounted."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def ui_files() -> Path:
    """The folder of the files."""
    return Path(__file__).with_name("ui")


@cache
def ui_version() -> str:
    """A name for exactly these files: it changes when any of them does."""
    digest = hashlib.sha256()
    for file in sorted(ui_files().iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def ui_url(name: str) -> str:
    """The address of one file, good for ever: the version is a folder in it.

    The modules name each other relatively, so the version carries over to all of them.
    """
    return f"{UI}/{ui_version()}/{name}"


@cache
def preload_links() -> str:
    """A Link header that lets the browser fetch the files while Gradio is still starting up."""
    kinds = {".css": "preload; as=style", ".js": "modulepreload"}
    return ", ".join(
        f"<{ui_url(file.name)}>; rel={kinds[file.suffix]}" for file in sorted(ui_files().iterdir())
    )


class UiApp(StaticFiles):
    """Serves the files, with the version in front of the name or without it.

    A version that is not ours is asked for in the minutes of a deployment, by a page that another
    replica drew; it gets what there is, and no cache keeps it.
    """

    def __init__(self) -> None:
        super().__init__(directory=ui_files())

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, name = path.rpartition("/")
        response = await super().get_response(name, scope)
        lasting = version == ui_version() and response.status_code in (200, 304)
        response.headers["Cache-Control"] = FOREVER if lasting else ASK_AGAIN
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
