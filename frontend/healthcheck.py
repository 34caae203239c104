"""Asks this container's frontend whether it is alive: `python -m frontend.healthcheck`."""

import http.client
import os
import sys

from shared.settings import Settings

PATIENCE_SECONDS = 4


def main() -> None:
    settings = Settings.load(os.environ)
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"no answer: {error}")
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        sys.exit(f"answered {status}")


if __name__ == "__main__":
    main()
