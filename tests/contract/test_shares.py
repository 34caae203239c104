"""The contract of ``Shares``."""

import asyncio
from typing import Any

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_shares import DynamoShares
from shared.adapters.memory import MemoryShares
from shared.errors import StoreUnavailable
from shared.shares import Share, Shares
from tests.builders import MINUTE, NOON, a_job
from tests.contract.conftest import Aws


@pytest.fixture
async def shares(aws: Aws | None) -> Shares:
    if aws is None:
        return MemoryShares()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoShares(aws.clients.dynamodb, aws.settings.ledger_table)


def a_share(**fields: Any) -> Share:
    defaults: dict[str, Any] = {
        "fingerprint": "f" * 26,
        "job_id": a_job().id,
        "owner": "ada",
        "created_at": NOON,
        "expires_at": NOON + MINUTE,
        "show_settings": True,
    }
    return Share(**{**defaults, **fields})


async def test_a_share_is_found_by_its_job_and_fingerprint_as_it_was_kept(shares: Shares) -> None:
    share = a_share()
    await shares.add(share)
    assert await shares.find(share.job_id, share.fingerprint) == share
    assert await shares.find(share.job_id, "e" * 26) is None
    assert await shares.find(a_job().id, share.fingerprint) is None


async def test_the_shares_of_a_job_are_all_found_and_no_others(shares: Shares) -> None:
    job_id = a_job().id
    own = [a_share(job_id=job_id, fingerprint=f"{k:026}") for k in range(3)]
    for share in (*own, a_share()):
        await shares.add(share)
    found = await shares.of_job(job_id)
    assert sorted(found, key=lambda share: share.fingerprint) == own
    assert await shares.of_job(a_job().id) == []


async def test_a_share_is_taken_back_once(shares: Shares) -> None:
    share = a_share()
    await shares.add(share)
    await shares.revoke(share, NOON + MINUTE)
    await shares.revoke(share, NOON + 2 * MINUTE)
    revoked = share.model_copy(update={"revoked_at": NOON + MINUTE})
    assert await shares.find(share.job_id, share.fingerprint) == revoked
    assert await shares.of_job(share.job_id) == [revoked]


async def test_a_share_that_is_not_there_stays_so_when_it_is_taken_back(shares: Shares) -> None:
    share = a_share()
    await shares.revoke(share, NOON)
    assert await shares.find(share.job_id, share.fingerprint) is None


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    shares, share = DynamoShares(nowhere.dynamodb, "canvas-ledger"), a_share()
    ends = await asyncio.gather(
        shares.add(share),
        shares.find(share.job_id, share.fingerprint),
        shares.of_job(share.job_id),
        shares.revoke(share, NOON),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 4
