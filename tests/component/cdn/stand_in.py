"""The CDN stand-in as a process of its own, and the pictures in the bucket behind it."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local.signing_key import SigningKey
from shared.adapters.cloudfront import CloudFrontLinks
from tests.processes import ROOT, free_port, running

BUCKET = "pictures-behind-the-cdn"
KEY_ID = "KEYLOCAL"
PICTURE = "artifacts/job-1/0/ü call+1.png"
CONTENT = random.Random(7).randbytes(300_000)
LARGE = "artifacts/job-1/1/large.png"
LARGE_BYTES = 48 * 1024 * 1024
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@dataclass(frozen=True)
class Cdn:
    """A running stand-in, what signs for it, and its process."""

    url: str
    key: SigningKey
    pid: int

    def link(self, key: str, now: datetime | None = None) -> str:
        links = CloudFrontLinks(self.url, KEY_ID, self.key.private_pem)
        return links.link(key, now or datetime.now(UTC)).url


@contextmanager
def running_cdn(key: SigningKey, endpoint: str, folder: Path) -> Iterator[Cdn]:
    """The stand-in in front of the bucket at an endpoint."""
    public_key = folder / "public.pem"
    public_key.write_bytes(key.public_pem)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local.cdn", "--port", str(port), "--base-url", url]
    command += ["--bucket", BUCKET, "--endpoint", endpoint]
    command += ["--key-id", KEY_ID, "--public-key", str(public_key)]
    env = {**CREDENTIALS, "PYTHONPATH": str(ROOT)}
    with running(command, ready_url=f"{url}/healthz", folder=folder, env=env) as process:
        yield Cdn(url, key, process.pid)
