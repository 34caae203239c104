"""One translator for each model family: a task into request bodies, a reply into pictures."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from shared.calls import Call
from shared.darkroom import Darkroom
from shared.errors import CallFailed, InputRejected
from shared.models import Model
from shared.tasks import Task
from worker.models import nova_canvas, stability
from worker.models.answer import Answer
from worker.models.parts import Inputs


class Family(Protocol):
    """What every translator offers. No I/O, no clock, no chance."""

    @property
    def GREY_MASKS(self) -> bool:
        """Whether grey in a mask means a partial change."""

    async def arrange(self, task: Task, inputs: Inputs, model: Model, darkroom: Darkroom) -> Inputs:
        """The pictures as this family's bodies want them: made, turned around or put on a sheet.

        Raises ``InputRejected`` if that cannot be done.
        """

    def request(self, task: Task, model: Model, call: Call, inputs: Inputs) -> bytes:
        """The JSON body of one call; ``inputs`` as ``arrange`` left them."""

    def read(self, reply: bytes, task: Task, call: Call) -> Answer:
        """The pictures in the reply to a call, in order.

        Raises ``Moderated`` if a filter left none, ``Unusable`` if the reply is not as documented.
        """

    def explain(self, error: InputRejected) -> CallFailed:
        """What the provider's words for a wrong request mean: ``Moderated``, or just that."""


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {"nova_canvas": nova_canvas, "stability": stability}
)
