"""The contract of ``Probe``."""

import pytest

from local.resources import make
from shared.adapters.aws import AwsClients
from shared.adapters.aws_probes import BucketProbe, QueueProbe, TableProbe
from shared.adapters.memory import MemoryProbe
from shared.errors import StoreUnavailable
from shared.ports.probes import Probe
from tests.contract.conftest import Aws


def probes(clients: AwsClients, *, table: str, queue: str, bucket: str) -> list[Probe]:
    return [
        TableProbe(clients.dynamodb, table),
        QueueProbe(clients.sqs, queue),
        BucketProbe(clients.s3, bucket),
    ]


async def test_what_is_there_passes(aws: Aws | None) -> None:
    there: list[Probe] = [MemoryProbe("memory")]
    if aws is not None:
        await make(aws.settings, aws.clients)
        names = aws.settings
        there = probes(
            aws.clients, table=names.jobs_table, queue=names.normal_queue, bucket=names.bucket
        )
    for probe in there:
        await probe.check()


async def test_what_was_never_made_is_unavailable(aws: Aws | None) -> None:
    missing: list[Probe] = [MemoryProbe("memory of something", down="there is no something")]
    if aws is not None:
        name = {kind: f"no-such-{kind}-something" for kind in ("table", "queue", "bucket")}
        missing = probes(aws.clients, **name)
    for probe in missing:
        with pytest.raises(StoreUnavailable, match=r".+"):
            await probe.check()
        assert "something" in probe.name


async def test_what_cannot_be_reached_is_unavailable(nowhere: AwsClients) -> None:
    for probe in probes(nowhere, table="a-table", queue="a-queue", bucket="a-bucket"):
        with pytest.raises(StoreUnavailable, match="could not be asked"):
            await probe.check()
