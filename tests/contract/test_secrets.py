"""Secrets that settings only name, read from a Secrets Manager."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiobotocore.session import AioSession
from pydantic import SecretStr

from shared.adapters.aws_secrets import with_secrets
from shared.settings import Settings
from tests.local_settings import UNHEARD, own_settings

WORTH = "a secret of at least thirty-two characters"
NOWHERE = "arn:aws:secretsmanager:us-west-2:000000000000:secret:nobody-keeps-this"


@dataclass(frozen=True)
class Vault:
    endpoint: str
    arn: str

    def settings(self, **fields: object) -> Settings:
        return own_settings(self.endpoint, **fields)


@pytest.fixture(params=["aws_endpoint", "moto_endpoint"])
async def vault(request: pytest.FixtureRequest, aws_session: AioSession) -> AsyncIterator[Vault]:
    endpoint = request.getfixturevalue(request.param)
    async with aws_session.create_client(
        "secretsmanager",
        region_name="us-west-2",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ) as client:
        made = await client.create_secret(Name=f"t{uuid4().hex}", SecretString=WORTH)
        yield Vault(endpoint, made["ARN"])


async def test_a_secret_takes_the_place_of_its_name(vault: Vault) -> None:
    named = vault.settings(secret=SecretStr(vault.arn), cdn_private_key=SecretStr("as it is"))
    settings = await with_secrets(named)
    assert settings.require("secret") == WORTH
    assert settings.require("cdn_private_key") == "as it is"
    assert settings.bucket == named.bucket


async def test_a_secret_that_is_not_kept_is_named_by_its_variable(vault: Vault) -> None:
    with pytest.raises(
        ValueError, match=r"^CANVAS_SECRET: .*could not be read: .*ResourceNotFound"
    ):
        await with_secrets(vault.settings(secret=SecretStr(NOWHERE)))


async def test_what_is_kept_must_be_good_enough(vault: Vault, aws_session: AioSession) -> None:
    async with aws_session.create_client(
        "secretsmanager",
        region_name="us-west-2",
        endpoint_url=vault.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ) as client:
        await client.put_secret_value(SecretId=vault.arn, SecretString="short")
    with pytest.raises(ValueError, match=r"^CANVAS_SECRET: ") as error:
        await with_secrets(vault.settings(secret=SecretStr(vault.arn)))
    assert not re.search(r"\bshort\b", str(error.value))


async def test_a_vault_that_does_not_answer_is_said_to_be_so() -> None:
    settings = own_settings(UNHEARD, secret=SecretStr(NOWHERE))
    with pytest.raises(ValueError, match=r"^CANVAS_SECRET: the secret it names could not be read"):
        await with_secrets(settings)


async def test_without_names_nobody_is_asked() -> None:
    settings = own_settings(UNHEARD, secret=SecretStr(WORTH))
    assert await with_secrets(settings) is settings
