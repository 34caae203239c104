"""Logs: one JSON object a line, long strings cut, pictures and secrets never written."""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from math import isfinite
from types import MappingProxyType
from typing import Any

CUT_AT = 1000
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{200,}={0,2}")
_SECRET = re.compile(
    r"cq_[0-9a-f]{8,}|(?<=Signature=)[^&\s\"]+"  # API keys, signed links
    r"|(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{52}(?![0-9a-z])"  # tokens of shares
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_NOTHING: Mapping[str, object] = MappingProxyType({})
_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=_NOTHING)


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields to every line that is logged inside: job_id, attempt, owner, request_id …"""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def clean(text: str) -> str:
    """A string fit for a log: no base64, no keys or signatures, at most 1,000 characters."""
    text = _without_secrets(text)
    return text if len(text) <= CUT_AT else f"{text[:CUT_AT]}…[{len(text)} characters]"


def clean_traceback(text: str) -> str:
    """The same for a traceback, whose end says what happened."""
    text = _without_secrets(text)
    return text if len(text) <= CUT_AT else f"[{len(text)} characters]…{text[-CUT_AT:]}"


def _without_secrets(text: str) -> str:
    return _SECRET.sub("[secret]", _BASE64.sub("[base64]", text))


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
            **{name: v for name, v in vars(record).items() if name not in _STANDARD},
        }
        plain = {name: _plain(value) for name, value in line.items()}
        if record.exc_info:
            plain["error"] = clean_traceback(self.formatException(record.exc_info))
        return json.dumps(plain)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    return clean(str(value))


def configure(level: str) -> None:
    """Send all logs to standard error as JSON lines. Called once, by an entry point."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    logging.getLogger("aiobotocore").setLevel(logging.WARNING)
