"""The whole system, really running, for the tests that only look at it from outside."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.processes import eventually
from tests.system.browser import chromium
from tests.system.local_system import LocalSystem, running_system
from tests.system.visitor import a_visitor
from tests.system.ways import WAYS, Replicas, frozen_frontend, one_way


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-way", action="store_true", help="serve the studio in every way for every test"
    )


def pytest_configure(config: pytest.Config) -> None:
    # Milliseconds: so long may a picture take on a busy machine. What is there is not waited for.
    expect.set_options(timeout=40_000)
    config.addinivalue_line("markers", "every_way: the studio is served in every way, not in one")
    config.addinivalue_line("markers", "page: the test looks at the studio; set here")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of the page is run in one of the ways to serve it; what matters most, in each."""
    test = metafunc.definition
    named = any("studio_url" in mark.args for mark in test.iter_markers("parametrize"))
    if "studio_url" not in metafunc.fixturenames or named:
        return
    every = test.get_closest_marker("every_way") or metafunc.config.getoption("--every-way")
    ways = WAYS if every else [one_way(test.name)]
    metafunc.parametrize("studio_url", ways, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "studio_url" in getattr(item, "fixturenames", ()):
            item.add_marker("page")


@pytest.fixture(scope="session")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with running_system(tmp_path_factory.mktemp("system") / "state") as system:
        yield system


@pytest.fixture
def system(shared_system: LocalSystem) -> LocalSystem:
    """The running system, with a Bedrock that behaves."""
    shared_system.faults()
    return shared_system


@pytest.fixture
async def api(system: LocalSystem) -> AsyncIterator[httpx.AsyncClient]:
    """The API, as the machine's own key sees it."""
    async with httpx.AsyncClient(
        base_url=system.url, headers=system.headers, timeout=70, trust_env=False
    ) as client:
        yield client


@pytest.fixture
async def aws(system: LocalSystem) -> AsyncIterator[tuple[AwsClients, Settings]]:
    """The system's own stores and queues."""
    async with system.clients() as clients:
        yield clients


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    """A browser for many tests, where each has a context of its own."""
    async with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def live_url(shared_system: LocalSystem) -> str:
    """The system's own page, once it has been drawn."""
    assert eventually(lambda: httpx.get(shared_system.url, timeout=30).is_success, within=90)
    return shared_system.url


@pytest.fixture(scope="session")
def frozen_url(
    shared_system: LocalSystem, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with frozen_frontend(shared_system, tmp_path_factory.mktemp("frozen")) as url:
        yield url


@pytest.fixture(scope="session")
def replicas(
    shared_system: LocalSystem, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replicas]:
    with Replicas.running(shared_system, tmp_path_factory.mktemp("replicas")) as three:
        yield three


@pytest.fixture
def studio_url(request: pytest.FixtureRequest, system: LocalSystem) -> Iterator[str]:
    """Where the page is, served in one way or another; use no other address for it.

    Of three replicas, the one that takes a test's first job dies before it has said so.
    """
    match request.param:
        case "live":
            yield request.getfixturevalue("live_url")
        case "frozen":
            yield request.getfixturevalue("frozen_url")
        case _:
            with request.getfixturevalue("replicas").one_dying() as url:
                yield url


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A new visitor's page; see ``a_visitor``."""
    async with a_visitor(browser) as page:
        yield page
