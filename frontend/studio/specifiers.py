"""Specifiers: how one module names another, which is by the way from here to there."""

from posixpath import dirname, join, normpath, relpath


def at(path: str, named: str) -> str:
    """The path of what a module names."""
    return normpath(join(dirname(path), named))


def address(path: str, other: str) -> str:
    """How a module names another one."""
    way = relpath(other, dirname(path) or ".")
    return way if way.startswith(".") else f"./{way}"
