"""The ways to serve the studio: live, frozen, and by three replicas of which one dies."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from zlib import crc32

from local.children import Recipe
from local.state import State
from local.system import Options, System
from tests.processes import ROOT, STARTS_WITHIN, free_port, running
from tests.system.local_system import LocalSystem
from tests.system.round_robin import RoundRobin, balanced

WAYS = ("live", "frozen", "replicas")


def one_way(test: str) -> str:
    """The way for a test that needs only one: always the same one, but not the same for all."""
    return WAYS[crc32(test.encode()) % len(WAYS)]


@contextmanager
def frozen_frontend(beside: LocalSystem, folder: Path) -> Iterator[str]:
    """The address of one more frontend on the same stores, whose page is frozen."""
    system = System(
        Options(folder=beside.folder, port=beside.port, studio="frozen"), State(beside.folder)
    )
    freezing = system.freeze()
    subprocess.run(_command(freezing), cwd=ROOT, check=True, timeout=STARTS_WITHIN)
    frontend = system.frontend(system.settings({}), free_port(), "frozen")
    with _started(frontend, folder):
        yield _url(frontend)


class Replicas:
    """Three more live frontends on the same stores, behind a proxy that takes them in turn."""

    def __init__(self, recipes: list[Recipe], folder: Path) -> None:
        self._folder = folder
        self._recipes = {_url(recipe): recipe for recipe in recipes}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = ExitStack()
        self._proxy: RoundRobin

    @classmethod
    @contextmanager
    def running(cls, beside: LocalSystem, folder: Path) -> Iterator["Replicas"]:
        system = System(Options(folder=beside.folder, port=beside.port), State(beside.folder))
        settings = system.settings({})
        replicas = cls(
            [system.frontend(settings, free_port(), f"replica-{n}") for n in range(3)], folder
        )
        with replicas._stack:
            replicas._revive()
            replicas._proxy = replicas._stack.enter_context(balanced([*replicas._recipes]))
            yield replicas

    @contextmanager
    def one_dying(self) -> Iterator[str]:
        """The proxy's address. The replica that takes the first job from now on is killed before
        it can say so; it is alive again for the next test.
        """
        self._proxy.kill_at_next_submission(self._kill)
        try:
            yield self._proxy.url
        finally:
            self._revive()

    def dead(self) -> list[str]:
        """The replicas that have been killed and not yet started again."""
        return [url for url, process in self._processes.items() if process.poll() is not None]

    def _kill(self, url: str) -> None:
        self._processes[url].kill()
        self._processes[url].wait()

    def _revive(self) -> None:
        urls = self.dead() if self._processes else [*self._recipes]
        starting = [_started(self._recipes[u], self._folder / self._recipes[u].name) for u in urls]
        with ThreadPoolExecutor() as pool:
            self._processes |= zip(urls, pool.map(self._stack.enter_context, starting), strict=True)


def _started(recipe: Recipe, folder: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return running(
        _command(recipe),
        # When the page is there, so is everything else.
        ready_url=_url(recipe),
        folder=folder,
        env={**recipe.environment, "PYTHONPATH": str(ROOT)},
    )


def _command(recipe: Recipe) -> list[str]:
    return [str(recipe.python), "-m", recipe.module, *recipe.arguments]


def _url(recipe: Recipe) -> str:
    return f"http://127.0.0.1:{recipe.port}"
