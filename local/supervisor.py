"""The supervisor: starts the local system, watches it, and stops all of it in order."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from local.children import Child, Recipe
from local.state import State
from local.system import Options, System
from shared.catalog import Catalog
from shared.settings import Settings

START_WITHIN = 45.0


class CannotStart(RuntimeError):
    """The system cannot be started here; the sentence says what to do."""


async def run(options: Options, environment: Mapping[str, str]) -> None:
    """Run the system until SIGINT or SIGTERM; a line says when it is ready.

    Raises ``CannotStart``, ``InUse`` or ``ChildFailed``, and ``ValueError`` for a wrong setting;
    no process is left running then.
    """
    state = State(options.folder)
    system = System(options, state)
    _check_ports(system)
    _check_credentials(options)
    with _held(state):
        await Supervisor(system, environment).run()


@contextmanager
def _held(state: State) -> Iterator[None]:
    """The folder, made ready and held for us alone."""
    try:
        lock = state.lock()
        state.prepare()
    except OSError as error:
        raise CannotStart(f"Cannot write to {state.folder}: {error.strerror}.") from None
    with lock:
        yield


class Supervisor:
    """Keeps the processes of one system."""

    def __init__(self, system: System, environment: Mapping[str, str]) -> None:
        self._system = system
        self._settings = system.settings(environment)
        _check_settings(self._settings)
        self._stages: list[list[Child]] = []
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Start, watch and stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        living = asyncio.create_task(self._live())
        asked = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({living, asked}, return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()
        finally:
            living.cancel()
            asked.cancel()
            await asyncio.gather(living, asked, return_exceptions=True)
            for stage in reversed(self._stages):
                await asyncio.gather(*(child.stop() for child in stage))

    def _on_signal(self) -> None:
        """Asked once, stop in order; asked again, at once."""
        if self._stopping.is_set():
            for stage in self._stages:
                for child in stage:
                    child.kill()
        self._stopping.set()

    async def _live(self) -> None:
        system, settings = self._system, self._settings
        await self._start(system.aws())
        for preparation in await self._start(*system.preparations(settings)):
            await preparation.finished()
        await self._start(system.bedrock(settings), system.cdn(settings), system.frontend(settings))
        numbers = range(1, system.options.workers + 1)
        await self._start(*(system.worker(settings, number) for number in numbers))
        print(
            f"canvas-queue is ready: {system.url} "
            f"(API key in {system.state.key_file}; Ctrl-C stops it)",
            flush=True,
        )
        await self._first_end()

    async def _start(self, *recipes: Recipe) -> list[Child]:
        """Start processes side by side and wait until all of them answer."""
        stage: list[Child] = []
        self._stages.append(stage)
        for recipe in recipes:
            if not recipe.python.exists():
                raise CannotStart(f"{recipe.python} is missing; `make run` builds it.")
            stage.append(await Child.start(recipe))
        await asyncio.gather(*(child.ready(START_WITHIN) for child in stage))
        return stage

    async def _first_end(self) -> None:
        """Watch until a process ends by itself. Raises its ``ChildFailed``."""
        watched = [child for stage in self._stages for child in stage if child.running]
        ends = [asyncio.create_task(child.ended()) for child in watched]
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
        raise done.pop().result()


def _check_settings(settings: Mapping[str, str]) -> None:
    """What is wrong with them is said here once, and not by each process in its log."""
    try:
        Catalog.of(Settings.load(settings))
    except OSError as error:
        raise CannotStart(f"CANVAS_CATALOG: {error.filename}: {error.strerror}.") from None


def _check_credentials(options: Options) -> None:
    if options.bedrock != "aws":
        return
    # Imported where it is needed: it is a third of this process's memory.
    from botocore.session import get_session

    if get_session().get_credentials() is None:
        raise CannotStart("CANVAS_BEDROCK=aws needs AWS credentials, and the SDK finds none.")


def _check_ports(system: System) -> None:
    for port in system.ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                first, last = system.ports[0], system.ports[-1]
                raise CannotStart(
                    f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). canvas-queue "
                    f"needs {first} to {last}; choose others with --port or CANVAS_PORT."
                ) from None
