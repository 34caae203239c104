"""The prompt helper: a caption of an idea, or the idea itself with the reason."""

import json
from random import Random

import pytest

from shared.adapters.memory import MemoryMeters, MemorySpending
from shared.catalog import Catalog
from shared.errors import (
    CallFailed,
    InputRejected,
    LimitReached,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
    StoreUnavailable,
    UnknownModel,
)
from shared.limits import PROMPTS, Limits, day_of
from shared.ports.models import Said
from shared.prompting import (
    PRICE,
    PromptHelper,
    Room,
    Source,
    Suggestion,
    Wish,
    read,
    shortened,
    surprise,
)
from shared.tasks import TextToImage
from tests.builders import NOON
from tests.scripted_text import ScriptedText, a_caption

IDEA = "ein Fuchs im Schnee"
ROOM = Room("an image model", 1024)


@pytest.fixture
def models() -> ScriptedText:
    return ScriptedText()


@pytest.fixture
def limits() -> Limits:
    return Limits(
        MemoryMeters(), MemorySpending(), per_owner=2, per_network=4, spend_a_day=10 * PRICE
    )


@pytest.fixture
def helper(models: ScriptedText, limits: Limits) -> PromptHelper:
    return PromptHelper(models, ("first", "second"), limits, lambda: NOON)


def a_wish(**fields: str) -> Wish:
    return Wish(**{"owner": "ada", "network": "192.0.2.0/24", "idea": IDEA, **fields})


async def spent(limits: Limits) -> int:
    await limits.spending.balance(day_of(NOON))
    return await limits.spending.spent(day_of(NOON))


async def test_an_idea_becomes_a_caption_and_a_negative_prompt(
    helper: PromptHelper, models: ScriptedText, catalog: Catalog, limits: Limits
) -> None:
    suggestion = await helper.caption(a_wish(), catalog)
    assert suggestion == Suggestion(
        prompt="A red fox in fresh snow, first light",
        negative_prompt="people",
        source=Source.MODEL,
    )
    (question,) = models.asked
    assert (question.model_id, question.words) == ("first", IDEA)
    assert "one English caption" in question.system
    assert "negation" in question.system
    assert await spent(limits) == PRICE


@pytest.mark.parametrize(
    "outage",
    [
        ModelBusy("too many requests"),
        ModelBroken("500"),
        ModelUnavailable("no access"),
        InputRejected("The provided model identifier is invalid."),
        StoreUnavailable("no credentials"),
        ModelTimeout("too slow"),
    ],
)
async def test_when_the_first_model_does_not_answer_the_second_is_asked(
    helper: PromptHelper,
    models: ScriptedText,
    catalog: Catalog,
    outage: CallFailed | StoreUnavailable,
) -> None:
    models.say(outage)
    assert (await helper.caption(a_wish(), catalog)).source is Source.MODEL
    assert [question.model_id for question in models.asked] == ["first", "second"]


@pytest.mark.parametrize(
    ("outages", "owed"),
    [
        ((ModelBusy("throttled"), ModelBroken("503")), 0),
        ((ModelTimeout("too slow"), ModelBusy("throttled")), PRICE),
        ((ModelBusy("throttled"), ModelTimeout("too slow")), PRICE),
    ],
)
async def test_when_none_answers_your_words_come_back_and_only_what_may_be_billed_is_kept(
    helper: PromptHelper,
    models: ScriptedText,
    catalog: Catalog,
    limits: Limits,
    outages: tuple[CallFailed, ...],
    owed: int,
) -> None:
    models.say(*outages)
    suggestion = await helper.caption(a_wish(), catalog)
    assert (suggestion.prompt, suggestion.source) == (IDEA, Source.YOURS)
    assert str(outages[-1]) in str(suggestion.reason)
    assert await spent(limits) == owed


async def test_an_owner_has_so_many_answers_and_no_more(
    helper: PromptHelper, models: ScriptedText, catalog: Catalog
) -> None:
    for _ in range(2 * PROMPTS.per_submission):
        await helper.caption(a_wish(), catalog)
    asked = len(models.asked)
    with pytest.raises(LimitReached) as reached:
        await helper.caption(a_wish(), catalog)
    assert reached.value.policy == "prompts"
    assert len(models.asked) == asked
    await helper.caption(a_wish(owner="bob"), catalog)


