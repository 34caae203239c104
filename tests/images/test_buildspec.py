"""What CodeBuild does with the images: both are built for a version, tagged, and can be pushed."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.images.engine import BUILDS_WITHIN, Engine, Image
from tests.processes import ROOT

REGISTRY = "registry.invalid"
TAG = "0123456789ab"
DOCKER = """\
#!/bin/sh
set -eu
step=$1; shift
case $step in
  build) exec buildah build --format=docker --layers $BASES "$@" ;;
  push) exec buildah push --format=docker "$1" "dir:$PUSHED/${1##*/}" ;;
  *) echo "no docker $step here" >&2; exit 1 ;;
esac
"""
"""A ``docker`` that is buildah, with the base images of these tests; what it pushes is a folder."""
AWS = "#!/bin/sh\nexit 254\n"
"""An ``aws`` whose registry has no image yet."""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in (("docker", DOCKER), ("aws", AWS)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.usefixtures("worker_image", "frontend_image")
def test_both_images_of_a_version_are_built_and_pushed(
    engine: Engine, base_image: Image, adapter_image: Image, programs: Path, tmp_path: Path
) -> None:
    pushed = tmp_path / "pushed"
    pushed.mkdir()
    env = {
        **os.environ,
        **engine.environment,
        "BASES": f"--build-arg=BASE_IMAGE={base_image.name} "
        f"--build-arg=LWA_IMAGE={adapter_image.name}",
        "PUSHED": str(pushed),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "REGISTRY": REGISTRY,
        "DEPLOYMENT": "canvas-queue",
        "IMAGE_TAG": TAG,
        "STUDIO": "frozen",
    }
    for step in ("build", "push"):
        subprocess.run(
            ["infra/images.sh", step], cwd=ROOT, env=env, check=True, timeout=BUILDS_WITHIN
        )
    assert {f.name for f in pushed.iterdir()} == {f"frontend:{TAG}", f"worker:{TAG}"}
    for folder in pushed.iterdir():
        manifest = json.loads((folder / "manifest.json").read_text())
        config = json.loads((folder / manifest["config"]["digest"].partition(":")[2]).read_text())
        assert (config["architecture"], config["os"]) == ("amd64", "linux")
        assert config["config"]["User"] == "10001"
