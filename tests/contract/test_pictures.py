"""The contract of ``Pictures``."""

import asyncio
import hashlib
import random

import pytest

from local.resources import make_bucket
from shared.adapters.aws import AwsClients
from shared.adapters.memory import MemoryPictures
from shared.adapters.s3_pictures import S3Pictures
from shared.errors import StoreUnavailable
from shared.ports.pictures import Blob, Pictures
from tests.contract.conftest import Aws

KEY = "artifacts/01m6e22wg0zr273e13c2x0xp92/0/0.png"


@pytest.fixture
async def pictures(aws: Aws | None) -> Pictures:
    if aws is None:
        return MemoryPictures()
    await make_bucket(aws.settings, aws.clients.s3)
    return S3Pictures(aws.clients.s3, aws.settings.bucket)


async def test_bytes_come_back_as_they_were_stored(pictures: Pictures) -> None:
    body = random.Random(1).randbytes(300_000)
    await pictures.put(KEY, body, content_type="image/png")
    assert await pictures.get(KEY) == Blob(body, "image/png")


async def test_bytes_that_have_their_hash_are_stored(pictures: Pictures) -> None:
    body = b"a picture"
    digest = hashlib.sha256(body).hexdigest()
    await pictures.put(KEY, body, content_type="image/png", sha256=digest)
    assert await pictures.get(KEY) == Blob(body, "image/png")


@pytest.mark.unlike_moto
async def test_bytes_that_changed_on_the_way_are_not_stored(pictures: Pictures) -> None:
    digest = hashlib.sha256(b"a picture").hexdigest()
    with pytest.raises(StoreUnavailable):
        await pictures.put(KEY, b"a pictore", content_type="image/png", sha256=digest)
    assert await pictures.get(KEY) is None


async def test_no_bytes_are_bytes_too(pictures: Pictures) -> None:
    await pictures.put(KEY, b"", content_type="application/json")
    assert await pictures.get(KEY) == Blob(b"", "application/json")


async def test_a_key_that_is_not_there_is_none(pictures: Pictures) -> None:
    assert await pictures.get(KEY) is None


async def test_the_size_of_an_object_is_known_without_it(pictures: Pictures) -> None:
    await pictures.put(KEY, b"12345", content_type="image/png")
    assert await pictures.size(KEY) == 5
    assert await pictures.size("never-there") is None


async def test_an_object_is_replaced(pictures: Pictures) -> None:
    await pictures.put(KEY, b"one", content_type="image/png")
    await pictures.put(KEY, b"two", content_type="image/webp")
    assert await pictures.get(KEY) == Blob(b"two", "image/webp")


async def test_keys_may_have_any_characters(pictures: Pictures) -> None:
    key = "uploads/visitor:ä+b c%2F/01m6 e22.png"
    await pictures.put(key, b"odd", content_type="image/png")
    assert await pictures.get(key) == Blob(b"odd", "image/png")
    await pictures.delete([key])
    assert await pictures.get(key) is None


async def test_what_is_deleted_is_gone_and_the_rest_stays(pictures: Pictures) -> None:
    for name in ("a", "b", "c"):
        await pictures.put(name, b"x", content_type="image/png")
    await pictures.delete(["a", "c", "never-there"])
    found = [await pictures.get(name) for name in ("a", "b", "c")]
    assert found == [None, Blob(b"x", "image/png"), None]


async def test_deleting_nothing_is_nothing(pictures: Pictures) -> None:
    await pictures.delete([])
    await pictures.delete(["never-there"])


async def test_more_can_be_deleted_than_one_request_to_s3_takes(pictures: Pictures) -> None:
    await pictures.put("last", b"x", content_type="image/png")
    await pictures.delete([*(f"never-there/{n}" for n in range(1000)), "last"])
    assert await pictures.get("last") is None


async def test_without_its_bucket_every_question_is_unavailable(nowhere: AwsClients) -> None:
    pictures = S3Pictures(nowhere.s3, "canvas-pictures")
    ends = await asyncio.gather(
        pictures.put(KEY, b"", content_type="image/png"),
        pictures.get(KEY),
        pictures.size(KEY),
        pictures.delete([KEY]),
        pictures.stored("artifacts/"),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [StoreUnavailable] * 5


async def test_all_that_begins_alike_is_found(pictures: Pictures) -> None:
    own = [f"artifacts/a/{k}/{name}" for k in range(3) for name in ("0.png", "0.webp", "0.json")]
    for key in (*own, "artifacts/ab/0/0.png", "uploads/a/0"):
        await pictures.put(key, b"x", content_type="image/png")
    assert sorted(await pictures.stored("artifacts/a/")) == sorted(own)
    assert await pictures.stored("artifacts/c/") == []


async def test_more_are_found_than_one_answer_can_hold(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.s3_pictures.LISTED_AT_ONCE", 3)
    keys = {f"artifacts/a/{k}" for k in range(10)}
    for key in keys:
        await pictures.put(key, b"x", content_type="image/png")
    found = await pictures.stored("artifacts/a/")
    assert (len(found), set(found)) == (10, keys)
