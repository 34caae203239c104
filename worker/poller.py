"""Container entry point: receives from the lanes and runs many jobs at once, until told to stop."""

import asyncio
import logging
import os
import signal
import sys
from dataclasses import dataclass, field
from datetime import timedelta

from shared.clock import Clock, system_clock
from shared.errors import StoreUnavailable
from shared.lines import Lane
from shared.logs import configure
from shared.ports.queue import Delivery, Queue
from shared.settings import Settings
from worker.heartbeat import beat
from worker.mailbox import Verdict
from worker.processor import Processor
from worker.shift import Shift
from worker.wiring import open_worker

logger = logging.getLogger(__name__)

LONG_POLL = timedelta(seconds=5)
"""Wait on the normal lane before looking at the low one; an empty look costs one request."""
LOW_EVERY = 10
"""Under load every tenth look goes to the low lane first, so that it is not starved."""
LAST_LOOK = timedelta(seconds=1)
"""How long a stopping worker waits for a reply that may be under way."""
PAUSE = timedelta(seconds=2)
"""Rest after the queue could not be asked."""
RECEIVE_MOST = 10
"""SQS hands out ten messages at most."""


@dataclass
class Poller:
    """Keeps up to ``concurrency`` jobs running."""

    processor: Processor
    queue: Queue
    concurrency: int
    drain: timedelta
    clock: Clock = system_clock
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _looks: int = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until ``stopping`` is set; then finish what is in flight, or hand it back."""
        shift = Shift(self.clock)
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                room = min(RECEIVE_MOST, self.concurrency - len(self._running))
                if room == 0:
                    await asyncio.wait({stop, *self._running}, return_when=asyncio.FIRST_COMPLETED)
                    continue
                looking = asyncio.create_task(self._look(room))
                await asyncio.wait({stop, looking}, return_when=asyncio.FIRST_COMPLETED)
                if stopping.is_set():
                    await self._give_back(looking)
                    break
                for delivery in looking.result():
                    self._begin(delivery, shift)
        finally:
            stop.cancel()
            shift.end()
            await self._finish()

    async def _give_back(self, looking: asyncio.Task[list[Delivery]]) -> None:
        """Messages that come just when we stop are shown to the next worker at once."""
        await asyncio.wait({looking}, timeout=LAST_LOOK.total_seconds())
        if not looking.done():
            looking.cancel()
            return
        try:
            for delivery in looking.result():
                await self.queue.hide(delivery, timedelta())
        except StoreUnavailable as error:
            logger.warning("messages keep their invisibility: %s", error)

    def _begin(self, delivery: Delivery, shift: Shift) -> None:
        task = asyncio.create_task(self._handle(delivery, shift))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _look(self, room: int) -> list[Delivery]:
        self._looks += 1
        lanes = [Lane.NORMAL, Lane.LOW]
        if self._looks % LOW_EVERY == 0:
            lanes.reverse()
        try:
            for lane in lanes:
                wait = LONG_POLL if lane is Lane.NORMAL else timedelta()
                if found := await self.queue.receive(lane, at_most=room, wait=wait):
                    return found
            return []
        except StoreUnavailable as error:
            logger.warning("the queue could not be asked: %s", error)
        except Exception:
            # A message that cannot even be received must not end the worker again and again.
            logger.exception("what is in the queue could not be read")
        await asyncio.sleep(PAUSE.total_seconds())
        return []

    async def _handle(self, delivery: Delivery, shift: Shift) -> None:
        try:
            if await self.processor.handle(delivery, shift) is Verdict.DELETE:
                await self.queue.delete(delivery)
        except StoreUnavailable as error:
            logger.warning("the message comes again: %s", error)
        except Exception:
            # One poisoned job must not stop the others; its message goes to the dead letters
            # once it was received too often.
            logger.exception("a delivery could not be handled")

    async def _finish(self) -> None:
        if not self._running:
            return
        logger.info("stopping", extra={"in_flight": len(self._running)})
        _, late = await asyncio.wait(self._running, timeout=self.drain.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def serve(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with open_worker(settings) as worker:
        logger.info("worker ready", extra={"concurrency": settings.concurrency})
        poller = Poller(
            processor=worker.processor,
            queue=worker.queue,
            concurrency=settings.concurrency,
            drain=timedelta(seconds=settings.drain_seconds),
        )
        beside = {asyncio.create_task(worker.reconciler.run(), name="reconciler")}
        if settings.heartbeat is not None:
            beside.add(asyncio.create_task(beat(settings.heartbeat), name="heartbeat"))
        try:
            await poller.run(stopping)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)


def main() -> None:
    try:
        settings = Settings.load(os.environ)
    except (ValueError, OSError) as error:
        sys.exit(f"worker: {error}")
    configure(settings.log_level)
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
