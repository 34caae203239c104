"""What more than one kind of test needs: an AWS that is really there."""

from collections.abc import Iterator

import pytest
from aiobotocore.session import AioSession, get_session

from tests.processes import bedrock, ministack


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded AWS of this run. Tests share it, and make resources of their own in it."""
    with ministack(tmp_path_factory.mktemp("ministack")) as url:
        yield url


@pytest.fixture(scope="session")
def aws_session() -> AioSession:
    """One session for the run: reading AWS's API models is most of the work of a client."""
    return get_session()


@pytest.fixture(scope="session")
def bedrock_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Bedrock simulator of this run; its faults and calls are everyone's, so reset them."""
    with bedrock(tmp_path_factory.mktemp("bedrock")) as url:
        yield url
