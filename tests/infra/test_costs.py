"""The calculator: it counts what the templates make, and every price says where it is from."""

import json
from datetime import date

import pytest

from infra.costs import JOBS, PRICES, SETUPS, Job, Month, Price, Setup, Standing, prices, table
from tests.infra.template import Template
from tests.processes import ROOT

LAMBDA = Setup("lambda", "lambda")


def test_every_price_says_where_it_was_read_and_when() -> None:
    told = json.loads(PRICES.read_text())
    for price in told["prices"].values():
        read = told["sources"][price["source"]]["read"]
        assert date(2026, 1, 1) <= date.fromisoformat(read) <= date(2026, 12, 31)


def test_what_is_free_is_free_and_the_rest_is_not() -> None:
    price = Price(usd=0.5, source="any", free=10)
    assert [price.of(amount) for amount in (0, 10, 12)] == [0, 0, 1]


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_every_price_that_is_used_is_known_and_more_jobs_cost_more(setup: Setup) -> None:
    costs = [Month(setup, jobs).usd() for jobs in (*JOBS, 1_000_000)]
    assert costs == sorted(costs)
    assert costs[0] > 0
    assert costs[-1] > 2 * costs[0]


def test_no_price_is_kept_that_nothing_uses() -> None:
    used = {name for setup in SETUPS for name in Month(setup, 1).usage()}
    assert used == set(prices())


def test_a_month_adds_up() -> None:
    """A load balancer, a small task and three addresses, by hand."""
    more = Month(Setup("e", "express"), 0).usd() - Month(LAMBDA, 0).usd()
    task = 730 * (0.25 * 0.04048 + 0.5 * 0.004445)
    assert more == pytest.approx(730 * 0.0225 + task + 3 * 730 * 0.005)


def test_a_function_that_waits_for_ten_models_at_once_is_paid_for_once() -> None:
    def seconds(jobs_a_batch: float) -> float:
        month = Month(LAMBDA, 100_000, job=Job(jobs_a_batch=jobs_a_batch))
        # The sweeps are the same.
        return month.usage()["lambda-gb-second"] - Month(LAMBDA, 0).usage()["lambda-gb-second"]

    frontend = 100_000 * Job().requests * 0.05 * 0.5
    assert (seconds(1) - frontend) == pytest.approx(10 * (seconds(10) - frontend))


def test_what_stands_there_is_what_the_templates_make(
    express: Template, firewall: Template
) -> None:
    standing = Standing()
    assert len(express.all("SecretsManager::Secret")) == standing.secrets
    assert len(express.all("CloudWatch::Alarm")) == standing.alarms
    assert len(express.all("MetricFilter")) == standing.metrics
    assert len(firewall.properties("WebACL")["Rules"]) == standing.firewall_rules
    assert len(express.all("EventSourceMapping")) == standing.lanes
    made = express.properties("ExpressGatewayService")
    assert (int(made["Cpu"]) / 1024, int(made["Memory"]) / 1024) == (
        standing.task_vcpu,
        standing.task_gb,
    )
    function = express.properties("Lambda::Function", "WorkerFunction")
    assert function["MemorySize"] / 1024 == standing.function_gb


def test_the_other_ways_are_as_large_as_the_calculator_takes_them_for(
    apprunner: Template, function_url: Template, service: Template
) -> None:
    standing = Standing()
    instance = apprunner.properties("AppRunner::Service")["InstanceConfiguration"]
    assert int(instance["Cpu"]) / 1024 == standing.task_vcpu
    frontend = function_url.properties("Lambda::Function", "FrontendFunction")
    assert frontend["MemorySize"] / 1024 == standing.frontend_gb
    task = service.properties("TaskDefinition")
    assert int(task["Cpu"]) / 1024 == standing.worker_vcpu
    assert int(task["Memory"]) / 1024 == standing.worker_gb


def test_the_table_in_the_documents_is_the_calculator_s() -> None:
    assert table() in (ROOT / "docs/deploy.md").read_text()
