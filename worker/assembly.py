"""Assembly: a worker out of whatever stands behind the ports, on AWS or in memory."""

from dataclasses import dataclass
from random import Random

from shared.catalog import Catalog
from shared.clock import Clock
from shared.closing import Closer
from shared.darkroom import Darkroom
from shared.erasure import Eraser
from shared.limits import Limits
from shared.pacing import Pacer
from shared.ports.jobs import JobStore
from shared.ports.meters import Meters
from shared.ports.models import ImageModels
from shared.ports.pictures import Pictures
from shared.ports.pools import Pools
from shared.ports.queue import Queue
from shared.uploads import Uploads
from worker.bookkeeper import Bookkeeper
from worker.budget import ByteBudget
from worker.caller import Caller
from worker.census import Census
from worker.inputs import Gatherer
from worker.mailbox import Mailbox
from worker.processor import Processor
from worker.reconciler import Reconciler
from worker.runner import Runner
from worker.undertaker import Undertaker


@dataclass(frozen=True)
class Surroundings:
    """What a worker needs of the world."""

    jobs: JobStore
    queue: Queue
    pictures: Pictures
    pools: Pools
    uploads: Uploads
    meters: Meters
    models: ImageModels
    darkroom: Darkroom


@dataclass(frozen=True)
class Worker:
    """A processor, the queue it works from, and what sweeps up behind it."""

    processor: Processor
    queue: Queue
    reconciler: Reconciler


def assemble(
    around: Surroundings,
    *,
    limits: Limits,
    catalog: Catalog,
    memory: int,
    clock: Clock,
    random: Random,
) -> Worker:
    """A worker that holds pictures in ``memory`` bytes at most."""
    jobs, queue, pictures, pools = around.jobs, around.queue, around.pictures, around.pools
    eraser = Eraser(jobs, around.uploads, pictures, clock)
    closer = Closer(jobs, pools, limits, eraser)
    mailbox = Mailbox(queue, random)
    pacer = Pacer(pools, clock, random)
    runner = Runner(
        jobs=jobs,
        mailbox=mailbox,
        closer=closer,
        gatherer=Gatherer(jobs, pictures, around.darkroom, catalog),
        caller=Caller(around.models, pictures, around.darkroom, pacer, catalog, clock),
        catalog=catalog,
        clock=clock,
        random=random,
    )
    processor = Processor(
        jobs=jobs,
        mailbox=mailbox,
        closer=closer,
        pacer=pacer,
        runner=runner,
        catalog=catalog,
        budget=ByteBudget(memory),
        clock=clock,
    )
    reconciler = Reconciler(
        jobs=jobs,
        uploads=around.uploads,
        queue=queue,
        closer=closer,
        eraser=eraser,
        bookkeeper=Bookkeeper(jobs, limits, clock),
        undertaker=Undertaker(jobs, mailbox, closer, clock),
        meters=around.meters,
        census=Census(jobs, pools, catalog, clock),
        clock=clock,
        random=random,
    )
    return Worker(processor=processor, queue=queue, reconciler=reconciler)
