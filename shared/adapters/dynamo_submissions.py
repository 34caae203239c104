"""Idempotency records in DynamoDB."""

from datetime import datetime
from typing import Any

from shared.adapters.dynamo_errors import Refused, dynamo_errors
from shared.adapters.dynamo_keys import (
    TTL_ATTRIBUTE,
    Item,
    epoch,
    moment,
    number,
    stamp,
    submission_key,
    text,
)
from shared.messages import JobId
from shared.ports.submissions import Submission


class DynamoSubmissions:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def begin(
        self, owner: str, key: str, submission: Submission, *, expires_at: datetime
    ) -> Submission:
        try:
            with dynamo_errors():
                await self._client.put_item(
                    TableName=self._table,
                    Item={
                        **submission_key(owner, key),
                        "fingerprint": text(submission.fingerprint),
                        "job_id": text(submission.job_id),
                        "begun_at": text(stamp(submission.since)),
                        "expires_at": text(stamp(expires_at)),
                        TTL_ATTRIBUTE: number(epoch(expires_at)),
                    },
                    ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
                    ExpressionAttributeValues={":now": text(stamp(submission.since))},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except Refused as refusal:
            return _submission_from(refusal.kept)
        return submission

    async def take_over(self, owner: str, key: str, seen: Submission, instead: Submission) -> bool:
        try:
            with dynamo_errors():
                await self._client.update_item(
                    TableName=self._table,
                    Key=submission_key(owner, key),
                    UpdateExpression="SET fingerprint = :fingerprint, job_id = :job,"
                    " begun_at = :since",
                    ConditionExpression="fingerprint = :seen_fingerprint AND job_id = :seen_job"
                    " AND begun_at = :seen_since",
                    ExpressionAttributeValues={
                        **_named(instead, ":"),
                        **_named(seen, ":seen_"),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except Refused as refusal:
            # The SDK may have asked again because it lost the reply to a write that won.
            return _submission_from(refusal.kept) == instead if refusal.kept else False
        return True

    async def drop(self, owner: str, key: str, job_id: JobId) -> None:
        try:
            with dynamo_errors():
                await self._client.delete_item(
                    TableName=self._table,
                    Key=submission_key(owner, key),
                    ConditionExpression="job_id = :job",
                    ExpressionAttributeValues={":job": text(job_id)},
                )
        except Refused:
            return  # It is gone, or for another job by now.


def _named(submission: Submission, prefix: str) -> Item:
    """The parts of a record as values of an expression."""
    return {
        f"{prefix}fingerprint": text(submission.fingerprint),
        f"{prefix}job": text(submission.job_id),
        f"{prefix}since": text(stamp(submission.since)),
    }


def _submission_from(row: Item) -> Submission:
    return Submission(
        fingerprint=row["fingerprint"]["S"],
        job_id=row["job_id"]["S"],
        since=moment(row["begun_at"]["S"]),
    )
