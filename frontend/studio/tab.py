"""Tabs: what a tab of the studio is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.tasks import TaskModel


@dataclass(frozen=True)
class Widget:
    """A control that the page's own code draws, because Gradio has none like it."""

    name: str
    """Which of those in ``ui/widgets.js``."""
    fields: tuple[str, ...]
    """The fields of the task that it sets; it stands where the first of them would."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the control is told besides."""


@dataclass(frozen=True)
class Example:
    """Something to begin with, that can be run as it is."""

    title: str
    task: Mapping[str, Any]
    """Fields of the task. A picture is named as ``{"sample": …}``, one of those in
    ``ui/samples``."""


@dataclass(frozen=True)
class TaskTab:
    """One kind of task, as it is offered to people."""

    title: str
    help: str
    task: type[TaskModel]
    examples: tuple[Example, ...]
    widgets: tuple[Widget, ...] = ()
    go: str = "Generate"
    """What the button says."""

    @property
    def kind(self) -> str:
        return str(self.task.model_fields["kind"].default)

    @property
    def widget_fields(self) -> frozenset[str]:
        """The fields that Gradio does not draw."""
        return frozenset(name for widget in self.widgets for name in widget.fields)
