"""The contract of ``Uploads``."""

import asyncio
from datetime import timedelta

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_uploads import DynamoUploads
from shared.adapters.memory import MemoryUploads
from shared.errors import StoreUnavailable
from shared.uploads import LOOK_AFTER, Upload, Uploads
from tests.builders import MINUTE, NOON, a_job, an_upload
from tests.contract.conftest import Aws

LATER = NOON + timedelta(days=3)


@pytest.fixture
async def uploads(aws: Aws | None) -> Uploads:
    if aws is None:
        return MemoryUploads()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoUploads(aws.clients.dynamodb, aws.settings.ledger_table)


async def kept(uploads: Uploads, upload: Upload) -> Upload:
    found = await uploads.get(upload.id)
    assert found is not None
    return found


async def test_an_upload_comes_back_as_it_was_kept(uploads: Uploads) -> None:
    plain, named = an_upload(), an_upload(jobs=frozenset({a_job().id, a_job().id}))
    for upload in (plain, named):
        await uploads.add(upload)
        assert await uploads.get(upload.id) == upload


async def test_an_unknown_upload_is_none(uploads: Uploads) -> None:
    assert await uploads.get(an_upload().id) is None


async def test_an_upload_kept_again_is_replaced(uploads: Uploads) -> None:
    upload = an_upload()
    await uploads.add(upload)
    again = upload.model_copy(update={"jobs": frozenset({a_job().id})})
    await uploads.add(again)
    assert await uploads.get(upload.id) == again


async def test_naming_notes_the_job_once_and_moves_the_next_look(uploads: Uploads) -> None:
    upload, one, two = an_upload(), a_job().id, a_job().id
    await uploads.add(upload)
    for job_id in (one, two, one):
        assert await uploads.name(upload.id, job_id, look_at=LATER)
    expected = upload.model_copy(update={"jobs": frozenset({one, two}), "look_at": LATER})
    assert await kept(uploads, upload) == expected


async def test_an_upload_that_is_not_there_cannot_be_named(uploads: Uploads) -> None:
    upload = an_upload()
    assert not await uploads.name(upload.id, a_job().id, look_at=LATER)
    assert await uploads.get(upload.id) is None


@pytest.mark.concurrent
async def test_many_jobs_can_name_an_upload_at_once(uploads: Uploads) -> None:
    upload, jobs = an_upload(), [a_job().id for _ in range(20)]
    await uploads.add(upload)
    await asyncio.gather(*(uploads.name(upload.id, job, look_at=LATER) for job in jobs))
    assert (await kept(uploads, upload)).jobs == frozenset(jobs)


async def test_a_name_can_be_taken_back_and_the_others_stay(uploads: Uploads) -> None:
    one, two = a_job().id, a_job().id
    upload = an_upload(jobs=frozenset({one, two}))
    await uploads.add(upload)
    for job_id in (one, one, a_job().id):
        await uploads.unname(upload.id, job_id)
    assert (await kept(uploads, upload)).jobs == frozenset({two})
    await uploads.unname(upload.id, two)
    assert (await kept(uploads, upload)).jobs == frozenset()


async def test_taking_back_from_what_is_gone_makes_nothing(uploads: Uploads) -> None:
    upload = an_upload()
    await uploads.unname(upload.id, a_job().id)
    await uploads.postpone(upload.id, LATER)
    assert await uploads.get(upload.id) is None


async def test_an_upload_that_a_job_names_is_not_closed(uploads: Uploads) -> None:
    upload = an_upload(jobs=frozenset({a_job().id}))
    await uploads.add(upload)
    assert not await uploads.close(upload.id)
    await uploads.forget(upload.id)
    assert await kept(uploads, upload) == upload


async def test_a_closed_upload_is_still_known_and_cannot_be_named(uploads: Uploads) -> None:
    upload = an_upload()
    await uploads.add(upload)
    for _ in range(2):
        assert await uploads.close(upload.id)
    assert not await uploads.name(upload.id, a_job().id, look_at=LATER)
    assert await kept(uploads, upload) == upload.model_copy(update={"closed": True})
    assert [found.id for found in await uploads.due(LATER, limit=9)] == [upload.id]


async def test_only_a_closed_upload_is_forgotten(uploads: Uploads) -> None:
    upload = an_upload()
    await uploads.add(upload)
    await uploads.forget(upload.id)
    assert await kept(uploads, upload) == upload
    await uploads.close(upload.id)
    for _ in range(2):
        await uploads.forget(upload.id)
    assert await uploads.get(upload.id) is None
    assert await uploads.close(upload.id)
    assert await uploads.get(upload.id) is None
    assert await uploads.due(LATER, limit=9) == []


@pytest.mark.concurrent
async def test_of_a_naming_and_a_closing_one_wins(uploads: Uploads) -> None:
    for _ in range(10):
        upload = an_upload()
        await uploads.add(upload)
        named, closed = await asyncio.gather(
            uploads.name(upload.id, a_job().id, look_at=LATER), uploads.close(upload.id)
        )
        assert named is not closed
        assert (await kept(uploads, upload)).closed is closed


async def test_an_upload_is_due_when_it_should_be_looked_at(uploads: Uploads) -> None:
    upload = an_upload()
    await uploads.add(upload)
    assert await uploads.due(NOON + LOOK_AFTER - MINUTE, limit=9) == []
    assert await uploads.due(NOON + LOOK_AFTER, limit=9) == [upload]
    await uploads.postpone(upload.id, LATER)
    assert await uploads.due(LATER - MINUTE, limit=9) == []
    assert [found.id for found in await uploads.due(LATER, limit=9)] == [upload.id]


async def test_the_longest_overdue_come_first(uploads: Uploads) -> None:
    made = [an_upload(created_at=NOON + k * MINUTE) for k in range(9)]
    for upload in (*made[5:], *made[:5]):
        await uploads.add(upload)
    assert await uploads.due(LATER, limit=4) == made[:4]
    assert await uploads.due(LATER, limit=100) == made


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    uploads = DynamoUploads(nowhere.dynamodb, "canvas-ledger")
    upload, job_id = an_upload(), a_job().id
    ends = await asyncio.gather(
        uploads.add(upload),
        uploads.get(upload.id),
        uploads.name(upload.id, job_id, look_at=LATER),
        uploads.unname(upload.id, job_id),
        uploads.postpone(upload.id, LATER),
        uploads.close(upload.id),
        uploads.forget(upload.id),
        uploads.due(LATER, limit=1),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 8


def test_the_owner_s_jobs_may_name_an_upload_until_it_is_closed() -> None:
    upload = an_upload(owner="ada")
    assert upload.nameable("ada")
    assert not upload.nameable("eve")
    assert not upload.model_copy(update={"closed": True}).nameable("ada")
    assert upload.key == f"uploads/ada/{upload.id}"
