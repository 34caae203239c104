"""The `canvas-queue` command."""

import argparse
import asyncio
import os
import sys
from pathlib import Path


def main() -> None:
    arguments = _parser().parse_args()
    sys.exit(arguments.run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="canvas-queue", description="Asynchronous image generation on AWS, or on this machine."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="run the whole system on this machine")
    up.add_argument("--workers", type=_count, metavar="N", help="worker processes (1)")
    up.add_argument(
        "--concurrency", type=_count, metavar="N", help="jobs a worker runs at once (10)"
    )
    up.add_argument(
        "--port", type=_port, metavar="P", help="the page's port; three more follow it (7860)"
    )
    up.add_argument("--state", type=Path, metavar="DIR", help="where everything is kept (.canvas)")
    up.add_argument(
        "--real-limits",
        action="store_true",
        help="the rates, spend cap and quotas of a deployment, also for the simulator",
    )
    up.set_defaults(run=_up)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    # Imported here: only this command needs the whole system installed.
    from local.children import ChildFailed
    from local.state import InUse
    from local.supervisor import CannotStart, run
    from local.system import options_from

    try:
        options = options_from(
            os.environ,
            folder=arguments.state,
            port=arguments.port,
            workers=arguments.workers,
            concurrency=arguments.concurrency,
            real_limits=arguments.real_limits,
        )
        asyncio.run(run(options, os.environ))
    except (CannotStart, ChildFailed, InUse, ValueError) as error:
        print(f"canvas-queue: {error}", file=sys.stderr)
        return 1
    return 0


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 1000")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65532:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port from 1 to 65532")
    return int(text)
