"""The frozen studio: the site as a folder of files, which needs no Gradio to be served."""

import json
from pathlib import Path

from frontend.studio.site.build import INDEX, Site
from frontend.studio.site.files import CODINGS, File
from frontend.studio.site.headers import HeaderRule, Origins

RULES = "headers.json"
"""The rules for headers, by their patterns, in their order. The origins in them are left open."""


class NotFrozen(ValueError):
    """A folder holds no frozen page."""


def is_frozen(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (INDEX.removeprefix("/"), RULES))


def write(site: Site, folder: Path) -> None:
    """Put a site into a new folder."""
    for path, file in site.files.items():
        whole = folder / path.removeprefix("/")
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(file.content)
        for coding, copy in file.copies.items():
            whole.with_name(whole.name + CODINGS[coding]).write_bytes(copy)
    rules = {rule.pattern: dict(rule.headers) for rule in site.rules}
    (folder / RULES).write_text(json.dumps(rules, indent=2) + "\n")


def read(folder: Path, origins: Origins) -> Site:
    """A site from its folder. Raises ``NotFrozen``."""
    if not is_frozen(folder):
        raise NotFrozen(f"there is no frozen page in {folder}; `make freeze` writes one")
    endings = tuple(CODINGS.values())
    whole = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.suffix not in endings]
    rules = json.loads((folder / RULES).read_text())
    return Site(
        {f"/{f.relative_to(folder).as_posix()}": _read(f) for f in whole if f != folder / RULES},
        [HeaderRule(pattern, origins.fill(headers)) for pattern, headers in rules.items()],
    )


def _read(whole: Path) -> File:
    beside = {coding: whole.with_name(whole.name + ending) for coding, ending in CODINGS.items()}
    copies = {coding: copy.read_bytes() for coding, copy in beside.items() if copy.is_file()}
    return File(whole.read_bytes(), copies)
