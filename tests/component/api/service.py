"""The API over real HTTP, with in-memory twins behind it and a clock that tests can set."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from uvicorn.server import ServerState

from frontend.api.context import Frontend
from frontend.api.cursors import Cursors
from frontend.api.identity import COOKIE, Identity
from frontend.app import create_app
from shared.adapters.memory import (
    MemoryJobStore,
    MemoryKeys,
    MemoryMeters,
    MemoryPictures,
    MemoryPools,
    MemoryProbe,
    MemoryQueue,
    MemoryShares,
    MemorySpending,
    MemorySubmissions,
    MemoryUploads,
    PlainForms,
)
from shared.adapters.memory_links import PlainLinks
from shared.annotation import Annotator
from shared.cancellation import Canceler
from shared.catalog import Catalog
from shared.closing import Closer
from shared.deletion import Deleter
from shared.erasure import Eraser
from shared.errors import StoreUnavailable
from shared.estimates import Estimator
from shared.jobs import Job
from shared.keys import ApiKey, Scope, key_hash, new_secret
from shared.limits import Limits
from shared.lines import Lane
from shared.naming import Namer
from shared.ports.jobs import JobStore
from shared.ports.keys import Keys
from shared.ports.meters import Meters, Spending
from shared.ports.pictures import Pictures
from shared.ports.pools import Pools
from shared.ports.queue import Delivery
from shared.ports.submissions import Submissions
from shared.prompting import PromptHelper
from shared.search import JobFilter
from shared.settings import Settings
from shared.shares import Sharer, Shares
from shared.submission import Submitter
from shared.uploads import Uploader, Uploads
from tests.builders import LEASE, NOON, a_failure, an_artifact
from tests.scripted_text import ScriptedText

SECRET = "a secret that all replicas share"
TASK = {"kind": "text_to_image", "prompt": "a fox in the snow"}


class HandSetClock:
    """Noon when it is made; then it ticks, and jumps where a test says so."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._jumped = timedelta()

    def __call__(self) -> datetime:
        return NOON + self._jumped + timedelta(seconds=time.monotonic() - self._began)

    def jump(self, span: timedelta) -> None:
        self._jumped += span


class Down:
    """Stands in for any store: nothing that is asked of it is answered."""

    def __getattr__(self, question: str) -> Any:
        async def ask(*_: object, **__: object) -> None:
            raise StoreUnavailable("connection refused by 10.0.0.7:8000")

        return ask


