"""Health: is the process alive, and does what it depends on answer."""

import asyncio

from fastapi import APIRouter, Response

from frontend.api.context import Wired
from frontend.api.documents import Document
from shared.errors import StoreUnavailable
from shared.ports.probes import Probe

router = APIRouter(tags=["health"])

ALIVE = "/healthz"
PATIENCE = 3.0
"""Seconds a dependency may take to answer."""


class Alive(Document):
    status: str = "ok"


class Dependency(Document):
    name: str
    ready: bool
    reason: str | None = None


class Readiness(Document):
    ready: bool
    dependencies: tuple[Dependency, ...]


@router.get(ALIVE)
async def healthz() -> Alive:
    """The process serves requests."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(response: Response, frontend: Wired) -> Readiness:
    """Everything a submission needs answers; if not, what and why."""
    checked = await asyncio.gather(*(_check(probe) for probe in frontend.probes))
    ready = all(dependency.ready for dependency in checked)
    response.status_code = 200 if ready else 503
    response.headers["Cache-Control"] = "no-store"
    return Readiness(ready=ready, dependencies=tuple(checked))


async def _check(probe: Probe) -> Dependency:
    try:
        async with asyncio.timeout(PATIENCE):
            await probe.check()
    except TimeoutError:
        return Dependency(name=probe.name, ready=False, reason="no answer in time")
    except StoreUnavailable as error:
        return Dependency(name=probe.name, ready=False, reason=str(error))
    return Dependency(name=probe.name, ready=True)
