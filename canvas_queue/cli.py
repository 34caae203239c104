"""The `canvas-queue` command."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx


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
        "--studio",
        choices=("live", "frozen", "off"),
        help="draw the page when it starts, freeze it to files and serve those, or none (live)",
    )
    up.add_argument(
        "--real-limits",
        action="store_true",
        help="the rates, spend cap and quotas of a deployment, also for the simulator",
    )
    up.set_defaults(run=_up)
    models = commands.add_parser("models", help="which models there are, and what they cost")
    source = models.add_mutually_exclusive_group()
    source.add_argument("--url", help="ask a running service instead of the catalogue file")
    source.add_argument(
        "--check",
        action="store_true",
        help="ask Bedrock, and print what differs from the catalogue",
    )
    models.set_defaults(run=_models)
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
            studio=arguments.studio,
            real_limits=arguments.real_limits,
        )
        asyncio.run(run(options, os.environ))
    except (CannotStart, ChildFailed, InUse, ValueError) as error:
        return _failed(error)
    return 0


def _models(arguments: argparse.Namespace) -> int:
    from canvas_queue.models import served, table

    if arguments.url is None:
        return _models_here(check=arguments.check)
    try:
        print(table(served(arguments.url)))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _failed(error)
    return 0


def _models_here(*, check: bool) -> int:
    # Imported here: whoever only talks to a service has not installed the core.
    from canvas_queue.models import checked, kept, table
    from shared.catalog import Catalog
    from shared.settings import Settings

    try:
        settings = Settings.load(os.environ)
        catalog = Catalog.of(settings)
    except (OSError, ValueError) as error:
        return _failed(error)
    if not check:
        print(table(kept(catalog, datetime.now(UTC).date())))
        return 0
    lines = checked(settings, catalog)
    print(
        "\n".join(lines)
        or f"Bedrock agrees with the catalogue on all {len(catalog.models)} models."
    )
    return 1 if lines else 0


def _failed(error: Exception) -> int:
    print(f"canvas-queue: {error}", file=sys.stderr)
    return 1


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 1000")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65532:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port from 1 to 65532")
    return int(text)
