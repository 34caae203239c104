"""How much memory a worker needs for one job with large pictures, on Linux.

Run it as `python -m benchmarks.memory`.
Each job is worked on in a process of its own, with the real processor, darkroom and Bedrock client;
a model that answers as much as it may stands in for Bedrock, a folder for S3, and twins in memory
for the other stores. What is printed is the growth over a process that has done a small job before.
"""

import argparse
import asyncio
import base64
import json
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson
import uvicorn
from PIL import Image
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_models import BedrockModels
from shared.adapters.memory import (
    MemoryJobStore,
    MemoryMeters,
    MemoryPools,
    MemoryQueue,
    MemorySpending,
    MemoryUploads,
)
from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.calls import plan_calls
from shared.catalog import Catalog
from shared.clock import system_clock
from shared.ids import new_id
from shared.jobs import Job
from shared.limits import Limits
from shared.lines import Lane
from shared.messages import JobMessage
from shared.ports.pictures import Blob
from shared.settings import Settings
from shared.statuses import JobStatus
from shared.tasks import images_wanted, parse_task
from worker.assembly import Surroundings, assemble
from worker.budget import footprint
from worker.processor import Processor

SIDE = 2048
REPLY_BYTES = 18_700_000
"""Of pictures: as base64 they fill a reply of 25,000,000 bytes."""
SMALL = {"kind": "text_to_image", "prompt": "a fox", "width": 320, "height": 320}
UPLOADS = [f"{number:026}" for number in range(5)]


@dataclass(frozen=True)
class Scenario:
    """A job to be measured."""

    title: str
    model: str
    task: Mapping[str, Any]
    reply: tuple[int, int]
    """How many pictures a reply holds, and of which side."""


def _upload(number: int) -> Mapping[str, str]:
    return {"upload": UPLOADS[number]}


SCENARIOS: Mapping[str, Scenario] = {
    "five_results": Scenario(
        title=f"five results of {SIDE}×{SIDE}",
        model="nova-canvas",
        task={**SMALL, "width": SIDE, "height": SIDE, "n": 5},
        reply=(5, SIDE),
    ),
    "variation": Scenario(
        title="a variation of five 4-megapixel pictures",
        model="nova-canvas",
        task={"kind": "variation", "images": [_upload(k) for k in range(5)]},
        reply=(1, 1024),
    ),
    "five_results_of_five": Scenario(
        title=f"five variations of {SIDE}×{SIDE} of five 4-megapixel pictures",
        model="nova-canvas",
        task={
            "kind": "variation",
            "images": [_upload(k) for k in range(5)],
            "width": SIDE,
            "height": SIDE,
            "n": 5,
        },
        reply=(5, SIDE),
    ),
    "five_calls": Scenario(
        title="five calls at once, each with the same 4-megapixel picture",
        model="stable-image-search-replace",
        task={
            "kind": "inpaint",
            "image": _upload(0),
            "mask_prompt": "the car",
            "prompt": "a fox",
            "n": 5,
        },
        reply=(1, SIDE),
    ),
}


