"""Jobs that wait are counted by pool and lane."""

import pytest

from shared.calls import plan_calls
from shared.due import DUE_WITHIN, SEND_GRACE
from shared.lines import Lane, Waiting
from shared.ports.jobs import JobStore
from tests.builders import MINUTE, NOON, a_job
from tests.contract.jobs.conftest import add_running


async def test_those_who_wait_are_counted_by_pool_and_lane(store: JobStore) -> None:
    three = plan_calls(3, 1)
    some_stored = (three[0].model_copy(update={"stored": True}), *three[1:])
    for job in (
        a_job(pool="p", calls=three),
        a_job(pool="p", calls=some_stored),
        a_job(pool="p", owner="eve"),
        a_job(pool="p", lane=Lane.LOW),
        a_job(pool="q#1"),
        a_job(pool="q#1", created_at=NOON + MINUTE),
    ):
        await store.add(job)
    await add_running(store, pool="p")
    handed_back = await add_running(store, pool="r")
    await store.save(handed_back.wait(counts=False))
    gone = a_job(pool="p")
    await store.add(gone)
    await store.save(gone.cancel(NOON))
    assert await store.waiting(NOON + SEND_GRACE) == {
        ("p", Lane.NORMAL): Waiting(calls=6, owners=2),
        ("p", Lane.LOW): Waiting(calls=1, owners=1),
        ("q#1", Lane.NORMAL): Waiting(calls=1, owners=1),
    }
    later = await store.waiting(NOON + DUE_WITHIN)
    assert later["q#1", Lane.NORMAL] == Waiting(calls=2, owners=1)
    assert later["r", Lane.NORMAL] == Waiting(calls=1, owners=1)


async def test_more_wait_than_one_answer_can_hold(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.dynamo_jobs.WAITING_PAGE", 2)
    many = [a_job() for _ in range(20)]
    for job in many:
        await store.add(job)
    assert await store.waiting(NOON + DUE_WITHIN) == {
        (many[0].pool, Lane.NORMAL): Waiting(calls=20, owners=1)
    }
