"""API keys: long, different, and never kept as they are."""

from random import Random, SystemRandom

import pytest
from pydantic import ValidationError

from shared.keys import ApiKey, Scope, key_hash, new_secret


def test_keys_are_told_by_their_prefix_and_have_192_bits_of_chance() -> None:
    keys = {new_secret(SystemRandom()) for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("cq_") and len(key) == 3 + 48 for key in keys)


def test_a_small_number_keeps_its_leading_zeros() -> None:
    class Low(Random):
        def getrandbits(self, k: int, /) -> int:
            return 1

    assert new_secret(Low()) == "cq_" + "0" * 47 + "1"


def test_what_is_kept_is_a_hash_that_does_not_show_the_key() -> None:
    secret = new_secret(Random(1))
    key = ApiKey(hash=key_hash(secret), owner="ada")
    assert secret not in repr(key)
    assert len(key.hash) == 64
    assert key_hash(secret) == key.hash != key_hash(secret + "0")


def test_a_key_may_by_itself_only_do_jobs() -> None:
    assert ApiKey(hash="h", owner="ada").scopes == {Scope.JOBS}


@pytest.mark.parametrize("owner", ["", "Ada Lovelace", "Löwe", "a/b", "ada\n", "a" * 101])
def test_an_owner_has_a_name_that_sqs_takes_for_a_message_group(owner: str) -> None:
    assert ApiKey(hash="h", owner="ada@example.com:team-1").owner
    with pytest.raises(ValidationError):
        ApiKey(hash="h", owner=owner)
