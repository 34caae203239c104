"""Gradio's files: which of its browser files a page can load, found by following their imports."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

NEVER_OPENED = ("ApiDocs-", "ApiRecorder-", "Login-", "Settings-", "__vite-browser-external-")
"""What Gradio would load for panels that our page does not have, and for Node.js."""
DRAWS = "Blocks-"
"""The last of the scripts before anything is drawn: the entry, the app and its core, then this."""

_NEEDS = re.compile(r"""\b(?:from|import)\s*["']\./([\w.-]+)["']""")
# A script that is loaded when it is wanted, with the numbers of what has to be there before it.
_LOADS = re.compile(
    r"\bimport\(`\./([\w.-]+)`\)(?:(?!import\().){0,80}?(?:__vite__mapDeps\(\[([\d,]*)\]\)|\[\])"
)
_NUMBERED = re.compile(r"\bm\.f=\[(.*?)\]")
_NAME = re.compile(r'"\./([\w.-]+)"')
# A row of the table of components: `dropdown:{example:()=>…,component:()=>…}`.
_COMPONENT = re.compile(r"\b(\w+):\{((?:base|example|component):[^{}]*)\}")
_URL = re.compile(r"""url\(\s*["']?(?:\./)?([\w.-]+\.\w+)["']?\s*\)""")


class UnknownFrontend(ValueError):
    """Gradio's browser files are not laid out as in the version that we know."""


def assets_folder() -> Path:
    """Where Gradio keeps its browser files. Gradio is not imported."""
    spec = find_spec("gradio")
    if spec is None or spec.origin is None:
        raise UnknownFrontend("Gradio is not installed")
    return Path(spec.origin).parent / "templates/frontend/assets"


@dataclass(frozen=True)
class _Load:
    """A script that is loaded when it is wanted, and what is loaded before it."""

    script: str
    beside: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        return (self.script, *self.beside)


@dataclass(frozen=True)
class _Script:
    """Where a script leads."""

    needs: tuple[str, ...]
    loads: tuple[_Load, ...]
    components: Mapping[str, tuple[_Load, ...]]
    """The variants of each component; what a page shows comes last."""

    @classmethod
    def read(cls, text: str) -> "_Script":
        numbered = _NUMBERED.search(text)
        names = _NAME.findall(numbered[1]) if numbered else []

        def loads(part: str) -> tuple[_Load, ...]:
            return tuple(
                _Load(script, tuple(names[int(n)] for n in numbers.split(",") if n))
                for script, numbers in _LOADS.findall(part)
            )

        return cls(
            needs=tuple(_NEEDS.findall(text)),
            loads=loads(_COMPONENT.sub("", text)),
            components={kind: loads(variants) for kind, variants in _COMPONENT.findall(text)},
        )


class GradioFiles:
    """The browser files of one Gradio, and where each leads."""

    def __init__(self, entry: str, folder: Path | None = None) -> None:
        """``entry`` is the script that Gradio's page begins with. Raises ``UnknownFrontend``."""
        self._folder = folder or assets_folder()
        self._scripts: dict[str, _Script] = {}
        begun = [load.script for load in self._opened(entry)]
        drawing = [
            load.script
            for name in begun
            for load in self._opened(name)
            if load.script.startswith(DRAWS)
        ]
        self._frame = [entry, *begun, *drawing]
        self._components = {
            kind: loads
            for name in self._frame
            for kind, loads in self._script(name).components.items()
        }
        if not drawing or not self._components:
            raise UnknownFrontend(f"{entry} does not lead to Gradio's components")

    @property
    def types(self) -> Collection[str]:
        """All types of components that there are."""
        return self._components

    def content(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def reachable(self, types: Collection[str]) -> list[str]:
        """Every file that a page with components of these types can load.

        All languages are among them: Gradio loads the one that the browser asks for.
        """
        shown = [file for kind in types for load in self._variants(kind) for file in load.files]
        not_shown = {load.script for loads in self._components.values() for load in loads}

        def next_to(name: str) -> Iterable[str]:
            if name.endswith(".css"):
                return _URL.findall(self.content(name).decode())
            if not name.endswith(".js"):
                return ()
            loaded = [load for load in self._opened(name) if load.script not in not_shown]
            return (*self._script(name).needs, *(file for load in loaded for file in load.files))

        return _closure([*self._frame, *shown], next_to)

    def at_once(self, types: Collection[str]) -> list[str]:
        """The scripts that the page loads when it shows components of these types."""
        shown = [self._variants(kind)[-1].script for kind in types]
        return _closure([*self._frame, *shown], lambda name: self._script(name).needs)

    def _variants(self, kind: str) -> tuple[_Load, ...]:
        if not self._components.get(kind):
            raise UnknownFrontend(f"Gradio's browser files have no component “{kind}”")
        return self._components[kind]

    def _opened(self, name: str) -> list[_Load]:
        loads = self._script(name).loads
        return [load for load in loads if not load.script.startswith(NEVER_OPENED)]

    def _script(self, name: str) -> _Script:
        if name not in self._scripts:
            self._scripts[name] = _Script.read(self.content(name).decode())
        return self._scripts[name]


def _closure(first: Iterable[str], next_to: Callable[[str], Iterable[str]]) -> list[str]:
    found = list(dict.fromkeys(first))
    seen = set(found)
    for name in found:
        for other in next_to(name):
            if other not in seen:
                seen.add(other)
                found.append(other)
    return found
