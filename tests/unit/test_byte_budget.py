"""The byte budget: who is admitted, in which order, and what happens to those who give up."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calls import Call, plan_calls
from shared.errors import StoreUnavailable
from shared.ports.models import BODY_MOST
from shared.tasks import parse_task
from tests.builders import MINUTE, a_task
from worker.budget import ByteBudget, Load, footprint

SOON = timedelta(milliseconds=5)


class Work:
    """Pieces of work that hold bytes until they are told to end; ``admitted`` in that order."""

    def __init__(self, total: int) -> None:
        self.admitted: list[str] = []
        self.told = 0
        self._budget = ByteBudget(total)
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def hold(self, need: int) -> AbstractAsyncContextManager[None]:
        return self._budget.hold(need, meanwhile=self._tell, every=SOON)

    async def begin(self, name: str, need: int) -> None:
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._run(name, need))
        await settle()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await settle()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        await settle()

    async def _run(self, name: str, need: int) -> None:
        async with self.hold(need):
            self.admitted.append(name)
            await self._ends[name].wait()

    async def _tell(self) -> None:
        self.told += 1


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_work_is_admitted_while_it_fits() -> None:
    work = Work(10)
    for name, need in (("a", 4), ("b", 6), ("c", 1)):
        await work.begin(name, need)
    assert work.admitted == ["a", "b"]
    await work.end("a")
    assert work.admitted == ["a", "b", "c"]
    await work.end("b")
    await work.end("c")


async def test_small_work_does_not_overtake_large_work() -> None:
    work = Work(10)
    for name, need in (("a", 6), ("large", 8), ("small", 1)):
        await work.begin(name, need)
    assert work.admitted == ["a"]
    await work.end("a")
    assert work.admitted == ["a", "large", "small"]
    await work.end("large")
    await work.end("small")


async def test_work_over_the_whole_budget_is_admitted_alone() -> None:
    work = Work(10)
    for name, need in (("a", 1), ("huge", 1000), ("b", 1)):
        await work.begin(name, need)
    assert work.admitted == ["a"]
    await work.end("a")
    assert work.admitted == ["a", "huge"]
    await work.end("huge")
    assert work.admitted == ["a", "huge", "b"]
    await work.end("b")


async def test_work_that_gives_up_waiting_lets_the_next_pass() -> None:
    work = Work(10)
    for name, need in (("a", 6), ("large", 8), ("small", 4)):
        await work.begin(name, need)
    await work.give_up("large")
    assert work.admitted == ["a", "small"]
    await work.end("a")
    await work.end("small")


async def test_work_that_is_stopped_or_fails_gives_its_bytes_back() -> None:
    work = Work(10)
    await work.begin("a", 10)
    await work.give_up("a")
    with pytest.raises(ZeroDivisionError):
        async with work.hold(10):
            raise ZeroDivisionError
    await work.begin("b", 10)
    assert work.admitted == ["a", "b"]
    await work.end("b")


async def test_those_who_wait_say_that_they_are_there() -> None:
    work = Work(10)
    await work.begin("a", 10)
    await work.begin("b", 10)
    await asyncio.sleep(0.05)
    assert work.told > 1
    await work.end("a")
    await work.end("b")


async def test_work_whose_message_cannot_be_kept_leaves_the_line() -> None:
    async def fail() -> None:
        raise StoreUnavailable("no queue")

    budget = ByteBudget(10)
    async with budget.hold(10, meanwhile=fail, every=SOON):
        with pytest.raises(StoreUnavailable):
            await budget.hold(1, meanwhile=fail, every=SOON).__aenter__()
    async with budget.hold(10, meanwhile=fail, every=SOON):
        pass


@given(st.integers(1, 5), st.sampled_from([320, 1024, 2048]))
def test_more_pictures_need_more_bytes_than_they_are_when_decoded(n: int, side: int) -> None:
    task = a_task(width=side, height=side, n=n)
    need = footprint(task, plan_calls(n, 1))
    assert need > n * side * side * 3
    assert footprint(task, plan_calls(n, 1)[1:]) < need


def test_a_reply_cannot_be_larger_than_the_provider_sends() -> None:
    task = a_task(width=2048, height=2048, n=5)
    assert footprint(task, [Call(k=0, images=5, first=0)]) < 4 * BODY_MOST
    assert footprint(task, ()) == 0


def test_given_pictures_count_once_and_again_in_every_request() -> None:
    task = parse_task({"kind": "remove_background", "image": {"upload": "0" * 26}})
    calls = plan_calls(1, 1)
    small, large = Load(1_000_000, 500_000), Load(4_000_000, 500_000)
    grown = footprint(task, calls, large) - footprint(task, calls, small)
    assert grown == pytest.approx(3_000_000 * (1 + 2 * 4 / 3), abs=10)
    assert footprint(task, calls) > footprint(task, calls, large)


async def test_bytes_that_turn_out_not_to_be_needed_admit_the_next() -> None:
    budget, told = ByteBudget(10), asyncio.Event()

    async def wait() -> None:
        told.set()

    async with budget.hold(8, meanwhile=wait, every=SOON) as held:
        waiting = asyncio.create_task(enter(budget, 6))
        await settle()
        assert not waiting.done()
        held.shrink(9)
        await settle()
        assert not waiting.done()
        held.shrink(4)
        await waiting
    async with budget.hold(10, meanwhile=wait, every=SOON):
        assert not told.is_set()


async def enter(budget: ByteBudget, need: int) -> None:
    async with budget.hold(need, meanwhile=asyncio.Event().wait, every=MINUTE):
        pass
