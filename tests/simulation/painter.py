"""Models and a darkroom without a picture in them: quick, and as moody as the weather says."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

import orjson

from shared.calls import Call
from shared.darkroom import Margins, PictureUnreadable, Print, Sheet
from shared.errors import CallFailed, InputRejected, ModelBroken, ModelBusy, ModelTimeout
from shared.messages import Slot
from shared.models import InputRules
from tests.scripted_models import nova_reply, stability_reply
from tests.simulation.loop import PROCESS
from tests.simulation.weather import Mood, Weather
from tests.simulation.witness import ASKING, Asking, Witness
from worker.attempt import Attempt
from worker.caller import Caller
from worker.models.parts import Inputs

READ_TIMEOUT = 300
MINUTES = (70, 200)
"""Seconds; longer than a lease."""
PICTURE = b"\x89PNG\r\n\x1a\n"
"""How a picture begins; what follows tells one from the other."""
BLOCKED_PROMPT = (
    "This request has been blocked by our content filters. "
    "Please adjust your text prompt to submit a new request."
)
BLOCKED_PICTURES = "All of the generated images have been blocked by our content filters."


@dataclass(frozen=True)
class SeenCaller(Caller):
    """A caller that says which call it makes, which the model cannot know from its words."""

    async def make(
        self, attempt: Attempt, call: Call, slot: Slot, inputs: Inputs
    ) -> CallFailed | None:
        ASKING.set(Asking(attempt.job, call.k, slot))
        return await super().make(attempt, call, slot, inputs)


class Painter:
    """Every model at once."""

    def __init__(self, weather: Weather, witness: Witness, random: Random) -> None:
        self._weather = weather
        self._witness = witness
        self._random = random
        self._numbers = count()

    async def invoke(self, model_id: str, region: str, body: bytes) -> bytes:
        asking, process = ASKING.get(), PROCESS.get()
        assert asking is not None
        assert process is not None
        await asyncio.sleep(0)
        self._witness.asked(asking, process)
        mood = self._mood()
        if mood in _REFUSALS:
            error, words = _REFUSALS[mood]
            raise error(words)
        self._witness.called(asking, mood)
        await asyncio.sleep(self._seconds(mood))
        if mood in (Mood.MUTE, Mood.SILENT):
            raise ModelTimeout("The connection to the model ended before it answered.")
        return self._reply("stability." in model_id, body, mood)

    def _seconds(self, mood: Mood) -> float:
        match mood:
            case Mood.MUTE:
                return READ_TIMEOUT
            case Mood.SLOW:
                return self._random.uniform(*MINUTES)
            case _:
                return self._random.expovariate(1 / 8)

    def _mood(self) -> Mood:
        point = self._random.random()
        for mood, share in self._weather.moods.items():
            if point < share:
                return mood
            point -= share
        return Mood.WILLING

    def _reply(self, stability: bool, body: bytes, mood: Mood) -> bytes:
        if mood is Mood.BABBLING:
            return self._random.choice(_BABBLE)
        if mood is Mood.BLANKING:
            return (
                stability_reply(reason="Filter reason: output image")
                if stability
                else nova_reply(error=BLOCKED_PICTURES)
            )
        if stability:
            return stability_reply(self._picture())
        asked = orjson.loads(body).get("imageGenerationConfig", {}).get("numberOfImages", 1)
        return nova_reply(*(self._picture() for _ in range(asked)))

    def _picture(self) -> bytes:
        return PICTURE + b"%d" % next(self._numbers)


_REFUSALS: dict[Mood, tuple[type[CallFailed], str]] = {
    Mood.BUSY: (ModelBusy, "Too many requests."),
    Mood.BROKEN: (ModelBroken, "Internal error."),
    Mood.REJECTING: (InputRejected, "The request is wrong."),
    Mood.BLOCKING: (InputRejected, BLOCKED_PROMPT),
}
"""What a model says at the door, where nothing is billed."""
_BABBLE = (
    b"",
    b"not JSON",
    b"[]",
    b'{"images": 7}',
    b'{"images": ["%"]}',
    nova_reply(b"no picture"),
)


class QuickDarkroom:
    """Takes for a picture whatever begins like one."""

    async def develop(self, original: bytes) -> Print:
        await asyncio.sleep(0)
        if not original.startswith(PICTURE):
            raise PictureUnreadable("The bytes are not a PNG, JPEG or WebP picture.")
        return Print(
            original=original,
            content_type="image/png",
            extension="png",
            width=640,
            height=320,
            sha256=hashlib.sha256(original).hexdigest(),
            thumbnail=b"thumbnail",
        )

    async def prepare(self, original: bytes, rules: InputRules, *, most_bytes: int) -> Sheet:
        return await self._sheet(original)

    async def prepare_mask(self, original: bytes, picture: Sheet, *, grey: bool) -> Sheet:
        return await self._sheet(original)

    async def negative(self, mask: Sheet) -> Sheet:
        return await self._sheet(mask.body)

    async def inverted(self, mask: bytes) -> bytes:
        return (await self._sheet(mask)).body

    async def frame(
        self, picture: Sheet, margins: Margins, rules: InputRules, *, most_bytes: int
    ) -> tuple[Sheet, Sheet]:
        return await self._sheet(picture.body), await self._sheet(picture.body)

    async def swatch(self, colors: Sequence[str]) -> Sheet:
        return await self._sheet(PICTURE)

    async def _sheet(self, body: bytes) -> Sheet:
        await asyncio.sleep(0)
        return Sheet(body, 640, 320, drawn=(640, 320))
