"""Settings for a test: resources with names of its own, so that tests can share an endpoint."""

from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from shared.settings import Settings

UNHEARD = "http://127.0.0.1:9"
"""Nothing listens on the discard port."""


def own_settings(endpoint: str, **fields: Any) -> Settings:
    name = f"t{uuid4().hex[:12]}"
    defaults: dict[str, Any] = {
        "aws_endpoint": endpoint,
        "aws_access_key_id": SecretStr("test"),
        "aws_secret_access_key": SecretStr("test"),
        "jobs_table": f"{name}-jobs",
        "ledger_table": f"{name}-ledger",
        "bucket": f"{name}-pictures",
        "normal_queue": f"{name}-normal",
        "low_queue": f"{name}-low",
        "dead_queue": f"{name}-dead",
    }
    return Settings(**{**defaults, **fields})
