"""Words: what a reader is told, in their language, as the studio's files of words have it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from starlette.datastructures import Headers

from frontend.negotiation import preferred_language
from frontend.studio.ui_files import ui_files

ENGLISH = "en"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DATE = "{day} {month} {year}"


@dataclass(frozen=True)
class Speech:
    """One language: the sentences of ours that it has, and those of the service's."""

    language: str = ENGLISH
    said: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, str] = field(default_factory=dict)
    comma: str = "."
    """What stands before the tenths of a number."""

    def say(self, sentence: str, **values: object) -> str:
        """A sentence that English has like this; ``{name}`` in it stands for a value."""
        told = self.said.get(sentence, sentence)
        for name, value in values.items():
            told = told.replace(f"{{{name}}}", str(value))
        return told

    def repeat(self, sentence: str) -> str:
        """What the service says, which speaks English to everyone."""
        return self.heard.get(sentence, sentence)

    def number(self, value: float) -> str:
        """With three digits after the comma at most; nobody sees the difference of more."""
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", self.comma)

    def date(self, day: datetime) -> str:
        month = self.say(MONTHS[day.month - 1])
        return self.say(DATE, day=day.day, month=month, year=day.year)


def speech_for(headers: Headers) -> Speech:
    """The language that a browser asks for, or English."""
    speeches = _speeches()
    return speeches[preferred_language(headers, speeches.keys()) or ENGLISH]


@cache
def _speeches() -> dict[str, Speech]:
    files = (ui_files() / "words").glob("*.json")
    words = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    return {ENGLISH: Speech()} | {
        language: Speech(language, **told, comma="." if language == "ja" else ",")
        for language, told in words.items()
    }
