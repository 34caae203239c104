"""How properties are asked: without a stop-watch, as the machine may be busy."""

import pytest
from hypothesis import settings


def pytest_configure(config: pytest.Config) -> None:
    del config
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")
