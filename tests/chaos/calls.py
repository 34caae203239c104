"""What the simulator of Bedrock saw: every call, told apart by its body."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

import httpx

LOOK_EVERY = 1.0
"""The simulator remembers the last two hundred calls of each model one by one."""


@dataclass(frozen=True)
class SeenCall:
    """One call as the provider saw it."""

    began: float
    ended: float
    outcome: str
    billed: bool


@dataclass
class CallWatch:
    """Collects calls while they are still remembered."""

    bedrock_url: str
    _seen: dict[str, tuple[str, SeenCall]] = field(default_factory=dict)
    requests: int = 0

    async def keep_watching(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            while True:
                await self.look(client)
                await asyncio.sleep(LOOK_EVERY)

    async def look(self, client: httpx.AsyncClient) -> None:
        report = (await client.get(f"{self.bedrock_url}/_sim/calls")).json()
        self.requests = sum(model["requests"] for model in report.values())
        for model in report.values():
            for call in model["latest"]:
                if call["outcome"] != "running":
                    self._seen[call["request_id"]] = (
                        call["body_sha256"],
                        SeenCall(
                            began=call["at"],
                            ended=call["at"] + call["seconds"],
                            outcome=call["outcome"],
                            billed=call["billed_images"] > 0,
                        ),
                    )

    @property
    def missed(self) -> int:
        """Calls that were forgotten before anybody looked."""
        return self.requests - len(self._seen)

    def billed(self) -> dict[str, list[SeenCall]]:
        """Calls that would be on the bill, by the hash of their body, the first one first."""
        found: defaultdict[str, list[SeenCall]] = defaultdict(list)
        for body, call in self._seen.values():
            if call.billed:
                found[body].append(call)
        for calls in found.values():
            calls.sort(key=lambda call: call.began)
        return found
