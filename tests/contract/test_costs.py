"""What a job costs in requests to AWS: few, and counted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from random import Random

import pytest
from aiobotocore.session import AioSession

from infra.costs import Job as JobOnAws
from local.resources import make, tables
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_jobs import DynamoJobStore
from shared.adapters.dynamo_meters import DynamoMeters
from shared.adapters.dynamo_pools import DynamoPools
from shared.adapters.dynamo_spending import DynamoSpending
from shared.adapters.dynamo_submissions import DynamoSubmissions
from shared.adapters.dynamo_uploads import DynamoUploads
from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.catalog import Catalog
from shared.clock import system_clock
from shared.limits import Limits
from shared.money import micros
from shared.statuses import JobStatus
from tests.local_settings import own_settings
from tests.metering import WRITES, Meter, MeteredDynamo
from tests.scripted_models import ScriptedModels
from tests.service import CORE, NOVA, Service, Stores, assembled

MILLION = 1_000_000
WRITE, READ, MESSAGE = 0.625 / MILLION, 0.125 / MILLION, 0.5 / MILLION
"""Dollars for a unit, and for a request to a queue with message groups: us-east-1, 2026."""


@dataclass(frozen=True)
class Metered:
    service: Service
    meter: Meter


@pytest.fixture
async def metered(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[Metered]:
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as aws:
        await make(settings, aws)
        meter, ledger = Meter(), settings.ledger_table
        client = MeteredDynamo(aws.dynamodb, tables(settings), meter)
        memory = Stores.in_memory(system_clock)
        stores = replace(
            memory,
            jobs=DynamoJobStore(client, settings.jobs_table),
            meters=DynamoMeters(client, ledger),
            spending=DynamoSpending(client, ledger),
            pools=DynamoPools(client, ledger),
            submissions=DynamoSubmissions(client, ledger),
            uploads=DynamoUploads(client, ledger),
        )
        darkroom = PillowDarkroom()
        service = assembled(
            stores,
            models=ScriptedModels(),
            darkroom=darkroom,
            catalog=Catalog.load(enabled=frozenset({NOVA}), requests_per_minute=6000),
            limits=Limits(
                stores.meters,
                stores.spending,
                per_owner=99,
                per_network=99,
                spend_a_day=micros("9"),
            ),
            memory=512 * MILLION,
            clock=system_clock,
            random=Random(1),
        )
        yield Metered(service, meter)
        darkroom.close()


PROMPT = "a red fox in a snowy forest at dawn, soft light, a shallow depth of field, film grain"


async def spent_on(metered: Metered, **order: object) -> Meter:
    """What a job costs, once the rows are there that it shares with others."""
    for _ in range(2):
        vars(metered.meter).update(vars(Meter()))
        job = await metered.service.submit(prompt=PROMPT, **order)
        assert (await metered.service.finish(job)).status is JobStatus.SUCCEEDED
    return metered.meter


def usd(meter: Meter, messages: float) -> float:
    """Of a thousand such jobs, each with so many requests to the queue."""
    return 1000 * (meter.written * WRITE + meter.read * READ + messages * MESSAGE)


async def test_a_thousand_jobs_cost_less_than_two_cents(metered: Metered) -> None:
    meter = await spent_on(metered)
    # The limits are three writes and the job four; the line, the slot and the money one each.
    assert sum(meter.requests[write] for write in WRITES) == 10
    # What docs/deploy.md tells of money counts on this.
    assert meter.written <= JobOnAws().writes
    # A message is sent, received with nine others, and deleted.
    assert usd(meter, 2.1) < 0.02


async def test_a_job_of_three_calls_costs_little_more(metered: Metered) -> None:
    meter = await spent_on(metered, model=CORE, n=3)
    # Two more slots, and two more calls that are kept.
    assert sum(meter.requests[write] for write in WRITES) == 14
    assert usd(meter, 2.1) < 0.03
