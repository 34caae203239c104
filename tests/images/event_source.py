"""The other half of a function that works from a queue: Lambda's event source mapping."""

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.images.ghosts import emptied
from tests.images.runtime_api import LambdaRuntimeApi


class EventSource:
    """Does what Lambda's event source mapping does: receives, invokes, deletes what succeeded."""

    def __init__(
        self, runtime_api: LambdaRuntimeApi, aws: tuple[AwsClients, Settings], queue_url: str
    ) -> None:
        self._runtime_api = runtime_api
        self._clients, self._settings = aws
        self._url = queue_url

    @classmethod
    async def of(
        cls, runtime_api: LambdaRuntimeApi, aws: tuple[AwsClients, Settings]
    ) -> "EventSource":
        """Of the normal lane. What earlier tests have left there to be tried again is not ours."""
        return cls(runtime_api, aws, await emptied(aws))

    async def deliver(self, count: int) -> list[str]:
        """Hand over this many messages in one batch; the bodies of those that failed."""
        messages = await self._receive(count)
        event = {"Records": [self._record(message) for message in messages]}
        outcome = self._runtime_api.invoke(event, timeout=timedelta(seconds=60))
        assert not outcome.failed, outcome.body
        failed = {f["itemIdentifier"] for f in outcome.body["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                await self._delete(message["ReceiptHandle"])
        return [m["Body"] for m in messages if m["MessageId"] in failed]

    async def _delete(self, receipt: str) -> None:
        """On AWS, a message that the function itself has buried or parked may be deleted again."""
        sqs = self._clients.sqs
        with suppress(sqs.exceptions.ReceiptHandleIsInvalid):
            await sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    async def _receive(self, count: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        deadline = time.monotonic() + 20
        while len(messages) < count and time.monotonic() < deadline:
            received = await self._clients.sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=count - len(messages),
                WaitTimeSeconds=2,
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            )
            messages += received.get("Messages", [])
        assert len(messages) == count
        return messages

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        region, queue = self._settings.region, self._settings.normal_queue
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{region}:123456789012:{queue}",
            "awsRegion": region,
        }
