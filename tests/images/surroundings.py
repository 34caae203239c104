"""What the containers talk to: the local system without the processes that the images replace."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from local.children import Recipe
from local.state import State
from local.system import Options, System
from tests.processes import ROOT, running
from tests.system.local_system import free_ports

FROM_THE_IMAGE = frozenset({"CANVAS_HOST", "CANVAS_STUDIO", "CANVAS_FROZEN_STUDIO"})
"""Settings that the images make themselves."""


@dataclass(frozen=True)
class Surroundings:
    """An AWS with the service's tables, queues and bucket; a Bedrock; and what serves pictures."""

    system: System

    @property
    def environment(self) -> dict[str, str]:
        """The settings of both images."""
        settings = self.system.settings({})
        return {name: v for name, v in settings.items() if name not in FROM_THE_IMAGE}

    @property
    def url(self) -> str:
        """Where a frontend container is reached."""
        return self.system.url

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.system.state.api_key}"}

    def faults(self, **faults: Any) -> None:
        """Tell the Bedrock simulator how to misbehave from now on; nothing is as it was told."""
        request = Request(
            f"{self.system.bedrock_url}/_sim/faults", json.dumps(faults).encode(), method="PUT"
        )
        request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=5):
            pass


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """All of it, from ready to stopped."""
    state = State(folder / "state")
    state.prepare()
    system = System(Options(folder=state.folder, port=free_ports()), state)
    settings = system.settings({})
    with ExitStack() as stack:
        for recipe in (system.aws(), system.bedrock(settings)):
            stack.enter_context(_running(recipe, folder))
        bootstrap = system.bootstrap(settings)
        subprocess.run(_command(bootstrap), env=_environment(bootstrap), cwd=ROOT, check=True)
        stack.enter_context(_running(system.cdn(settings), folder))
        yield Surroundings(system)


@contextmanager
def _running(recipe: Recipe, folder: Path) -> Iterator[None]:
    with running(
        _command(recipe),
        ready_url=f"http://127.0.0.1:{recipe.port}{recipe.health}",
        folder=folder / recipe.module,
        env=_environment(recipe),
    ):
        yield


def _command(recipe: Recipe) -> list[str]:
    return [str(recipe.python), "-m", recipe.module, *recipe.arguments]


def _environment(recipe: Recipe) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **recipe.environment}
