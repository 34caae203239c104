"""The contract of ``Submissions``."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_submissions import DynamoSubmissions
from shared.adapters.memory import MemorySubmissions
from shared.errors import StoreUnavailable
from shared.ports.submissions import Submissions
from tests.builders import MINUTE, NOON, SECOND, a_job, a_submission
from tests.contract.conftest import Aws

EXPIRES = NOON + 60 * MINUTE


@pytest.fixture
async def submissions(aws: Aws | None) -> Submissions:
    if aws is None:
        return MemorySubmissions()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoSubmissions(aws.clients.dynamodb, aws.settings.ledger_table)


async def test_the_first_with_a_key_is_kept(submissions: Submissions) -> None:
    first = a_submission()
    assert await submissions.begin("ada", "k", first, expires_at=EXPIRES) == first


async def test_a_repetition_finds_the_first(submissions: Submissions) -> None:
    first, second = a_submission(), a_submission(fingerprint="another", since=NOON + MINUTE)
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    assert await submissions.begin("ada", "k", second, expires_at=EXPIRES) == first


@pytest.mark.parametrize(("owner", "key"), [("eve", "k"), ("ada", "K"), ("ada", "k" * 255)])
async def test_records_are_told_apart_by_owner_and_key(
    submissions: Submissions, owner: str, key: str
) -> None:
    await submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES)
    other = a_submission()
    assert await submissions.begin(owner, key, other, expires_at=EXPIRES) == other


async def test_a_record_past_its_end_counts_as_none(submissions: Submissions) -> None:
    first = a_submission()
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    in_time = a_submission(since=EXPIRES - SECOND)
    assert await submissions.begin("ada", "k", in_time, expires_at=EXPIRES + MINUTE) == first
    late = a_submission(since=EXPIRES)
    assert await submissions.begin("ada", "k", late, expires_at=EXPIRES + MINUTE) == late


@pytest.mark.concurrent
async def test_of_many_that_begin_at_once_one_is_kept(submissions: Submissions) -> None:
    rivals = [a_submission() for _ in range(20)]
    kept = await asyncio.gather(
        *(submissions.begin("ada", "k", rival, expires_at=EXPIRES) for rival in rivals)
    )
    assert len(set(kept)) == 1
    assert kept[0] in rivals


async def test_a_record_can_be_taken_over(submissions: Submissions) -> None:
    first, instead = a_submission(), a_submission(since=NOON + MINUTE)
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    assert await submissions.take_over("ada", "k", first, instead)
    assert await submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES) == instead
    later = a_submission(since=EXPIRES)
    assert await submissions.begin("ada", "k", later, expires_at=EXPIRES + MINUTE) == later


@pytest.mark.parametrize(
    "seen",
    [
        {"since": NOON + SECOND},
        {"fingerprint": "another"},
        {"job_id": a_job().id},
    ],
)
async def test_a_record_that_is_not_as_seen_cannot_be_taken_over(
    submissions: Submissions, seen: dict[str, Any]
) -> None:
    first = a_submission()
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    assert not await submissions.take_over("ada", "k", replace(first, **seen), a_submission())
    assert await submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES) == first


async def test_a_record_that_is_gone_cannot_be_taken_over(submissions: Submissions) -> None:
    assert not await submissions.take_over("ada", "k", a_submission(), a_submission())


@pytest.mark.concurrent
async def test_one_of_many_callers_takes_over(submissions: Submissions) -> None:
    first, rivals = a_submission(), [a_submission() for _ in range(20)]
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    won = await asyncio.gather(
        *(submissions.take_over("ada", "k", first, rival) for rival in rivals)
    )
    assert sorted(won) == [False] * 19 + [True]
    kept = await submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES)
    assert kept == rivals[won.index(True)]


async def test_a_dropped_record_is_forgotten(submissions: Submissions) -> None:
    first, second = a_submission(), a_submission()
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    await submissions.drop("ada", "k", first.job_id)
    assert await submissions.begin("ada", "k", second, expires_at=EXPIRES) == second


async def test_a_record_for_another_job_is_not_dropped(submissions: Submissions) -> None:
    first = a_submission()
    await submissions.begin("ada", "k", first, expires_at=EXPIRES)
    await submissions.drop("ada", "k", a_job().id)
    assert await submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES) == first


async def test_dropping_what_is_not_there_changes_nothing(submissions: Submissions) -> None:
    await submissions.drop("ada", "k", a_job().id)
    first = a_submission()
    assert await submissions.begin("ada", "k", first, expires_at=EXPIRES) == first


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    submissions = DynamoSubmissions(nowhere.dynamodb, "canvas-ledger")
    ends = await asyncio.gather(
        submissions.begin("ada", "k", a_submission(), expires_at=EXPIRES),
        submissions.take_over("ada", "k", a_submission(), a_submission()),
        submissions.drop("ada", "k", a_job().id),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 3
