"""The page's HTML."""

import base64
import hashlib
import json
import re

import pytest

from frontend.studio.site.document import document, first_styles
from frontend.studio.site.drawing import Drawing

COLOURS = {
    "body_background_fill": "#faf9f7",
    "body_background_fill_dark": "#121110",
    "body_text_color": "#1b1a18",
    "body_text_color_dark": "#f3f1ed",
}
NASTY = "</script><script>alert('\u2028')</script> & so on"
DRAWING = Drawing(
    settings={"title": "Cats & <dogs>", "body_css": COLOURS, "root": "/", "note": NASTY},
    api={"named_endpoints": {}},
    entry="index-1.js",
    theme=":root{}",
    head='<meta name="description" content="ours">',
)


@pytest.fixture
def page() -> tuple[str, str]:
    return document(DRAWING, styles="/assets/page-1.css", joined=["a.css"], early=["/ui/v/a.js"])


def _script(html: str) -> str:
    [script] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return str(script)


def test_the_script_in_the_page_has_the_hash_that_the_policy_names(page: tuple[str, str]) -> None:
    html, told = page
    digest = hashlib.sha256(_script(html).encode()).digest()
    assert told == f"sha256-{base64.b64encode(digest).decode()}"


def test_no_text_in_the_settings_ends_the_script(page: tuple[str, str]) -> None:
    [line] = [row for row in _script(page[0]).splitlines() if "gradio_config = " in row]
    told = line.removeprefix("window.gradio_config = ").removesuffix(";")
    assert "<" not in told
    assert json.loads(told) == DRAWING.settings


def test_what_we_say_about_the_page_is_in_its_head(page: tuple[str, str]) -> None:
    assert "<title>Cats &amp; &lt;dogs&gt;</title>" in page[0]
    assert DRAWING.head in page[0]
    assert "#faf9f7" in page[0]


def test_styles_that_are_joined_are_linked_and_not_loaded(page: tuple[str, str]) -> None:
    assert '<link rel="stylesheet" href="/assets/page-1.css">' in page[0]
    assert '<link rel="stylesheet" href="./assets/a.css" disabled>' in page[0]


def test_scripts_are_fetched_before_they_are_asked_for(page: tuple[str, str]) -> None:
    assert '<link rel="modulepreload" href="/ui/v/a.js">' in page[0]


def test_nothing_in_the_page_is_anybody_else_s(page: tuple[str, str]) -> None:
    assert not re.findall(r"https?://", page[0])


def test_before_anything_is_drawn_the_paper_is_there_by_day_and_by_night() -> None:
    styles = first_styles(DRAWING)
    assert "#faf9f7" in styles
    assert "prefers-color-scheme: dark" in styles
    assert "#121110" in styles
