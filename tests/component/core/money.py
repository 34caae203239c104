"""What a job cost, held against what was spent."""

from shared.jobs import Job
from tests.service import Service


async def the_money_is_right(service: Service, job: Job) -> None:
    """What was reserved is what was charged and what was refunded."""
    ended = await service.job(job)
    assert ended.charged == ended.owed
    assert await service.spent() == ended.charged
