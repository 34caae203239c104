"""A job's calls: how they are planned, how often they are paid, and what the job owes for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calls import MAX_PAID_CALLS, Call, plan_calls
from tests.builders import a_job, a_job_of


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=5))
def test_a_job_owes_the_price_of_each_picture_of_each_paid_call(
    plan: list[tuple[int, int]],
) -> None:
    price = 40_000
    calls = plan_calls(sum(images for _, images in plan), 1)
    calls = tuple(
        calls[k].model_copy(update={"paid": paid, "images": images})
        for k, (paid, images) in enumerate(plan)
    )
    job = a_job(calls=calls, estimate=price * sum(images for _, images in plan))
    assert job.owed == price * sum(paid * images for paid, images in plan)
    assert job.billed == any(paid for paid, _ in plan)


def test_a_call_may_be_paid_three_times_and_no_more() -> None:
    job = a_job_of(2)
    calls = tuple(
        call.model_copy(update={"paid": paid})
        for call, paid in zip(job.calls, (MAX_PAID_CALLS - 1, MAX_PAID_CALLS), strict=True)
    )
    job = job.model_copy(update={"calls": calls})
    assert [call.k for call in job.affordable] == [0]
    assert [call.k for call in job.missing] == [0, 1]


@pytest.mark.parametrize(
    ("images", "per_call", "plan"),
    [
        (1, 1, [(0, 1)]),
        (5, 5, [(0, 5)]),
        (3, 1, [(0, 1), (1, 1), (2, 1)]),
        (5, 2, [(0, 2), (2, 2), (4, 1)]),
    ],
)
def test_calls_are_planned_to_make_all_pictures(
    images: int, per_call: int, plan: list[tuple[int, int]]
) -> None:
    calls = plan_calls(images, per_call)
    assert [(call.first, call.images) for call in calls] == plan
    assert [call.k for call in calls] == list(range(len(plan)))


def test_a_call_whose_pictures_turned_out_to_cost_less_is_charged_so_for_each_try() -> None:
    calls = (
        Call(k=0, images=2, first=0, paid=2, price=30_000),
        Call(k=1, images=1, first=2, paid=1),
    )
    assert a_job(calls=calls, estimate=3 * 50_000).owed == 2 * 2 * 30_000 + 50_000
