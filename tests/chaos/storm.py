"""A storm: two frontends, three workers, an embedded AWS behind a gate, a moody Bedrock, kills."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx

from local.bootstrap import OWNER
from local.children import Child, Recipe
from local.state import State
from local.system import Options, System
from shared.adapters.aws import AwsClients
from shared.adapters.sqs_queue import SqsQueue
from shared.lines import Lane
from shared.messages import JobMessage
from shared.settings import Settings
from tests.chaos.calls import CallWatch
from tests.chaos.clients import Clients
from tests.chaos.gate import Gate
from tests.chaos.places import Kill, Place
from tests.chaos.verdict import Evidence, Span, Verdict, jobs_to_be_closed, judge

FAULTS = {
    "delay": 0.5,
    "jitter": 1.5,
    "chance": {"throttle": 0.1, "internal_error": 0.03, "unavailable": 0.02, "drop": 0.02},
}
ENVIRONMENT = {
    "CANVAS_STUDIO": "off",
    "CANVAS_RATE_LIMIT": "1000000",
    "CANVAS_NETWORK_RATE_LIMIT": "1000000",
    "CANVAS_LOG_LEVEL": "info",
}
READY_WITHIN = 60
DOUBLES = 2.0
"""Messages a second that are sent once more."""


@dataclass(frozen=True)
class Plan:
    """How large a storm is."""

    folder: Path
    port: int
    """The first of five that are free."""
    orders: int = 1000
    within: float = 150
    """Seconds in which everything is ordered."""
    kills: int = 40
    """How many at least; the storm goes on until then, even if all is done."""
    kill_every: float = 4
    refuse_every: float = 20
    refuse_for: float = 5
    """Seconds, at most."""
    ends_within: float = 540
    workers: int = 3
    seed: int = 0
    hasty: bool = False
    """The service runs with short leases, so that a small storm need not wait for long ones."""


@dataclass(frozen=True)
class Report:
    """What happened in a storm, and what came of it."""

    plan: Plan
    seconds: float
    verdict: Verdict
    kills: Sequence[Kill]
    refusals: Sequence[Span]
    doubled: int
    """Messages that were sent once more by hand."""
    requests: int
    """Calls that reached the provider, whatever it answered."""
    repeated: int
    """Requests that clients had to send again."""


class Storm:
    """A plan, and what it has led to so far."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = Random(plan.seed)
        self._state = State(plan.folder)
        self._system = System(Options(plan.folder, port=plan.port), self._state)
        self._frontends = [plan.port, plan.port + 4]
        # Nobody looks at the pictures, so that the CDN's port is free for the gate.
        self._gate = Gate(self._system.ports[3], self._system.ports[1])
        self._calls = CallWatch(self._system.bedrock_url)
        self._kills: list[Kill] = []
        self._refusals: list[Span] = []
        self._doubled = 0

    async def run(self) -> Report:
        """Let it loose, wait until it is over and all is done, and judge."""
        began = time.time()
        self._state.prepare()
        environment = {**self._system.settings({}), **ENVIRONMENT}
        settings = Settings.load(environment)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_running(self._system.aws()))
            await stack.enter_async_context(_running(self._system.bedrock(environment)))
            bootstrap = self._as_planned(self._system.bootstrap(environment))
            await (await Child.start(bootstrap)).finished()
            await self._misbehave()
            await stack.enter_async_context(self._gate.listening())
            clients = await self._rage(environment, settings)
            evidence = Evidence(
                clients=clients,
                billed=self._calls.billed(),
                kills=[kill.at for kill in self._kills if kill.name.startswith("worker")],
                refusals=self._refusals,
                logs=[self._state.log(f"worker-{n}") for n in range(self._plan.workers)],
            )
            verdict = await judge(settings, evidence)
        if self._calls.missed:
            verdict.wrongs.append(f"{self._calls.missed} calls were forgotten unseen")
        return Report(
            plan=self._plan,
            seconds=time.time() - began,
            verdict=verdict,
            kills=self._kills,
            refusals=self._refusals,
            doubled=self._doubled,
            requests=self._calls.requests,
            repeated=clients.repeated,
        )

    async def _rage(self, environment: Mapping[str, str], settings: Settings) -> Clients:
        """From the first order until the last job has ended, or it has taken too long."""
        places = list(self._places({**environment, "CANVAS_AWS_ENDPOINT": self._gate.url}))
        clients = Clients(
            frontends=[f"http://127.0.0.1:{port}" for port in self._frontends],
            key=self._state.api_key,
            orders=self._plan.orders,
            within=self._plan.within,
            random=self._random,
        )
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(place.keep_running()) for place in places]
            running.append(group.create_task(self._calls.keep_watching()))
            storm = [
                group.create_task(self._kill(places)),
                group.create_task(self._refuse()),
                group.create_task(self._double(settings, clients)),
            ]
            try:
                async with asyncio.timeout(self._plan.ends_within):
                    await clients.run()
                    await storm[0]
                    for task in storm:
                        task.cancel()
                    await _all_is_done(settings)
            except TimeoutError:
                clients.refused.append(f"not all was over in {self._plan.ends_within:.0f} s")
            for task in (*storm, *running):
                task.cancel()
        clients.refused += [death for place in places for death in place.deaths]
        return clients

    def _places(self, environment: Mapping[str, str]) -> Iterator[Place]:
        for number, port in enumerate(self._frontends):
            recipe = self._system.frontend(environment, port, f"frontend-{number}")
            yield Place(self._as_planned(recipe), self._kills, self._random)
        for number in range(self._plan.workers):
            recipe = self._system.worker(environment, number)
            yield Place(self._as_planned(recipe), self._kills, self._random)

    def _as_planned(self, recipe: Recipe) -> Recipe:
        if not self._plan.hasty:
            return recipe
        arguments = (recipe.module, *recipe.arguments)
        return replace(recipe, module="tests.chaos.hasty", arguments=arguments)

    async def _misbehave(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            reply = await http.put(f"{self._system.bedrock_url}/_sim/faults", json=FAULTS)
            reply.raise_for_status()

    async def _kill(self, places: Sequence[Place]) -> None:
        while len(self._kills) < self._plan.kills:
            await asyncio.sleep(self._random.expovariate(1 / self._plan.kill_every))
            self._random.choice(places).kill()

    async def _refuse(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1 / self._plan.refuse_every))
            begins, seconds = time.time(), self._random.uniform(1, self._plan.refuse_for)
            self._refusals.append((begins, begins + seconds))
            await self._gate.refuse(seconds)

    async def _double(self, settings: Settings, clients: Clients) -> None:
        """Send the message of some job again, as SQS may."""
        async with AwsClients.open(settings) as aws:
            queue = SqsQueue(
                aws.sqs, settings.normal_queue, settings.low_queue, settings.dead_queue
            )
            while True:
                await asyncio.sleep(self._random.expovariate(DOUBLES))
                waiting = [job for job in clients.accepted.values() if job not in clients.ended]
                if waiting:
                    message = JobMessage(job=self._random.choice(waiting))
                    await queue.send(message, lane=Lane.NORMAL, owner=OWNER)
                    self._doubled += 1


async def _all_is_done(settings: Settings) -> None:
    """What is left of messages is received once more, and what is left to refund is refunded."""
    lanes = (settings.normal_queue, settings.low_queue)
    async with AwsClients.open(settings) as aws:
        while True:
            left = sum([await _messages(aws, name) for name in lanes])
            if not left and not await jobs_to_be_closed(aws, settings):
                return
            await asyncio.sleep(2)


async def _messages(aws: AwsClients, name: str) -> int:
    url = (await aws.sqs.get_queue_url(QueueName=name))["QueueUrl"]
    reply = await aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return sum(
        int(count)
        for attribute, count in reply["Attributes"].items()
        if attribute.startswith("ApproximateNumberOfMessages")
    )


@asynccontextmanager
async def _running(recipe: Recipe) -> AsyncIterator[None]:
    child = await Child.start(recipe)
    try:
        await child.ready(READY_WITHIN)
        yield
    finally:
        await child.stop()
