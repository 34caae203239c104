"""What a route works with: the wired frontend, and who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from fastapi import Depends, Request
from pydantic import TypeAdapter, ValidationError

from frontend.api.cursors import Cursors
from frontend.api.identity import Asker, Identity
from frontend.api.problems import not_found
from shared.cancellation import Canceler
from shared.catalog import Catalog
from shared.clock import Clock
from shared.jobs import Job
from shared.links import LinkSigner
from shared.messages import JobId
from shared.ports import JobStore, Probe
from shared.submission import Submitter


@dataclass(frozen=True)
class Frontend:
    """Everything the API is made of, wired once at start."""

    jobs: JobStore
    submitter: Submitter
    canceler: Canceler
    catalog: Catalog
    identity: Identity
    cursors: Cursors
    links: LinkSigner
    probes: Sequence[Probe]
    clock: Clock
    random: Random
    secure_cookies: bool

    async def job_for(self, asker: Asker, job_id: str) -> Job:
        """The job, if the asker may see it. Otherwise 404, as if there were none."""
        job = await self.jobs.get(job_id) if _is_job_id(job_id) else None
        if job is None or not asker.may_see(job.owner):
            raise not_found()
        return job

    async def jobs_for(self, asker: Asker, job_ids: Sequence[str]) -> dict[JobId, Job]:
        """Those of the jobs that the asker may see."""
        jobs = await self.jobs.get_many([job_id for job_id in job_ids if _is_job_id(job_id)])
        return {job.id: job for job in jobs if asker.may_see(job.owner)}


_job_id = TypeAdapter[JobId](JobId)


def _is_job_id(text: str) -> bool:
    """Whether a store may be asked for it: what a client sends can be any text of any length."""
    try:
        _job_id.validate_python(text)
    except ValidationError:
        return False
    return True


def _frontend(request: Request) -> Frontend:
    frontend: Frontend = request.app.state.frontend
    return frontend


async def _asker(request: Request, frontend: Annotated[Frontend, Depends(_frontend)]) -> Asker:
    return await frontend.identity.asker(request)


Wired = Annotated[Frontend, Depends(_frontend)]
Asking = Annotated[Asker, Depends(_asker)]
