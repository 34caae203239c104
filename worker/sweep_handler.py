"""AWS Lambda entry point of the reconciler: a schedule's event in, how much it acted on out."""

from typing import Any

from worker.environment import environment


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """One sweep. Two at once do no more than one, so a schedule may fire as it likes."""
    here = environment()
    return {"swept": here.runner.run(here.worker.reconciler.sweep())}
