"""The contract of ``Darkroom``: one that its tests share."""

from collections.abc import Iterator

import pytest

from shared.adapters.pillow_darkroom import PillowDarkroom


@pytest.fixture(scope="module")
def darkroom() -> Iterator[PillowDarkroom]:
    room = PillowDarkroom()
    yield room
    room.close()