async def test_the_clients_of_a_network_share_a_limit_and_all_the_service_s_spend(
    models: ScriptedText, catalog: Catalog
) -> None:
    limits = Limits(
        MemoryMeters(), MemorySpending(), per_owner=2, per_network=2, spend_a_day=8 * PRICE
    )
    helper = PromptHelper(models, ("first",), limits, lambda: NOON)
    for number in range(2 * PROMPTS.per_submission):
        await helper.caption(a_wish(owner=f"owner {number}"), catalog)
    with pytest.raises(LimitReached, match="network-prompts"):
        await helper.caption(a_wish(owner="bob"), catalog)
    for number in range(2):
        await helper.caption(a_wish(network=f"net {number}"), catalog)
    with pytest.raises(LimitReached, match="spend"):
        await helper.caption(a_wish(owner="eve", network="net 9"), catalog)


async def test_a_model_that_is_not_there_is_refused_before_anything_is_taken(
    helper: PromptHelper, models: ScriptedText, catalog: Catalog, limits: Limits
) -> None:
    with pytest.raises(UnknownModel):
        await helper.caption(a_wish(model="dall-e"), catalog)
    assert (models.asked, await spent(limits)) == ([], 0)


@pytest.mark.parametrize(
    ("name", "title", "together"),
    [
        ("auto", "an image model", 1024),
        ("nova-canvas", "Amazon Nova Canvas", 1024),
        ("nova_canvas", "Amazon Nova Canvas", 1024),
        ("stability", "Stable Image Core", None),
        ("stable-image-ultra", "Stable Image Ultra", None),
    ],
)
def test_the_room_for_words_is_that_of_the_image_model(
    catalog: Catalog, name: str, title: str, together: int | None
) -> None:
    room = Room.of(name, catalog)
    assert (room.model, room.together) == (title, together)
    assert title in room.system
    assert str(room.prompt_most) in room.system


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said("", "content_filtered"), "refused"),
        (Said('{"prompt": "half a', "max_tokens"), "cut off"),
        (a_caption(prompt="  "), "wrote no caption"),
        (Said("{}", "end_turn"), "wrote no caption"),
        (Said("", "end_turn"), "was no caption"),
        (Said("I cannot help with that.", "end_turn"), "was no caption"),
        (Said('{"prompt": 5}', "end_turn"), "was no caption"),
        (Said('["a fox"]', "end_turn"), "was no caption"),
        (Said('{"prompt": "a fox"}', "guardrail_intervened"), "refused"),
    ],
)
def test_an_answer_that_is_no_good_gives_your_words_back_and_says_why(said: Said, why: str) -> None:
    suggestion = read(said, IDEA, ROOM)
    assert (suggestion.prompt, suggestion.source) == (IDEA, Source.YOURS)
    assert suggestion.negative_prompt is None
    assert suggestion.reason is not None
    assert why in suggestion.reason


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"prompt": "A fox", "negative_prompt": "people, cars"}\n```',
        'Here you are: {"prompt": " A\\n fox ", "negative_prompt": "no people,without cars,"}',
        '{"prompt": "A fox", "negative_prompt": ["people", "cars"], "note": 1}',
    ],
)
def test_what_surrounds_a_caption_does_not_matter(text: str) -> None:
    suggestion = read(Said(text, "end_turn"), IDEA, ROOM)
    assert suggestion == Suggestion(
        prompt="A fox", negative_prompt="people, cars", source=Source.MODEL
    )


def test_too_long_an_answer_is_cut_between_words_and_fits_the_task() -> None:
    for room in (ROOM, Room("another", None)):
        said = a_caption(prompt="a fox, " * 400, negative="people, " * 400)
        suggestion = read(said, IDEA, room)
        task = TextToImage(
            prompt=suggestion.prompt, negative_prompt=suggestion.negative_prompt or ""
        )
        assert task.prompt.endswith(("fox", "a"))
        words = len(task.prompt) + len(task.negative_prompt or "")
        assert words <= (room.together or 2048)


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("a red fox", 9, "a red fox"),
        ("a red fox", 8, "a red"),
        ("a red, fox", 7, "a red"),
        ("a  red\nfox", 20, "a red fox"),
        ("foxfoxfox", 4, "foxf"),
        ("", 4, ""),
    ],
)
def test_text_is_cut_between_words(text: str, most: int, left: str) -> None:
    assert shortened(text, most) == left


def test_surprises_are_valid_many_and_repeat_with_their_seed() -> None:
    made = [surprise(Random(seed)) for seed in range(300)]
    assert len({suggestion.prompt for suggestion in made}) > 290
    for suggestion in made:
        assert suggestion.source is Source.SURPRISE
        assert TextToImage(prompt=suggestion.prompt).prompt == suggestion.prompt
        assert not {"no", "not", "without"} & set(suggestion.prompt.lower().split())
        assert "{" not in suggestion.prompt
    assert surprise(Random(5)) == made[5]


def test_a_good_answer_is_one_json_object() -> None:
    assert json.loads(a_caption().text).keys() == {"prompt", "negative_prompt"}
