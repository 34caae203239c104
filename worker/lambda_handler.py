"""AWS Lambda entry point: an SQS batch in, the failed deliveries out."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.clock import Clock, system_clock
from shared.lines import Lane
from shared.ports.queue import Delivery
from worker.environment import environment
from worker.mailbox import Verdict
from worker.processor import Processor
from worker.shift import Shift

logger = logging.getLogger(__name__)

RESERVE = timedelta(seconds=10)
"""Kept at the end of an invocation to hand back what is not finished."""
CALL_TAKES = timedelta(seconds=60)
"""No job that had to wait is begun with less time than this, or half of what there was: its calls
would be paid for in vain."""


@dataclass(frozen=True)
class Runtime:
    """What a batch is handled with."""

    runner: asyncio.Runner
    processor: Processor
    low_queue: str
    clock: Clock = system_clock

    def answer(self, event: dict[str, Any], left: timedelta) -> dict[str, Any]:
        """Handle a batch at once, within the time that is left of the invocation.

        Lambda deletes what is not named in ``batchItemFailures`` (ReportBatchItemFailures).
        """
        deliveries = [self._delivery(record) for record in event["Records"]]
        batch = run_batch(self.processor, deliveries, left - RESERVE, self.clock)
        failed = self.runner.run(batch)
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def _delivery(self, record: dict[str, Any]) -> Delivery:
        """An event record as a delivery (Lambda developer guide, with-sqs)."""
        attributes = record.get("attributes", {})
        trace = record.get("messageAttributes", {}).get("traceparent", {}).get("stringValue")
        low = record["eventSourceARN"].rsplit(":", 1)[-1] == self.low_queue
        return Delivery(
            body=record["body"],
            receipt=record["receiptHandle"],
            message_id=record["messageId"],
            receives=int(attributes.get("ApproximateReceiveCount", 1)),
            owner=attributes.get("MessageGroupId"),
            trace=trace,
            lane=Lane.LOW if low else Lane.NORMAL,
        )


async def run_batch(
    processor: Processor, deliveries: Sequence[Delivery], budget: timedelta, clock: Clock
) -> list[str]:
    """Handle deliveries at once; hand back, in the end, what is not finished within the budget.

    Returns the ids of the messages that must come again.
    """
    if not deliveries:
        return []
    shift = Shift(clock, clock() + max(budget - CALL_TAKES, budget / 2))
    tasks = {
        asyncio.create_task(processor.handle(delivery, shift)): delivery.message_id
        for delivery in deliveries
    }
    _, late = await asyncio.wait(tasks, timeout=budget.total_seconds())
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return [message for task, message in tasks.items() if _must_return(task)]


def _must_return(task: asyncio.Task[Verdict]) -> bool:
    if task.cancelled():
        return True
    if error := task.exception():
        logger.error("a delivery could not be handled", exc_info=error)
        return True
    return task.result() is Verdict.KEEP


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    here = environment()
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    runtime = Runtime(here.runner, here.worker.processor, here.settings.low_queue)
    return runtime.answer(event, left)
