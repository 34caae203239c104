"""A model that Bedrock will not call for this account is passed over, until it is called again."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from shared.catalog import AUTO, Catalog
from shared.errors import ModelBusy, ModelEnded, ModelUnavailable
from shared.refusals import LOOK_EVERY, RefusalWatch
from shared.retries import REFUSED_POOL_RESTS
from shared.statuses import JobStatus
from tests.builders import MINUTE, NOON, SECOND, a_task
from tests.service import CORE, NOVA, Service
from tests.virtual_time import virtual_clock

REFUSED = ModelUnavailable("You don't have access to the model with the specified model ID.")
TODAY = NOON.date()


@pytest.fixture
def watch(service: Service) -> RefusalWatch:
    catalog = service.processor.catalog
    return RefusalWatch(lambda: catalog, service.pools, virtual_clock, Random(1))


async def is_refused(service: Service) -> None:
    service.models.will(REFUSED)
    job = await service.finish(await service.submit(model=NOVA))
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "model_unavailable")


async def test_auto_passes_over_a_model_that_was_refused_and_says_so(
    service: Service, watch: RefusalWatch
) -> None:
    assert watch().choose(a_task(), AUTO, TODAY).model.name == NOVA
    await is_refused(service)
    await watch.refresh()
    choice = watch().choose(a_task(), AUTO, TODAY)
    assert choice.model.name == CORE
    assert choice.fallback_reason == (
        "Bedrock did not call Amazon Nova Canvas for this account when it was last asked."
    )


async def test_who_names_it_may_try_and_is_warned(service: Service, watch: RefusalWatch) -> None:
    await is_refused(service)
    await watch.refresh()
    choice = watch().choose(a_task(), NOVA, TODAY)
    assert choice.model.name == NOVA
    assert choice.warnings[-1].endswith("when it was last asked, so this may fail.")


async def test_after_an_hour_it_is_tried_again(service: Service, watch: RefusalWatch) -> None:
    await is_refused(service)
    await asyncio.sleep(REFUSED_POOL_RESTS.total_seconds() - 1)
    await watch.refresh()
    assert watch().choose(a_task(), AUTO, TODAY).model.name == CORE
    await asyncio.sleep(1)
    await watch.refresh()
    assert watch().choose(a_task(), AUTO, TODAY).model.name == NOVA


async def test_once_it_is_called_again_it_is_refused_no_more(
    service: Service, watch: RefusalWatch
) -> None:
    await is_refused(service)
    assert (await service.finish(await service.submit(model=NOVA))).status is JobStatus.SUCCEEDED
    await watch.refresh()
    assert watch().refused == frozenset()


async def test_where_all_are_refused_the_first_is_tried(
    service: Service, watch: RefusalWatch
) -> None:
    for model in watch().models:
        await service.pools.refuse(model.pool_name, NOON + MINUTE)
    await watch.refresh()
    choice = watch().choose(a_task(), AUTO, TODAY)
    assert choice.model.name == NOVA
    assert choice.warnings[-1].endswith("so this may fail.")


async def test_a_model_that_ended_stays_so(service: Service) -> None:
    ended = Catalog.load()
    watch = RefusalWatch(lambda: ended, service.pools, virtual_clock, Random(1))
    await service.pools.refuse(ended.model(NOVA).pool_name, NOON + MINUTE)
    await watch.refresh()
    with pytest.raises(ModelEnded):
        watch().choose(a_task(), NOVA, TODAY)


async def test_what_is_told_of_models_meanwhile_is_not_lost(service: Service) -> None:
    told = [service.processor.catalog]
    watch = RefusalWatch(lambda: told[-1], service.pools, virtual_clock, Random(1))
    await service.pools.refuse(watch().model(CORE).pool_name, NOON + MINUTE)
    await watch.refresh()
    told.append(Catalog.load())
    assert (watch().refused, watch().enabled) == (frozenset({CORE}), frozenset())
    assert watch() is watch()


async def test_it_looks_every_half_minute_and_goes_on_after_an_outage(
    service: Service, watch: RefusalWatch
) -> None:
    service.pools.fail("look", times=2)
    running = asyncio.create_task(watch.run())
    await service.pools.refuse(watch().model(CORE).pool_name, NOON + timedelta(hours=1))
    await asyncio.sleep(LOOK_EVERY.total_seconds())
    assert watch.refused == frozenset()
    await asyncio.sleep(3 * LOOK_EVERY.total_seconds())
    assert watch.refused == {CORE}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("question", "error", "status"),
    [("refuse", REFUSED, JobStatus.FAILED), ("hold_off", ModelBusy("Slow."), JobStatus.SUCCEEDED)],
)
async def test_a_job_goes_its_way_though_nothing_could_be_noted(
    service: Service, question: str, error: Exception, status: JobStatus
) -> None:
    service.models.will(error)
    service.pools.fail(question)
    job = await service.finish(await service.submit())
    assert (job.status, job.crashes) == (status, 0)


async def test_a_refusal_that_could_not_be_undone_ends_by_itself(
    service: Service, watch: RefusalWatch
) -> None:
    await is_refused(service)
    service.pools.fail("refuse")
    assert (await service.finish(await service.submit(model=NOVA))).status is JobStatus.SUCCEEDED
    await asyncio.sleep((REFUSED_POOL_RESTS + SECOND).total_seconds())
    await watch.refresh()
    assert watch.refused == frozenset()
