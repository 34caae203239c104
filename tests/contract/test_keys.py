"""The contract of ``Keys``."""

import asyncio

import pytest

from local.resources import ledger_table, make_table
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_api_keys import DynamoKeys
from shared.adapters.memory import MemoryKeys
from shared.errors import StoreUnavailable
from shared.keys import ApiKey, Scope, key_hash
from shared.ports.keys import Keys
from tests.builders import NOON
from tests.contract.conftest import Aws


@pytest.fixture
async def keys(aws: Aws | None) -> Keys:
    if aws is None:
        return MemoryKeys()
    await make_table(ledger_table(aws.settings), aws.clients.dynamodb)
    return DynamoKeys(aws.clients.dynamodb, aws.settings.ledger_table)


def a_key(**fields: object) -> ApiKey:
    return ApiKey.model_validate({"hash": key_hash("cq_secret"), "owner": "ada", **fields})


async def test_a_key_is_found_by_its_hash(keys: Keys) -> None:
    key = a_key(scopes={Scope.JOBS, Scope.ADMIN}, name="Ada's laptop")
    await keys.add(key)
    await keys.add(a_key(hash=key_hash("cq_other"), owner="eve"))
    assert await keys.find(key.hash) == key


async def test_an_unknown_hash_finds_nothing(keys: Keys) -> None:
    await keys.add(a_key())
    assert await keys.find(key_hash("cq_guess")) is None


async def test_a_key_of_the_same_hash_is_replaced(keys: Keys) -> None:
    await keys.add(a_key())
    await keys.add(a_key(name="renamed"))
    assert await keys.find(a_key().hash) == a_key(name="renamed")


async def test_all_keys_are_told_by_name(keys: Keys) -> None:
    names = [f"key {number:03}" for number in range(40)]
    made = [a_key(hash=key_hash(name), name=name, made_at=NOON) for name in names]
    for key in reversed(made):
        await keys.add(key)
    assert await keys.all() == made


async def test_where_no_key_was_made_there_is_none(keys: Keys) -> None:
    assert await keys.all() == []


async def test_a_key_that_was_taken_away_is_neither_found_nor_told(keys: Keys) -> None:
    kept = a_key(hash=key_hash("cq_other"), owner="eve")
    for key in (a_key(), kept):
        await keys.add(key)
    await keys.remove(a_key().hash)
    assert await keys.find(a_key().hash) is None
    assert await keys.all() == [kept]


async def test_a_key_can_be_taken_away_twice(keys: Keys) -> None:
    await keys.remove(a_key().hash)
    assert await keys.all() == []


async def test_without_its_table_every_question_is_unavailable(nowhere: AwsClients) -> None:
    keys = DynamoKeys(nowhere.dynamodb, "canvas-ledger")
    questions = (keys.add(a_key()), keys.find("h"), keys.all(), keys.remove("h"))
    ends = await asyncio.gather(*questions, return_exceptions=True)
    assert [type(end) for end in ends] == [StoreUnavailable] * 4
