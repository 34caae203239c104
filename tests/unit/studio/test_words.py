"""The page's words: all that it says and hears is in every language, and nothing else is.

What fails here is mended with `make words`: it names what is missing and drops what nobody says.
"""

import json
import re

import pytest

from frontend.studio.ui_files import ui_names
from tests.words.files import PLACE, Words, known_as, languages
from tests.words.heard import heard
from tests.words.said import said, scripts

LANGUAGES = languages()
_SHOWN = re.compile(
    r"""(?x)
      \b(?:button|setText|Option|append|replaceChildren)\([^()]*?"([A-Z][a-z][^"]*)"
    | \.(?:textContent|title|placeholder|innerText|ariaLabel)\s*=\s*"([A-Za-z][^"]*)"
    | (?:"aria-label"|"aria-valuetext"|\btitle|\bplaceholder|\balt):\s*"([A-Za-z][^"]*)"
    | setAttribute\("aria-(?:label|valuetext)",\s*"([^"]*)"
    | \b(?:t|mark)\(\s*[`']([^`']*)
    """
)
"""Words in English that are shown as they are, or that the collector would not see."""


def test_the_languages_are_those_that_the_page_offers() -> None:
    files = [name for name in ui_names() if name.startswith("words/")]
    assert sorted(files) == sorted(f"words/{language}.json" for language in LANGUAGES) != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_every_language_and_nothing_that_nobody_says(language: str) -> None:
    words = Words.of(language).said
    missing = [sentence for sentence in said() if sentence not in words]
    assert not missing, f"{language}.json lacks, in “said”: {_json(missing)}"
    stray = sorted(words.keys() - set(said()))
    assert not stray, f"nobody says what {language}.json has: {_json(stray)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_server_says_is_understood(language: str) -> None:
    words = Words.of(language).heard
    keys = {sentence: known_as(sentence, words) for sentence in heard()}
    missing = [sentence for sentence, key in keys.items() if key is None]
    assert not missing, f"{language}.json lacks, in “heard”, with {{names}}: {_json(missing)}"
    stray = sorted(words.keys() - set(keys.values()))
    assert not stray, f"the server says nothing of what {language}.json has: {_json(stray)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    words = Words.of(language)
    for sentence, translation in words.said.items():
        assert set(PLACE.findall(translation)) == set(PLACE.findall(sentence)), sentence
    for sentence, translation in words.heard.items():
        places = PLACE.findall(sentence)
        assert len(places) == len(set(places)), sentence
        # What only programs need, such as the name of a kind of task, may be left out.
        assert set(PLACE.findall(translation)) <= set(places), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_one(language: str) -> None:
    words = Words.of(language)
    for sentence, translation in (words.said | words.heard).items():
        assert translation.strip() == translation != "", sentence
        assert not re.search(r"[\"'`]", translation), f"no typographic signs: {translation}"
        english = re.findall(r"\b[a-z]{3,}\b", PLACE.sub("", sentence))
        assert translation != sentence or len(english) < 2, f"still English: {sentence}"


def test_nothing_is_shown_that_is_not_translated() -> None:
    for name, code in scripts():
        for found in _SHOWN.finditer(code):
            pytest.fail(f"{name}: {found[0]} is not said by t, count or mark with a “sentence”")


def _json(sentences: list[str]) -> str:
    return json.dumps(sentences, indent=2, ensure_ascii=False)
