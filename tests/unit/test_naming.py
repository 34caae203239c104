"""Pictures within a request, and the ids they get."""

import base64
import re

import pytest

from shared.ids import ID_PATTERN, derived_id
from shared.naming import NO_PICTURE, NOT_BASE64, Inline, inline_of
from shared.tasks import DataRef
from tests.builders import a_job, a_picture


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")],
)
def test_a_picture_is_told_by_its_first_bytes(kind: str, content_type: str) -> None:
    body = a_picture(kind=kind)
    found = inline_of(DataRef(data=base64.b64encode(body).decode()))
    assert found == Inline(body, content_type)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("not base64!", NOT_BASE64),
        ("data:image/png;base64,AAAA", NOT_BASE64),
        ("AAA", NOT_BASE64),
        ("ä", NOT_BASE64),
        (base64.b64encode(a_picture(kind="GIF", mode="L")).decode(), NO_PICTURE),
        (base64.b64encode(b"RIFF____AVI ").decode(), NO_PICTURE),
        (base64.b64encode(b"\x89PNG").decode(), NO_PICTURE),
    ],
)
def test_what_is_no_picture_is_refused_by_a_sentence(data: str, why: str) -> None:
    assert inline_of(DataRef(data=data)) == why


def test_a_derived_id_is_an_id_and_always_the_same() -> None:
    job_id = a_job().id
    derived = derived_id(job_id, "images/0")
    assert re.fullmatch(ID_PATTERN, derived)
    assert derived == derived_id(job_id, "images/0")
    assert len({derived, derived_id(job_id, "images/1"), derived_id(a_job().id, "images/0")}) == 3
    assert derived[:10] == job_id[:10]
