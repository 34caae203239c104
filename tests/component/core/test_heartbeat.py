"""The heartbeat: what a container's health check can believe."""

import asyncio
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from worker import heartbeat
from worker.heartbeat import beat


async def beating_for(file: Path, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await beat(file)


async def test_the_file_is_touched_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", timedelta(milliseconds=10))
    file = tmp_path / "alive"
    file.touch()
    os.utime(file, (0, 0))
    alive = asyncio.create_task(beat(file))
    await asyncio.sleep(0)
    first = file.stat().st_mtime_ns
    await asyncio.sleep(0.1)
    assert 0 < first < file.stat().st_mtime_ns
    alive.cancel()


async def test_a_file_that_cannot_be_written_is_said_and_does_not_end_the_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await beating_for(tmp_path / "nowhere" / "alive", seconds=0.05)
    assert "no heartbeat" in caplog.text
