"""What more than one unit is tested with, and how properties are asked."""

import pytest
from hypothesis import settings

from shared.catalog import Catalog


def pytest_configure(config: pytest.Config) -> None:
    del config
    # Without a stop-watch, as the machine may be busy.
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()
