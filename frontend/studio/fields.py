"""Drawing: a Gradio component for each field of a task that Gradio has one for."""

import gradio as gr
from gradio.components import Component

from frontend.studio.schema import Amount, Choice, Field, Switch, Text
from frontend.studio.sizes import shapes

NONE = ("Left to the model", "")
WIDE, NARROW = "wide", "narrow"
"""Classes that studio.css lays out: a whole row of the form, or half of one."""

SHORT = 18
"""Letters of all options together that half a row holds."""


def element_id(kind: str, name: str) -> str:
    """The id of a field on the page; form.js finds the field of a problem by it."""
    return f"{kind}-{name}"


def draw(kind: str, field: Field) -> Component:
    """The component that sets a field."""
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
                elem_classes=WIDE,
            )
        case Choice():
            return gr.Radio(
                label=field.title,
                info=field.help,
                choices=list(field.options),
                value=field.default,
                elem_id=element_id(kind, field.name),
                elem_classes=[NARROW if _is_short(field) else WIDE, "pills"],
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
                elem_classes=NARROW if field.whole else WIDE,
            )
        case Amount():
            return _number(kind, field)
        case Switch():
            return gr.Checkbox(
                label=field.title,
                info=field.help,
                value=field.default,
                elem_id=element_id(kind, field.name),
                elem_classes=WIDE,
            )
        case _:
            raise TypeError(f"no component for {field!r}")


def _is_short(field: Choice) -> bool:
    """Whether the options fit beside each other into half a row."""
    return sum(len(title) for title, _ in field.options) <= SHORT


def _number(kind: str, field: Amount) -> gr.Number:
    # The server says what is out of bounds: a Number with bounds changes what was typed.
    number = gr.Number(
        label=field.title,
        info=field.help or f"{field.least:g} to {field.most:g}, in steps of {field.step:g}",
        value=field.default,
        step=field.step,
        precision=0 if field.whole else None,
        placeholder=field.unset if field.default is None else None,
        elem_id=element_id(kind, field.name),
        elem_classes=WIDE if field.default is None else NARROW,
    )
    if field.default is None:
        # In the browser a Number without a value becomes 0, which is a seed like any other.
        number.value = ""
    return number


def draw_size(kind: str, width: Amount, height: Amount) -> gr.Radio:
    """Offers shapes; it sets ``width`` and ``height`` and is not itself sent."""
    offered = shapes(width, height)
    return gr.Radio(
        label="Size",
        choices=[(shape.ratio, shape.value) for shape in offered],
        value=offered[0].value,
        elem_id=element_id(kind, "size"),
        elem_classes=[WIDE, "pills", "shapes"],
    )
