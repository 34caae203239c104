"""The page behind a shared link, in the language of whoever opens it."""

import re
from typing import Any

import pytest
from hypothesis import given
from starlette.datastructures import Headers

from frontend.studio.ui_files import ui_files
from frontend.viewer.page import STYLES, share_page
from frontend.viewer.shared import SharedDocument, SharedPicture, SharedSettings
from frontend.viewer.words import speech_for
from shared.search import TEXTS
from shared.tasks.fields import Style
from tests.builders import NOON
from tests.component.api.shares import Page
from tests.valid_tasks import Named, valid_tasks
from tests.words.files import languages

PICTURE = SharedPicture(
    url="https://pictures.example/0.png",
    thumbnail_url="https://pictures.example/0.thumbnail.webp",
    url_expires_at=NOON,
    content_type="image/png",
    width=1024,
    height=768,
)


def in_japanese(value: Any) -> Any:
    """A task's settings, as if their owner had written in Japanese."""
    if not isinstance(value, dict):
        return value
    return {
        name: "言葉" if name in TEXTS and part else in_japanese(part)
        for name, part in value.items()
    }


def page_in(language: str, settings: SharedSettings | None = None, pictures: int = 1) -> Page:
    document = SharedDocument(pictures=(PICTURE,) * pictures, settings=settings, expires_at=NOON)
    speech = speech_for(Headers({"Accept-Language": language}))
    return Page(bytes(share_page(document, speech).body).decode())


@given(valid_tasks())
def test_nothing_of_what_was_asked_for_is_told_in_another_language(named: Named) -> None:
    task = in_japanese(named.task.settings())
    page = page_in("ja-JP", SharedSettings(task=task, model="m", model_title="画家"), pictures=2)
    assert page.all("html") == [{"lang": "ja"}]
    told = re.sub(r"#[0-9a-f]{6}\b", "", page.words)
    names = {"AI", "UTC", "3D", "Canny"}
    assert set(re.findall(r"[A-Za-z0-9]*[A-Za-z]+", told)) <= names


def test_styles_are_called_what_the_studio_calls_them() -> None:
    code = (ui_files() / "forms/style_choice.js").read_text()
    titles = dict(re.findall(r'"?(\w+)"?: mark\("([^"]+)"\)', code))
    assert titles == STYLES
    assert set(STYLES) == set(Style)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_its_own_way_to_write_a_date(language: str) -> None:
    dates = {
        "de": "2. November 2026 um 12:00",
        "es": "2 de noviembre de 2026 a las 12:00",
        "fr": "2 novembre 2026 à 12:00",
        "ja": "2026年11月2日 12:00",
    }
    assert dates[language] in page_in(language).words


def test_a_language_that_we_do_not_have_is_english() -> None:
    page = page_in("pt-BR, pt;q=0.9")
    assert page.all("html") == [{"lang": "en"}]
    assert "This link ends on 2 November 2026 at 12:00 UTC." in page.words


@pytest.mark.parametrize(
    ("value", "french", "japanese"),
    [
        (0.35, "0,35", "0.35"),
        (6.0, "6", "6"),
        (0.30000000000000004, "0,3", "0.3"),
        (1e-308, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_has_them(
    value: float, french: str, japanese: str
) -> None:
    task = {"kind": "upscale", "mode": "creative", "creativity": value}
    settings = SharedSettings(task=task, model="m", model_title="M")
    assert f"\n{french}\n" in page_in("fr", settings).words
    assert f"\n{japanese}\n" in page_in("ja", settings).words
