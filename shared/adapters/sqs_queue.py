"""The queue in SQS: a standard queue for each lane, fair between owners, and one for the dead."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws_errors import code, store_errors, words
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.queue import Delivery

_TRACE = "traceparent"
_REASON = "reason"
_NO_LONGER_OURS = {
    "AWS.SimpleQueueService.MessageNotInflight",
    "MessageNotInflight",
    "ReceiptHandleIsInvalid",
}


class SqsQueue:
    """Knows queues by name; their URLs are asked of SQS once."""

    def __init__(self, client: Any, normal: str, low: str, dead: str) -> None:
        self._client = client
        self._lanes = {Lane.NORMAL: normal, Lane.LOW: low}
        self._dead = dead
        self._urls: dict[str, str] = {}

    async def send(
        self,
        message: JobMessage,
        *,
        lane: Lane,
        owner: str,
        delay: timedelta = timedelta(),
        trace: str | None = None,
    ) -> None:
        with store_errors():
            await self._client.send_message(
                QueueUrl=await self._url(self._lanes[lane]),
                MessageBody=message.model_dump_json(exclude_none=True),
                MessageGroupId=owner,
                DelaySeconds=_seconds(delay),
                MessageAttributes=_attributes(**{_TRACE: trace}),
            )

    async def receive(self, lane: Lane, *, at_most: int, wait: timedelta) -> list[Delivery]:
        messages = await self._receive(self._lanes[lane], at_most, wait)
        return [_delivery(message, lane) for message in messages]

    async def dead_letters(self, *, at_most: int) -> list[Delivery]:
        messages = await self._receive(self._dead, at_most, timedelta())
        return [replace(_delivery(message, Lane.NORMAL), dead=True) for message in messages]

    async def _receive(self, name: str, at_most: int, wait: timedelta) -> list[dict[str, Any]]:
        with store_errors():
            reply = await self._client.receive_message(
                QueueUrl=await self._url(name),
                MaxNumberOfMessages=at_most,
                WaitTimeSeconds=_seconds(wait),
                MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
                MessageAttributeNames=[_TRACE],
            )
        messages: list[dict[str, Any]] = reply.get("Messages", [])
        return messages

    async def delete(self, delivery: Delivery) -> None:
        try:
            with store_errors():
                await self._client.delete_message(
                    QueueUrl=await self._url(self._place(delivery)),
                    ReceiptHandle=delivery.receipt,
                )
        except ClientError as error:
            _let_pass(error)

    async def hide(self, delivery: Delivery, span: timedelta) -> None:
        try:
            with store_errors():
                await self._client.change_message_visibility(
                    QueueUrl=await self._url(self._place(delivery)),
                    ReceiptHandle=delivery.receipt,
                    VisibilityTimeout=_seconds(span),
                )
        except ClientError as error:
            _let_pass(error)

    async def bury(self, delivery: Delivery, reason: str) -> None:
        group = {"MessageGroupId": delivery.owner} if delivery.owner else {}
        with store_errors():
            await self._client.send_message(
                QueueUrl=await self._url(self._dead),
                MessageBody=delivery.body,
                MessageAttributes=_attributes(**{_REASON: reason, _TRACE: delivery.trace}),
                **group,
            )
        await self.delete(delivery)

    def _place(self, delivery: Delivery) -> str:
        return self._dead if delivery.dead else self._lanes[delivery.lane]

    async def _url(self, name: str) -> str:
        if name not in self._urls:
            reply = await self._client.get_queue_url(QueueName=name)
            self._urls[name] = reply["QueueUrl"]
        return self._urls[name]


def _let_pass(error: ClientError) -> None:
    """A message that was deleted, or that another has received since, is not ours to touch."""
    gone = code(error) in _NO_LONGER_OURS or (
        # SQS words it so for a standard queue: “Value … for parameter ReceiptHandle is invalid.
        # Reason: Message does not exist or is not available for visibility timeout change.”
        code(error) == "InvalidParameterValue" and "ReceiptHandle" in words(error)
    )
    if not gone:
        raise error


def _delivery(message: dict[str, Any], lane: Lane) -> Delivery:
    system = message.get("Attributes", {})
    trace = message.get("MessageAttributes", {}).get(_TRACE)
    return Delivery(
        body=message["Body"],
        receipt=message["ReceiptHandle"],
        message_id=message["MessageId"],
        receives=int(system["ApproximateReceiveCount"]),
        owner=system.get("MessageGroupId"),
        # Anybody may have sent it, with an attribute of that name that is no text.
        trace=trace and trace.get("StringValue"),
        lane=lane,
    )


def _attributes(**values: str | None) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in values.items()
        if value
    }


def _seconds(span: timedelta) -> int:
    return max(0, int(span.total_seconds()))
