"""Clients of a storm: they order, repeat what was not answered, cancel, and poll to the end."""

import asyncio
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from shared.messages import JobId

GIVES_UP_AFTER = 20
"""Seconds without an answer."""
TAKES = 60
"""Orders whose answers are waited for at once."""
POLL_EVERY = 1.0
IDS_MOST = 100
CANCELED = 0.05
"""Share of orders that somebody thinks better of."""
SIDE = 320
"""Pixels: the smallest picture there is, because drawing it is most of a storm's work."""


@dataclass
class Clients:
    """All of them, and what they were told."""

    frontends: list[str]
    key: str
    orders: int
    within: float
    """Seconds in which everything is ordered."""
    random: Random
    accepted: dict[str, JobId] = field(default_factory=dict)
    """The job of each order."""
    ended: dict[JobId, str] = field(default_factory=dict)
    """Final states, as they were first seen."""
    refused: list[str] = field(default_factory=list)
    """Answers that no storm explains."""
    repeated: int = 0
    """Requests that had to be sent again."""

    async def run(self) -> None:
        """Order everything, and wait until everything has ended."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(
            headers=headers, timeout=GIVES_UP_AFTER, trust_env=False
        ) as self._http:
            ordering = asyncio.create_task(self._order_all())
            try:
                while not ordering.done() or len(self.ended) < len(self.accepted):
                    await self._poll()
                    await asyncio.sleep(POLL_EVERY)
                await ordering
            finally:
                ordering.cancel()

    async def _order_all(self) -> None:
        room = asyncio.Semaphore(TAKES)

        async def one(number: int) -> None:
            await asyncio.sleep(self.random.uniform(0, self.within))
            async with room:
                await self._order(f"order-{number}")

        async with asyncio.TaskGroup() as group:
            for number in range(self.orders):
                group.create_task(one(number))

    async def _order(self, label: str) -> None:
        body = self._body(label)
        headers = {"Idempotency-Key": json.dumps(label)}
        reply = await self._ask("POST", "/v1/jobs", json=body, headers=headers)
        if reply.status_code not in (200, 202):
            self.refused.append(f"{label}: {reply.status_code} {reply.text[:200]}")
            return
        job: JobId = reply.json()["id"]
        self.accepted[label] = job
        if self.random.random() < CANCELED:
            await asyncio.sleep(self.random.uniform(0, 5))
            await self._ask("POST", f"/v1/jobs/{job}/cancel")

    def _body(self, label: str) -> dict[str, Any]:
        several = self.random.random() < 0.1
        model = "stable-image-core" if several else "nova-canvas"
        size = {} if several else {"width": SIDE, "height": SIDE}
        task = {"kind": "text_to_image", "prompt": f"a fox, {label}", "n": 2 if several else 1}
        return {
            "task": task | size,
            "model": model,
            "lane": "low" if self.random.random() < 0.1 else "normal",
            "metadata": {"order": label},
        }

    async def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask any frontend, again and again, until one answers what is not the storm's fault."""
        while True:
            try:
                reply = await self._http.request(
                    method, f"{self.random.choice(self.frontends)}{path}", **request
                )
                if reply.status_code < 500 and reply.status_code != 409:
                    return reply
            except httpx.TransportError:
                pass
            self.repeated += 1
            await asyncio.sleep(self.random.uniform(0.2, 2))

    async def _poll(self) -> None:
        waiting = [job for job in self.accepted.values() if job not in self.ended]
        for start in range(0, len(waiting), IDS_MOST):
            ids = ",".join(waiting[start : start + IDS_MOST])
            reply = await self._ask("GET", "/v1/jobs", params={"ids": ids})
            for state in reply.json()["data"]:
                if state.get("done"):
                    self.ended[state["id"]] = state["status"]
