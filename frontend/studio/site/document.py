"""The document: the page's HTML, with Gradio's settings in it and nothing else of Gradio's."""

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from frontend.studio.site.drawing import Drawing

_TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="{paper}" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="{paper_dark}" media="(prefers-color-scheme: dark)">
<link rel="icon" href="/favicon.ico" sizes="32x32">
<link rel="icon" href="/icons/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icons/touch.png">
<link rel="manifest" href="/manifest.json">
<link rel="stylesheet" href="{styles}">
{head}
{links}
<script>{script}</script>
<script type="module" crossorigin src="/assets/{entry}"></script>
</head>
<body>
<gradio-app control_page_title="true" embed="false" eager="true"></gradio-app>
<noscript>This page is drawn by JavaScript, which is switched off here.</noscript>
</body>
</html>
"""
_SETTINGS = """
window.gradio_config = {settings};
window.gradio_api_info = {api};
window.__gradio_mode__ = "app";
"""
# Gradio loads a stylesheet unless the page has a link to it. These links are switched off, so they
# load nothing: what they name is in the page's one stylesheet.
_SWITCHED_OFF = '<link rel="stylesheet" href="./assets/{}" disabled>'
_EARLY = '<link rel="modulepreload" href="{}">'
_STYLES = """\
html, body {{ display: flex; flex-direction: column; margin: 0; }}
html {{ min-height: 100%; }}
body {{ flex-grow: 1; background: {paper}; color: {ink}; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {paper_dark}; color: {ink_dark}; }} }}
gradio-app {{ display: flex; flex-direction: column; flex-grow: 1; }}
"""


def document(
    drawing: Drawing, *, styles: str, joined: Iterable[str], early: Iterable[str]
) -> tuple[str, str]:
    """The HTML, and the hash by which a browser knows the script in it as ours.

    ``styles`` is the address of the page's stylesheet; it holds those of Gradio's that ``joined``
    names. ``early`` are the addresses of scripts to fetch before they are asked for.
    """
    settings = _SETTINGS.format(settings=_json(drawing.settings), api=_json(drawing.api))
    script = settings + Path(__file__).with_name("opening.js").read_text()
    links = [*map(_SWITCHED_OFF.format, joined), *map(_EARLY.format, early)]
    html = _TEMPLATE.format(
        title=escape(drawing.settings["title"]),
        **_colours(drawing),
        styles=styles,
        head=drawing.head,
        links="\n".join(links),
        script=script,
        entry=drawing.entry,
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return html, f"sha256-{digest}"


def first_styles(drawing: Drawing) -> str:
    """How the page looks until Gradio has drawn it."""
    return _STYLES.format(**_colours(drawing))


def _colours(drawing: Drawing) -> dict[str, str]:
    body = drawing.settings["body_css"]
    return {
        "paper": body["body_background_fill"],
        "paper_dark": body["body_background_fill_dark"],
        "ink": body["body_text_color"],
        "ink_dark": body["body_text_color_dark"],
    }


def _json(value: Any) -> str:
    """JSON that ends no script and no line of one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
