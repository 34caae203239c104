"""Waits for the registry's scan of both images: `python -m infra.scan DEPLOYMENT TAG`.

A critical finding fails the build.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

PARTS = ("frontend", "worker")
PATIENCE_SECONDS = 600
LOOK_EVERY_SECONDS = 5
FATAL = "CRITICAL"


class ScanFailed(RuntimeError):
    """The registry has not scanned the image, or says why it cannot."""


def findings(ecr: Any, repository: str, tag: str) -> Iterator[str]:
    """The critical findings of an image, when its scan is done. Raises ``ScanFailed``."""
    scan = _done(ecr, repository, tag)
    for finding in scan.get("findings", ()):
        if finding["severity"] == FATAL:
            where = {a["key"]: a["value"] for a in finding.get("attributes", ())}
            yield f"{finding['name']} in {where.get('package_name', 'the image')}"


def _done(ecr: Any, repository: str, tag: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            reply = ecr.describe_image_scan_findings(
                repositoryName=repository, imageId={"imageTag": tag}
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ScanNotFoundException":
                raise
        else:
            status = reply["imageScanStatus"]
            if status["status"] == "COMPLETE":
                found: dict[str, Any] = reply["imageScanFindings"]
                return found
            if status["status"] not in ("IN_PROGRESS", "PENDING", "ACTIVE"):
                raise ScanFailed(f"{repository}:{tag}: {status.get('description', status)}")
        time.sleep(LOOK_EVERY_SECONDS)
    raise ScanFailed(f"{repository}:{tag}: no scan in {PATIENCE_SECONDS} s")


def main() -> None:
    deployment, tag = sys.argv[1:]
    ecr = boto3.client("ecr")
    found = [
        f"{part}: {finding}"
        for part in PARTS
        for finding in findings(ecr, f"{deployment}/{part}", tag)
    ]
    if found:
        sys.exit("Critical findings:\n" + "\n".join(found))
    print("The registry has found nothing critical.")


if __name__ == "__main__":
    main()
