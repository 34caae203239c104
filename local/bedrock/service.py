"""The simulated Bedrock itself, without HTTP: an invocation in, a reply or an error out."""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from local.bedrock import models, moderation
from local.bedrock.calls import Call, CallLog
from local.bedrock.dialect import Order, Reply
from local.bedrock.errors import (
    END_OF_LIFE,
    LEGACY_AND_IDLE,
    ModelErrorException,
    ModelTimeoutException,
    ResourceNotFoundException,
    ServiceError,
    ThrottlingException,
)
from local.bedrock.faults import AT_THE_DOOR, Fault, Faults, Plan
from local.bedrock.quota import Quota
from local.bedrock.rules import parse_object

PAINTERS = 2
"""Pictures drawn at once; what bounds the memory, whatever is asked for."""


class NoReply(Exception):
    """The caller is not going to be answered."""


class Hang(NoReply):
    """The connection stays open in silence."""


class Drop(NoReply):
    """The connection is closed."""


class Service:
    """Everything the server remembers, and what it does with a request."""

    def __init__(self, faults: Faults, clock: Callable[[], float] = time.monotonic) -> None:
        self._initial = faults
        self._clock = clock
        self._painters = ThreadPoolExecutor(PAINTERS, thread_name_prefix="painter")
        self.calls = CallLog()
        self.reset()

    def reset(self) -> None:
        """Back to the beginning: the first faults, fresh quotas, an empty record."""
        self._models = models.registry(Random(self._initial.seed))
        self._quota = Quota()
        self.calls.clear()
        self.behave(self._initial)

    def behave(self, faults: Faults) -> None:
        """Behave like this from now on."""
        self._plan = Plan(faults)

    @property
    def faults(self) -> Faults:
        return self._plan.faults

    def close(self) -> None:
        self._painters.shutdown(cancel_futures=True)

    async def invoke(self, identifier: str, request_id: str, raw: bytes) -> Reply:
        """Answer one InvokeModel call; ``ServiceError`` or ``NoReply`` where it fails."""
        model = models.find(self._models, identifier)
        call = self.calls.begin(model.id, request_id, hashlib.sha256(raw).hexdigest())
        status, outcome = 0, "abandoned"
        try:
            reply = await self._answer(model, call, raw)
            status, outcome = 200, "ok"
            return reply
        except ServiceError as error:
            status, outcome = error.status, error.code
            raise
        except NoReply as silence:
            outcome = type(silence).__name__.lower()
            raise
        finally:
            self.calls.end(model.id, call, status, outcome)

    async def _answer(self, model: models.Model, call: Call, raw: bytes) -> Reply:
        plan = self._plan
        self._admit(model.id, plan.faults)
        fault = plan.fault()
        if fault in AT_THE_DOOR:
            raise AT_THE_DOOR[fault]
        order = model.dialect.order(model.id, parse_object(raw))
        if moderation.refuses_prompt(plan.faults, order):
            return model.dialect.prompt_refused()
        await asyncio.sleep(plan.delay().total_seconds())
        if fault is Fault.MODEL_TIMEOUT:
            raise ModelTimeoutException
        if fault is Fault.MODEL_ERROR:
            raise ModelErrorException(model=model.id)
        call.billed_images = len(order.pictures)
        if fault is Fault.HANG:
            raise Hang
        if fault is Fault.DROP:
            raise Drop
        drawn = await self._draw(order, moderation.blocked(plan.faults, order))
        return model.dialect.reply(order, drawn)

    def _admit(self, model: str, faults: Faults) -> None:
        if model in faults.ended:
            raise ResourceNotFoundException(END_OF_LIFE)
        if model in faults.idle:
            raise ResourceNotFoundException(LEGACY_AND_IDLE)
        if not self._quota.take(model, faults.quota(model), self._clock()):
            raise ThrottlingException

    async def _draw(self, order: Order, blocked: frozenset[int]) -> list[bytes | None]:
        """The pictures of an order, drawn off the event loop; None for the blocked ones."""
        loop = asyncio.get_running_loop()
        wanted = {k: picture for k, picture in enumerate(order.pictures) if k not in blocked}
        drawing = (loop.run_in_executor(self._painters, item.draw) for item in wanted.values())
        drawn = dict(zip(wanted, await asyncio.gather(*drawing), strict=True))
        return [drawn.get(k) for k in range(len(order.pictures))]

    def describe(self, identifier: str, authorization: str) -> Mapping[str, Any]:
        """Answer one GetFoundationModel call."""
        model = models.find(self._models, identifier)
        region = _region(authorization)
        faults = self._plan.faults
        if model.id in faults.ended:
            raise ResourceNotFoundException(END_OF_LIFE)
        legacy = model.id in faults.legacy | faults.idle
        return {
            "modelDetails": {
                "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{model.id}",
                "modelId": model.id,
                "modelName": model.name,
                "providerName": model.provider,
                "inputModalities": list(model.inputs),
                "outputModalities": ["IMAGE"],
                "responseStreamingSupported": False,
                "customizationsSupported": [],
                "inferenceTypesSupported": ["ON_DEMAND"],
                "modelLifecycle": {"status": "LEGACY" if legacy else "ACTIVE"},
            }
        }


def _region(authorization: str) -> str:
    """The region a request was signed for."""
    scope = re.search(r"Credential=[^/]+/\d+/([a-z0-9-]+)/", authorization)
    return scope[1] if scope else "us-west-2"
