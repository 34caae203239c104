"""What a visit costs, as Chromium counts it: requests, and bytes with their headers."""

import asyncio
from typing import Any

from playwright.async_api import Page

QUIET = 0.5
"""Seconds without a request after which a page that is drawn has asked for all that it needs."""


class Visit:
    """What goes over the network while a page is opened; what the browser has kept does not."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}
        self._kept: set[str] = set()
        self._weights: dict[str, int] = {}

    @property
    def requests(self) -> int:
        return len(self._asked.keys() - self._kept)

    @property
    def bytes(self) -> int:
        return sum(self._weights.values())

    def __str__(self) -> str:
        """The heaviest first, for whoever has to find out what grew."""
        weights = sorted(self._weights.items(), key=lambda item: -item[1])
        lines = [f"{weight:8} {self._asked[name]}" for name, weight in weights]
        return "\n".join([f"{self.requests} requests, {self.bytes} bytes", *lines])

    async def begin(self, page: Page) -> None:
        """Count from now on."""
        network = await page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", self._sent)
        network.on("Network.requestServedFromCache", self._cached)
        network.on("Network.responseReceived", self._answered)
        network.on("Network.loadingFinished", self._finished)
        await network.send("Network.enable")

    async def end(self) -> None:
        """Wait until everything has come, and nothing more is asked for."""
        known = -1
        while known != len(self._asked) or self._asked.keys() - self._kept - self._weights.keys():
            known = len(self._asked)
            await asyncio.sleep(QUIET)

    def _sent(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if request["url"].startswith("http"):
            self._asked[event["requestId"]] = f"{request['method']} {request['url']}"

    def _cached(self, event: dict[str, Any]) -> None:
        self._kept.add(event["requestId"])

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._kept.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        name = event["requestId"]
        if name in self._asked and name not in self._kept:
            self._weights[name] = int(event["encodedDataLength"])