def a_picture(side: int, most_bytes: int, seed: int) -> bytes:
    """A PNG that is noise as far down as its bytes allow."""
    values = np.zeros((side, side, 3), dtype=np.uint8)
    rows = min(side, int(most_bytes * 0.98) // (side * 3))
    generator = np.random.default_rng(seed)
    values[:rows] = generator.integers(0, 256, (rows, side, 3), dtype=np.uint8)
    saved = BytesIO()
    Image.fromarray(values).save(saved, "PNG", compress_level=1)
    return saved.getvalue()


class FolderPictures:
    """Pictures in a folder, so that they take none of the memory that is measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(
        self, key: str, body: bytes, *, content_type: str, sha256: str | None = None
    ) -> None:
        await asyncio.to_thread(self._write, key, body)

    def _write(self, key: str, body: bytes) -> None:
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    async def size(self, key: str) -> int | None:
        return (await asyncio.to_thread((self._folder / key).stat)).st_size

    async def get(self, key: str) -> Blob | None:
        body = await asyncio.to_thread((self._folder / key).read_bytes)
        return Blob(body=body, content_type="image/png")

    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            await asyncio.to_thread((self._folder / key).unlink, missing_ok=True)


# The process that is measured.


@dataclass(frozen=True)
class Bench:
    """A processor with a job store and a queue at hand."""

    processor: Processor
    jobs: MemoryJobStore
    queue: MemoryQueue
    catalog: Catalog

    async def run(self, model: str, task: Mapping[str, Any]) -> Job:
        """Work on a job to its end."""
        now, asked = system_clock(), self.catalog.model(model)
        parsed = parse_task(task)
        job = Job(
            id=new_id(now, Random()),
            owner="bench",
            task=parsed,
            requested_model=model,
            resolved_model=model,
            pool=asked.pool_name,
            calls=plan_calls(images_wanted(parsed), asked.images_per_call),
            created_at=now,
            estimate=0,
        )
        await self.jobs.add(job)
        await self.queue.send(JobMessage(job=job.id), lane=Lane.NORMAL, owner=job.owner)
        (delivery,) = await self.queue.receive(Lane.NORMAL, at_most=1, wait=timedelta(seconds=1))
        await self.processor.handle(delivery)
        ended = await self.jobs.get(job.id)
        if ended is None or ended.status is not JobStatus.SUCCEEDED:
            raise RuntimeError(f"the job did not succeed: {ended and ended.failure}")
        return ended


def a_bench(aws: AwsClients, folder: Path) -> Bench:
    catalog = Catalog.load(requests_per_minute=6000)
    jobs, queue, meters = MemoryJobStore(), MemoryQueue(system_clock), MemoryMeters()
    worker = assemble(
        Surroundings(
            jobs=jobs,
            queue=queue,
            pictures=FolderPictures(folder),
            pools=MemoryPools(),
            uploads=MemoryUploads(),
            meters=meters,
            models=BedrockModels(aws),
            darkroom=PillowDarkroom(),
        ),
        limits=Limits(meters, MemorySpending(), per_owner=1000, per_network=1000, spend_a_day=None),
        catalog=catalog,
        memory=4_000_000_000,
        clock=system_clock,
        random=Random(1),
    )
    return Bench(worker.processor, jobs, queue, catalog)


async def measured(name: str, url: str, folder: Path) -> Mapping[str, float]:
    """Megabytes that a scenario's job adds to the process."""
    scenario = SCENARIOS[name]
    settings = Settings(
        bedrock_endpoint=f"{url}/1/320",
        aws_access_key_id=SecretStr("local"),
        aws_secret_access_key=SecretStr("local"),
    )
    async with AwsClients.open(settings) as aws:
        await a_bench(aws, folder).run("nova-canvas", SMALL)
    count, side = scenario.reply
    settings = settings.model_copy(update={"bedrock_endpoint": f"{url}/{count}/{side}"})
    async with AwsClients.open(settings) as aws:
        bench = a_bench(aws, folder)
        _forget_peak()
        before = _resident("VmRSS")
        job = await bench.run(scenario.model, scenario.task)
        return {
            "before": before,
            "growth": _resident("VmHWM") - before,
            "estimate": footprint(job.task, job.calls) / 1e6,
        }


def _resident(line: str) -> float:
    """A line of Linux's account of this process, in megabytes."""
    status = Path("/proc/self/status").read_text()
    kibibytes = next(row.split()[1] for row in status.splitlines() if row.startswith(line))
    return int(kibibytes) * 1024 / 1e6


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


# The process that stands in for Bedrock, and starts those that are measured.


def _stand_in() -> Starlette:
    replies: dict[tuple[int, int, bool], bytes] = {}

    async def invoke(request: Request) -> Response:
        count, side = int(request.path_params["count"]), int(request.path_params["side"])
        await request.body()
        nova = "nova" in request.path_params["model"]
        if (count, side, nova) not in replies:
            replies[count, side, nova] = await asyncio.to_thread(_reply, count, side, nova)
        return Response(replies[count, side, nova], media_type="application/json")

    return Starlette(
        routes=[Route("/{count}/{side}/model/{model}/invoke", invoke, methods=["POST"])]
    )


def _reply(count: int, side: int, nova: bool) -> bytes:
    images = [
        base64.b64encode(a_picture(side, REPLY_BYTES // count, seed)).decode()
        for seed in range(count)
    ]
    more = {} if nova else {"seeds": [1] * count, "finish_reasons": [None] * count}
    return orjson.dumps({"images": images, **more})


async def main(names: Sequence[str]) -> None:
    server = uvicorn.Server(uvicorn.Config(_stand_in(), log_level="warning"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await asyncio.to_thread(_fill, folder / "uploads" / "bench")
        print(f"{'MB':62} {'before':>7} {'growth':>7} {'estimate':>8}")
        for scenario in names:
            found = await _apart(scenario, port, folder)
            print(
                f"{SCENARIOS[scenario].title:62} {found['before']:7.0f} {found['growth']:7.0f} "
                f"{found['estimate']:8.0f}"
            )
    server.should_exit = True
    await serving


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number, upload in enumerate(UPLOADS):
        (folder / upload).write_bytes(a_picture(SIDE, 100_000_000, seed=number))


async def _apart(scenario: str, port: int, folder: Path) -> Mapping[str, float]:
    """What a process of its own measures."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.memory", "--measure", scenario),
        *("--url", f"http://127.0.0.1:{port}", "--folder", str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(process.returncode)
    figures: Mapping[str, float] = json.loads(answer)
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--measure", choices=list(SCENARIOS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if unknown := set(chosen.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if chosen.measure:
        print(json.dumps(asyncio.run(measured(chosen.measure, chosen.url, chosen.folder))))
    else:
        asyncio.run(main(chosen.scenarios or list(SCENARIOS)))
