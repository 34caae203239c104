"""The page: a heading, one tab for each kind of task, and the feed of jobs beside them."""

import json
from collections.abc import Sequence
from html import escape

import gradio as gr

from frontend.studio.fields import Drawn, draw, element_id
from frontend.studio.schema import fields_of
from frontend.studio.tab import TaskTab
from frontend.studio.tabs import TABS
from frontend.studio.ui_files import ENTRY, STYLES, ui_url
from shared.catalog import AUTO

TITLE = "Canvas Queue"
ANY_MODEL = (("Automatic", AUTO),)
TAGLINE = "Ask for a picture. It is made while you go on."


def build(api: str = "/v1", models: Sequence[tuple[str, str]] = ANY_MODEL) -> gr.Blocks:
    """The whole page. ``models`` pairs the title of each model with its name, the default first.

    Nothing on it calls back into Python: every listener runs in the browser and talks to ``api``.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(
            f'<header class="masthead"><h1>{escape(TITLE)}</h1><p>{escape(TAGLINE)}</p></header>',
            js_on_load=None,
            apply_default_css=False,
        )
        with gr.Column(elem_id="studio"):
            with gr.Tabs(elem_id="tasks"):
                for tab in TABS:
                    _tab(page, tab, models)
            _feed(api, models)
    # Otherwise random, and then no two replicas would draw the same page.
    page.app_id = 0
    return page


def head() -> str:
    """What the page needs in its head: our styles and our script."""
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="description" content="{escape(TAGLINE)}">'
        f'<link rel="stylesheet" href="{ui_url(STYLES)}">'
        f'<script type="module" src="{ui_url(ENTRY)}"></script>'
    )


def _tab(page: gr.Blocks, tab: TaskTab, models: Sequence[tuple[str, str]]) -> None:
    kind = tab.kind
    with gr.Tab(tab.title, id=kind), gr.Column(elem_id=f"{kind}-form", elem_classes="task-form"):
        gr.HTML(
            f'<p class="task-help">{escape(tab.help)}</p>', js_on_load=None, apply_default_css=False
        )
        form = draw(kind, fields_of(tab.task), models)
        go = gr.Button(
            "Generate", variant="primary", elem_id=element_id(kind, "go"), elem_classes="go"
        )
    _listen(page, kind, form, go)


def _listen(page: gr.Blocks, kind: str, form: Drawn, go: gr.Button) -> None:
    fields = list(form.fields.values())
    names = json.dumps(list(form.fields))
    go.click(fn=None, inputs=fields, js=f"(...v) => studio.submit('{kind}', {names}, v)")
    gr.on(
        [field.change for field in fields],
        fn=None,
        inputs=fields,
        js=f"(...v) => studio.keep('{kind}', {names}, v)",
    )
    outputs = [*fields, *([form.size] if form.size else [])]
    # It may run before the script in the head has; so it waits for the module itself.
    page.load(
        fn=None,
        outputs=outputs,
        js=f"() => import('{ui_url(ENTRY)}').then(m => m.studio.restore('{kind}', {names}))",
    )
    if form.size:
        sides = [form.fields["width"], form.fields["height"]]
        form.size.input(
            fn=None, inputs=[form.size], outputs=sides, js=f"v => studio.sides('{kind}', v)"
        )
        gr.on(
            [side.input for side in sides],
            fn=None,
            inputs=sides,
            outputs=[form.size],
            js="(...v) => studio.size(v)",
        )


def _feed(api: str, models: Sequence[tuple[str, str]]) -> None:
    options = json.dumps({"api": api, "models": {name: title for title, name in models}})
    gr.HTML(
        '<section id="feed" aria-label="Your pictures"></section>',
        elem_id="feed-column",
        apply_default_css=False,
        js_on_load=f"import('{ui_url(ENTRY)}').then(m => m.mount(element, {options}))",
    )
