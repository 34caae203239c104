"""A deployed service as CloudFront reaches it, and the stand-ins for what is around it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.infra.emulator import LINK_KEY_ID, REGION, Stack
from tests.processes import ROOT, free_port, running


@dataclass(frozen=True)
class Site:
    """A frontend as CloudFront reaches it."""

    stack: Stack
    url: str
    logs: Callable[[], str]
    """What it has logged so far."""

    @property
    def headers(self) -> dict[str, str]:
        """What CloudFront adds to a viewer's request."""
        settings = json.loads(self.stack.outputs["FrontendSettings"])
        host = self.stack.outputs["SiteDomain"]
        return {
            "X-Origin-Secret": self.stack.secret(settings["CANVAS_ORIGIN_SECRET"]),
            "X-Viewer-Address": "203.0.113.9",
            "X-Viewer-Host": host,
            "Origin": f"https://{host}",
        }

    @contextmanager
    def visitor(self) -> Iterator[httpx.Client]:
        """A browser's requests, as they arrive."""
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=70) as browser:
            reply = browser.post("/v1/visitors")
            browser.headers["Cookie"] = reply.headers["Set-Cookie"].partition(";")[0]
            yield browser


@contextmanager
def stand_ins(stack: Stack, bedrock: str, folder: Path) -> Iterator[dict[str, str]]:
    """Where the stand-ins for Bedrock and for CloudFront are; the latter knows the stack's key."""
    port = free_port()
    (folder / "public.pem").write_text(stack.public_key)
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "local.cdn", "--port", str(port), "--base-url", url),
        *("--bucket", json.loads(stack.outputs["FrontendSettings"])["CANVAS_BUCKET"]),
        *("--endpoint", stack.emulator.url, "--region", REGION),
        *("--key-id", LINK_KEY_ID, "--public-key", str(folder / "public.pem")),
    ]
    env = {
        "PYTHONPATH": str(ROOT),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with running(command, ready_url=f"{url}/healthz", folder=folder, env=env):
        yield {"CANVAS_CDN_URL": url, "CANVAS_BEDROCK_ENDPOINT": bedrock}
