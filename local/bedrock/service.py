"""The simulated Bedrock itself, without HTTP: an invocation in, a reply or an error out."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from local.bedrock import models, moderation
from local.bedrock.calls import Call, CallLog
from local.bedrock.control import Control
from local.bedrock.converse import Writer
from local.bedrock.dialect import Dialect, Order, Reply
from local.bedrock.errors import (
    END_OF_LIFE,
    LEGACY_AND_IDLE,
    NO_CONVERSATION,
    ModelErrorException,
    ModelTimeoutException,
    ResourceNotFoundException,
    ServiceError,
    ThrottlingException,
    ValidationException,
)
from local.bedrock.faults import AT_THE_DOOR, Fault, Faults, Plan
from local.bedrock.quota import Quota
from local.bedrock.rules import parse_object

PAINTERS = 2
"""Pictures drawn at once; what bounds the memory, whatever is asked for."""
LARGE = 100_000
"""Bodies of more bytes hold pictures and are read off the event loop, one after the other."""

Answer = TypeVar("Answer")


class NoReply(Exception):
    """The caller is not going to be answered."""


class Hang(NoReply):
    """The connection stays open in silence."""


class Drop(NoReply):
    """The connection is closed."""


class Service:
    """Everything the server remembers, and what it does with a request."""

    def __init__(
        self,
        faults: Faults,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._initial = faults
        self._clock = clock
        self._today = today
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="reader")
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
        for workers in (self._readers, self._painters):
            workers.shutdown(cancel_futures=True)

    async def invoke(self, identifier: str, request_id: str, raw: bytes) -> Reply:
        """Answer one InvokeModel call; ``ServiceError`` or ``NoReply`` where it fails."""
        model = models.find(self._models, identifier)
        with self._recorded(model, request_id, raw) as call:
            if isinstance(model.dialect, Writer):
                raise ValidationException(f"The model {model.id} is simulated for Converse only.")
            fault = self._admit(model)
            return await self._picture(model.id, model.dialect, call, raw, fault)

    async def converse(self, identifier: str, request_id: str, raw: bytes) -> Reply:
        """Answer one Converse call; ``ServiceError`` or ``NoReply`` where it fails."""
        model = models.find(self._models, identifier)
        with self._recorded(model, request_id, raw):
            if not isinstance(model.dialect, Writer):
                raise ValidationException(NO_CONVERSATION)
            fault = self._admit(model)
            return await self._text(model.id, model.dialect, raw, fault)

    @contextmanager
    def _recorded(self, model: models.Model, request_id: str, raw: bytes) -> Iterator[Call]:
        """Remember a call and how it ends."""
        call = self.calls.begin(model.id, request_id, hashlib.sha256(raw).hexdigest())
        status, outcome = 0, "abandoned"
        try:
            yield call
            status, outcome = 200, "ok"
        except ServiceError as error:
            status, outcome = error.status, error.code
            raise
        except NoReply as silence:
            outcome = type(silence).__name__.lower()
            raise
        finally:
            self.calls.end(model.id, call, status, outcome)

    def _admit(self, model: models.Model) -> Fault:
        """Let a call in, with the fault that is to befall it, or refuse it at the door."""
        faults = self._plan.faults
        if faults.is_ended(model.names, self._today()):
            raise ResourceNotFoundException(END_OF_LIFE)
        if faults.is_idle(model.names):
            raise ResourceNotFoundException(LEGACY_AND_IDLE)
        if not self._quota.take(model.id, faults.quota(model.id), self._clock()):
            raise ThrottlingException
        fault = self._plan.fault()
        if fault in AT_THE_DOOR:
            raise AT_THE_DOOR[fault]
        return fault

    async def _picture(
        self, model: str, dialect: Dialect, call: Call, raw: bytes, fault: Fault
    ) -> Reply:
        plan = self._plan
        order, bad_input = await self._read(model, dialect, raw)
        if moderation.refuses_prompt(plan.faults, order):
            return dialect.prompt_refused()
        if bad_input:
            return dialect.input_refused()
        await asyncio.sleep(plan.delay().total_seconds())
        _break_down(fault, model)
        if fault is Fault.INFERENCE_ERROR:
            return dialect.failed(model)
        call.billed_images = len(order.pictures)
        _fall_silent(fault)
        drawn = await self._draw(order, moderation.blocked(plan.faults, order))
        return await _run(self._painters, lambda: dialect.reply(order, drawn))

    async def _text(self, model: str, writer: Writer, raw: bytes, fault: Fault) -> Reply:
        plan = self._plan
        began = self._clock()
        conversation = writer.read(parse_object(raw))
        await asyncio.sleep(plan.delay().total_seconds())
        _break_down(fault, model)
        if fault is Fault.INFERENCE_ERROR:
            raise ModelErrorException(model=model)
        _fall_silent(fault)
        written = writer.write(
            conversation,
            refused=moderation.refuses_text(plan.faults, conversation.words),
            endless=moderation.never_ends(plan.faults, conversation.words),
        )
        latency = round(1000 * (self._clock() - began))
        return {**written, "metrics": {"latencyMs": latency}}

    async def _read(self, model: str, dialect: Dialect, raw: bytes) -> tuple[Order, bool]:
        """The order in a body, and whether one of its pictures is refused."""
        faults = self._plan.faults

        def read() -> tuple[Order, bool]:
            order = dialect.order(model, parse_object(raw))
            return order, moderation.refuses_input(faults, order)

        return await _run(self._readers, read) if len(raw) > LARGE else read()

    async def _draw(self, order: Order, blocked: frozenset[int]) -> list[bytes | None]:
        """The pictures of an order, drawn off the event loop; None for the blocked ones."""
        loop = asyncio.get_running_loop()
        wanted = {k: picture for k, picture in enumerate(order.pictures) if k not in blocked}
        drawing = (loop.run_in_executor(self._painters, item.draw) for item in wanted.values())
        drawn = dict(zip(wanted, await asyncio.gather(*drawing), strict=True))
        return [drawn.get(k) for k in range(len(order.pictures))]

    def control(self, authorization: str) -> Control:
        """The control plane as it is now, for who signed a request like this."""
        return Control(
            self._models, self._plan.faults, authorization=authorization, now=self._today()
        )


def _break_down(fault: Fault, model: str) -> None:
    """Fail after the wait, before a picture is made."""
    if fault is Fault.MODEL_TIMEOUT:
        raise ModelTimeoutException
    if fault is Fault.MODEL_ERROR:
        raise ModelErrorException(model=model)


def _fall_silent(fault: Fault) -> None:
    """Fail once the work is done and paid for."""
    if fault is Fault.HANG:
        raise Hang
    if fault is Fault.DROP:
        raise Drop


async def _run(workers: Executor, work: Callable[[], Answer]) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(workers, work)
