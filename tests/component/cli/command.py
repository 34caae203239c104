"""The `canvas-queue` command as an operator runs it: a process of its own."""

import os
import subprocess
import sys

from tests.processes import ROOT


def canvas_queue(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, in an environment of no settings but these."""
    theirs = {n: v for n, v in os.environ.items() if not n.startswith(("CANVAS_", "AWS_"))}
    return subprocess.run(
        [sys.executable, "-m", "canvas_queue", *arguments],
        cwd=ROOT,
        env={**theirs, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
