"""Many runs on all cores, in processes that all have the same hash seed: a set of strings has its
order from there, and a run that is to repeat itself must have the same."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from tests.simulation.planted import BUGS
from tests.simulation.run import Outcome, is_fine, simulate

_HASH_SEED = "PYTHONHASHSEED"


@contextmanager
def runners() -> Iterator[ProcessPoolExecutor]:
    """Processes to run seeds in."""
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_check)
    before = os.environ.get(_HASH_SEED)
    os.environ[_HASH_SEED] = "0"
    try:
        with pool:
            yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        if before is None:
            del os.environ[_HASH_SEED]
        else:
            os.environ[_HASH_SEED] = before


def _check() -> None:
    if os.environ.get(_HASH_SEED) != "0":
        raise RuntimeError("Runs do not repeat themselves in this process.")


def run_all(pool: ProcessPoolExecutor, seeds: Iterable[int]) -> Iterator[Outcome]:
    """The outcomes of these seeds, in their order."""
    return pool.map(simulate, seeds)


def hunt(name: str, most: int) -> int | None:
    """Plant a bug and run seeds until one finds it; None if ``most`` of them do not."""
    bug = BUGS[name]
    seeds = (seed for seed in range(1000) if is_fine(seed) or not bug.only_when_fine)
    for seed, _ in zip(seeds, range(most), strict=False):
        with bug.planted():
            outcome = simulate(seed)
        if bug.found_in(outcome.wrongs):
            return seed
    return None
