"""A job's pictures: fetched once an attempt, made fit for its model, and arranged as it wants."""

from dataclasses import dataclass

from shared.catalog import Catalog
from shared.darkroom import Darkroom, PictureUnfit, PictureUnreadable, Sheet
from shared.errors import InputRejected
from shared.jobs import Job
from shared.models import Model
from shared.ports.jobs import JobStore
from shared.ports.pictures import Pictures
from shared.tasks import ArtifactRef, Reference, UploadRef
from shared.uploads import upload_key
from worker.budget import Load
from worker.models import FAMILIES
from worker.models.parts import INPUT_BYTES_MOST, Inputs, rules_of

MASK = "mask"
"""The last part of every mask's place in a task; the picture it lies over is at ``image``."""


@dataclass(frozen=True)
class Gathered:
    """A job's pictures as its calls send them, and what was lost on the way."""

    inputs: Inputs
    warnings: tuple[str, ...] = ()

    @property
    def load(self) -> Load:
        sheets = self.inputs.values()
        return Load(
            size=sum(len(sheet.body) for sheet in sheets),
            pixels=max((sheet.pixels for sheet in sheets), default=0),
        )


@dataclass(frozen=True)
class Gatherer:
    """Fetches and prepares what a task names, one picture after the other to bound memory."""

    jobs: JobStore
    pictures: Pictures
    darkroom: Darkroom
    catalog: Catalog

    async def gather(self, job: Job) -> Gathered:
        """Raises ``InputRejected``, naming the field and the rule, if a picture cannot be used."""
        model = self.catalog.model(job.resolved_model)
        inputs: dict[str, Sheet] = {}
        # A mask comes after the picture it lies over.
        for place in sorted(job.task.references(), key=_is_mask):
            inputs[place] = await self._made_fit(job, model, place, inputs)
        arranged = await FAMILIES[model.family].arrange(job.task, inputs, model, self.darkroom)
        warnings = [f"{place}: {w}" for place, sheet in arranged.items() for w in sheet.warnings]
        return Gathered(arranged, tuple(warnings))

    async def _made_fit(self, job: Job, model: Model, place: str, others: Inputs) -> Sheet:
        references = job.task.references()
        original = await self._fetch(job, place, references[place])
        try:
            if _is_mask(place):
                grey = FAMILIES[model.family].GREY_MASKS
                return await self.darkroom.prepare_mask(original, others["image"], grey=grey)
            most = INPUT_BYTES_MOST // len(references)
            return await self.darkroom.prepare(original, rules_of(model), most_bytes=most)
        except (PictureUnreadable, PictureUnfit) as unusable:
            raise InputRejected(f"{place}: {unusable}") from unusable

    async def _fetch(self, job: Job, place: str, reference: Reference) -> bytes:
        key = await self._key(job, reference)
        blob = None if key is None else await self.pictures.get(key)
        if blob is None:
            raise InputRejected(f"{place}: The picture is not there any more.")
        return blob.body

    async def _key(self, job: Job, reference: Reference) -> str | None:
        match reference:
            case UploadRef():
                return upload_key(job.owner, reference.upload)
            case ArtifactRef():
                maker = await self.jobs.get(reference.job_id)
                made = () if maker is None else maker.artifacts
                return next((a.key for a in made if a.k == reference.k), None)
            case _:
                raise TypeError(f"{type(reference).__name__} is replaced before a job exists")


def _is_mask(place: str) -> bool:
    return place.rpartition("/")[2] == MASK
