"""Submission of tasks that name pictures: what is checked, held, and let go."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import LimitReached, StoreUnavailable, TaskInvalid
from shared.jobs import Job
from shared.naming import NO_ARTIFACT, NO_PICTURE, NO_UPLOAD, NOT_ARRIVED, NOT_BASE64, TOO_OLD
from shared.orders import Order
from shared.submission import IdempotencyKey
from shared.tasks import UploadRef, parse_task
from shared.uploads import LOOK_AFTER, NAMEABLE, Upload, upload_key
from tests.builders import (
    MINUTE,
    NOON,
    a_job,
    a_picture,
    a_running_job,
    an_artifact,
    an_upload,
    ended,
)
from tests.service import Service, an_order
from tests.virtual_time import virtual_clock

KEY = IdempotencyKey("k", "this request")
DATA = base64.b64encode(a_picture()).decode()
PAIR = ("image", "mask")


def naming(picture: dict[str, str], **fields: Any) -> Order:
    """An order that names a picture."""
    own = {name: fields.pop(name) for name in ("owner", "model") if name in fields}
    task = {"kind": "inpaint", "image": picture, "mask_prompt": "the sky", **fields}
    return an_order(task=parse_task(task), **own)


async def arrived(service: Service, **fields: Any) -> Upload:
    upload = an_upload(**fields)
    await service.uploads.add(upload)
    await service.pictures.put(upload.key, a_picture(), content_type="image/png")
    return upload


async def jobs_naming(service: Service, upload_id: str) -> frozenset[str]:
    kept = await service.uploads.get(upload_id)
    assert kept is not None
    return frozenset(kept.jobs)


async def nothing_is_taken(service: Service) -> bool:
    meters = ("rate#ada", "network#192.0.2.0/24")
    return not any([await service.used(meter) for meter in meters] + [await service.spent()])


async def refused(service: Service, order: Order) -> dict[str, str]:
    """Every rule the order breaks. It leaves nothing behind."""
    with pytest.raises(TaskInvalid) as error:
        await service.submitter.submit(order)
    assert await nothing_is_taken(service)
    return {violation.pointer: violation.detail for violation in error.value.violations}


async def test_a_job_is_noted_on_the_upload_it_names(service: Service) -> None:
    upload = await arrived(service)
    await asyncio.sleep(600)
    job = (await service.submitter.submit(naming({"upload": upload.id}))).job
    kept = await service.uploads.get(upload.id)
    assert kept.jobs == {job.id}
    assert kept.look_at == job.created_at + LOOK_AFTER
    assert (await service.job(job)).task.image == UploadRef(upload=upload.id)


async def test_a_picture_in_the_request_becomes_an_upload_before_the_job_exists(
    service: Service,
) -> None:
    both = naming({"data": DATA}, mask={"data": DATA}, mask_prompt=None)
    job = (await service.submitter.submit(both)).job
    named = {place: ref.upload for place, ref in job.task.references().items()}
    assert set(named) == {"image", "mask"}
    for upload_id in named.values():
        upload = await service.uploads.get(upload_id)
        assert (upload.owner, upload.content_type, upload.jobs) == ("ada", "image/png", {job.id})
        assert (await service.pictures.get(upload.key)).body == a_picture()
    assert DATA not in (await service.job(job)).model_dump_json()


async def made(service: Service, owner: str = "ada") -> Job:
    running = a_running_job(owner=owner, created_at=NOON - MINUTE)
    job = ended(running.keep(a_job().calls[0], (an_artifact(2),)))
    await service.jobs.add(job)
    return job


async def test_a_picture_that_a_job_made_can_be_named_again(service: Service) -> None:
    parent = await made(service)
    job = (await service.submitter.submit(naming({"artifact": f"{parent.id}/2"}))).job
    assert job.task == naming({"artifact": f"{parent.id}/2"}).task.model_copy(
        update={"seed": job.task.seed}
    )


async def test_a_picture_that_is_not_there_is_refused_at_its_place(service: Service) -> None:
    upload, foreign = an_upload(), await arrived(service, owner="eve")
    await service.uploads.add(upload)
    parent, hers = await made(service), await made(service, owner="eve")
    for reference, why in (
        ({"upload": "0" * 26}, NO_UPLOAD),
        ({"upload": foreign.id}, NO_UPLOAD),
        ({"upload": upload.id}, NOT_ARRIVED),
        ({"artifact": f"{'0' * 26}/0"}, NO_ARTIFACT),
        ({"artifact": f"{parent.id}/0"}, NO_ARTIFACT),
        ({"artifact": f"{hers.id}/2"}, NO_ARTIFACT),
        ({"data": "no base64"}, NOT_BASE64),
        ({"data": base64.b64encode(b"GIF89a").decode()}, NO_PICTURE),
    ):
        (way,) = reference
        assert await refused(service, naming(reference)) == {f"/task/image/{way}": why}


async def test_every_picture_that_is_not_there_is_named_at_once(service: Service) -> None:
    both = naming({"upload": "0" * 26}, mask={"data": "?"}, mask_prompt=None)
    assert await refused(service, both) == {
        "/task/image/upload": NO_UPLOAD,
        "/task/mask/data": NOT_BASE64,
    }


async def test_an_upload_cannot_be_named_for_ever_nor_once_it_is_closed(service: Service) -> None:
    upload = await arrived(service)
    await asyncio.sleep(NAMEABLE.total_seconds())
    await service.submitter.submit(naming({"upload": upload.id}))
    await asyncio.sleep(24 * 3600)
    assert await refused(service, naming({"upload": upload.id})) == {"/task/image/upload": TOO_OLD}
    young = await arrived(service, created_at=virtual_clock())
    await service.uploads.close(young.id)
    assert await refused(service, naming({"upload": young.id})) == {"/task/image/upload": NO_UPLOAD}


async def test_a_replay_stores_nothing_again(service: Service) -> None:
    first = await service.submitter.submit(naming({"data": DATA}), KEY)
    stored = service.pictures.keys
    again = await service.submitter.submit(naming({"data": DATA}), KEY)
    assert (again.replayed, again.job) == (True, first.job)
    assert service.pictures.keys == stored
    assert len(stored) == 1


async def test_what_a_dead_submission_stored_goes_after_a_day_and_not_what_its_repetition_did(
    service: Service,
) -> None:
    service.jobs.fail("add")
    service.jobs.fail("rule_out")
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(naming({"data": DATA}), KEY)
    await asyncio.sleep(31)
    job = (await service.submitter.submit(naming({"data": DATA}), KEY)).job
    assert len(service.pictures.keys) == 2
    await asyncio.sleep(timedelta(days=1).total_seconds())
    await service.reconciler.sweep()
    assert service.pictures.keys == {upload_key("ada", job.task.image.upload)}
    assert await jobs_naming(service, job.task.image.upload) == {job.id}


async def test_when_a_limit_is_reached_nothing_is_named_or_stored(service: Service) -> None:
    upload = await arrived(service)
    stored = service.pictures.keys
    for _ in range(20):
        await service.submit()
    for reference in ({"upload": upload.id}, {"data": DATA}):
        with pytest.raises(LimitReached):
            await service.submitter.submit(naming(reference))
    assert await jobs_naming(service, upload.id) == frozenset()
    assert service.pictures.keys == stored


@pytest.mark.parametrize("failing", ["uploads.name", "uploads.add", "pictures.put", "jobs.add"])
async def test_when_a_step_fails_what_was_held_is_let_go_and_the_rest_given_back(
    service: Service, failing: str
) -> None:
    upload = await arrived(service)
    store, method = failing.split(".")
    getattr(service, store).fail(method)
    both = naming({"upload": upload.id}, mask={"data": DATA}, mask_prompt=None)
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(both)
    assert await nothing_is_taken(service)
    assert await jobs_naming(service, upload.id) == frozenset()
    due = await service.uploads.due(virtual_clock() + 2 * LOOK_AFTER, limit=9)
    assert all(kept.jobs == frozenset() for kept in due)


async def test_an_upload_that_goes_between_the_check_and_the_naming_refuses_the_order(
    service: Service,
) -> None:
    upload = await arrived(service)
    seen = service.limits.meters._twin.take

    async def take_and_meanwhile(*args: Any, **kwargs: Any) -> Any:
        await service.uploads.close(upload.id)
        return await seen(*args, **kwargs)

    service.limits.meters._twin.take = take_and_meanwhile
    assert await refused(service, naming({"upload": upload.id})) == {
        "/task/image/upload": NO_UPLOAD
    }


async def test_a_name_that_could_not_be_taken_back_is_found_a_day_later(service: Service) -> None:
    upload = await arrived(service)
    service.jobs.fail("add")
    service.uploads.fail("unname")
    with pytest.raises(StoreUnavailable):
        await service.submitter.submit(naming({"upload": upload.id}))
    assert len(await jobs_naming(service, upload.id)) == 1
    await asyncio.sleep(timedelta(days=1).total_seconds())
    await service.reconciler.sweep()
    assert await service.uploads.get(upload.id) is None
    assert upload.key not in service.pictures.keys
