"""The service with short leases: `python -m tests.chaos.hasty MODULE` runs one of its modules so.

Only spans are shorter than in life, so that a small storm need not wait for long ones.
"""

import runpy
import sys
from datetime import timedelta

LEASE = timedelta(seconds=9)
"""What a dead worker held comes back after as long."""


def main() -> None:
    import local.resources
    import shared.due
    import shared.retries
    import worker.attempt

    local.resources.VISIBILITY = worker.attempt.LEASE = LEASE
    worker.attempt.BEAT = shared.due.SEND_GRACE = shared.due.CLOSING_GRACE = LEASE / 3
    shared.retries.FIRST = shared.retries.OUTAGE = LEASE / 6

    # What this imports has taken the names above by now.
    import worker.reconciler

    worker.reconciler.SWEEP_EVERY = LEASE / 3
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
