"""What a route works with: the wired frontend, and who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import TypeAdapter, ValidationError

from frontend.api.cursors import Cursors
from frontend.api.identity import Asker, Identity
from frontend.api.problems import not_found
from shared.annotation import Annotator
from shared.cancellation import Canceler
from shared.catalog import CurrentCatalog
from shared.clock import Clock
from shared.deletion import Deleter
from shared.errors import JobErased
from shared.estimates import Estimator
from shared.jobs import Job
from shared.limits import Limits
from shared.links import LinkSigner
from shared.messages import JobId
from shared.ports.jobs import JobStore
from shared.ports.probes import Probe
from shared.prompting import PromptHelper
from shared.records import Tombstone
from shared.shares import Sharer
from shared.submission import Submitter
from shared.uploads import Uploader


@dataclass(frozen=True)
class Frontend:
    """Everything the API is made of, wired once at start."""

    jobs: JobStore
    submitter: Submitter
    uploader: Uploader
    canceler: Canceler
    deleter: Deleter
    estimator: Estimator
    annotator: Annotator
    sharer: Sharer
    limits: Limits
    catalog: CurrentCatalog
    prompts: PromptHelper
    identity: Identity
    cursors: Cursors
    links: LinkSigner
    probes: Sequence[Probe]
    clock: Clock
    random: Random
    secure_cookies: bool
    framed: bool = False
    """Whether other sites may show our page in a frame, where our cookie is a third party's."""

    async def job_for(self, asker: Asker, job_id: str) -> Job:
        """The job, if the asker may see it; 410 if it was erased. Otherwise 404."""
        job = await self.jobs.get(job_id) if _is_job_id(job_id) else None
        if job is not None and asker.may_see(job.owner):
            return job
        if job is None and (erased := await self.erased_for(asker, [job_id])):
            raise JobErased(erased[job_id].reason, erased[job_id].gone_at)
        raise not_found()

    async def jobs_for(self, asker: Asker, job_ids: Sequence[str]) -> dict[JobId, Job]:
        """Those of the jobs that the asker may see."""
        jobs = await self.jobs.get_many([job_id for job_id in job_ids if _is_job_id(job_id)])
        return {job.id: job for job in jobs if asker.may_see(job.owner)}

    async def erased_for(self, asker: Asker, job_ids: Sequence[str]) -> dict[JobId, Tombstone]:
        """What is left of those of the jobs that were erased, if the asker might have seen them."""
        ids = [job_id for job_id in job_ids if _is_job_id(job_id)]
        found = await self.jobs.tombstones(ids) if ids else []
        return {t.id: t for t in found if asker.may_see(t.owner)}


_job_id = TypeAdapter[JobId](JobId)


def _is_job_id(text: str) -> bool:
    """Whether a store may be asked for it: what a client sends can be any text of any length."""
    try:
        _job_id.validate_python(text)
    except ValidationError:
        return False
    return True


async def _frontend(request: Request) -> Frontend:
    # Not a coroutine for anything it awaits: FastAPI would call a plain function in a thread.
    frontend: Frontend = request.app.state.frontend
    return frontend


async def _asker(request: Request, frontend: Annotated[Frontend, Depends(_frontend)]) -> Asker:
    return await frontend.identity.asker(request)


JobPath = Annotated[str, Path(alias="id")]
Wired = Annotated[Frontend, Depends(_frontend)]
Asking = Annotated[Asker, Depends(_asker)]
