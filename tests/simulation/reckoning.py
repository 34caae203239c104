"""The reckoning: what must be true once a storm is over, and once all that was made is old."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.messages import JobId
from shared.statuses import JobStatus
from shared.uploads import upload_key, uploads_named
from tests.simulation.clients import Clients
from tests.simulation.processes import PER_OWNER
from tests.simulation.witness import Witness


@dataclass
class Reckoning:
    """Compares what was promised and seen with what is kept."""

    stores: Any
    witness: Witness
    clients: Clients

    def left_to_do(self) -> list[str]:
        """What the service still has to do by itself; nothing, before long."""
        rows, queue = self.stores.jobs.rows.values(), self.stores.queue
        return [
            *(f"{job.id} is stuck: {job.status}" for job in rows if not job.done),
            *(f"{job.id} is not closed" for job in rows if job.to_be_closed),
            *(f"{job.id} is gone, and not erased" for job in rows if job.gone),
            *(f"message {body} is received for ever" for body in queue.bodies()),
            *(f"letter {letter.body} lies with the dead for ever" for letter in queue.dead),
            *(f"{item} is reserved for ever" for item in self.stores.spending.pending()),
            *(f"in {line} somebody seems to wait" for line in self.stores.pools.miscounted()),
        ]

    def once_all_is_quiet(self) -> None:
        """Every promise was kept, and every account is square."""
        for sentence in self.left_to_do():
            self.witness.wrong(sentence)
        for job in self.stores.jobs.rows.values():
            self.witness.complete(job)
            if job.done and (litter := self.witness.unnamed_of(job)):
                self.witness.wrong(f"{job.id} does not name {litter}, which are stored")
        self._promises()
        self._money()
        self._orders()

    def _promises(self) -> None:
        jobs, wrong = self.witness.jobs, self.witness.wrong
        for job_id, order in self.clients.promised.items():
            if job_id not in jobs:
                wrong(f"order {order} was accepted as {job_id}, which is lost")
        for job_id in self.clients.canceled:
            if jobs[job_id].status is not JobStatus.CANCELED:
                wrong(f"{job_id} was canceled, and ended {jobs[job_id].status}")
        for job_id in self.clients.deleted:
            if job_id in self.stores.jobs.rows or job_id not in self.stores.jobs.buried:
                wrong(f"{job_id} was deleted, and is there")

    def _money(self) -> None:
        """What was reserved is what was charged and what was refunded."""
        charged: Counter[str] = Counter()
        for job in self.witness.jobs.values():
            assert job.reservation is not None
            charged[job.reservation.meter] += job.charged
        for day, amount in charged.items():
            spent = self.stores.spending.spent_on(day)
            if spent != amount:
                self.witness.wrong(f"{day} shows {spent}, and {amount} was charged")

    def _orders(self) -> None:
        """An order is one job, however often it was repeated, and no owner has too many."""
        jobs = self.witness.jobs.values()
        for order, count in Counter(job.metadata["order"] for job in jobs).items():
            if count > 1:
                self.witness.wrong(f"order {order} became {count} jobs")
        for owner, count in Counter(job.owner for job in jobs).items():
            if count > PER_OWNER:
                self.witness.wrong(f"{owner} has {count} jobs, and may have {PER_OWNER}")

    def at_any_age(self) -> None:
        """What a job names is there for as long as the job is."""
        for job_id in self.stores.jobs.rows.keys() & self._uploads.keys():
            if missing := self._uploads[job_id] - self.witness.pictures.keys():
                self.witness.wrong(f"{job_id} names {missing}, which is not there any more")

    @cached_property
    def _uploads(self) -> dict[JobId, set[str]]:
        """Where the uploads lie that jobs name, of those that name any."""
        return {
            job.id: {upload_key(job.owner, upload) for upload in named}
            for job in self.stores.jobs.rows.values()
            if (named := uploads_named(job.task))
        }

    def in_old_age(self) -> None:
        """Nothing is left of anything but tombstones."""
        witness, jobs = self.witness, self.stores.jobs
        if left := {*jobs.rows, *self.stores.uploads.rows}:
            witness.wrong(f"{sorted(left)} are kept for ever")
        if left := witness.jobs.keys() - jobs.buried:
            witness.wrong(f"{sorted(left)} left no tombstone")
        if left := [key for key in witness.pictures if not self._came_too_late(key)]:
            witness.wrong(f"{sorted(left)} are nobody's")

    def _came_too_late(self, key: str) -> bool:
        """What a worker stored whose job was erased meanwhile is left to the bucket's own rules."""
        folder, _, rest = key.partition("/")
        buried_at = self.witness.buried_at.get(rest.partition("/")[0])
        return (
            folder == "artifacts"
            and buried_at is not None
            and self.witness.pictures.since[key] >= buried_at
        )
