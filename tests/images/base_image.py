"""A base image without a container registry: the least of Debian, from the mirror apt knows."""

import subprocess
from pathlib import Path
from textwrap import dedent

from tests.images.engine import Engine, Image

SUITE = "trixie"
"""The Debian of the base image that the Dockerfiles name."""
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Whom this machine trusts: where it reaches its package index through a proxy, so must a build."""

_CONTAINERFILE = dedent(
    """\
    FROM scratch
    ADD base.tar /
    COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
    COPY pip.conf /etc/pip.conf
    """
)
_SLIM = 'find "$1/usr/lib" -name __pycache__ -prune -exec rm -r {} +'
"""Python's official images bring their standard library without bytecode, so this one does, too."""
_PIP = dedent(
    f"""\
    [global]
    cert = {AUTHORITIES}
    timeout = 180
    """
)


def debian_with_python(engine: Engine, folder: Path) -> Image:
    """Build the base image; ``folder`` is scratch space."""
    _debian(folder / "base.tar")
    (folder / "ca-certificates.crt").write_bytes(AUTHORITIES.read_bytes())
    (folder / "pip.conf").write_text(_PIP)
    (folder / "Containerfile").write_text(_CONTAINERFILE)
    return engine.build(folder / "Containerfile", "localhost/debian-python", context=folder)


def _debian(tar: Path) -> None:
    subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=minbase", "--mode=root"),
            "--include=python3,python3-venv,ca-certificates",
            f"--customize-hook={_SLIM}",
            *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")),
            *(SUITE, str(tar), _mirror()),
        ],
        check=True,
        timeout=600,
    )


def _mirror() -> str:
    """Where this machine's own Debian packages come from."""
    if not (mirrors := _mirrors()):
        # What a mirror holds is known once its lists are here.
        subprocess.run(["apt-get", "-qq", "update"], check=True, timeout=300)
        mirrors = _mirrors()
    return mirrors[0]


def _mirrors() -> list[str]:
    return subprocess.run(
        [
            *("apt-get", "indextargets", "--format", "$(REPO_URI)"),
            *("Created-By: Packages", "Label: Debian"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
