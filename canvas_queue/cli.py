"""The `canvas-queue` command."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from shared.settings import Settings


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
    _add_keys(commands.add_parser("keys", help="give API clients their keys, and take them away"))
    return parser


def _add_keys(keys: argparse.ArgumentParser) -> None:
    keys.description = (
        "Keys of the deployment whose ledger CANVAS_LEDGER_TABLE names, in CANVAS_REGION;"
        " of the system on this machine, if it is not set."
    )
    verbs = keys.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="make a key and print it, this once")
    add.add_argument("name", metavar="NAME", help="what it is listed and revoked by")
    add.add_argument(
        "--owner", help="whose jobs it makes and sees, and whose limits it has (its name)"
    )
    add.add_argument("--admin", action="store_true", help="it sees everybody's jobs")
    add.set_defaults(run=_keys_add)
    verbs.add_parser("list", help="which keys there are").set_defaults(run=_keys_list)
    revoke = verbs.add_parser("revoke", help="take a key away")
    revoke.add_argument("name", metavar="NAME")
    revoke.set_defaults(run=_keys_revoke)


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


def _keys_add(arguments: argparse.Namespace) -> int:
    from canvas_queue.keys import add

    name, owner = arguments.name, arguments.owner or arguments.name
    failed = _with_keys(lambda settings: add(settings, name, owner, admin=arguments.admin))
    if not failed:
        print("Keep it: only its hash is kept here.", file=sys.stderr)
    return failed


def _keys_list(_: argparse.Namespace) -> int:
    from canvas_queue.keys import listed

    return _with_keys(listed)


def _keys_revoke(arguments: argparse.Namespace) -> int:
    from canvas_queue.keys import revoke

    return _with_keys(lambda settings: revoke(settings, arguments.name))


def _with_keys(work: "Callable[[Settings], Coroutine[Any, Any, str]]") -> int:
    # Imported here, as above: only who runs a service has its keys.
    from canvas_queue.keys import settings_for_keys
    from shared.errors import StoreUnavailable

    try:
        print(asyncio.run(work(settings_for_keys(os.environ))))
    except (ValueError, StoreUnavailable) as error:
        return _failed(error)
    return 0


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
