"""Wanted: modules that are loaded later, so written that all they need comes in one round trip.

A module that is asked for names, before anything else, every module that it needs in the end: the
browser then fetches them side by side, and does not learn of each from the one before. What the
page has begun with is taken from there, and not from the stubs at its old addresses.
"""

import re
from collections.abc import Container, Mapping

from frontend.studio.specifiers import address, at

_FROM = re.compile(r'^((?:import|export)\b[^;"]*?\bfrom )"(\.{1,2}/[^"]+)";$', re.MULTILINE)
_LOADED = re.compile(r'\bimport\("(\.{1,2}/[^"]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def ahead(modules: Mapping[str, str], first: Mapping[str, str], entry: str) -> dict[str, str]:
    """The modules as they are served. Both map paths to code; ``first`` are joined in ``entry``."""
    everything = [*modules.items(), *first.items()]
    wanted = set().union(*(loads_of(path, code) for path, code in everything)) & modules.keys()
    served = {path: _from_entry(path, code, first, entry) for path, code in modules.items()}
    needs = {path: _needs(path, code) - {entry} for path, code in served.items()}
    for path in wanted:
        late = sorted(_closure(path, needs) - needs[path] - {path})
        named = "".join(f'import "{address(path, other)}"; ' for other in late)
        served[path] = named + served[path]
    return served


def loads_of(path: str, code: str) -> set[str]:
    """The modules that a module loads when they are wanted."""
    return {at(path, named) for named in _LOADED.findall(_COMMENT.sub("", code))}


def _from_entry(path: str, code: str, first: Container[str], entry: str) -> str:
    def taken(found: re.Match[str]) -> str:
        named = at(path, found[2])
        return f'{found[1]}"{address(path, entry if named in first else named)}";'

    return _FROM.sub(taken, code)


def _needs(path: str, code: str) -> set[str]:
    return {at(path, named) for _, named in _FROM.findall(code)}


def _closure(path: str, needs: Mapping[str, set[str]]) -> set[str]:
    found = [path]
    for module in found:
        found += [needed for needed in needs.get(module, ()) if needed not in found]
    return set(found)
