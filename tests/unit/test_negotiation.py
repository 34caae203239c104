"""Which of our languages a browser's Accept-Language likes best."""

import pytest
from starlette.datastructures import Headers

from frontend.negotiation import preferred_language

KNOWN = ("en", "de", "ja")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, None),
        ("", None),
        ("*", None),
        ("pt-BR, pt;q=0.9", None),
        ("de", "de"),
        ("DE-at", "de"),
        ("fr, de;q=0.8, en;q=0.9", "en"),
        ("ja;q=0.5, de;q=0.5", "ja"),
        ("de; q=0.3 , ja ;q=0.70", "ja"),
        ("de;q=0, ja;q=0.1", "ja"),
        ("de;q=0", None),
        ("de;q=high, ja;q=0.1", "ja"),
        ("den, dexter", None),
    ],
)
def test_the_language_that_is_liked_best_is_spoken(
    accepted: str | None, language: str | None
) -> None:
    headers = Headers({} if accepted is None else {"Accept-Language": accepted})
    assert preferred_language(headers, KNOWN) == language
