"""Tabs: what a tab of the studio is made of."""

from dataclasses import dataclass

from shared.tasks import TaskModel


@dataclass(frozen=True)
class TaskTab:
    """One kind of task, as it is offered to people."""

    title: str
    help: str
    task: type[TaskModel]

    @property
    def kind(self) -> str:
        return str(self.task.model_fields["kind"].default)
