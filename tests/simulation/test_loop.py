"""The loop that simulations run in: its order, its time, and what it does to the dead."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.builders import NOON
from tests.simulation.loop import NothingToDo, Process, SeededLoop, true_clock


def run(work: Callable[[], Coroutine[Any, Any, Any]], seed: int = 1) -> Any:
    loop = SeededLoop(Random(seed))
    try:
        return loop.run_until_complete(work())
    finally:
        loop.close()


def order_of(seed: int) -> list[int]:
    async def work() -> list[int]:
        ran: list[int] = []

        async def one(number: int) -> None:
            for _ in range(3):
                await asyncio.sleep(0)
                ran.append(number)

        await asyncio.gather(*map(one, range(5)))
        return ran

    done: list[int] = run(work, seed)
    return done


def test_the_seed_decides_what_runs_next() -> None:
    orders = [order_of(seed) for seed in range(20)]
    assert orders == [order_of(seed) for seed in range(20)]
    assert len({tuple(order) for order in orders}) == 20


def test_waiting_takes_no_time() -> None:
    async def work() -> tuple[float, timedelta]:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time(), true_clock() - NOON

    assert run(work) == (3600, timedelta(hours=1))


def test_who_waits_for_ever_is_noticed() -> None:
    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingToDo):
        run(work)


class Traces:
    """A process that leaves traces wherever it comes by."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.process = Process("victim", skew=timedelta(seconds=7))

    async def work(self, *, suicide: bool = False) -> None:
        try:
            self.left.append("began")
            async with asyncio.TaskGroup() as group:
                group.create_task(self._sleep())
                if suicide:
                    await self.process.die()
                await asyncio.sleep(60)
            self.left.append("went on")
        except BaseException:
            self.left.append("noticed")
            raise
        finally:
            self.left.append("cleaned up")

    async def _sleep(self) -> None:
        await asyncio.sleep(30)
        self.left.append("slept")


@pytest.mark.parametrize("suicide", [True, False])
def test_what_is_killed_runs_no_except_and_no_finally(suicide: bool) -> None:
    async def work() -> tuple[list[str], Process]:
        traces = Traces()
        traces.process.spawn(traces.work(suicide=suicide))
        await asyncio.sleep(1)
        traces.process.kill()
        await asyncio.sleep(3600)
        # What it does when the loop is closed does not count.
        return traces.left.copy(), traces.process

    left, process = run(work)
    assert left == ["began"]
    assert (process.alive, process.killed) == (False, True)


def test_what_is_not_killed_goes_on() -> None:
    async def work() -> list[str]:
        traces = Traces()
        await traces.process.spawn(traces.work())
        return traces.left

    assert run(work) == ["began", "slept", "went on", "cleaned up"]


def test_a_cancelled_task_is_told_which_a_killed_one_is_not() -> None:
    async def work() -> list[str]:
        traces = Traces()
        task = traces.process.spawn(traces.work())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return traces.left

    assert run(work) == ["began", "noticed", "cleaned up"]


def test_a_pause_is_made_up_for_but_its_time_is_gone() -> None:
    async def work() -> tuple[list[str], list[str], float]:
        traces = Traces()
        task = traces.process.spawn(traces.work())
        await asyncio.sleep(1)
        traces.process.pause(200)
        await asyncio.sleep(100)
        paused = traces.left.copy()
        await task
        return paused, traces.left, asyncio.get_running_loop().time()

    paused, left, at = run(work)
    assert paused == ["began"]
    assert left == ["began", "slept", "went on", "cleaned up"]
    assert at == 201


def test_what_is_frozen_does_nothing_until_it_is_thawed() -> None:
    async def work() -> tuple[list[str], list[str]]:
        traces = Traces()
        traces.process.freeze()
        task = traces.process.spawn(traces.work())
        await asyncio.sleep(3600)
        frozen = traces.left.copy()
        traces.process.thaw()
        await task
        return frozen, traces.left

    frozen, left = run(work)
    assert frozen == []
    assert left == ["began", "slept", "went on", "cleaned up"]


def test_a_process_has_a_clock_of_its_own() -> None:
    async def work() -> timedelta:
        return Traces().process.clock() - true_clock()

    assert run(work) == timedelta(seconds=7)


def test_who_waits_for_a_death_hears_of_it() -> None:
    async def work() -> float:
        traces = Traces()
        traces.process.spawn(traces.work(suicide=True))
        await traces.process.died.wait()
        return asyncio.get_running_loop().time()

    assert run(work) == 0


async def failing() -> None:
    raise ValueError("unheard")


def a_failed_future() -> asyncio.Future[Any]:
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(ValueError("unheard"))
    return failed


def many_that_fail() -> asyncio.Future[Any]:
    return asyncio.gather(failing())


@pytest.mark.parametrize("make", [a_failed_future, many_that_fail])
@pytest.mark.parametrize("killed", [True, False])
def test_an_error_that_nobody_hears_of_is_told_unless_who_waited_is_dead(
    killed: bool, make: Callable[[], asyncio.Future[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        process, waited_for = Process("victim"), []

        async def fail() -> None:
            waited_for.append(make())
            await asyncio.sleep(1)

        await process.spawn(fail())
        if killed:
            process.kill()
        waited_for.clear()

    run(work)
    gc.collect()
    assert ("unheard" in caplog.text) is not killed
