"""What the page hears: the sentences of the server that reach people, in English.

They are read from the server's own code: whole sentences as they are, and those with values in them
with the code of each value, such as ``There is no such {what}.`` What else a provider says in its
own words stays as it is.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared.catalog import Catalog
from shared.limits import RATES, SPEND
from tests.processes import ROOT

SPEAKERS = (
    *("shared", "worker"),
    *(f"frontend/api/{what}.py" for what in ("problems", "prompts", "sentences")),
    *("local/bedrock/errors.py", "local/bedrock/nova/dialect.py"),
)
"""Files and folders whose sentences people meet on the page. The last two have those of Bedrock and
of Nova Canvas, word by word from their guides.
"""
FOR_OPERATORS = re.compile(r"shared/adapters/(?:aws|cloudfront|dynamo|memory|s3|sqs)")
"""Of these, what speaks to those who run the service."""
TASKS = re.compile(r"shared/tasks/")
"""Here only what a rule says counts: the rest is said by the forms."""
ABOUT = re.compile(r"^(?:[a-z_]+|\{place\}): (?=[A-Z])")
"""The field that a sentence begins with, if it is about one; reports.js translates it apart."""
_SENTENCE = re.compile(r"[A-Z“{].*[a-z].* .*\.|[A-Z].* .*\}")


def heard() -> list[str]:
    """Every sentence once, those of one place together."""
    found = (*_of_the_catalogue(), *_of_limits(), *_of_code())
    return list(dict.fromkeys(ABOUT.sub("", sentence) for sentence in found))


def _of_the_catalogue() -> Iterator[str]:
    for model in Catalog.load().models:
        for ability in model.tasks.values():
            yield from (*ability.ignored.values(), *ability.lacks.values())
            yield from (*ability.unmapped.values(), *ability.approximate.values())
            yield from (*ability.needs.values(), *(only.why for only in ability.only.values()))


def _of_limits() -> Iterator[str]:
    """The names of what is limited."""
    for rate in RATES:
        yield from (rate.policy, rate.network_policy)
    yield SPEND


def _of_code() -> Iterator[str]:
    for speaker in SPEAKERS:
        path = ROOT / speaker
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = file.relative_to(ROOT).as_posix()
            if not FOR_OPERATORS.match(name):
                yield from _of_module(file, only_rules=bool(TASKS.match(name)))


def _of_module(file: Path, *, only_rules: bool) -> Iterator[str]:
    tree = ast.parse(file.read_text())
    apart = set(_not_said(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="PydanticCustomError"), args=[_, ast.Constant(text), *_]
            ):
                yield f"{text}."
            case ast.keyword(arg="custom_error_message", value=ast.Constant(text)):
                yield f"{text}."
            case ast.Constant() | ast.JoinedStr() if node not in apart and not only_rules:
                text = _text(node)
                if _SENTENCE.fullmatch(ABOUT.sub("", text)):
                    yield text


def _not_said(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, parts of a longer sentence, and what is said to operators."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                yield docstring
            case ast.JoinedStr(values=parts):
                yield from parts
            case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"))):
                yield from ast.walk(node)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                f"{{{ast.unparse(part.value)}}}"
                if isinstance(part, ast.FormattedValue)
                else _text(part)  # type: ignore[arg-type]
                for part in parts
            )
        case _:
            return ""
