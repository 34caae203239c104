"""Log lines: one JSON object each, without pictures and secrets."""

import base64
import json
import logging
import sys
from random import Random
from typing import Any

import pytest

from shared.keys import new_secret
from shared.logs import CUT_AT, JsonLines, clean, log_context


def a_line(message: str = "hello", *args: object, **extra: Any) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "worker", "levelname": "INFO", "msg": message, "args": args, **extra}
    )
    text = JsonLines().format(record)
    assert "\n" not in text
    line = json.loads(text, parse_constant=pytest.fail)
    assert isinstance(line, dict)
    return line


def test_a_line_says_when_where_and_what() -> None:
    line = a_line("job %s", "settled")
    assert (line["level"], line["logger"], line["message"]) == ("info", "worker", "job settled")
    assert line["time"].endswith("+00:00")
    assert set(line) == {"time", "level", "logger", "message"}


@pytest.mark.parametrize(
    ("value", "written"),
    [(7, 7), (0.5, 0.5), (True, True), (None, None), ("x", "x"), ({"a": 1}, "{'a': 1}")],
)
def test_extra_fields_are_written(value: object, written: object) -> None:
    assert a_line(extra_field=value)["extra_field"] == written


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_json_lacks_is_written_as_text(value: float) -> None:
    assert a_line(share=value)["share"] == str(value)


def test_a_message_of_several_lines_stays_one_line() -> None:
    assert a_line("one\ntwo\u2028three\r")["message"] == "one\ntwo\u2028three\r"


def test_a_lone_surrogate_can_be_written() -> None:
    assert a_line("\ud800")["message"] == "\ud800"


def test_context_is_on_every_line_inside_and_on_none_outside() -> None:
    with log_context(job_id="j", attempt=1):
        with log_context(attempt=2):
            assert a_line()["attempt"] == 2
        line = a_line()
        assert (line["job_id"], line["attempt"]) == ("j", 1)
    assert "job_id" not in a_line()


def test_an_exception_is_written_with_its_traceback_cleaned() -> None:
    secret = new_secret(Random(1))
    try:
        raise ValueError(f"wrong key {secret}")
    except ValueError:
        error = a_line(exc_info=sys.exc_info())["error"]
    assert "Traceback" in error
    assert "wrong key [secret]" in error


@pytest.mark.parametrize(
    "around", ["{}", "Bearer {}", "Authorization:{},", "?key={}&x=1", "Bearer%20{}", '"{}"', "x{}"]
)
def test_keys_are_never_written(around: str) -> None:
    secret = new_secret(Random(1))
    cleaned = clean(around.format(secret))
    assert secret not in cleaned
    assert secret[8:] not in cleaned
    assert "[secret]" in cleaned


def test_signatures_are_never_written() -> None:
    url = "https://cdn/a.png?Expires=1&Signature=abc~def-ghi_&Key-Pair-Id=K1 and more"
    assert clean(url) == "https://cdn/a.png?Expires=1&Signature=[secret]&Key-Pair-Id=K1 and more"
    assert "s3cr3t" not in clean("?X-Amz-Signature=s3cr3t")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_pictures_are_never_written(encode: Any) -> None:
    picture = encode(Random(1).randbytes(3000)).decode()
    cleaned = clean(f'{{"images": ["{picture}"]}}')
    assert cleaned == '{"images": ["[base64]"]}'


def test_long_text_is_cut_and_says_how_long_it_was() -> None:
    text = "a word, " * 1000
    cleaned = clean(text)
    assert cleaned == f"{text[:CUT_AT]}…[8000 characters]"
    exact = "ab " * 333 + "c"
    assert clean(exact) == exact


def test_a_message_is_cleaned_as_a_field_is() -> None:
    secret = new_secret(Random(1))
    assert a_line("key %s", secret)["message"] == "key [secret]"
    assert a_line(key=secret)["key"] == "[secret]"
    with log_context(key=secret):
        assert a_line()["key"] == "[secret]"
