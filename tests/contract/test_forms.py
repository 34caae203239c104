"""The way to upload to S3, tried with a plain HTTP client: what it lets through and what not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from aiobotocore.session import AioSession
from pydantic import SecretStr

from local.resources import make_bucket
from shared.adapters.aws import AwsClients
from shared.adapters.memory import PlainForms
from shared.adapters.s3_forms import S3Forms, upload_origin
from shared.adapters.s3_pictures import S3Pictures
from shared.ports.pictures import Blob
from shared.settings import Settings
from shared.uploads import FORM_LIVES, UploadForm
from tests.builders import an_upload
from tests.contract.conftest import Aws
from tests.local_settings import own_settings

BODY = Random(1).randbytes(1000)
MOST = 2000


@pytest.fixture
async def aws(aws_endpoint: str, aws_session: AioSession) -> AsyncIterator[Aws]:
    """The embedded AWS alone: moto enforces nothing of a form."""
    settings = own_settings(aws_endpoint)
    async with AwsClients.open(settings, aws_session) as clients:
        await make_bucket(settings, clients.s3)
        yield Aws(settings, clients)


async def a_form(aws: Aws, lives: timedelta = FORM_LIVES) -> UploadForm:
    forms = S3Forms(aws.clients.s3, aws.settings.bucket)
    return await forms.form(UPLOAD, most_bytes=MOST, lives=lives)


UPLOAD = an_upload()


async def post(form: UploadForm, body: bytes = BODY, **altered: Any) -> int:
    """What a browser does with a form; some fields can be other than they should."""
    fields = {**form.fields, **{name.replace("_", "-"): v for name, v in altered.items()}}
    async with httpx.AsyncClient() as browser:
        reply = await browser.post(
            form.url,
            data={name: v for name, v in fields.items() if v is not None},
            files={"file": ("cat.png", body, "image/png")},
        )
    return reply.status_code


async def kept(aws: Aws, key: str = UPLOAD.key) -> Blob | None:
    return await S3Pictures(aws.clients.s3, aws.settings.bucket).get(key)


async def test_a_form_stores_one_picture_under_its_key_with_its_type(aws: Aws) -> None:
    assert await post(await a_form(aws)) == 204
    assert await kept(aws) == Blob(BODY, "image/png")


@pytest.mark.parametrize("size", [1, MOST])
async def test_a_picture_may_be_as_small_as_a_byte_and_as_large_as_said(
    aws: Aws, size: int
) -> None:
    assert await post(await a_form(aws), b"x" * size) == 204


@pytest.mark.parametrize("size", [0, MOST + 1])
async def test_an_empty_picture_and_one_too_large_are_refused(aws: Aws, size: int) -> None:
    assert await post(await a_form(aws), b"x" * size) in (400, 403)
    assert await kept(aws) is None


@pytest.mark.parametrize(
    "altered",
    [
        {"key": "uploads/eve/another"},
        {"Content_Type": "text/html"},
        {"acl": "public-read"},
    ],
)
async def test_a_form_is_good_for_nothing_else(aws: Aws, altered: dict[str, str]) -> None:
    assert await post(await a_form(aws), **altered) in (400, 403)
    assert await kept(aws) is None
    assert await kept(aws, "uploads/eve/another") is None


async def test_a_form_ends(aws: Aws) -> None:
    assert await post(await a_form(aws, timedelta(seconds=-1))) in (400, 403)
    assert await kept(aws) is None


@pytest.mark.parametrize(
    ("region", "endpoint", "origin"),
    [
        ("us-west-2", None, "https://canvas-pictures.s3.us-west-2.amazonaws.com"),
        ("us-east-1", None, "https://canvas-pictures.s3.amazonaws.com"),
        ("us-west-2", "http://127.0.0.1:7861", "http://127.0.0.1:7861"),
    ],
)
async def test_the_page_is_told_where_its_uploads_go(
    aws_session: AioSession, region: str, endpoint: str | None, origin: str
) -> None:
    settings = Settings(
        region=region,
        aws_endpoint=endpoint,
        aws_access_key_id=SecretStr("test"),
        aws_secret_access_key=SecretStr("test"),
    )
    async with AwsClients.open(settings, aws_session) as clients:
        form = await S3Forms(clients.s3, settings.bucket).form(
            UPLOAD, most_bytes=MOST, lives=FORM_LIVES
        )
    assert upload_origin(settings) == origin
    assert form.url.startswith(f"{origin}/")
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


async def test_the_twin_s_form_has_the_same_key_and_type() -> None:
    form = await PlainForms().form(UPLOAD, most_bytes=MOST, lives=FORM_LIVES)
    assert (form.fields["key"], form.fields["Content-Type"]) == (UPLOAD.key, "image/png")
