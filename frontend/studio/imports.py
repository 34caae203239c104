"""The import diet: loads Gradio in about half of the time and memory it would take by itself."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


def slim_gradio() -> None:
    """Import Gradio without the work that only its own developers need.

    On every start Gradio parses the source of each component again to rewrite the stubs (.pyi) for
    editors, renders each event's docstring through a template, and imports pandas for two
    ``isinstance`` checks. Safe in a thread; nothing to do if Gradio is there already.
    """
    if "gradio" in sys.modules:
        return
    # Read while Gradio is imported: without it, every start would ask the network for news.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    with _amended(), _without_pandas():
        importlib.import_module("gradio")


def _no_stubs(component_meta: ModuleType) -> None:
    component_meta.create_or_modify_pyi = _nothing  # type: ignore[attr-defined]


def _no_docstrings(events: ModuleType) -> None:
    events.EventListener.set_doc = _nothing


def _nothing(*_: object, **__: object) -> None:
    return None


AMENDMENTS: dict[str, Callable[[ModuleType], None]] = {
    "gradio.component_meta": _no_stubs,
    "gradio.events": _no_docstrings,
}


class _Amending(Loader):
    """Runs a module as usual, and then amends it."""

    def __init__(self, usual: Loader, amend: Callable[[ModuleType], None]) -> None:
        self._usual = usual
        self._amend = amend

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._usual.exec_module(module)
        self._amend(module)


class _Amender(MetaPathFinder):
    """Finds the modules that are to be amended; leaves all others alone."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        amend = AMENDMENTS.get(fullname)
        spec = PathFinder.find_spec(fullname, path, target) if amend else None
        if amend is None or spec is None or spec.loader is None:
            return None
        spec.loader = _Amending(spec.loader, amend)
        return spec


@contextmanager
def _amended() -> Iterator[None]:
    finder = _Amender()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Stand in for pandas while Gradio is imported: the three classes that it asks about."""
    if "pandas" in sys.modules:
        yield
        return
    stand_in = ModuleType("pandas", "The classes of pandas that Gradio asks about.")
    stand_in.__spec__ = ModuleSpec("pandas", None)
    for name in ("DataFrame", "Series", "Index"):
        setattr(stand_in, name, type(name, (), {}))
    sys.modules["pandas"] = stand_in
    try:
        yield
    finally:
        del sys.modules["pandas"]
