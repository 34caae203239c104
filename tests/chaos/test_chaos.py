"""A small storm over real processes: nothing is lost, and every repeated bill has its reason."""

import asyncio
from pathlib import Path

import pytest

from tests.chaos.storm import Plan, Storm
from tests.system.local_system import free_ports

ORDERS, KILLS = 60, 8


@pytest.mark.timeout(300)
def test_after_a_storm_every_job_has_ended_once_and_what_was_paid_is_known(tmp_path: Path) -> None:
    plan = Plan(
        folder=tmp_path / "state",
        port=free_ports(5),
        orders=ORDERS,
        within=10,
        kills=KILLS,
        kill_every=1.5,
        refuse_every=5,
        refuse_for=2,
        ends_within=200,
        hasty=True,
    )
    report = asyncio.run(Storm(plan).run())
    assert report.verdict.wrongs == []
    assert report.verdict.accepted == ORDERS
    assert report.verdict.ends["succeeded"] > ORDERS / 2
    assert report.verdict.paid >= report.verdict.ends["succeeded"]
    assert len(report.kills) >= KILLS
    assert report.refusals
    assert report.doubled
