"""Whatever a model answers, a job ends in a sentence or with its pictures, and the next is run."""

import base64

import orjson
import pytest

from shared.statuses import JobStatus
from tests.hostile_pictures import BROKEN, ODD
from tests.scripted_models import nova_reply, stability_reply, tiny_png
from tests.service import CORE, NOVA, Service

IMAGE = base64.b64encode(tiny_png(1)).decode()
MOST = 25_000_000
"""Bytes that a reply may have."""
REPLIES = {
    "nothing": b"",
    "a page": b"<html>503</html>",
    "no keys": b"{}",
    "pictures under another name": orjson.dumps({"pictures": [IMAGE]}),
    "no picture": orjson.dumps({"images": []}),
    "one that is none": orjson.dumps({"images": [None]}),
    "more than were asked for": orjson.dumps({"images": [IMAGE] * 4}),
    "base64 cut short": orjson.dumps({"images": [IMAGE[:-3]]}),
    "base64 of another alphabet": orjson.dumps({"images": ["_-" + IMAGE]}),
    "base64 of nothing": orjson.dumps({"images": [""]}),
    "a picture cut short": nova_reply(tiny_png(1)[:-20]),
    "25 MB of zeros": orjson.dumps({"images": ["A" * (MOST - 100)]}),
    "25 MB of a key": b'{"' + b"k" * (MOST - 10) + b'": 1}',
    "25 MB of brackets": b'{"images":' + b"[" * (MOST - 100),
}
# Pillow warns of the EXIF that it cannot read.
pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF|Truncated File Read")


@pytest.mark.parametrize("model", [NOVA, CORE])
@pytest.mark.parametrize("name", REPLIES)
async def test_a_reply_without_a_picture_is_a_failure_of_the_model_and_paid_thrice_at_most(
    service: Service, model: str, name: str
) -> None:
    service.models.will(*[REPLIES[name]] * 3)
    failed = await service.finish(await service.submit(model=model))
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, "model_broken")
    assert failed.failure.message.endswith(".")
    assert [call.paid for call in failed.calls] == [3]
    assert await service.spent() == failed.charged == 3 * failed.estimate
    assert service.pictures.keys == frozenset()
    healthy = await service.finish(await service.submit(model=model))
    assert healthy.status is JobStatus.SUCCEEDED


async def test_fewer_pictures_than_were_asked_for_are_kept_and_it_is_said(service: Service) -> None:
    service.models.will(nova_reply(tiny_png(1), tiny_png(2)))
    done = await service.finish(await service.submit(n=3))
    assert (done.status, done.partial, len(done.artifacts)) == (JobStatus.SUCCEEDED, True, 2)


@pytest.mark.parametrize("name", BROKEN)
async def test_a_reply_with_what_is_no_picture_is_a_failure_of_the_model(
    service: Service, name: str
) -> None:
    service.models.will(ever_after=stability_reply(BROKEN[name]()))
    failed = await service.finish(await service.submit(model=CORE))
    assert failed.failure is not None
    assert (failed.status, failed.failure.code) == (JobStatus.FAILED, "model_broken")
    assert service.pictures.keys == frozenset()


@pytest.mark.parametrize("name", ODD)
async def test_a_reply_with_an_odd_picture_is_kept_byte_for_byte(
    service: Service, name: str
) -> None:
    picture = ODD[name]()
    service.models.will(stability_reply(picture))
    done = await service.finish(await service.submit(model=CORE))
    assert done.status is JobStatus.SUCCEEDED
    kept = await service.pictures.get(done.artifacts[0].key)
    assert kept is not None
    assert kept.body == picture
