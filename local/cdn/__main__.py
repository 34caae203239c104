"""Run the CDN stand-in: ``python -m local.cdn --port 7863 --bucket … --key-id … …``."""

import argparse
from pathlib import Path

import uvicorn

from local.cdn.app import create_app
from local.cdn.signed_urls import load_public_key


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.cdn", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="the port on 127.0.0.1")
    parser.add_argument("--base-url", required=True, help="what links start with")
    parser.add_argument("--bucket", required=True, help="the private bucket with the pictures")
    parser.add_argument("--endpoint", help="where S3 is, if it is not AWS")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--key-id", required=True, help="the key id that links carry")
    parser.add_argument("--public-key", type=Path, required=True, help="that key, a PEM file")
    arguments = parser.parse_args()
    try:
        key = load_public_key(arguments.public_key.read_bytes())
    except (OSError, ValueError) as unusable:
        parser.error(f"--public-key: {unusable}")
    app = create_app(
        base_url=arguments.base_url,
        bucket=arguments.bucket,
        keys={arguments.key_id: key},
        endpoint_url=arguments.endpoint,
        region=arguments.region,
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=arguments.port,
        proxy_headers=False,  # a policy that names a viewer's address means the connection's
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
