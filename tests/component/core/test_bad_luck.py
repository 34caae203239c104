"""After any run of bad luck a job has one end."""

from random import Random

import pytest

from shared.errors import ModelBroken, ModelBusy, ModelTimeout, StaleJob
from shared.statuses import JobStatus
from tests.component.core.money import the_money_is_right
from tests.service import CORE, NOVA, Service


@pytest.mark.parametrize("seed", range(20))
async def test_after_any_run_of_bad_luck_a_job_has_one_end_and_the_money_is_right(
    service: Service, seed: int
) -> None:
    luck = Random(seed)
    bad = [ModelBusy("busy"), ModelTimeout("slow"), ModelBroken("broken"), b"{}", None]
    service.models.will(*luck.choices(bad, k=12))
    for _ in range(3):
        where = luck.choice([service.jobs, service.pictures])
        method = {id(service.jobs): "save", id(service.pictures): "put"}[id(where)]
        where.spare(method, luck.randrange(4))
        where.fail(method)
    model = luck.choice([NOVA, CORE])
    service.jobs.spare("add", 1)
    job = await service.submit(model=model, n=3)
    done = await service.finish(job)
    assert done.status in (JobStatus.SUCCEEDED, JobStatus.FAILED)
    assert all(call.paid <= 3 for call in done.calls)
    assert service.pictures.keys >= {key for a in done.artifacts for key in a.keys}
    await the_money_is_right(service, job)
    with pytest.raises(StaleJob):
        await service.jobs.save(done)
