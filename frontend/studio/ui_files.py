"""The studio's own scripts, styles and words, served under ``/ui/``."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

UI = "/ui"
"""Where ``UiApp`` is mounted."""
ENTRY = "studio.js"
STYLES = "studio.css"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_VERSION = re.compile(r"[0-9a-f]{12}/")
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(\.{1,2}/[^"]+)";$', re.MULTILINE)


def ui_files() -> Path:
    """The folder of the files."""
    return Path(__file__).with_name("ui")


def ui_names() -> list[str]:
    """Every file, by its path within the folder."""
    folder = ui_files()
    return sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    )


@cache
def ui_version() -> str:
    """A name for exactly these files: it changes when any of them does."""
    digest = hashlib.sha256()
    for name in ui_names():
        digest.update(name.encode() + b"\0" + (ui_files() / name).read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def ui_url(name: str) -> str:
    """The address of one file, good for ever: the version is a folder in it.

    The modules name each other relatively, so the version carries over to all of them.
    """
    return f"{UI}/{ui_version()}/{name}"


def imports_of(name: str) -> list[str]:
    """The modules that a module always needs; those it loads when they are wanted do not count."""
    module = ui_files() / name
    named = (module.parent / path for path in _IMPORT.findall(module.read_text()))
    return [path.resolve().relative_to(ui_files().resolve()).as_posix() for path in named]


def first_modules() -> list[str]:
    """Every module without which the page does not begin, the entry first."""
    found = [ENTRY]
    for name in found:
        found += [needed for needed in imports_of(name) if needed not in found]
    return found


@cache
def preload_links() -> str:
    """A Link header that lets the browser fetch the files while Gradio is still starting up."""
    return ", ".join(_preloads())


def _preloads() -> Iterator[str]:
    yield f"<{ui_url(STYLES)}>; rel=preload; as=style"
    for name in first_modules():
        yield f"<{ui_url(name)}>; rel=modulepreload"


class UiApp(StaticFiles):
    """Serves the files, with the version in front of the name or without it.

    A version that is not ours is asked for in the minutes of a deployment, by a page that another
    replica drew; it gets what there is, and no cache keeps it.
    """

    def __init__(self) -> None:
        super().__init__(directory=ui_files())

    async def get_response(self, path: str, scope: Scope) -> Response:
        name = _VERSION.sub("", path, count=1)
        response = await super().get_response(name, scope)
        lasting = path == f"{ui_version()}/{name}" and response.status_code in (200, 304)
        response.headers["Cache-Control"] = FOREVER if lasting else ASK_AGAIN
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
