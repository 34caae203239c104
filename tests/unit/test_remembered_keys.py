"""Keys are asked for once in a while, and not for ever."""

from datetime import datetime

from shared.adapters.memory import MemoryKeys
from shared.adapters.remembered_keys import MOST, RememberedKeys
from shared.keys import REMEMBERED_FOR, ApiKey, Scope
from tests.builders import NOON, SECOND


class Counting(MemoryKeys):
    asked = 0

    async def find(self, key_hash: str) -> ApiKey | None:
        self.asked += 1
        return await super().find(key_hash)


class Hands:
    """A clock that is set by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


async def test_a_key_is_asked_for_once_until_its_time_is_up() -> None:
    kept, clock = Counting(), Hands()
    keys = RememberedKeys(kept, clock)
    await keys.add(ApiKey(hash="a", owner="ada"))
    for _ in range(3):
        assert (await keys.find("a")) == ApiKey(hash="a", owner="ada")
    assert kept.asked == 1
    clock.now += REMEMBERED_FOR
    await keys.find("a")
    assert kept.asked == 2


async def test_a_key_that_is_not_known_is_asked_for_each_time() -> None:
    kept = Counting()
    keys = RememberedKeys(kept, Hands())
    assert await keys.find("a") is None
    await kept.add(ApiKey(hash="a", owner="ada"))
    assert await keys.find("a") is not None


async def test_a_key_that_changes_here_changes_at_once() -> None:
    keys = RememberedKeys(MemoryKeys(), Hands())
    await keys.add(ApiKey(hash="a", owner="ada"))
    await keys.find("a")
    await keys.add(ApiKey(hash="a", owner="ada", scopes=frozenset({Scope.ADMIN})))
    found = await keys.find("a")
    assert found is not None
    assert found.scopes == {Scope.ADMIN}


async def test_it_remembers_so_many_and_no_more() -> None:
    kept, clock = Counting(), Hands()
    keys = RememberedKeys(kept, clock)
    for number in range(MOST + 1):
        await keys.add(ApiKey(hash=str(number), owner="ada"))
        await keys.find(str(number))
        clock.now += SECOND / 1000
    asked = kept.asked
    await keys.find(str(MOST))
    assert kept.asked == asked
    await keys.find("0")
    assert kept.asked == asked + 1


async def test_a_key_that_was_taken_away_here_is_refused_at_once() -> None:
    keys = RememberedKeys(MemoryKeys(), Hands())
    await keys.add(ApiKey(hash="a", owner="ada"))
    await keys.find("a")
    await keys.remove("a")
    assert await keys.find("a") is None
    assert await keys.all() == []
