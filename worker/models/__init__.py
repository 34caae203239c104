"""One pure translator for each model family: a task into request bodies, a reply into pictures."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from shared.catalog import Model
from shared.errors import CallFailed, InputRejected
from shared.jobs import Call
from shared.tasks import Task
from worker.models import nova_canvas, stability
from worker.models.answer import Answer


class Family(Protocol):
    """What every translator offers. No I/O, no clock, no chance."""

    def request(self, task: Task, model: Model, call: Call) -> bytes:
        """The JSON body of one call."""

    def read(self, reply: bytes, task: Task, call: Call) -> Answer:
        """The pictures in the reply to a call, in order.

        Raises ``Moderated`` if a filter left none, ``Unusable`` if the reply is not as documented.
        """

    def explain(self, error: InputRejected) -> CallFailed:
        """What the provider's words for a wrong request mean: ``Moderated``, or just that."""


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {"nova_canvas": nova_canvas, "stability": stability}
)
