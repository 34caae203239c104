"""Orders: what an owner asks for, before it is accepted as a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.errors import NotDone
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobId
from shared.tasks import Task, unseeded


@dataclass(frozen=True)
class Order:
    """What an owner asks for."""

    owner: str
    network: str
    """The client's /24 or /64, for the limit that its owners share."""
    task: Task
    model: str
    lane: Lane = Lane.NORMAL
    start_by: datetime | None = None
    finish_by: datetime | None = None
    metadata: dict[str, str] | None = None
    parent: JobId | None = None

    @classmethod
    def again(cls, job: Job, network: str, *, new_seed: bool = False) -> Self:
        """The same once more, for the same owner and without the deadlines.

        Its seed is on record, so a model that heeds seeds paints the same picture again, or refuses
        the same picture again; with ``new_seed`` one is drawn. Raises ``NotDone``.
        """
        if not job.done:
            raise NotDone("This job has not ended yet, so it cannot be tried again.")
        return cls(
            owner=job.owner,
            network=network,
            task=unseeded(job.task) if new_seed else job.task,
            model=job.requested_model,
            lane=job.lane,
            metadata=dict(job.metadata),
            parent=job.id,
        )
