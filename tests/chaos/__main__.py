"""`make chaos`: a storm of a thousand jobs over real processes, and a report of what came of it."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.report import as_text
from tests.chaos.storm import Plan, Storm
from tests.system.local_system import free_ports


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--within", type=float, default=150, help="seconds in which all is ordered")
    parser.add_argument("--seed", type=int, default=0, help="of what happens when")
    parser.add_argument("--folder", type=Path, help="keep logs and stores here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="canvas-chaos-") as folder:
        plan = Plan(
            folder=asked.folder or Path(folder),
            port=free_ports(5),
            orders=asked.jobs,
            kills=asked.kills,
            within=asked.within,
            seed=asked.seed,
        )
        report = asyncio.run(Storm(plan).run())
    print(as_text(report))
    return bool(report.verdict.wrongs)


if __name__ == "__main__":
    sys.exit(main())
