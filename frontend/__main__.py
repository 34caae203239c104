"""Run the frontend: `python -m frontend`, host and port from the settings."""

import os
import sys

import uvicorn

from frontend.app import create_app
from frontend.wiring import settings_of

DRAIN_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Longer than a load balancer's idle time (60 s), so that it never reuses a closed connection."""


def main() -> None:
    try:
        settings = settings_of(os.environ)
        app = create_app(settings)
    except (ValueError, OSError) as error:
        sys.exit(f"frontend: {error}")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Whom to believe about X-Forwarded-For is CANVAS_PROXY_HOPS's to say.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


if __name__ == "__main__":
    main()
