"""Container images without Docker: built by buildah, started by podman, in a store of its own.

Neither needs a daemon. What the machines of CI lack (systemd, a network of containers, the right to
raise limits) is asked for in no step.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import ROOT

BUILDS_WITHIN = 900
ANSWERS_WITHIN = 120
STOPS_WITHIN = 40

_CONTAINERS = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "{folder}/tmp"
"""
_STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/layers"
runroot = "{folder}/run"
"""


@dataclass(frozen=True)
class Image:
    """A built image: its name, and what it says of itself."""

    name: str
    inspected: dict[str, Any]

    @property
    def bytes(self) -> int:
        """Its size on disk, with all of its layers."""
        size: int = self.inspected["Size"]
        return size

    @property
    def config(self) -> dict[str, Any]:
        """User, environment, entry point and so on."""
        config: dict[str, Any] = self.inspected["Config"]
        return config

    @property
    def environment(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.config["Env"])


@dataclass(frozen=True)
class Engine:
    """Buildah and podman on one store."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Engine":
        for name, text in (("containers.conf", _CONTAINERS), ("storage.conf", _STORAGE)):
            (folder / name).write_text(text.format(folder=folder))
        return cls(folder)

    def run(
        self,
        *command: str,
        within: float = ANSWERS_WITHIN,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run buildah or podman, and return what it prints. Raises ``RuntimeError``."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(
                f"{' '.join(command[:3])} … failed ({done.returncode}):\n"
                f"{done.stdout[-4000:]}{done.stderr[-4000:]}"
            )
        return done.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that bring buildah and podman here."""
        return {
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "BUILDAH_ISOLATION": "chroot",
        }

    def build(
        self, dockerfile: str | Path, tag: str, context: Path = ROOT, **arguments: str
    ) -> Image:
        """Build an image as ``docker build`` would, with these build arguments."""
        named = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        self.run(
            *("buildah", "build", "--format=docker", "--layers", f"--tag={tag}", *named),
            *(f"--file={dockerfile}", str(context)),
            within=BUILDS_WITHIN,
        )
        return self.image(tag)

    def image(self, name: str) -> Image:
        return Image(name, json.loads(self.run("podman", "image", "inspect", name))[0])

    @contextmanager
    def files(self, image: Image) -> Iterator[Path]:
        """The image's file system, to look at."""
        mounted = self.run("podman", "image", "mount", image.name)
        try:
            yield Path(mounted)
        finally:
            self.run("podman", "image", "unmount", image.name)

    @contextmanager
    def container(
        self,
        image: Image,
        env: Mapping[str, str],
        *,
        memory: str = "512m",
        cpus: float = 1,
        entrypoint: Sequence[str] = (),
        command: Sequence[str] = (),
        patience: int = STOPS_WITHIN,
    ) -> Iterator["Container"]:
        """Run an image as strictly as a good host does, on this machine's own network.

        It cannot write to its root file system, not even to ``/tmp``, and has no privileges. At the
        end it is told to stop, and has ``patience`` seconds for it: a poller that is killed while
        it waits leaves a request behind, which may take the next test's message.
        """
        # A value goes by podman's own environment: a command line can be read by everyone.
        names = [f"--env={name}" for name in env]
        entry = [f"--entrypoint={json.dumps(list(entrypoint))}"] if entrypoint else []
        started = self.run(
            *("podman", "run", "--detach", "--read-only", "--read-only-tmpfs=false"),
            *("--cap-drop=all", "--security-opt=no-new-privileges", "--health-interval=disable"),
            *(f"--memory={memory}", f"--memory-swap={memory}", f"--cpus={cpus}"),
            *(*names, *entry, image.name, *command),
            env=env,
        )
        container = Container(self, started)
        try:
            yield container
        finally:
            self.run("podman", "rm", "--force", f"--time={patience}", started)


@dataclass(frozen=True)
class Container:
    """A container that was started."""

    engine: Engine
    id: str

    @property
    def running(self) -> bool:
        return self._state()["Running"] is True

    @property
    def exit_code(self) -> int:
        code: int = self._state()["ExitCode"]
        return code

    @property
    def killed_for_memory(self) -> bool:
        return self._state()["OOMKilled"] is True

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(
            self.engine.run("podman", "container", "inspect", self.id)
        )[0]["State"]
        return state

    def healthy(self) -> bool:
        """What the image's own health check says, asked now."""
        try:
            self.engine.run("podman", "healthcheck", "run", self.id)
        except RuntimeError:
            return False
        return True

    def logs(self) -> str:
        done = subprocess.run(
            ["podman", "logs", self.id],
            env={**os.environ, **self.engine.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=ANSWERS_WITHIN,
            check=True,
        )
        return done.stdout

    def ended(self, within: float = ANSWERS_WITHIN) -> int:
        """Wait until it ends by itself; its exit code."""
        return int(self.engine.run("podman", "wait", self.id, within=within))

    def signal(self, name: str) -> None:
        self.engine.run("podman", "kill", f"--signal={name}", self.id)

    def stop(self) -> int:
        """SIGTERM, as every host sends it; killed if it takes too long. Its exit code."""
        self.engine.run("podman", "stop", f"--time={STOPS_WITHIN}", self.id)
        return self.exit_code


def eventually_healthy(container: Container, within: float = 30) -> bool:
    """Whether its health check passes in time; False at once if it has ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and container.running:
        if container.healthy():
            return True
        time.sleep(0.2)
    return False
