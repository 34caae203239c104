"""Drawing: a Gradio component for each field of a task."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr
from gradio.components import Component

from frontend.studio.schema import Amount, Choice, Field, Text
from frontend.studio.sizes import shapes

NONE = ("None", "")
WIDE, NARROW = "wide", "narrow"
"""Classes that studio.css lays out: a whole row of the form, or half of one."""


@dataclass(frozen=True)
class Drawn:
    """The components of one form, by the name of the field each one sets."""

    fields: dict[str, Component]
    size: gr.Radio | None
    """Offers shapes; it sets ``width`` and ``height`` and is not itself sent."""


def draw(kind: str, fields: Sequence[Field], models: Sequence[tuple[str, str]]) -> Drawn:
    """Draw a form: what is asked of everyone, then a closed drawer with the rest.

    ``models`` pairs the title of each model with its name; the first is the default.
    """
    by_name = {field.name: field for field in fields}
    match by_name.get("width"), by_name.get("height"):
        case Amount() as width, Amount() as height:
            sides = {"width": width, "height": height}
        case _:
            sides = {}
    size: gr.Radio | None = None
    drawn: dict[str, Component] = {}
    for field in fields:
        if field.name in sides:
            size = size or _size(kind, sides["width"], sides["height"])
        elif not field.advanced:
            drawn[field.name] = _draw(kind, field)
    drawn["model"] = _model(kind, models)
    with gr.Accordion("Advanced", open=False, elem_classes="advanced"):
        for field in fields:
            if field.name in sides or field.advanced:
                drawn[field.name] = _draw(kind, field)
    return Drawn({name: drawn[name] for name in (*by_name, "model")}, size)


def element_id(kind: str, name: str) -> str:
    """The id of a field on the page; form.js finds the field of a problem by it."""
    return f"{kind}-{name}"


def _draw(kind: str, field: Field) -> Component:
    match field:
        case Text():
            # With no limit of its own: a browser cuts what is pasted without a word, and the API
            # says beside the field what is too long.
            return gr.Textbox(
                label=field.title,
                info=field.help,
                value=field.default,
                lines=field.lines,
                max_lines=max(field.lines, 12),
                elem_id=element_id(kind, field.name),
                elem_classes=WIDE,
            )
        case Choice() if field.optional or len(field.options) > 3:
            return gr.Dropdown(
                label=field.title,
                info=field.help,
                choices=[*([NONE] if field.optional else []), *field.options],
                value=field.default,
                filterable=False,
                elem_id=element_id(kind, field.name),
                elem_classes=NARROW,
            )
        case Choice():
            return gr.Radio(
                label=field.title,
                info=field.help,
                choices=list(field.options),
                value=field.default,
                elem_id=element_id(kind, field.name),
                elem_classes=[NARROW, "pills"],
            )
        case Amount() if field.slides:
            return gr.Slider(
                label=field.title,
                info=field.help,
                minimum=field.least,
                maximum=field.most,
                step=field.step,
                value=field.default,
                buttons=[],
                elem_id=element_id(kind, field.name),
                elem_classes=WIDE if field.advanced else NARROW,
            )
        case Amount():
            return _number(kind, field)
        case _:
            raise TypeError(f"no component for {field!r}")


def _number(kind: str, field: Amount) -> gr.Number:
    # The server says what is out of bounds: a Number with bounds changes what was typed.
    number = gr.Number(
        label=field.title,
        info=field.help or f"{field.least:g} to {field.most:g}, in steps of {field.step:g}",
        value=field.default,
        step=field.step,
        precision=0 if field.whole else None,
        placeholder="Drawn for you" if field.default is None else None,
        elem_id=element_id(kind, field.name),
        elem_classes=WIDE if field.default is None else NARROW,
    )
    if field.default is None:
        # In the browser a Number without a value becomes 0, which is a seed like any other.
        number.value = ""
    return number


def _size(kind: str, width: Amount, height: Amount) -> gr.Radio:
    offered = shapes(width, height)
    return gr.Radio(
        label="Size",
        choices=[(shape.ratio, shape.value) for shape in offered],
        value=offered[0].value,
        elem_id=element_id(kind, "size"),
        elem_classes=[WIDE, "pills", "shapes"],
    )


def _model(kind: str, models: Sequence[tuple[str, str]]) -> gr.Dropdown:
    return gr.Dropdown(
        label="Model",
        choices=list(models),
        value=models[0][1],
        filterable=False,
        elem_id=element_id(kind, "model"),
        elem_classes=NARROW,
    )
