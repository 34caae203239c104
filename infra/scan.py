"""Waits for the registry's scan of both images: `python -m infra.scan DEPLOYMENT TAG`.

A critical finding fails the build.
"""

import sys
import time
from collections.abc import Collection, Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deployment import Deployment

PARTS = ("frontend", "worker")
PATIENCE_SECONDS = 600
LOOK_EVERY_SECONDS = 5
FATAL = "CRITICAL"


class ScanFailed(RuntimeError):
    """The registry has not scanned the image, or says why it cannot."""


def findings(ecr: Any, repository: str, tag: str, accepted: Collection[str] = ()) -> Iterator[str]:
    """The critical findings of an image that are not accepted, when its scan is done.

    Raises ``ScanFailed``.
    """
    image = {"repositoryName": repository, "imageId": {"imageTag": tag}}
    page = _when_done(ecr, image)
    while True:
        for name, where in _fatal(page["imageScanFindings"]):
            if name not in accepted:
                yield f"{name} in {where}"
        if "nextToken" not in page:
            return
        page = ecr.describe_image_scan_findings(**image, nextToken=page["nextToken"])


def _fatal(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and package of what is critical, as the basic and the enhanced scan tell it."""
    for finding in found.get("findings", ()):
        if finding["severity"] == FATAL:
            where = {a["key"]: a["value"] for a in finding.get("attributes", ())}
            yield finding["name"], where.get("package_name", "the image")
    for finding in found.get("enhancedFindings", ()):
        if finding["severity"] == FATAL:
            details = finding.get("packageVulnerabilityDetails", {})
            packages = ", ".join(p["name"] for p in details.get("vulnerablePackages", ()))
            yield details.get("vulnerabilityId", finding["title"]), packages or "the image"


def _when_done(ecr: Any, image: dict[str, Any]) -> dict[str, Any]:
    """The first page of what was found."""
    name = f"{image['repositoryName']}:{image['imageId']['imageTag']}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            reply: dict[str, Any] = ecr.describe_image_scan_findings(**image)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ScanNotFoundException":
                raise
        else:
            status = reply["imageScanStatus"]
            # A registry that scans all the time is never complete.
            scanned = "imageScanCompletedAt" in reply.get("imageScanFindings", {})
            if status["status"] == "COMPLETE" or (status["status"] == "ACTIVE" and scanned):
                return reply
            if status["status"] not in ("IN_PROGRESS", "PENDING", "ACTIVE"):
                raise ScanFailed(f"{name}: {status.get('description', status)}")
        time.sleep(LOOK_EVERY_SECONDS)
    raise ScanFailed(f"{name}: no scan in {PATIENCE_SECONDS} s")


def main() -> None:
    deployment, tag = sys.argv[1:]
    accepted = Deployment.read().accepted_flaws
    ecr = boto3.client("ecr")
    found = [
        f"{part}: {finding}"
        for part in PARTS
        for finding in findings(ecr, f"{deployment}/{part}", tag, accepted)
    ]
    if found:
        sys.exit("Critical findings:\n" + "\n".join(found))
    print("The registry has found nothing critical.")


if __name__ == "__main__":
    main()
