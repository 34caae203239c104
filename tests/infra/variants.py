"""The deployments that are synthesised for the tests: each choice at least once."""

from typing import Any

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/2b0b6a4e"

VARIANTS: dict[str, dict[str, Any]] = {
    "express": {"watch": {"email": "ops@example.com"}},
    "apprunner": {"frontend": {"hosting": "apprunner"}, "worker": {"rollout": "all_at_once"}},
    "function_url": {
        "frontend": {"hosting": "lambda", "keep_warm": True},
        "firewall": False,
        "keep_data": False,
    },
    "api_gateway": {
        "region": "us-east-1",
        "frontend": {"hosting": "lambda", "entry": "api_gateway"},
    },
    "service": {
        "worker": {"hosting": "service", "tasks_least": 0},
        "signing_keys": ["second", "first"],
        "cookie_secrets": ["second", "first"],
        "origin_secrets": ["second", "first"],
        "domain": "pictures.example.com",
        "certificate_arn": CERTIFICATE,
        "settings": {"daily_spend_usd": "none", "ended_models": ["nova-canvas"]},
    },
    "frozen": {
        "frontend": {"studio": "frozen"},
        "settings": {"framed_by": ["https://hub.example", "https://space.example"]},
    },
}
"""Name → what its `deployment.toml` would say."""
