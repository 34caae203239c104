"""What bodies are made of: given pictures as text, seeds, and fields that are sent only if set."""

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from shared.calls import Call
from shared.darkroom import Sheet
from shared.errors import InputRejected
from shared.models import InputRules, Model
from shared.tasks import SEED_MAX, Task

Inputs = Mapping[str, Sheet]
"""A task's pictures, made fit, by their place in it: ``image``, ``images/0``, ``region/mask``."""

INPUT_BYTES_MOST = 18_500_000
"""Bytes of all pictures of a request: as base64 they leave room for the rest in ``BODY_MOST``."""


def text(sheet: Sheet) -> orjson.Fragment:
    """The picture as a JSON string of base64, which is written as it is: no copy, no escaping."""
    return orjson.Fragment(b'"' + base64.b64encode(sheet.body) + b'"')


def given(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def seed(task: Task, call: Call) -> int:
    """Picture i of a job has the job's seed + i."""
    return ((getattr(task, "seed", None) or 0) + call.first) % (SEED_MAX + 1)


def rules_of(model: Model) -> InputRules:
    """What the model asks of pictures. Raises ``InputRejected`` if it takes none."""
    if model.inputs is None:
        raise InputRejected(f"{model.title} takes no pictures.")
    return model.inputs


def cannot(task: Task, whose: str) -> InputRejected:
    """For a task that only a mistaken catalogue sends to this family."""
    return InputRejected(f"{whose} cannot do “{task.kind}”.")
