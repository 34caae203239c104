"""Clients: they submit, repeat what was not answered, cancel, and look at what came of it."""

import asyncio
import base64
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shared.errors import NotAccepted, StaleJob, StoreUnavailable, SubmissionInFlight
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobId
from shared.orders import Order
from shared.submission import IdempotencyKey
from shared.tasks import ArtifactRef, DataRef, RemoveBackground, TextToImage, UploadRef, Variation
from tests.service import CORE, NOVA
from tests.simulation.loop import true_clock
from tests.simulation.painter import PICTURE
from tests.simulation.processes import Frontend, NoAnswer, World

OWNERS = 7
ORDERS = 16
"""Of each owner, but for the first, who wants more than a limit allows."""
GREEDY = 60
WITHIN = 240
"""Seconds in which everything is ordered."""
TRIES = 6
"""How often a request is sent before nobody answers."""
AGAIN = 5
"""How often the same is ordered anew when nobody says what became of it."""
CANCEL, DELETE, RETRY = 0.12, 0.1, 0.08
"""Shares of jobs of which their owners think again."""
NETWORK = "192.0.2.0/24"


@dataclass
class Clients:
    """All owners, and what they were told."""

    world: World
    frontends: list[Frontend]
    random: Random
    promised: dict[JobId, str] = field(default_factory=dict)
    """Jobs that somebody was told of, and the order each is for."""
    deleted: set[JobId] = field(default_factory=set)
    """Jobs whose deletion was confirmed."""
    canceled: set[JobId] = field(default_factory=set)
    """Jobs whose cancellation was confirmed while they were not done."""

    async def run(self) -> None:
        """Everything that owners want, until they want nothing more."""
        async with asyncio.TaskGroup() as group:
            for owner in range(OWNERS):
                for number in range(GREEDY if owner == 0 else ORDERS):
                    group.create_task(self._live(f"owner-{owner}", f"{owner}/{number}"))

    async def _live(self, owner: str, label: str) -> None:
        """One order, from the wish to whatever becomes of it."""
        random = self.random
        await asyncio.sleep(random.uniform(0, WITHIN))
        job = await self._order(owner, label)
        if job is None:
            return
        fancy = random.random()
        if fancy < CANCEL:
            await asyncio.sleep(random.expovariate(1 / 20))
            await self._cancel(job)
        elif fancy < CANCEL + DELETE:
            await asyncio.sleep(random.expovariate(1 / 40))
            await self._delete(job)
        elif fancy < CANCEL + DELETE + RETRY:
            await asyncio.sleep(random.uniform(20, 120))
            await self._try_again(job, f"{label}/again")

    async def _order(self, owner: str, label: str) -> Job | None:
        """Order, and order anew if nobody says what became of it."""
        for again in range(AGAIN):
            try:
                if job := await self._order_once(owner, f"{label}.{again}"):
                    return job
            except NotAccepted:
                break
        return None

    async def _order_once(self, owner: str, label: str) -> Job | None:
        random = self.random
        order = await self._thought_of(owner, label)
        keyed = random.random() < 0.7
        key = IdempotencyKey(label, "the same request") if keyed else None
        if keyed and random.random() < 0.1:
            both = await asyncio.gather(self._submit(order, key), self._submit(order, key))
            return both[0] or both[1]
        return await self._submit(order, key)

    async def _thought_of(self, owner: str, label: str) -> Order:
        random = self.random
        task, model = await self._task(owner, label)
        now = true_clock()
        return Order(
            owner=owner,
            network=NETWORK,
            task=task,
            model=model,
            lane=Lane.LOW if random.random() < 0.2 else Lane.NORMAL,
            start_by=self._soon(now, 30, 120),
            finish_by=self._soon(now, 30, 300),
            metadata={"order": label},
        )

    def _soon(self, now: datetime, least: float, most: float) -> datetime | None:
        """A deadline, for those who are in a hurry."""
        if self.random.random() < 0.9:
            return None
        return now + timedelta(seconds=self.random.uniform(least, most))

    async def _task(self, owner: str, label: str) -> tuple[Any, str]:
        random = self.random
        kind = random.random()
        if kind < 0.45:
            return TextToImage(prompt=label, n=random.randint(1, 5)), NOVA
        if kind < 0.75:
            return TextToImage(prompt=label, n=random.randint(1, 3)), CORE
        if kind < 0.85:
            data = base64.b64encode(PICTURE + label.encode()).decode()
            return Variation(images=(DataRef(data=data),), prompt=label), NOVA
        if kind < 0.93 and (upload := await self._upload(owner, label)):
            return Variation(images=(UploadRef(upload=upload),), prompt=label), NOVA
        if made := self._made_by(owner):
            return RemoveBackground(image=ArtifactRef(artifact=random.choice(made))), NOVA
        return TextToImage(prompt=label), NOVA

    def _made_by(self, owner: str) -> list[str]:
        return [
            f"{job.id}/{artifact.k}"
            for job in self.world.witness.jobs.values()
            if job.owner == owner
            for artifact in job.artifacts
        ]

    async def _upload(self, owner: str, label: str) -> str | None:
        try:
            invitation = await self._ask(
                lambda frontend: frontend.uploader.invite(owner, NETWORK, "image/png")
            )
        except NotAccepted:
            return None
        if invitation is None:
            return None
        upload = invitation.upload
        await self.world.stores.pictures.put(
            upload.key, PICTURE + label.encode(), content_type=upload.content_type
        )
        return str(upload.id)

    async def _submit(self, order: Order, key: IdempotencyKey | None) -> Job | None:
        """The job, or None if it is not known to be one: without a key nobody tries again."""
        accepted = await self._ask(
            lambda frontend: frontend.service.submitter.submit(order, key),
            tries=1 if key is None else TRIES,
        )
        if accepted is None:
            return None
        job: Job = accepted.job
        assert order.metadata is not None
        self.promised[job.id] = order.metadata["order"]
        return job

    async def _cancel(self, job: Job) -> None:
        async def cancel(frontend: Frontend) -> Job | None:
            kept = await frontend.service.jobs.get(job.id)
            return kept and await frontend.service.canceler.cancel(kept)

        canceled = await self._ask(cancel)
        if canceled is not None and canceled.cancel_requested:
            self.canceled.add(job.id)

    async def _delete(self, job: Job) -> None:
        async def delete(frontend: Frontend) -> bool:
            kept = await frontend.service.jobs.get(job.id)
            if kept is not None:
                await frontend.service.deleter.delete(kept)
            return True

        if await self._ask(delete):
            self.deleted.add(job.id)

    async def _try_again(self, job: Job, label: str) -> None:
        kept = await self._ask(lambda frontend: frontend.service.jobs.get(job.id))
        if kept is None or not kept.done:
            return
        order = replace(Order.again(kept, NETWORK), metadata={"order": label})
        with suppress(NotAccepted):
            await self._submit(order, IdempotencyKey(label, "the same request"))

    async def _ask(
        self, work: Callable[[Frontend], Coroutine[Any, Any, Any]], tries: int = TRIES
    ) -> Any:
        """Ask frontends until one answers; None if none does. Raises ``NotAccepted``."""
        for _ in range(tries):
            try:
                return await self.random.choice(self.frontends).ask(work)
            except (NoAnswer, StoreUnavailable, StaleJob, SubmissionInFlight):
                await asyncio.sleep(self.random.uniform(1, 15))
        return None
