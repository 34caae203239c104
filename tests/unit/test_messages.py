"""What may travel on the queue."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.ids import new_id
from shared.messages import JobMessage, MessageUnreadable, Slot, read
from tests.builders import NOON


@given(st.datetimes(datetime(1971, 1, 1), datetime(3000, 1, 1)), st.integers())
def test_a_new_id_may_travel(when: datetime, seed: int) -> None:
    job = new_id(when, Random(seed))
    message = JobMessage(job=job)
    assert JobMessage.model_validate_json(message.model_dump_json()) == message


@given(st.integers(1, 10**9), st.integers())
def test_ids_sort_by_time_to_the_millisecond(later_ms: int, seed: int) -> None:
    random = Random(seed)
    first = new_id(NOON, random)
    assert first < new_id(NOON + timedelta(milliseconds=later_ms), random)


def test_ids_of_one_instant_differ() -> None:
    random = Random(1)
    assert len({new_id(NOON, random) for _ in range(1000)}) == 1000


def test_a_slot_travels_along() -> None:
    message = JobMessage(job="0" * 26, slot=Slot(pool="p", at=NOON))
    assert JobMessage.model_validate_json(message.model_dump_json(exclude_none=True)) == message


@pytest.mark.parametrize(
    "job", ["", "0" * 25, "0" * 27, "0" * 26 + "\n", "O" * 26, "i" * 26, "../" + "0" * 23, "é" * 26]
)
def test_what_is_no_id_may_not_travel(job: str) -> None:
    with pytest.raises(ValidationError):
        JobMessage(job=job)


@pytest.mark.parametrize(
    "document",
    [
        {"v": 0, "job": "0" * 26},
        {"job": "0" * 26, "slot": {"pool": "p", "at": "2026-11-02T12:00:00"}},
        {"job": "0" * 26, "slot": {"pool": "p"}},
        {},
    ],
)
def test_what_is_no_message_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        JobMessage.model_validate(document)


def test_what_a_newer_release_says_besides_is_passed_over() -> None:
    body = '{"v": 1, "job": "00000000000000000000000000", "mood": {"good": true}}'
    assert read(body) == JobMessage(job="0" * 26)


@pytest.mark.parametrize(
    ("body", "newer"),
    [
        ('{"v": 2}', True),
        ('{"v": 99, "work": []}', True),
        ('{"v": 0}', False),
        ('{"v": true}', False),
        ('{"v": "2"}', False),
        ("[2]", False),
        ("", False),
        ("[" * 100_000, False),
        ('{"v": 1, "job": "../../etc/passwd"}', False),
    ],
)
def test_a_message_of_a_newer_release_is_told_from_what_is_none(body: str, newer: bool) -> None:
    with pytest.raises(MessageUnreadable) as unreadable:
        read(body)
    assert unreadable.value.newer is newer
    assert "etc" not in str(unreadable.value)
