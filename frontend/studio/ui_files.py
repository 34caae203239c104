"""The studio's own scripts, styles and words, served under ``/ui/``."""

import hashlib
import re
from functools import cache
from pathlib import Path

from frontend.studio.joined import joined, stub
from frontend.studio.specifiers import at
from frontend.studio.wanted import ahead

UI = "/ui"
"""Where they are served, each under a version of all of them."""
ENTRY = "studio.js"
STYLES = "studio.css"
JOINED_STYLES = {
    STYLES: ("page", "columns", "buttons", "forms", "choices", "tray", "sheets"),
    "gallery/gallery.css": ("room", "bar", "wall", "picked", "dialogs"),
    "gallery/viewer.css": ("viewer", "told", "strips", "stage"),
}
"""Style sheets that are served as one and written in parts, each in a folder ``look`` beside it. A
later part may say otherwise than one before."""
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(\.{1,2}/[^"]+)";$', re.MULTILINE)


def ui_files() -> Path:
    """The folder of the files."""
    return Path(__file__).with_name("ui")


def ui_names() -> list[str]:
    """Every file, by its path within the folder, but hidden ones: those are an editor's."""
    folder = ui_files()
    files = (file for file in folder.rglob("[!.]*") if file.is_file())
    return sorted(file.relative_to(folder).as_posix() for file in files)


def parts_of(sheet: str) -> list[str]:
    """The files that a joined style sheet is made of, in their order."""
    return [at(sheet, f"look/{part}.css") for part in JOINED_STYLES[sheet]]


@cache
def ui_contents() -> dict[str, bytes]:
    """Every file as it is served: what is always needed together is joined."""
    contents = {name: (ui_files() / name).read_bytes() for name in ui_names()}
    styles = {
        sheet: b"\n".join(contents.pop(part) for part in parts_of(sheet)) for sheet in JOINED_STYLES
    }
    modules = {name: contents[name].decode() for name in first_modules()}
    stubs = {name: stub(name, code, ENTRY) for name, code in modules.items()}
    later = {
        name: content.decode()
        for name, content in contents.items()
        if name.endswith(".js") and name not in modules
    }
    served = ahead(later, first=modules, entry=ENTRY)
    scripts = {**stubs, **served, ENTRY: joined(modules, ENTRY)}
    return contents | {name: code.encode() for name, code in scripts.items()} | styles


@cache
def ui_version() -> str:
    """A name for exactly these files: it changes when any of them does."""
    digest = hashlib.sha256()
    for name, content in ui_contents().items():
        digest.update(name.encode() + b"\0" + content + b"\0")
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
