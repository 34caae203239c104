"""Whether the table, the queue and the bucket are there and answer."""

from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws_errors import code, store_errors
from shared.errors import StoreUnavailable


class TableProbe:
    def __init__(self, client: Any, table: str) -> None:
        self.name = f"table {table}"
        self._client = client
        self._table = table

    async def check(self) -> None:
        with store_errors():
            reply = await self._client.describe_table(TableName=self._table)
        state = reply["Table"]["TableStatus"]
        if state not in ("ACTIVE", "UPDATING"):
            raise StoreUnavailable(f"The table {self._table} is {state}.")


class QueueProbe:
    def __init__(self, client: Any, queue: str) -> None:
        self.name = f"queue {queue}"
        self._client = client
        self._queue = queue

    async def check(self) -> None:
        with store_errors():
            await self._client.get_queue_url(QueueName=self._queue)


class BucketProbe:
    def __init__(self, client: Any, bucket: str) -> None:
        self.name = f"bucket {bucket}"
        self._client = client
        self._bucket = bucket

    async def check(self) -> None:
        try:
            with store_errors():
                await self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            # A HEAD has no body, so S3 can say no more than the status.
            raise StoreUnavailable(
                f"The bucket {self._bucket} does not answer: {code(error)}."
            ) from error