@dataclass
class Service:
    """What stands behind the API: twins that a test can fill, look into, and take down."""

    settings: Settings
    clock: HandSetClock = field(default_factory=HandSetClock)
    jobs: JobStore = field(default_factory=MemoryJobStore)
    submissions: Submissions = field(default_factory=MemorySubmissions)
    meters: Meters = field(default_factory=MemoryMeters)
    keys: Keys = field(default_factory=MemoryKeys)
    shares: Shares = field(default_factory=MemoryShares)
    uploads: Uploads = field(default_factory=MemoryUploads)
    pictures: Pictures = field(default_factory=MemoryPictures)
    spending: Spending = field(default_factory=MemorySpending)
    pools: Pools = field(default_factory=MemoryPools)
    probes: list[MemoryProbe] = field(
        default_factory=lambda: [MemoryProbe("table jobs"), MemoryProbe("queue normal")]
    )
    text_models: ScriptedText = field(default_factory=ScriptedText)
    random: Random = field(default_factory=lambda: Random(7))

    def __post_init__(self) -> None:
        self.queue = MemoryQueue(self.clock)

    def parts(self) -> Frontend:
        limits = Limits.of(self.settings, self.meters, self.spending)
        catalog = Catalog.of(self.settings)
        eraser = Eraser(self.jobs, self.uploads, self.pictures, self.clock)
        closer = Closer(self.jobs, self.pools, limits, eraser)
        return Frontend(
            jobs=self.jobs,
            submitter=Submitter(
                jobs=self.jobs,
                queue=self.queue,
                submissions=self.submissions,
                pools=self.pools,
                limits=limits,
                namer=Namer(self.jobs, self.uploads, self.pictures),
                catalog=lambda: catalog,
                clock=self.clock,
                random=self.random,
            ),
            uploader=Uploader(self.uploads, PlainForms(), limits, self.clock, self.random),
            canceler=Canceler(self.jobs, closer, self.clock),
            deleter=Deleter(self.jobs, closer, self.clock),
            estimator=Estimator(self.pools, lambda: catalog, self.clock),
            annotator=Annotator(self.jobs),
            limits=limits,
            sharer=Sharer(self.jobs, self.shares, limits, self.clock, self.random),
            catalog=lambda: catalog,
            prompts=PromptHelper(
                self.text_models,
                asked=(self.settings.prompt_model, self.settings.prompt_fallback),
                limits=limits,
                clock=self.clock,
            ),
            identity=Identity.of(self.settings, self.keys, self.settings.trusted("secret")),
            cursors=Cursors(self.settings.trusted("secret")),
            links=PlainLinks(),
            probes=self.probes,
            clock=self.clock,
            random=self.random,
            secure_cookies=self.settings.reached_by_https,
            framed=bool(self.settings.framed_by),
        )

    def app(self) -> FastAPI:
        @asynccontextmanager
        async def open_parts(_: Settings) -> AsyncIterator[Frontend]:
            yield self.parts()

        return create_app(self.settings, open_parts)

    async def a_key(self, owner: str = "ada", *scopes: Scope) -> str:
        secret = new_secret(self.random)
        kept = ApiKey(hash=key_hash(secret), owner=owner, scopes=frozenset({Scope.JOBS, *scopes}))
        await self.keys.add(kept)
        return secret

    async def kept(self, owner: str = "ada") -> list[Job]:
        """The owner's jobs in the store."""
        return list((await self.jobs.owned_by(owner, JobFilter(), limit=1000)).jobs)

    async def sent(self) -> list[Delivery]:
        """The messages that are on the queue now; they are received by this."""
        return await self.queue.receive(Lane.NORMAL, at_most=100, wait=timedelta())

    async def start(self, job_id: str) -> Job:
        """A worker claims the job."""
        job = await self._job(job_id)
        return await self._save(job.start(self.clock(), LEASE, tuple(c.k for c in job.calls)))

    async def finish(self, job_id: str) -> Job:
        """A worker runs the job to its end; every picture comes."""
        job = await self.start(job_id)
        for call in job.calls:
            pictures = [an_artifact(k) for k in range(call.first, call.first + call.images)]
            kept = call.model_copy(update={"stored": True})
            job = await self._save(job.keep(kept, tuple(pictures), model_ms=40, store_ms=10))
        return await self._save(job.settle(self.clock(), a_failure()))

    async def _job(self, job_id: str) -> Job:
        job = await self.jobs.get(job_id)
        assert job is not None
        return job

    async def _save(self, job: Job) -> Job:
        await self.jobs.save(job)
        return job


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The app as uvicorn serves it, and its URL. Unlike uvicorn's own loop, this stops at once."""
    config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, ws="none")
    config.load()
    protocol = partial(
        config.http_protocol_class, config=config, server_state=ServerState(), app_state={}
    )
    async with app.router.lifespan_context(app):
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            await server.wait_closed()


class Callers:
    """Makes clients of the API that is under test."""

    def __init__(self, service: Service, stack: AsyncExitStack) -> None:
        self.service = service
        self.stack = stack
        self._url = ""

    async def url(self) -> str:
        """Where the service is served; the server starts when it is first asked for."""
        if not self._url:
            self._url = await self.stack.enter_async_context(serving(self.service.app()))
        return self._url

    async def nobody(self, **options: Any) -> httpx.AsyncClient:
        """Someone without a key or a cookie."""
        client = httpx.AsyncClient(base_url=await self.url(), timeout=20, **options)
        return await self.stack.enter_async_context(client)

    async def owner(self, name: str = "ada", *scopes: Scope) -> httpx.AsyncClient:
        """The holder of an API key."""
        key = await self.service.a_key(name, *scopes)
        return await self.nobody(headers={"Authorization": f"Bearer {key}"})

    async def visitor(self) -> httpx.AsyncClient:
        """A browser on our own page, with its cookie."""
        browser = await self.nobody(headers={"Origin": await self.url()})
        welcome = await browser.post("/v1/visitors")
        assert welcome.status_code == 204
        assert browser.cookies[COOKIE]
        return browser


def problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that a reply should be, with all that every problem has."""
    assert reply.status_code == status, reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = reply.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["instance"] == reply.request.url.path
    assert body["title"]
    assert body["detail"].endswith(".")
    if "retry_after" in body:
        assert reply.headers["Retry-After"] == str(body["retry_after"])
    return body
