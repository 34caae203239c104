"""The queues: a lane for ordinary jobs, one for those that can wait, and one for dead letters."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

LEASE = cdk.Duration.seconds(60)
"""A poller hides a message for as long as it holds the job, and renews both."""
FUNCTION_TIMES = 6
"""AWS asks for a visibility of six times the function's timeout, so that a batch that Lambda holds
back, because the function is at its limit, is not shown to another in the meantime."""
MOST_RECEIVES = 10
"""Above the attempts a job has, so that the job's own count ends it first."""
LETTERS_KEPT = cdk.Duration.days(14)
MESSAGES_KEPT = cdk.Duration.days(14)
"""As long as SQS can; a message that is lost all the same is sent again by the reconciler."""
LONG_POLL = cdk.Duration.seconds(20)


class Queues(Construct):
    """Two lanes that send their dead to one queue.

    ``function_timeout`` is how long the worker's function may run; None if pollers work.
    """

    def __init__(self, scope: Construct, id: str, *, function_timeout: cdk.Duration | None) -> None:
        super().__init__(scope, id)
        self.dead = self._queue("Dead", retention_period=LETTERS_KEPT)
        hidden = _visibility(function_timeout)
        self.normal, self.low = (
            self._queue(
                lane,
                visibility_timeout=hidden,
                receive_message_wait_time=LONG_POLL,
                retention_period=MESSAGES_KEPT,
                dead_letter_queue=sqs.DeadLetterQueue(
                    queue=self.dead, max_receive_count=MOST_RECEIVES
                ),
            )
            for lane in ("Normal", "Low")
        )

    @property
    def lanes(self) -> tuple[sqs.Queue, sqs.Queue]:
        return self.normal, self.low

    def variables(self) -> dict[str, str]:
        return {
            "CANVAS_NORMAL_QUEUE": self.normal.queue_name,
            "CANVAS_LOW_QUEUE": self.low.queue_name,
            "CANVAS_DEAD_QUEUE": self.dead.queue_name,
        }

    def _queue(self, id: str, **properties: Any) -> sqs.Queue:
        return sqs.Queue(
            self, id, enforce_ssl=True, encryption=sqs.QueueEncryption.SQS_MANAGED, **properties
        )


def _visibility(function_timeout: cdk.Duration | None) -> cdk.Duration:
    if function_timeout is None:
        return LEASE
    return cdk.Duration.seconds(FUNCTION_TIMES * function_timeout.to_seconds())
