"""A form: the fields of one task in the order of its model, drawn by Gradio or by our own code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component

from frontend.studio.fields import draw, draw_size, element_id
from frontend.studio.schema import Amount, Field, fields_of, properties_of
from frontend.studio.tab import TaskTab, Widget
from frontend.studio.ui_files import ENTRY, ui_url

SIDES = ("width", "height")


@dataclass(frozen=True)
class Form:
    """The components of one form that Gradio draws."""

    kind: str
    fields: dict[str, Component]
    """By the name of the field that each one sets."""
    around: dict[str, Block]
    """What sets no field itself, by its name: the size, the drawer, the button."""

    @property
    def go(self) -> gr.Button:
        return self.around["go"]

    @property
    def size(self) -> gr.Radio | None:
        return self.around.get("size")


def draw_form(tab: TaskTab) -> Form:
    """Draw a form: what is asked of everyone, then a closed drawer with the rest, then a button."""
    kind = tab.kind
    form = Form(kind, fields={}, around={})
    fields = {f.name: f for f in fields_of(tab.task, but=tab.widget_fields)}
    with gr.Column(elem_id=f"{kind}-form", elem_classes="task-form"):
        _ours(
            "opening",
            kind,
            _opening(tab),
            examples=[vars(example) for example in tab.examples],
            required=[name for name, f in tab.task.model_fields.items() if f.is_required()],
        )
        for part in _parts(tab, fields):
            match part:
                case Widget():
                    _widget(tab, part)
                case Amount() if part.name in SIDES:
                    if form.size is None:
                        form.around["size"] = draw_size(kind, *_sides(fields))
                        _ours("aid", kind, name="size")
                case Field() if not part.advanced:
                    form.fields[part.name] = draw(kind, part)
                    if part.name == "prompt":
                        _ours("aid", kind, name="prompt")
        _ours("widget", kind, name="model", fields=["model"])
        hidden = [f for f in fields.values() if f.advanced or f.name in SIDES]
        if hidden:
            with gr.Accordion(
                "Advanced",
                open=False,
                elem_id=element_id(kind, "advanced"),
                elem_classes="advanced",
            ) as form.around["advanced"]:
                for advanced in hidden:
                    form.fields[advanced.name] = draw(kind, advanced)
                    if advanced.name == "seed":
                        _ours("aid", kind, name="seed")
        with gr.Column(elem_classes="send"):
            _ours("aid", kind, name="quote")
            form.around["go"] = gr.Button(
                tab.go, variant="primary", elem_id=element_id(kind, "go"), elem_classes="go"
            )
    return form


def _parts(tab: TaskTab, fields: dict[str, Field]) -> Iterator[Field | Widget]:
    """Fields and widgets in the order of the task's model."""
    firsts = {widget.fields[0]: widget for widget in tab.widgets}
    for name in properties_of(tab.task):
        if name in firsts:
            yield firsts[name]
        elif name in fields:
            yield fields[name]


def _sides(fields: dict[str, Field]) -> tuple[Amount, Amount]:
    match fields["width"], fields["height"]:
        case Amount() as width, Amount() as height:
            return width, height
        case other:
            raise TypeError(f"sides are amounts, not {other!r}")


def _opening(tab: TaskTab) -> str:
    return f'<p class="task-help">{escape(tab.help)}</p><div class="examples"></div>'


def _widget(tab: TaskTab, widget: Widget) -> None:
    properties = properties_of(tab.task)
    schema = {
        name: {key: properties[name][key] for key in ("title", "description") if key in prop}
        for name in widget.fields
        for prop in [properties[name]]
    }
    _ours(
        "widget",
        tab.kind,
        name=widget.name,
        fields=list(widget.fields),
        schema=schema,
        **widget.options,
    )


def _ours(call: str, kind: str, html: str = "", **options: object) -> None:
    """A place on the page that our own code fills: one call, with what it needs to know."""
    told = json.dumps({"kind": kind, **options})
    gr.HTML(
        html,
        elem_classes=call,
        apply_default_css=False,
        js_on_load=f"import('{ui_url(ENTRY)}').then(m => m.{call}(element, {told}))",
    )
