"""Child processes: started on a leash, watched, and stopped in order."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
ROOT = LEASH.parent.parent


class ChildFailed(RuntimeError):
    """A process of the system ended by itself or never came up; says which and where to look."""


@dataclass(frozen=True)
class Recipe:
    """How to start a process: a Python module, its arguments and its environment."""

    name: str
    module: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    python: Path = Path(sys.executable)
    health: str | None = None
    """A URL path on its port that answers 200 once it is up."""
    port: int | None = None
    stop_within: float = 15.0


class Child:
    """A running process."""

    def __init__(self, recipe: Recipe, process: asyncio.subprocess.Process) -> None:
        self.recipe = recipe
        self._process = process

    @classmethod
    async def start(cls, recipe: Recipe) -> "Child":
        """Start it in a session of its own, so that Ctrl-C reaches only its supervisor."""
        with recipe.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                str(recipe.python),
                str(LEASH),
                recipe.module,
                *recipe.arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**_inherited(), **recipe.environment},
                start_new_session=True,
            )
        return cls(recipe, process)

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def ended(self) -> ChildFailed:
        """Wait until the process ends by itself, and say so."""
        code = await self._process.wait()
        return ChildFailed(
            f"The {self.recipe.name} stopped (exit code {code}); see {self.recipe.log}."
        )

    async def finished(self) -> None:
        """Wait for a process that does its work and ends. Raises ``ChildFailed``."""
        failure = await self.ended()
        if self._process.returncode != 0:
            raise failure

    async def ready(self, within: float) -> None:
        """Wait until it answers on its health URL. Raises ``ChildFailed``."""
        if self.recipe.health is None:
            return
        gone = asyncio.create_task(self.ended())
        try:
            async with asyncio.timeout(within):
                while not await self._answers():
                    await asyncio.wait({gone}, timeout=0.05)
                    if gone.done():
                        raise gone.result()
        except TimeoutError:
            raise ChildFailed(
                f"The {self.recipe.name} did not start within {within:.0f} s; "
                f"see {self.recipe.log}."
            ) from None
        finally:
            gone.cancel()

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.recipe.port)
        except OSError:
            return False
        try:
            request = f"GET {self.recipe.health} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close"
            writer.write(f"{request}\r\n\r\n".encode())
            await writer.drain()
            status = await reader.readline()
        except OSError:
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return status.split()[1:2] == [b"200"]

    async def stop(self) -> None:
        """SIGTERM, then SIGKILL if it takes too long."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(self.recipe.stop_within):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()


def _inherited() -> dict[str, str]:
    """Our own environment, less what the recipe alone decides."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CANVAS_")}
