"""Pictures that are made to hurt end in a sentence or as a picture, and in bounded memory."""

import asyncio
import resource
import sys
import warnings
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.adapters.pillow_inputs import PREPARING_BYTES
from shared.catalog import Catalog
from shared.darkroom import PictureUnfit, PictureUnreadable, Sheet
from tests.hostile_pictures import BROKEN, HEIGHT, ODD, WIDTH
from worker.models.parts import rules_of

NOVA = rules_of(Catalog.load().model("nova-canvas"))
ROOM = 5_000_000
A_SHEET = Sheet(b"", WIDTH, HEIGHT, drawn=(WIDTH, HEIGHT))
# Pillow warns of the EXIF that it cannot read.
pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF|Truncated File Read")


@pytest.fixture
async def darkroom() -> AsyncIterator[PillowDarkroom]:
    darkroom = PillowDarkroom()
    yield darkroom
    darkroom.close()


def ways(darkroom: PillowDarkroom, original: bytes) -> list[Coroutine[Any, Any, Any]]:
    """Everything that is done with bytes that somebody sent."""
    return [
        darkroom.prepare(original, NOVA, most_bytes=ROOM),
        darkroom.prepare_mask(original, A_SHEET, grey=True),
        darkroom.develop(original),
        darkroom.inverted(original),
    ]


@pytest.mark.parametrize("name", BROKEN)
async def test_what_no_picture_can_be_made_of_is_refused_with_a_sentence(
    darkroom: PillowDarkroom, name: str
) -> None:
    for way in ways(darkroom, BROKEN[name]()):
        with pytest.raises(PictureUnreadable) as refused:
            await way
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize("name", ODD)
async def test_a_picture_is_a_picture_for_all_its_oddities(
    darkroom: PillowDarkroom, name: str
) -> None:
    original = ODD[name]()
    sheet = await darkroom.prepare(original, NOVA, most_bytes=ROOM)
    assert (sheet.width, sheet.height) == (WIDTH, HEIGHT)
    made = await darkroom.develop(original)
    assert (made.width, made.height, made.original) == (WIDTH, HEIGHT, original)


@pytest.mark.parametrize("name", [name for name in ODD if "EXIF" in name or "orient" in name])
async def test_exif_that_cannot_be_read_spoils_no_mask(darkroom: PillowDarkroom, name: str) -> None:
    mask = await darkroom.prepare_mask(ODD[name](), A_SHEET, grey=True)
    assert (mask.width, mask.height) == (WIDTH, HEIGHT)


def test_none_of_them_takes_more_memory_than_is_kept_aside() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        before, after = alone.submit(_growth).result()
    assert after - before < PREPARING_BYTES


def _growth() -> tuple[int, int]:
    """The most memory this process ever had, before all of them and after."""
    warnings.simplefilter("ignore")
    originals = [make() for make in (*BROKEN.values(), *ODD.values())]
    before = _most_memory()
    asyncio.run(_use(originals))
    return before, _most_memory()


async def _use(originals: list[bytes]) -> None:
    darkroom = PillowDarkroom()
    for original in originals:
        for way in ways(darkroom, original)[:2]:
            try:
                await way
            except (PictureUnreadable, PictureUnfit):
                continue
    darkroom.close()


def _most_memory() -> int:
    kilo = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo
