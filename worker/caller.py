"""One call to a model: ask, read the answer, and keep every picture before saying so."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from shared.artifacts import Artifact, artifacts_of
from shared.calls import Call, Failure
from shared.catalog import Catalog
from shared.clock import Clock
from shared.darkroom import Darkroom, PictureUnreadable, Print
from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBusy,
    ModelUnavailable,
    ReplyUnusable,
    StoreUnavailable,
)
from shared.jobs import Job
from shared.messages import Slot
from shared.models import Model
from shared.money import Micros
from shared.pacing import Pacer
from shared.ports.models import ImageModels
from shared.ports.pictures import Pictures
from shared.retries import patiently
from shared.tasks import pixels_wanted
from worker.attempt import Attempt, LeaseLost
from worker.models import FAMILIES
from worker.models.answer import Answer
from worker.models.parts import Inputs

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """Makes calls for attempts."""

    models: ImageModels
    pictures: Pictures
    darkroom: Darkroom
    pacer: Pacer
    catalog: Catalog
    clock: Clock

    async def make(
        self, attempt: Attempt, call: Call, slot: Slot, inputs: Inputs
    ) -> CallFailed | None:
        """Make a call at its slot, with the job's pictures, and record how it ended.

        Returns the failure if trying again may help. What cannot be helped is recorded as refused.
        """
        await asyncio.sleep(max(0.0, (slot.at - self.clock()).total_seconds()))
        await attempt.still_holds()
        attempt.uncalled.discard(call.k)
        if attempt.job.cancel_requested:
            await attempt.record(lambda job: job.keep(call.unpaid(), ()))
            return None
        asked = self.clock()
        try:
            answer = await self._ask(attempt.job, call, inputs)
        except CallFailed as failed:
            hope = await self._failed(attempt, call, failed, asked)
            if isinstance(failed, ModelBusy):
                await self.pacer.too_busy(slot.pool)
            if isinstance(failed, ModelUnavailable):
                await self.pacer.refused(slot.pool)
            return hope
        answered = self.clock()
        try:
            artifacts = await self._keep(attempt.job, call, answer)
        except PictureUnreadable as unreadable:
            return await self._failed(attempt, call, ReplyUnusable(str(unreadable)), asked)
        stored = self.clock()
        self.pacer.durations.note(slot.pool, stored - asked)
        kept = call.model_copy(
            update={
                "stored": True,
                "refused": answer.held_back and Failure.of(answer.held_back),
                "price": self._price(attempt.job, artifacts),
            }
        )
        try:
            await attempt.record(
                lambda job: job.keep(
                    kept,
                    artifacts,
                    model_ms=_ms(asked, answered),
                    store_ms=_ms(answered, stored),
                )
            )
        except LeaseLost:
            await self._take_back(attempt, artifacts)
            raise
        await self.pacer.accepted(slot.pool)
        return None

    def _price(self, job: Job, artifacts: tuple[Artifact, ...]) -> Micros | None:
        """What each picture costs, now that its size is known; None if that says no more."""
        sizes = [a.width * a.height for a in artifacts if a.role == "picture"]
        if not sizes or pixels_wanted(job.task) is not None:
            return None
        return self.catalog.model(job.resolved_model).price(job.task, max(sizes))

    async def _take_back(self, attempt: Attempt, artifacts: tuple[Artifact, ...]) -> None:
        """Delete what was stored under a claim that is lost, but what the row names all the same.

        Who has the job now sweeps up what is left, if that is not too late to be seen.
        """
        try:
            unnamed = await attempt.unnamed(artifacts)
            await self.pictures.delete([key for artifact in unnamed for key in artifact.keys])
        except StoreUnavailable as error:
            logger.warning("pictures of a lost claim stay: %s", error)

    async def refuse(self, attempt: Attempt, call: Call, reason: CallFailed) -> None:
        """Record that a call is never made."""
        attempt.uncalled.discard(call.k)
        await self._failed(attempt, call, reason, self.clock())

    async def _ask(self, job: Job, call: Call, inputs: Inputs) -> Answer:
        model = self.catalog.model(job.resolved_model)
        family = FAMILIES[model.family]
        body = family.request(job.task, model, call, inputs)
        try:
            reply = await self.models.invoke(model.model_id, model.pool.region, body)
        except InputRejected as rejected:
            raise family.explain(rejected) from rejected
        return family.read(reply, job.task, call)

    async def _failed(
        self, attempt: Attempt, call: Call, failed: CallFailed, asked: datetime
    ) -> CallFailed | None:
        logger.warning(
            "a call failed: %s",
            failed,
            extra={"code": failed.code, "k": call.k, "paid": failed.paid},
        )
        ended = call if failed.paid else call.unpaid()
        if not failed.retryable:
            ended = ended.model_copy(update={"refused": Failure.of(failed)})
        await attempt.record(
            lambda job: job.keep(ended, (), model_ms=_ms(asked, self.clock())),
        )
        return failed if failed.retryable else None

    async def _keep(self, job: Job, call: Call, answer: Answer) -> tuple[Artifact, ...]:
        """Store every picture of an answer; none if one of them cannot be read."""
        made = [await self.darkroom.develop(picture) for picture in answer.pictures]
        kept = [
            (_artifact(job, call.first + position, picture, seed=seed), picture)
            for position, (picture, seed) in enumerate(zip(made, answer.seeds, strict=True))
        ]
        if answer.mask is not None:
            # Everywhere here white is what changes, so that this mask can be used again.
            mask = await self.darkroom.develop(await self.darkroom.inverted(answer.mask))
            kept.append((_artifact(job, job.images_total + call.k, mask, role="mask"), mask))
        model = self.catalog.model(job.resolved_model)
        for artifact, picture in kept:
            await self._keep_one(job, model, artifact, picture)
        return tuple(artifact for artifact, _ in kept)

    async def _keep_one(self, job: Job, model: Model, artifact: Artifact, made: Print) -> None:
        await self._put(artifact.key, made.original, made.content_type, artifact.sha256)
        await self._put(artifact.thumbnail_key, made.thumbnail, "image/webp")
        document = orjson.dumps(_card(job, model, artifact), option=orjson.OPT_INDENT_2)
        await self._put(artifact.card_key, document, "application/json")

    async def _put(
        self, key: str, body: bytes, content_type: str, sha256: str | None = None
    ) -> None:
        await patiently(
            lambda: self.pictures.put(key, body, content_type=content_type, sha256=sha256)
        )


def _artifact(
    job: Job,
    k: int,
    made: Print,
    *,
    role: Literal["picture", "mask"] = "picture",
    seed: int | None = None,
) -> Artifact:
    """The fence in the name keeps a late writer of an earlier claim from replacing a picture."""
    stem = f"{artifacts_of(job.id)}{k}/{job.fence}"
    return Artifact(
        k=k,
        role=role,
        key=f"{stem}.{made.extension}",
        thumbnail_key=f"{stem}.webp" if made.extension != "webp" else f"{stem}.thumbnail.webp",
        content_type=made.content_type,
        width=made.width,
        height=made.height,
        bytes=len(made.original),
        sha256=made.sha256,
        seed=seed,
    )


def _card(job: Job, model: Model, artifact: Artifact) -> dict[str, object]:
    """Everything needed to know where a picture came from and to make it again."""
    return {
        "job": job.id,
        "k": artifact.k,
        "role": artifact.role,
        "created_at": job.created_at.isoformat(),
        "model": {"name": model.name, "model_id": model.model_id, "region": model.pool.region},
        "task": job.task.model_dump(mode="json"),
        "seed": artifact.seed,
        "sha256": artifact.sha256,
        "content_type": artifact.content_type,
        "width": artifact.width,
        "height": artifact.height,
        "bytes": artifact.bytes,
    }


def _ms(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)
