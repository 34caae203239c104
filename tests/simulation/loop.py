"""An event loop whose order comes from a seed, whose time is its own, and which can kill.

Of all that could run next, the seed says what does. When nothing can, the clock jumps to whatever
is waited for. What belongs to a killed process is never run again: neither its next line, nor an
``except`` or ``finally`` around it, just as after SIGKILL.
"""

import asyncio
import heapq
import inspect
from asyncio.events import Handle
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NoReturn

from tests.builders import NOON


class NothingToDo(Exception):
    """All are waiting for one another, and nothing will ever happen."""


class SeededLoop(asyncio.BaseEventLoop):
    """Runs one callback after the other, drawn from all that could run."""

    def __init__(self, random: Random, begins_at: float = 0.0) -> None:
        """``begins_at`` is in seconds after noon."""
        super().__init__()
        self._random = random
        self._now = begins_at
        # The base class only appends to it and clears it.
        self._ready: list[Handle] = []
        self.processes: list[Process] = []
        """Every one that ever was."""
        self._numbers = count()
        self.set_task_factory(self._numbered)
        self.set_exception_handler(_unless_dead)

    def time(self) -> float:
        return self._now

    def create_future(self) -> asyncio.Future[Any]:
        return _Future(loop=self)

    def _run_once(self) -> None:
        """The base class calls this for as long as the loop runs."""
        ready, scheduled = self._ready, self._scheduled
        while scheduled and (not ready or scheduled[0].when() <= self._now):
            timer = heapq.heappop(scheduled)
            if not timer.cancelled():
                self._now = max(self._now, timer.when())
                ready.append(timer)
        if not ready:
            raise NothingToDo
        last = len(ready) - 1
        drawn = int(self._random.random() * len(ready))
        ready[drawn], ready[last] = ready[last], ready[drawn]
        handle = ready.pop()
        if handle.cancelled():
            return
        process = handle._context.get(PROCESS)
        if process is None or process.awake:
            handle._run()
        elif process.alive:
            process.held.append(handle)

    def _numbered(
        self, loop: asyncio.AbstractEventLoop, coro: Any, context: Context | None = None
    ) -> asyncio.Task[Any]:
        context = copy_context() if context is None else context
        task = _Task(next(self._numbers), coro, loop=loop, context=context)
        process = task.process = context.get(PROCESS)
        if process is not None:
            process.tasks.append((task, context))
        return task

    def close(self) -> None:
        """Once nothing matters any more, what the dead were doing is let go."""
        for process in self.processes:
            process.lay_to_rest()
        super().close()

    def resume(self, handles: list[Handle]) -> None:
        """What was held back may run now."""
        self._ready += handles

    def _write_to_self(self) -> None:
        """There is no thread that could sleep."""


class Process:
    """What dies and stops together: a frontend or a worker, with a clock that may be wrong."""

    def __init__(self, name: str, skew: timedelta = timedelta()) -> None:
        self.name = name
        self.skew = skew
        self.alive = True
        self.killed = False
        self.troubled = False
        """Whether anything happened to it that can make it lose a lease or forget a reply."""
        self.died = asyncio.Event()
        self.awake = True
        self.held: list[Handle] = []
        """What it would have done since it stands still."""
        self.tasks: list[tuple[asyncio.Task[Any], Context]] = []
        self._context = copy_context()
        self._context.run(PROCESS.set, self)
        self._loop = _running_loop()
        self._loop.processes.append(self)

    def clock(self) -> datetime:
        return true_clock() + self.skew

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let the process do something."""
        return self._loop.create_task(work, context=self._context.copy())

    def pause(self, seconds: float) -> None:
        """The machine is busy with something else, and the process does not notice."""
        self.troubled = True
        self.freeze()
        self._loop.call_later(seconds, self.thaw, context=Context())

    def freeze(self) -> None:
        """It stands still until it is thawed, as an execution environment of Lambda's does."""
        self.awake = False

    def thaw(self) -> None:
        if self.alive:
            self.awake = True
            held, self.held = self.held, []
            self._loop.resume(held)

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more, from the next line on."""
        if self.alive:
            self.killed = self.troubled = True
            self.end()

    def end(self) -> None:
        """It is over, and nothing of it may be left running.

        Its tasks are kept: one that is forgotten is closed, and then its ``finally`` would run.
        """
        if self.alive:
            self.alive = self.awake = False
            self.died.set()

    async def die(self) -> NoReturn:
        """Die at this very line of one's own."""
        self.kill()
        await self._loop.create_future()
        raise AssertionError("what is dead does not go on")

    def lay_to_rest(self) -> None:
        """Let go of what it was doing. Only for the end: code after an ``await`` may run."""
        self.end()
        for task, context in self.tasks:
            context.run(_close, task)
        self.tasks.clear()


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)
"""Whose code is running; None is the world outside."""


def true_clock() -> datetime:
    """What a clock shows that is right."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())


def _running_loop() -> SeededLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SeededLoop)
    return loop


class _Task(asyncio.Task[Any]):
    """A task with a hash of its own, so that a set of tasks has the same order in every run."""

    def __init__(self, number: int, coro: Any, **kwargs: Any) -> None:
        self._number = number
        self.process: Process | None = None
        super().__init__(coro, **kwargs)

    def __hash__(self) -> int:
        return self._number


class _Future(asyncio.Future[Any]):
    """A future that knows whose it is."""

    def __init__(self, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.process = PROCESS.get()


def _unless_dead(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error that nobody heard of is a bug, unless who waited for it is dead."""
    future = context.get("future")
    # What ``asyncio.gather`` waits with is made by itself.
    one = next(iter(getattr(future, "_children", ())), future)
    process = getattr(one, "process", None)
    if process is None or process.alive:
        loop.default_exception_handler(context)


def _close(task: asyncio.Task[Any]) -> None:
    """Close what a task was running, which may ignore it while its own ends are awaited."""
    if task.done():
        _ = task.cancelled() or task.exception()
        return
    task._log_destroy_pending = False
    coro = task.get_coro()
    for _ in range(100):
        if inspect.getcoroutinestate(coro) == inspect.CORO_CLOSED:
            return
        with suppress(Exception):
            coro.close()
    raise RuntimeError(f"{coro!r} does not end")
