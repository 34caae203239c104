"""``python -m local.bedrock --port 7862``: the simulator as a process of its own."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from local.bedrock.app import create_app
from local.bedrock.faults import Faults
from local.bedrock.server import server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.bedrock", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--faults", default="{}", help="how to behave, as JSON")
    chosen = parser.parse_args(arguments)
    try:
        faults = Faults.model_validate_json(chosen.faults)
    except ValidationError as refused:
        parser.error(f"--faults: {refused}")
    serving = server(create_app(faults), chosen.port)
    with suppress(KeyboardInterrupt):  # raised again by uvicorn once it has shut down
        serving.run()
    return 0 if serving.started else 1


if __name__ == "__main__":
    sys.exit(main())
