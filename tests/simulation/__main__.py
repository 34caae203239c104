"""`make simulate`: a thousand runs, or one of them told in full."""

import argparse
import resource
import sys
import time
from collections import Counter

from tests.simulation.many import run_all, runners
from tests.simulation.run import Outcome, simulate

REPLAY = "make simulate SEED={seed}"
SHOWN = 5
"""Complaints of a run that are shown; the others follow from them, as a rule."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this one alone, and tell its story")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _tell(asked.seed)
    return _run(range(asked.first, asked.first + asked.seeds))


def _tell(seed: int) -> int:
    """Every event of a run, a line each."""
    with runners() as pool:
        outcome = pool.submit(simulate, seed, story=True).result()
    print(*outcome.story, sep="\n")
    _complain(outcome)
    return bool(outcome.wrongs)


def _run(seeds: range) -> int:
    began = time.monotonic()
    done: list[Outcome] = []
    with runners() as pool:
        for outcome in run_all(pool, seeds):
            done.append(outcome)
            _complain(outcome)
            if sys.stderr.isatty():
                print(f"\r{len(done)} of {len(seeds)}", end="", file=sys.stderr)
    _sum_up(done, time.monotonic() - began)
    return any(outcome.wrongs for outcome in done)


def _complain(outcome: Outcome) -> None:
    if outcome.wrongs:
        print(f"\nSeed {outcome.seed} went wrong. Again: {REPLAY.format(seed=outcome.seed)}")
        print(*(f"  {wrong}" for wrong in outcome.wrongs[:SHOWN]), sep="\n")


def _sum_up(done: list[Outcome], seconds: float) -> None:
    ends: Counter[str] = Counter()
    for outcome in done:
        ends += outcome.ends
    jobs = sum(outcome.jobs for outcome in done)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"\n{len(done)} runs in {seconds:.0f} s, with {used.ru_utime + used.ru_stime:.0f} s of "
        f"processor time; {sum(bool(o.wrongs) for o in done)} went wrong.\n"
        f"{jobs:,} jobs, at least {min(o.jobs for o in done)} in a run: "
        + ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
        + f"\n{sum(o.events for o in done):,} events, {sum(o.kills for o in done):,} kills, "
        f"{sum(o.calls for o in done):,} paid calls, {sum(o.repeated for o in done):,} of them "
        "again for a picture that had been paid before, each with its reason."
    )


if __name__ == "__main__":
    sys.exit(main())
