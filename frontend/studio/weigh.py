"""Weigh the studio: `python -m frontend.studio.weigh` tells what each part of it costs a visitor.

Requests, and kilobytes as the live page sends them, compressed and without headers. All of
Gradio's styles are one request, so what a component adds to them is only bytes.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from frontend.studio.site.build import ASSETS, INDEX, drawn_site
from frontend.studio.site.drawing import draw
from frontend.studio.site.files import File, pack
from frontend.studio.site.gradio_files import GradioFiles
from frontend.studio.site.headers import OPEN
from frontend.studio.specifiers import at
from frontend.studio.ui_files import ENTRY, STYLES, ui_contents, ui_url
from frontend.studio.wanted import loads_of

_NEEDS = re.compile(r'\b(?:from|import) "(\.{1,2}/[^"]+)"')


@dataclass(frozen=True)
class Part:
    """Something a visitor loads."""

    what: str
    requests: int
    size: int

    def __str__(self) -> str:
        return f"| {self.what} | {self.requests} | {self.size / 1000:.1f} |"


class Gradio:
    """Gradio's share, by the component."""

    def __init__(self, files: GradioFiles, types: Collection[str]) -> None:
        self._files = files
        self._types = types
        self._sizes: dict[str, int] = {}
        self._page = self._loaded(types)

    def parts(self) -> list[Part]:
        """What the page has of it: what comes with any page, and what each component adds."""
        frame = self._loaded(())
        alone = {kind: self._page - self._loaded({*self._types} - {kind}) for kind in self._types}
        shared = self._page - frame.union(*alone.values())
        return [
            self._part("Gradio, without a component", frame),
            self._part("shared by several components", shared),
            *self._by_size({f"`{kind}`": files for kind, files in alone.items()}),
        ]

    def others(self) -> list[Part]:
        """What each component that the page does not have would add."""
        others = {*self._files.types} - {*self._types}
        added = {kind: self._loaded({*self._types, kind}) - self._page for kind in others}
        return self._by_size({f"`{kind}`": files for kind, files in added.items() if files})

    def _loaded(self, types: Collection[str]) -> frozenset[str]:
        styles = (name for name in self._files.reachable(types) if name.endswith(".css"))
        return frozenset([*self._files.at_once(types), *styles])

    def _by_size(self, groups: dict[str, frozenset[str]]) -> list[Part]:
        parts = [self._part(what, files) for what, files in groups.items()]
        return sorted(parts, key=lambda part: (-part.size, part.what))

    def _part(self, what: str, files: Collection[str]) -> Part:
        scripts = [name for name in files if name.endswith(".js")]
        return Part(what, len(scripts), sum(map(self._size, files)))

    def _size(self, name: str) -> int:
        if name not in self._sizes:
            self._sizes[name] = sent(pack(name, self._files.content(name)))
        return self._sizes[name]


def ours_when_wanted() -> list[Part]:
    """What the page loads later, by the module that is asked for."""
    code = {name: c.decode() for name, c in ui_contents().items() if name.endswith(".js")}
    parts = []
    for name in sorted(set().union(*(loads_of(*module) for module in code.items()))):
        needed = [name]
        for other in needed:
            named = (at(other, path) for path in _NEEDS.findall(code[other]))
            needed += [path for path in named if path not in needed and path != ENTRY]
        sizes = (sent(pack(path, code[path].encode())) for path in needed)
        parts.append(Part(f"`{name}`", len(needed), sum(sizes)))
    return parts


def sent(file: File) -> int:
    """The bytes of a file as a browser gets it."""
    return min(map(len, (file.content, *file.copies.values())))


def tables() -> dict[str, list[Part]]:
    """All that can be told, by title."""
    drawing = draw()
    site = drawn_site(OPEN)
    [stylesheet] = [path for path in site.files if path.startswith(f"{ASSETS}/page-")]
    ours = {
        "the page": INDEX,
        "all of Gradio's styles": stylesheet,
        "our script": ui_url(ENTRY),
        "our styles": ui_url(STYLES),
    }
    gradio = Gradio(GradioFiles(drawing.entry), drawing.types)
    first = [Part(what, 1, sent(site.files[path])) for what, path in ours.items()]
    return {
        "a first visit": [*first, *gradio.parts()],
        "ours, when it is wanted": ours_when_wanted(),
        "components we do not have": gradio.others(),
    }


def main() -> None:
    for title, parts in tables().items():
        print(f"| {title} | requests | kB |", "|---|--:|--:|", *parts, "", sep="\n")


if __name__ == "__main__":
    main()
