"""What the page says: every sentence of its code and of its forms, in English; and what the pages
behind shared links say."""

import ast
import json
import re
from collections.abc import Iterator

from frontend.studio import page
from frontend.studio.fields import NONE
from frontend.studio.schema import Amount, Choice, Field, fields_of, properties_of
from frontend.studio.tabs import TABS
from frontend.studio.ui_files import ui_files, ui_names
from frontend.viewer.words import DATE, MONTHS
from shared.tasks import GarmentRegion, WordsRegion
from tests.processes import ROOT

_STRING = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"\b(?:t|mark)\(\s*{_STRING}")
_COUNTED = re.compile(rf"\bcount\(\s*[^,\"]+,\s*{_STRING},\s*{_STRING}")


def said() -> list[str]:
    """Every sentence once, those of one place together."""
    return list(dict.fromkeys((*_of_the_page(), *_of_scripts(), *_of_shared_links())))


def scripts() -> Iterator[tuple[str, str]]:
    """Our modules: path and code."""
    for name in ui_names():
        if name.endswith(".js") and not name.startswith("vendor/"):
            yield name, (ui_files() / name).read_text()


def _of_scripts() -> Iterator[str]:
    for _, code in scripts():
        for found in (*_SAID.findall(code), *(s for pair in _COUNTED.findall(code) for s in pair)):
            yield json.loads(f'"{found}"')


def _of_shared_links() -> Iterator[str]:
    """What ``Speech.say`` is asked for by name; the rest are titles of forms."""
    yield from (*MONTHS, DATE)
    for file in (*(ROOT / "frontend/viewer").glob("*.py"), ROOT / "frontend/api/shares.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="say"), args=[ast.Constant(str() as text)]):
                    yield text


def _of_the_page() -> Iterator[str]:
    yield from (page.TAGLINE, "Size", "Advanced")
    for tab in TABS:
        yield from (tab.title, tab.help, tab.go)
        yield from (example.title for example in tab.examples)
        for field in fields_of(tab.task, but=tab.widget_fields):
            yield from _of_field(field)
        for name, schema in properties_of(tab.task).items():
            if name in tab.widget_fields:
                yield from (schema[key] for key in ("title", "description") if key in schema)
    for region in (GarmentRegion, WordsRegion):
        for field in fields_of(region):
            yield from _of_field(field)


def _of_field(field: Field) -> Iterator[str]:
    yield field.title
    if field.help:
        yield field.help
    match field:
        case Choice():
            yield from (title for title, _ in field.options)
            if field.optional:
                yield NONE[0]
        case Amount() if not field.slides:
            if not field.help:
                yield f"{field.least:g} to {field.most:g}, in steps of {field.step:g}"
            if field.default is None:
                yield field.unset
