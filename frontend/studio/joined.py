"""Joined: the modules that the page begins with, in one file, so that a first visit asks once.

Each module becomes a function that returns what it exports, in the order in which they need each
other; what it imports, it takes from those before it. The modules themselves stay small, and are
what is written, read and tested. A module that is loaded later imports from the same modules as
ever: at their addresses stand stubs that hand on what the joined file holds, so that there is one
of each and not two.

It takes no more JavaScript than this to be understood: named imports and exports at the start of a
line, as ``ui/`` has them. What is written otherwise is an error, and not a page that half works.
"""

import re
from collections.abc import Mapping, Sequence

from frontend.studio.specifiers import address, at

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const) (\w+)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_LAZY = re.compile(r'\bimport\("(\.{1,2}/[^"]+)"\)')
_NAME = re.compile(r"\w+")


class Unjoinable(ValueError):
    """A module is written in a way that joining does not understand."""


def joined(modules: Mapping[str, str], entry: str) -> str:
    """One module that does what ``entry`` does and exports what all of them do.

    ``modules`` maps paths to code. Raises ``Unjoinable``.
    """
    order = _in_order(modules, entry)
    variables = {path: f"$module{number}" for number, path in enumerate(order)}
    parts = [_as_function(path, modules[path], variables) for path in order]
    names = [(name, path) for path in order for name in exports_of(modules[path])]
    doubled = {name for name, _ in names if [n for n, _ in names].count(name) > 1}
    if doubled:
        raise Unjoinable(f"two modules export {sorted(doubled)}")
    handed_on = [
        f"export const {{ {', '.join(exports)} }} = {variables[path]};"
        for path in order
        if (exports := exports_of(modules[path]))
    ]
    return "\n".join((*parts, *handed_on, ""))


def stub(path: str, code: str, entry: str) -> str:
    """What stands at the address of a module that has been joined."""
    return f'export {{ {", ".join(exports_of(code))} }} from "{address(path, entry)}";\n'


def exports_of(code: str) -> list[str]:
    """The names that a module exports."""
    return _EXPORTED.findall(code)


def needs_of(path: str, code: str) -> list[str]:
    """The modules that a module imports, as paths."""
    return [at(path, named) for _, named in _IMPORT.findall(code)]


def _in_order(modules: Mapping[str, str], entry: str) -> Sequence[str]:
    """Each module after those it needs."""
    done: list[str] = []

    def visit(path: str, way: tuple[str, ...]) -> None:
        if path in way:
            raise Unjoinable(f"{path} needs itself, by {' and '.join(way)}")
        if path in done:
            return
        if path not in modules:
            raise Unjoinable(f"{way[-1]} imports {path}, which is not there")
        for needed in needs_of(path, modules[path]):
            visit(needed, (*way, path))
        done.append(path)

    visit(entry, ())
    return done


def _as_function(path: str, code: str, variables: Mapping[str, str]) -> str:
    taken = [
        f"const {{ {', '.join(_NAME.findall(names))} }} = {variables[at(path, named)]};"
        for names, named in _imports(path, code)
    ]
    body = _EXPORT.sub("", _IMPORT.sub("", code))
    if odd := _OTHER.search(body):
        raise Unjoinable(f"{path}: {odd[0]}")
    # Addresses are relative to the module; the joined file is at the root of all.
    body = _LAZY.sub(lambda found: f'import("./{at(path, found[1])}")', body)
    body = body.replace("import.meta.url", f'new URL("./{path}", import.meta.url)')
    exports = ", ".join(exports_of(code))
    head = "\n".join(taken)
    return f"const {variables[path]} = (() => {{\n{head}\n{body}\nreturn {{ {exports} }};\n}})();"


def _imports(path: str, code: str) -> list[tuple[str, str]]:
    found = _IMPORT.findall(code)
    for names, _ in found:
        if re.search(r"\bas\b", names):
            raise Unjoinable(f"{path} renames what it imports: {names.strip()}")
    return found
