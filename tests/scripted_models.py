"""Models that answer as a test tells them to; told nothing, they paint what they are asked for."""

import asyncio
import base64
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
from PIL import Image

Step = Exception | bytes | timedelta | None
"""An error to raise, a reply to give, or how long to take to paint; None paints at once."""

FOR_EVER = timedelta(days=365)


@dataclass(frozen=True)
class Asked:
    """One request that reached the models."""

    model_id: str
    region: str
    body: dict[str, Any]


class ScriptedModels:
    """Speaks both families' formats, counts requests, and remembers every picture it painted."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.painted: list[bytes] = []
        self.at_once = 0
        self.most_at_once = 0
        self._script: deque[Step] = deque()
        self._ever_after: Step = None

    def will(self, *steps: Step, ever_after: Step = None) -> None:
        """Do these, one a request, and ``ever_after`` from then on."""
        self._script = deque(steps)
        self._ever_after = ever_after

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        asked = Asked(model_id, region, orjson.loads(body))
        self.asked.append(asked)
        step = self._script.popleft() if self._script else self._ever_after
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(step.total_seconds() if isinstance(step, timedelta) else 0)
        finally:
            self.at_once -= 1
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, bytes) else self._paint(asked)

    def _paint(self, asked: Asked) -> bytes:
        if "stability." in asked.model_id:
            picture = self._picture(asked, 0)
            return stability_reply(picture, seed=asked.body.get("seed", 1))
        count = asked.body.get("imageGenerationConfig", {}).get("numberOfImages", 1)
        return nova_reply(*(self._picture(asked, position) for position in range(count)))

    def _picture(self, asked: Asked, position: int) -> bytes:
        number = len(self.painted)
        picture = tiny_png(number, position)
        self.painted.append(picture)
        return picture


def tiny_png(*shade: int) -> bytes:
    """A picture of 16 × 16 pixels, another for another shade."""
    red, green, blue = (*shade, 0, 0)[:3]
    saved = BytesIO()
    Image.new("RGB", (16, 16), (red % 256, green % 256, blue % 256)).save(saved, "PNG")
    return saved.getvalue()


def nova_reply(*pictures: bytes, error: str | None = None, mask: bytes | None = None) -> bytes:
    document: dict[str, object] = {"images": [base64.b64encode(p).decode() for p in pictures]}
    if mask is not None:
        document["maskImage"] = base64.b64encode(mask).decode()
    return orjson.dumps(document if error is None else {**document, "error": error})


def stability_reply(*pictures: bytes, seed: int = 1, reason: str | None = None) -> bytes:
    if reason is not None:
        return orjson.dumps({"finish_reasons": [reason]})
    images = [base64.b64encode(p).decode() for p in pictures]
    return orjson.dumps({"seeds": [seed], "finish_reasons": [None], "images": images})
