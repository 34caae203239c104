"""What each part of the service may do, and nothing else: its policies, action by action.

A test reads the adapters that a part is wired with and compares the calls they make with this.
"""

from collections.abc import Iterable, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from infra.models import CallableModel
from infra.queues import Queues
from infra.review import accept_wildcard, arn_of, policy_of
from infra.storage import DUE_INDEX, OWNER_INDEX, Storage, index_arns

READS = ("GetItem", "BatchGetItem")
ROW_WRITES = ("PutItem", "UpdateItem")
FORGETS = ("DeleteItem",)
RECEIVES = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")
PROBES = ("DescribeTable",)


class Permissions:
    """Grants to the roles of one deployment."""

    def __init__(
        self,
        stack: cdk.Stack,
        storage: Storage,
        queues: Queues,
        models: Sequence[CallableModel],
        text_models: Sequence[CallableModel],
    ) -> None:
        self._stack = stack
        self._storage = storage
        self._queues = queues
        self._models = models
        self._text_models = text_models

    def to_frontend(self, role: iam.Role) -> None:
        """Keep jobs and send their ids, keep small pictures, sign uploads, help with prompts."""
        self._tables(role, READS + ROW_WRITES + PROBES, FORGETS)
        self._queue(role, "SendMessage", *self._queues.lanes)
        self._queue(role, "GetQueueUrl", *self._queues.lanes)
        self._objects(role, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        # The forms that pages upload with are signed by this role, and can do what it can.
        self._list(role)
        self._ask_about_models(role)
        self._invoke(role, self._text_models)

    def to_worker(self, role: iam.Role) -> None:
        """Receive and park, claim and settle, fetch and keep pictures, call models."""
        self._tables(role, READS + ROW_WRITES, FORGETS)
        # A poller sweeps, too, and sees to the dead letters.
        for action in (*RECEIVES, "SendMessage", "GetQueueUrl"):
            self._queue(role, action, *self._queues.lanes, self._queues.dead)
        self._objects(role, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        self._list(role)
        self._invoke(role, self._models)

    def to_reconciler(self, role: iam.Role) -> None:
        """Find what is due and send, end or erase it, and see to the dead letters; it receives no
        work and calls no models."""
        self._tables(role, READS + ROW_WRITES, FORGETS)
        for action in RECEIVES:
            self._queue(role, action, self._queues.dead)
        for action in ("SendMessage", "GetQueueUrl"):
            self._queue(role, action, *self._queues.lanes, self._queues.dead)
        self._objects(role, "s3:GetObject", "s3:DeleteObject")
        self._list(role)

    def _tables(self, role: iam.Role, both: Iterable[str], only_ledger: Iterable[str] = ()) -> None:
        jobs, ledger = self._storage.jobs, self._storage.ledger
        _allow(role, _dynamodb(both), [jobs.table_arn, ledger.table_arn])
        # The shares of a job, and the refunds of a day, lie side by side in the ledger.
        _allow(
            role,
            ["dynamodb:Query"],
            [
                *index_arns(jobs, OWNER_INDEX, DUE_INDEX),
                *index_arns(ledger, DUE_INDEX),
                ledger.table_arn,
            ],
        )
        _allow(role, _dynamodb(only_ledger), [ledger.table_arn])

    def _queue(self, role: iam.Role, action: str, *queues: sqs.Queue) -> None:
        _allow(role, [f"sqs:{action}"], [queue.queue_arn for queue in queues])

    def _objects(self, role: iam.Role, *actions: str) -> None:
        bucket = self._storage.pictures
        for folder in ("uploads", "artifacts"):
            accept_wildcard(
                policy_of(role), f"{arn_of(bucket)}/{folder}/*", "Every object below the folder."
            )
        _allow(role, actions, [f"{bucket.bucket_arn}/{f}/*" for f in ("uploads", "artifacts")])

    def _list(self, role: iam.Role) -> None:
        """Who may not list a bucket is not told that an object is missing, only that it may not
        be read."""
        _allow(role, ["s3:ListBucket"], [self._storage.pictures.bucket_arn])

    def _invoke(self, role: iam.Role, models: Sequence[CallableModel]) -> None:
        partition, account = self._stack.partition, self._stack.account
        arns = {arn for model in models for arn in model.invoke_arns(partition, account)}
        _allow(role, ["bedrock:InvokeModel"], sorted(arns))
        for arn in filter(lambda arn: ":*:" in arn, arns):
            accept_wildcard(
                policy_of(role),
                arn.replace(partition, "<AWS::Partition>"),
                "A global inference profile may send a request to any region.",
            )

    def _ask_about_models(self, role: iam.Role) -> None:
        arns = {m.foundation_arn(self._stack.partition, m.region) for m in self._models}
        _allow(role, ["bedrock:GetFoundationModel"], sorted(arns))


def _dynamodb(actions: Iterable[str]) -> list[str]:
    return [f"dynamodb:{action}" for action in actions]


def _allow(role: iam.Role, actions: Sequence[str], resources: Sequence[str]) -> None:
    if actions:
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
