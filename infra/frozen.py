"""A frozen studio: a folder of files, and a manifest of the headers they must be served with."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "headers.json"
EVERYTHING = "/*"
"""The pattern that must be in every manifest: what holds where no other does."""
PICTURES, UPLOADS, FRAMES = "{pictures}", "{uploads}", "{frames}"
"""What stands in a manifest for origins that only a deployment knows."""
_PATTERN = re.compile(r"^/[A-Za-z0-9_.*/@~-]{0,254}$")


class NotFrozen(ValueError):
    """The folder is no frozen studio; says what is missing or wrong, and what makes one."""


@dataclass(frozen=True)
class FrozenSite:
    """The files, and for each path pattern its headers, by names in lower case. The first pattern
    that fits holds."""

    folder: Path
    headers: dict[str, dict[str, str]]

    @classmethod
    def read(cls, folder: Path) -> "FrozenSite":
        """Raises ``NotFrozen``."""
        manifest = folder / MANIFEST
        if not manifest.is_file() or not (folder / "index.html").is_file():
            raise NotFrozen(
                f"{folder} has no index.html and {MANIFEST}; `make freeze` writes them there."
            )
        try:
            told = json.loads(manifest.read_text())
        except ValueError as error:
            raise NotFrozen(f"{manifest}: {error}") from None
        return cls(folder, _checked(told, manifest))

    def with_origins(
        self, *, pictures: str, uploads: str, frames: Sequence[str] = ()
    ) -> dict[str, dict[str, str]]:
        """The headers, with what the manifest leaves open filled in."""
        framed_by = " ".join(sorted(frames)) or "'none'"
        return {
            pattern: {
                name: value.replace(PICTURES, pictures)
                .replace(UPLOADS, uploads)
                .replace(FRAMES, framed_by)
                for name, value in headers.items()
                # It cannot name who may.
                if not (frames and name == "x-frame-options")
            }
            for pattern, headers in self.headers.items()
        }


def _checked(told: object, manifest: Path) -> dict[str, dict[str, str]]:
    if not isinstance(told, dict) or EVERYTHING not in told:
        raise NotFrozen(f"{manifest}: an object with the key “{EVERYTHING}” is wanted.")
    for pattern, headers in told.items():
        if not _PATTERN.match(pattern):
            raise NotFrozen(f"{manifest}: “{pattern}” is no path pattern of CloudFront's.")
        if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
            raise NotFrozen(f"{manifest}: the headers of “{pattern}” are not text by name.")
    return {
        pattern: {name.lower(): value for name, value in headers.items()}
        for pattern, headers in told.items()
    }
