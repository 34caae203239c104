"""What a month costs on AWS: `python -m infra.costs` prints it for each hosting.

Prices are data, with the day on which each was read; what a job uses is written out here. Calls to
models are not in it: they cost what the catalogue says, and more than all the rest.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PRICES = Path(__file__).with_name("prices.json")
JOBS = (0, 1_000, 100_000)
HOURS = 730
"""In a month, as AWS counts."""
SECONDS = HOURS * 3600

Usage = Mapping[str, float]
"""What is used in a month, by the names of the prices."""


@dataclass(frozen=True)
class Price:
    usd: float
    source: str
    free: float = 0
    """What is free each month, for ever and not only in an account's first year."""

    def of(self, amount: float) -> float:
        return max(0.0, amount - self.free) * self.usd


@dataclass(frozen=True)
class Setup:
    """How a deployment is set up, as far as it matters for its costs."""

    name: str
    frontend: str
    worker: str = "lambda"
    firewall: bool = True


SETUPS = (
    Setup("express", "express"),
    Setup("apprunner", "apprunner"),
    Setup("lambda", "lambda"),
    Setup("lambda behind an API Gateway", "api_gateway"),
    Setup("lambda, without the firewall", "lambda", firewall=False),
    Setup("express, worker as a service", "express", worker="service"),
)


@dataclass(frozen=True)
class Job:
    """What one job uses on average: one picture of a megapixel, made in 8 s, looked at twice."""

    requests: float = 12
    """Of the site: the submission, polls, a look into the gallery, and a share of the page."""
    views: float = 4
    """Of pictures: the original and its thumbnail, twice."""
    picture_mb: float = 1.6
    seen_mb: float = 3.5
    model_seconds: float = 8
    jobs_a_batch: float = 1.5
    """Jobs that come together at this rate; a busy hour fills its batches with ten."""
    writes: float = 30
    """Units: 27 that are metered (tests/contract/test_costs.py), and now and then another try."""
    reads: float = 25
    messages: float = 4
    """Sent, received, deleted, and now and then parked."""
    log_kb: float = 6
    kept_months: float = 1
    row_kb: float = 10


@dataclass(frozen=True)
class Standing:
    """What is there whether anybody comes or not. A test compares it with the templates."""

    secrets: int = 3
    alarms: int = 10
    """Of the service, and of the worker's rollout."""
    metrics: int = 4
    firewall_rules: int = 4
    images_gb: float = 5
    """Ten versions of both images, which share most of their layers."""
    pollers: int = 5
    """That Lambda keeps for each queue; each waits 20 s for a message."""
    lanes: int = 2
    sweeps: int = SECONDS // 60
    task_vcpu: float = 0.25
    task_gb: float = 0.5
    worker_vcpu: float = 0.5
    worker_gb: float = 1
    function_gb: float = 1
    frontend_gb: float = 0.5


