"""The files of words: for each language, what it says for every English sentence."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from frontend.studio.ui_files import ui_files

PLACE = re.compile(r"\{(\w+)\}")
"""Where a value stands in a sentence, by its name."""


def languages() -> list[str]:
    """Those that the page offers, but English."""
    code = (ui_files() / "core/words.js").read_text()
    offered = code.partition("LANGUAGES = ")[2].partition("}")[0]
    return [tag for tag in re.findall(r"(\w+): \"", offered) if tag != "en"]


@dataclass
class Words:
    """English sentence → translation: of what the page says, and of what it hears."""

    said: dict[str, str]
    heard: dict[str, str]

    @classmethod
    def of(cls, language: str) -> Self:
        return cls(**json.loads((ui_files() / f"words/{language}.json").read_text()))

    def write(self, language: str) -> None:
        text = json.dumps(vars(self), indent=2, ensure_ascii=False)
        (ui_files() / f"words/{language}.json").write_text(f"{text}\n")


def known_as(sentence: str, keys: Iterable[str]) -> str | None:
    """What words.js finds a sentence of the server's under: itself, or the pattern that leaves the
    least of it to values.
    """
    if sentence in keys:
        return sentence
    fitting = [key for key in keys if PLACE.search(key) and _pattern(key).fullmatch(sentence)]
    return max(fitting, key=lambda key: len(PLACE.sub("", key)), default=None)


def _pattern(key: str) -> re.Pattern[str]:
    """As words.js has it."""
    parts = (re.escape(part) for part in PLACE.split(key)[::2])
    return re.compile("(.+?)".join(parts), re.DOTALL)
