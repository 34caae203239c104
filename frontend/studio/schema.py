"""Fields: what a task's JSON schema says about each thing a person can set."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

Schema = Mapping[str, Any]
SLIDER_STEPS = 100
"""A range with more steps than this is typed, not dragged."""
FINE_STEP = 0.1
"""The step of a slider over a range that names none and is not of whole numbers."""


@dataclass(frozen=True)
class Field:
    """One property of a task."""

    name: str
    title: str
    help: str | None
    advanced: bool


@dataclass(frozen=True)
class Text(Field):
    """Words, on one or more lines."""

    lines: int
    default: str


@dataclass(frozen=True)
class Choice(Field):
    """One of a few values; ``options`` pairs what is read with what is sent."""

    options: tuple[tuple[str, str], ...]
    default: str
    """Empty where nothing is chosen, which ``optional`` allows."""
    optional: bool


@dataclass(frozen=True)
class Amount(Field):
    """A number between two others, both included."""

    least: float
    most: float
    step: float
    default: float | None
    whole: bool
    unset: str
    """What holds where none is given."""

    @property
    def slides(self) -> bool:
        """Whether it is dragged: it always has a value, and few enough of them."""
        steps = (self.most - self.least) / self.step
        return self.default is not None and steps <= SLIDER_STEPS


@dataclass(frozen=True)
class Switch(Field):
    """Yes or no."""

    default: bool


class Undrawable(ValueError):
    """A task has a property of a type for which the studio has no field."""


def fields_of(task: type[BaseModel], but: Collection[str] = ()) -> tuple[Field, ...]:
    """The properties that a person can set, in the order of the model, without those ``but``.

    Raises ``Undrawable``.
    """
    return tuple(
        _field(name, prop) for name, prop in properties_of(task).items() if name not in but
    )


def properties_of(task: type[BaseModel]) -> dict[str, Schema]:
    """The JSON schema of each property that can be set, with its references written in."""
    schema = task.model_json_schema()
    definitions = schema.get("$defs", {})
    required = schema.get("required", ())
    return {
        name: {**_flat(prop, definitions), "x-required": name in required}
        for name, prop in schema["properties"].items()
        if "const" not in prop
    }


def _flat(prop: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """The property with its reference and its one non-null alternative written in."""
    flat: dict[str, Any] = {}
    if "$ref" in prop:
        named = _flat(definitions[prop["$ref"].rpartition("/")[2]], definitions)
        # What a shared type says of itself is for the API; a field's own words are for its reader.
        flat |= {key: value for key, value in named.items() if key not in ("title", "description")}
    alternatives = [some for some in prop.get("anyOf", ()) if some.get("type") != "null"]
    if len(alternatives) == 1:
        flat |= _flat(alternatives[0], definitions)
    flat |= {key: value for key, value in prop.items() if key not in ("$ref", "anyOf")}
    return flat


def _field(name: str, prop: Schema) -> Field:
    label: dict[str, Any] = {
        "name": name,
        "title": prop.get("title", readable(name)),
        "help": prop.get("description"),
        "advanced": prop.get("x-group") == "advanced",
    }
    default = prop.get("default")
    match prop:
        case {"enum": options}:
            return Choice(
                **label,
                options=tuple((readable(option), option) for option in options),
                default=default or "",
                optional=default is None and not prop.get("x-required"),
            )
        case {"type": "string"}:
            return Text(
                **label,
                lines=prop.get("x-lines", 1),
                default=default or "",
            )
        case {"type": "integer" | "number" as kind, "minimum": least, "maximum": most}:
            whole = kind == "integer"
            return Amount(
                **label,
                least=least,
                most=most,
                step=prop.get("multipleOf", 1 if whole else FINE_STEP),
                default=default,
                whole=whole,
                unset=prop.get("x-unset", "Left to the model"),
            )
        case {"type": "boolean"}:
            return Switch(**label, default=bool(default))
        case _:
            raise Undrawable(f"{name}: no field for {dict(prop)}")


def readable(identifier: str) -> str:
    """An identifier as a person would write it: ``3d_film`` → ``3D film``."""
    first, *rest = identifier.split("_")
    first = first.upper() if first[:1].isdigit() else first.capitalize()
    return " ".join((first, *rest))
