"""The images, built once a run, and what they talk to. Needs Linux and root; no Docker."""

import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.images.base_image import debian_with_python
from tests.images.engine import Engine, Image
from tests.images.runtime_api import LambdaRuntimeApi, lambda_runtime_api
from tests.images.surroundings import Surroundings, surroundings

KEEP = "TEST_IMAGES_STORE"
"""Names a folder in which layers are kept from run to run, for those who work on a Dockerfile."""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    if kept := os.environ.get(KEEP):
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Engine.at(Path(kept).absolute())
        return
    # Not pytest's own folder, which outlives the run: this one holds a gigabyte.
    with tempfile.TemporaryDirectory(prefix="canvas-images-") as folder:
        engine = Engine.at(Path(folder))
        try:
            yield engine
        finally:
            engine.run("buildah", "rm", "--all")
            engine.run("podman", "rmi", "--all", "--force")
            subprocess.run(["umount", f"{folder}/layers/overlay"], check=False)


@pytest.fixture(scope="session")
def base_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Image:
    if os.environ.get(KEEP):
        try:
            return engine.image("localhost/debian-python")
        except RuntimeError:
            pass
    return debian_with_python(engine, tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def worker_image(engine: Engine, base_image: Image) -> Image:
    return engine.build("Dockerfile.worker", "localhost/worker", BASE_IMAGE=base_image.name)


@pytest.fixture(scope="session")
def frontend_image(engine: Engine, base_image: Image, adapter_image: Image) -> Image:
    """The frontend with the page frozen: no Gradio."""
    return _frontend(engine, base_image, adapter_image, "frozen")


@pytest.fixture(scope="session")
def live_image(engine: Engine, base_image: Image, adapter_image: Image) -> Image:
    """The frontend that draws its page."""
    return _frontend(engine, base_image, adapter_image, "live")


def _frontend(engine: Engine, base: Image, adapter: Image, studio: str) -> Image:
    return engine.build(
        "Dockerfile.frontend",
        f"localhost/frontend-{studio}",
        BASE_IMAGE=base.name,
        LWA_IMAGE=adapter.name,
        STUDIO=studio,
    )


@pytest.fixture(scope="session")
def adapter_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """In the place of the Lambda Web Adapter, which is in none of the registries used here."""
    folder = tmp_path_factory.mktemp("adapter")
    (folder / "lambda-adapter").write_text("#!/bin/sh\n")
    (folder / "lambda-adapter").chmod(0o755)
    (folder / "Containerfile").write_text("FROM scratch\nCOPY lambda-adapter /lambda-adapter\n")
    return engine.build(folder / "Containerfile", "localhost/adapter", context=folder)


@pytest.fixture(scope="session")
def shared_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    with surroundings(tmp_path_factory.mktemp("surroundings")) as around:
        yield around


@pytest.fixture
def around(shared_surroundings: Surroundings) -> Surroundings:
    """What the containers talk to, with a Bedrock that behaves."""
    shared_surroundings.faults()
    return shared_surroundings


@pytest.fixture
async def api(around: Surroundings) -> AsyncIterator[httpx.AsyncClient]:
    """The API, as the machine's own key sees it."""
    async with httpx.AsyncClient(
        base_url=around.url, headers=around.headers, timeout=70, trust_env=False
    ) as client:
        yield client


@pytest.fixture
async def aws(around: Surroundings) -> AsyncIterator[tuple[AwsClients, Settings]]:
    """The stores and queues that the containers use."""
    settings = Settings.load(around.environment)
    async with AwsClients.open(settings) as clients:
        yield clients, settings


@pytest.fixture
def runtime_api() -> Iterator[LambdaRuntimeApi]:
    with lambda_runtime_api() as api:
        yield api
