"""An order is given again as it was, once its job has ended."""

import pytest

from shared.errors import NotDone
from shared.lines import Lane
from shared.orders import Order
from tests.builders import LEASE, NOON, a_job, a_running_job, ended


@pytest.mark.parametrize(("new_seed", "seed"), [(False, 7), (True, None)])
def test_an_order_is_given_again_with_what_was_asked_for_and_not_what_was_resolved(
    new_seed: bool, seed: int | None
) -> None:
    done = ended(
        a_running_job(
            lane=Lane.LOW,
            metadata={"ticket": "42"},
            start_by=NOON,
            finish_by=NOON + LEASE,
            requested_model="auto",
        )
    )
    again = Order.again(done, "192.0.2.0/24", new_seed=new_seed)
    assert again == Order(
        owner=done.owner,
        network="192.0.2.0/24",
        task=done.task.model_copy(update={"seed": seed}),
        model="auto",
        lane=Lane.LOW,
        metadata={"ticket": "42"},
        parent=done.id,
    )


def test_an_order_is_given_again_only_once_its_job_has_ended() -> None:
    for job in (a_job(), a_running_job()):
        with pytest.raises(NotDone):
            Order.again(job, "192.0.2.0/24")