@dataclass(frozen=True)
class Month:
    """The costs of a month with so many jobs."""

    setup: Setup
    jobs: int
    job: Job = field(default_factory=Job)
    standing: Standing = field(default_factory=Standing)

    def usd(self) -> float:
        return sum(self.lines().values())

    def lines(self) -> dict[str, float]:
        """Dollars by the name of the price; nothing is left out because it is little."""
        known = prices()
        return {name: known[name].of(amount) for name, amount in self.usage().items()}

    def usage(self) -> Usage:
        total: dict[str, float] = {}
        for name, amount in (*self._always(), *self._frontend(), *self._worker()):
            total[name] = total.get(name, 0) + amount
        return total

    def _always(self) -> Iterator[tuple[str, float]]:
        job, there, n = self.job, self.standing, self.jobs
        yield "secret-month", there.secrets
        yield "alarm-month", there.alarms
        yield "metric-month", there.metrics
        yield "image-gb-month", there.images_gb
        yield "log-gb", n * job.log_kb / 1e6
        yield "dynamodb-write-unit", n * job.writes
        # A sweep asks four shards of two tables, each half a unit.
        yield "dynamodb-read-unit", n * job.reads + there.sweeps * 8 * 0.5
        stored = n * job.row_kb * 4 / 1e6
        yield "dynamodb-gb-month", stored
        yield "dynamodb-restore-gb-month", stored
        yield "s3-gb-month", n * job.picture_mb * job.kept_months / 1e3
        yield "s3-put", n * 3
        yield "s3-get", n * job.views / 2
        yield "cloudfront-gb", n * job.seen_mb / 1e3
        yield "cloudfront-request", n * (job.requests + job.views)
        yield "cloudfront-function", n * (job.requests + job.views)
        yield "sqs-request", n * job.messages
        yield "sqs-fair-request", n * job.messages
        if self.setup.firewall:
            yield "firewall-month", 1
            yield "firewall-rule-month", there.firewall_rules
            yield "firewall-request", n * (job.requests + job.views)

    def _frontend(self) -> Iterator[tuple[str, float]]:
        there, requests = self.standing, self.jobs * self.job.requests
        match self.setup.frontend:
            case "express":
                yield from _fargate(there.task_vcpu, there.task_gb)
                yield "alb-hour", HOURS
                yield "alb-lcu-hour", requests / 25 / 3600
                # One for the task, and one for the load balancer in each of two zones.
                yield "ipv4-hour", 3 * HOURS
            case "apprunner":
                yield "apprunner-gb-hour", there.task_gb * HOURS
                # A processor is paid for while requests are being answered, by the second.
                active = min(SECONDS, requests) / 3600
                yield "apprunner-vcpu-hour", there.task_vcpu * active
            case "lambda" | "api_gateway":
                yield "lambda-request", requests
                yield "lambda-gb-second", requests * 0.05 * there.frontend_gb
                if self.setup.frontend == "api_gateway":
                    yield "api-gateway-request", requests

    def _worker(self) -> Iterator[tuple[str, float]]:
        job, there, n = self.job, self.standing, self.jobs
        # The sweep is a function either way.
        yield "lambda-request", there.sweeps
        yield "lambda-gb-second", there.sweeps * 0.3 * 0.5
        if self.setup.worker == "service":
            yield from _fargate(there.worker_vcpu, there.worker_gb)
            yield "ipv4-hour", HOURS
            yield "sqs-request", SECONDS / 5 * there.lanes
        else:
            yield "lambda-request", n / job.jobs_a_batch
            batches = n / job.jobs_a_batch
            yield "lambda-gb-second", batches * job.model_seconds * there.function_gb
            yield "sqs-request", SECONDS / 20 * there.pollers * there.lanes


def _fargate(vcpu: float, gb: float) -> Iterator[tuple[str, float]]:
    yield "fargate-vcpu-hour", vcpu * HOURS
    yield "fargate-gb-hour", gb * HOURS


@cache
def prices() -> Mapping[str, Price]:
    told = json.loads(PRICES.read_text())["prices"]
    return {name: Price(**price) for name, price in told.items()}


def sources() -> list[str]:
    """Where the prices come from, and when they were read."""
    told = json.loads(PRICES.read_text())
    used = {price.source for price in prices().values()}
    return [
        f"{source['what']}, {told['region']}, read {source['read']}"
        for name, source in told["sources"].items()
        if name in used
    ]


def table() -> str:
    """Dollars a month in Markdown, a row for each setup."""
    head = "| hosting | " + " | ".join(f"{n:,} jobs" for n in JOBS) + " |"
    rows = [
        f"| {setup.name} | " + " | ".join(f"${Month(setup, n).usd():,.0f}" for n in JOBS) + " |"
        for setup in SETUPS
    ]
    return "\n".join([head, "|---|" + "---|" * len(JOBS), *rows])


def main() -> None:
    print("Dollars a month, without calls to models:\n")
    print(table())
    print("\nPrices: " + "; ".join(sources()) + ".")


if __name__ == "__main__":
    main()
