"""Words: what is searched and what is looked for are folded alike, in every script."""

import pytest

from shared.search import TEXTS, searchable, sought, words_of
from shared.tasks import TASKS, WORDS_MAX, parse_task


def found(query: str, text: str) -> bool:
    return all(word in searchable(text) for word in sought(query))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("fox", "a fox in the snow"),
        ("FOX", "A Fox"),
        ("snow fox", "a fox in the snow"),
        ("fo", "two foxes"),
        ("fuchs", "ein Füchslein"),
        ("Füchs", "ein Fuchs"),
        ("strasse", "eine Straße"),
        ("straße", "STRASSE"),
        ("cafe", "cafe\u0301"),
        ("ёлка", "Елка"),
        ("ﬁsh", "fish"),
        ("fox", "ｆｏｘ"),  # noqa: RUF001
        ("fox-trot", "a fox trot"),
        ("trot", "a fox-trot"),
        ("“fox”", "a fox"),
        ("猫", "雪の中の猫"),
        ("の猫", "雪の中の猫"),
        ("カメラ", "古いカメラで"),
        ("고양", "검은 고양이"),
        ("แมว", "รูปแมวดำ"),
        ("❄", "snow ❄\ufe0f"),
        ("🦊", "a🦊b"),
        ("35mm", "shot on 35mm film"),
        ("", "anything"),
        ("… !", "anything"),
    ],
)
def test_words_are_found(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ox", "a fox"),
        ("fox moon", "a fox in the snow"),
        ("fox-trot", "a trot of a fox"),
        ("猫犬", "犬と猫"),
        ("が", "か"),
        ("🦊", "🐺"),
    ],
)
def test_words_are_not_found(query: str, text: str) -> None:
    assert not found(query, text)


def test_a_word_that_is_named_twice_is_looked_for_once() -> None:
    assert sought("fox FOX Föx") == (" fox",)


@pytest.mark.parametrize("kind", TASKS)
def test_all_that_an_owner_can_write_in_a_task_is_searched(kind: str) -> None:
    schema = TASKS[kind].model_json_schema()
    free = {
        name
        for definition in (schema, *schema.get("$defs", {}).values())
        for name, field in definition.get("properties", {}).items()
        if any(way.get("maxLength") == WORDS_MAX for way in (field, *field.get("anyOf", ())))
    }
    assert free <= TEXTS


def test_texts_are_found_wherever_they_are_in_a_task() -> None:
    upload = {"upload": "0" * 26}
    tried_on = parse_task(
        {
            "kind": "try_on",
            "image": upload,
            "garment": {"upload": "abc".ljust(26, "0")},
            "region": {"by": "words", "words": "the red Coat"},
        }
    )
    assert words_of(tried_on) == " the red coat"
    painted = parse_task(
        {"kind": "inpaint", "image": upload, "mask_prompt": "sky", "negative_prompt": "birds"}
    )
    assert words_of(painted) == " sky birds"
