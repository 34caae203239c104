"""The page: a masthead, a form for each kind of task, and the jobs and pictures beside them."""

import json
from collections.abc import Sequence
from html import escape

import gradio as gr

from frontend.studio.form import Form, draw_form
from frontend.studio.tab import TaskTab
from frontend.studio.tabs import TABS
from frontend.studio.ui_files import ENTRY, STYLES, ui_url

TITLE = "Canvas Queue"
TAGLINE = "Ask for a picture. It is made while you go on."


def build() -> gr.Blocks:
    """The whole page.

    Nothing on it calls back into Python: every listener runs in the browser and talks to the API.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_masthead(), js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="studio"):
            with gr.Tabs(elem_id="tasks", overflow_behavior="wrap") as tabs:
                drawn = [_tab(tab) for tab in TABS]
            _desk(tabs, drawn)
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


def _masthead() -> str:
    return (
        f'<header class="masthead"><h1>{escape(TITLE)}</h1><p>{escape(TAGLINE)}</p>'
        '<div id="toolbar"></div></header>'
    )


def _tab(tab: TaskTab) -> tuple[gr.Tab, Form]:
    kind = tab.kind
    with gr.Tab(tab.title, id=kind) as item:
        form = draw_form(tab)
    fields, names = list(form.fields.values()), json.dumps(list(form.fields))
    form.go.click(fn=None, inputs=fields, js=f"(...v) => studio.submit('{kind}', {names}, v)")
    if fields:
        gr.on(
            [field.change for field in fields],
            fn=None,
            inputs=fields,
            js=f"(...v) => studio.keep('{kind}', {names}, v)",
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
            js="(...sides) => studio.size(sides)",
        )
    return item, form


def _desk(tabs: gr.Tabs, drawn: Sequence[tuple[gr.Tab, Form]]) -> None:
    """The jobs and the pictures; from here, too, the page's code sets what Gradio has drawn.

    Gradio runs a listener only for an event of a component. The desk has one for each form, which
    sets its fields and their words, and one for the tabs: which is open, and what they are called.
    """
    forms = [form for _, form in drawn]
    events = {form.kind: f"form_{form.kind}" for form in forms}
    triggers = ", ".join(f"{kind}: () => trigger('{event}')" for kind, event in events.items())
    desk = gr.HTML(
        '<div id="desk" class="desk"></div>',
        elem_id="desk-column",
        apply_default_css=False,
        js_on_load=f"import('{ui_url(ENTRY)}').then(m => m.mount(element, "
        f"{{tabs: () => trigger('show_tabs'), forms: {{{triggers}}}, "
        f"inputs: {json.dumps(_inputs())}}}))",
    )
    for form in forms:
        names = f"{json.dumps(list(form.fields))}, {json.dumps(list(form.around))}"
        getattr(desk, events[form.kind])(
            fn=None,
            outputs=[*form.fields.values(), *form.around.values()],
            js=f"() => studio.updates('{form.kind}', {names})",
        )
    kinds = json.dumps(list(events))
    desk.show_tabs(
        fn=None, outputs=[tabs, *(item for item, _ in drawn)], js=f"() => studio.tabs({kinds})"
    )


def _inputs() -> dict[str, str]:
    """Kind → the field that takes a picture, or the first that does; for kinds that take one."""
    pictures = {"picture", "pictures", "painter", "extend"}
    return {
        tab.kind: widget.fields[0]
        for tab in TABS
        for widget in reversed(tab.widgets)
        if widget.name in pictures
    }
