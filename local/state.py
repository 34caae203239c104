"""What the local system keeps between runs, in one folder: secrets, logs, and AWS's own data."""

import fcntl
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import IO

from local.signing_key import make_signing_key
from shared.keys import new_secret


class InUse(RuntimeError):
    """Another system runs on this folder."""


@dataclass(frozen=True)
class State:
    """The folder, usually ``.canvas``, and what is in it."""

    folder: Path

    @property
    def key_file(self) -> Path:
        """The API key of this machine's user."""
        return self.folder / "key"

    @property
    def aws(self) -> Path:
        return self.folder / "aws"

    @property
    def studio(self) -> Path:
        """Where the page is frozen to."""
        return (self.folder / "studio").absolute()

    @property
    def public_key_file(self) -> Path:
        """What the CDN stand-in verifies links with."""
        return self.folder / "secrets" / "links-public.pem"

    @property
    def link_key(self) -> str:
        """The PEM that links are signed with."""
        return (self.folder / "secrets" / "links-private.pem").read_text()

    @property
    def cookie_secret(self) -> str:
        return (self.folder / "secrets" / "cookies").read_text()

    @property
    def api_key(self) -> str:
        return self.key_file.read_text().strip()

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Make what is missing; keep what is there. Raises ``OSError``."""
        for name in ("aws/objects", "aws/services", "logs", "secrets"):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        _once(self.key_file, lambda: new_secret(SystemRandom()) + "\n")
        _once(self.folder / "secrets" / "cookies", lambda: secrets.token_urlsafe(48))
        private = self.folder / "secrets" / "links-private.pem"
        if not (private.exists() and self.public_key_file.exists()):
            pair = make_signing_key()
            _write(private, pair.private_pem.decode())
            _write(self.public_key_file, pair.public_pem.decode())

    def lock(self) -> IO[str]:
        """Hold the folder, which is made if need be, for as long as the file is open.

        Raises ``InUse`` or ``OSError``.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (self.folder / "lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise InUse(f"{self.folder} is in use by another canvas-queue.") from None
        return file


def _once(path: Path, make: Callable[[], str]) -> None:
    if not path.exists() or path.stat().st_size == 0:
        _write(path, make())


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)
