"""The prompt helper over HTTP: an idea in, a caption out; your own words when that fails."""

from datetime import timedelta

import httpx
import pytest

from shared.errors import ModelBroken, ModelBusy
from shared.limits import PROMPTS
from shared.ports.models import Said
from tests.component.api.service import Callers, Down, Service, problem
from tests.scripted_text import a_caption

IDEA = {"idea": "ein Fuchs im Schnee"}


async def test_an_idea_becomes_a_caption(ada: httpx.AsyncClient, service: Service) -> None:
    reply = await ada.post("/v1/prompts", json=IDEA)
    assert reply.status_code == 200
    assert reply.json() == {
        "prompt": "A red fox in fresh snow, first light",
        "negative_prompt": "people",
        "source": "model",
        "reason": None,
    }
    (question,) = service.text_models.asked
    assert question.model_id == service.settings.prompt_model
    assert question.words == IDEA["idea"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([Said("", "content_filtered")], "refused"),
        ([Said('{"prompt": "A fo', "max_tokens")], "cut off"),
        ([Said("Certainly! A fox.", "end_turn")], "no caption"),
        ([ModelBusy("too many requests"), ModelBroken("it fell over")], "it fell over"),
    ],
)
async def test_when_no_caption_comes_your_own_words_do_and_the_reason(
    ada: httpx.AsyncClient, service: Service, said: list, reason: str
) -> None:
    service.text_models.say(*said)
    reply = await ada.post("/v1/prompts", json=IDEA)
    assert reply.status_code == 200
    body = reply.json()
    assert (body["prompt"], body["source"]) == (IDEA["idea"], "yours")
    assert body["negative_prompt"] is None
    assert reason in body["reason"]


async def test_the_caption_fits_the_model_it_is_for(
    ada: httpx.AsyncClient, service: Service
) -> None:
    service.text_models.say(a_caption(prompt="fox " * 400), a_caption(prompt="fox " * 400))
    nova = await ada.post("/v1/prompts", json={**IDEA, "model": "nova_canvas"})
    core = await ada.post("/v1/prompts", json={**IDEA, "model": "stable-image-core"})
    assert len(nova.json()["prompt"]) < 900
    assert 900 < len(core.json()["prompt"]) <= 1024


async def test_a_surprise_asks_no_model_and_needs_no_store(
    callers: Callers, service: Service
) -> None:
    service.meters = Down()
    ada = await callers.owner("ada")
    bodies = [(await ada.post("/v1/prompts", json={"surprise": True})).json() for _ in range(5)]
    assert len({body["prompt"] for body in bodies}) == 5
    assert {body["source"] for body in bodies} == {"surprise"}
    assert service.text_models.asked == []


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        ({}, "", "Give an idea or ask for a surprise"),
        ({**IDEA, "surprise": True}, "", "not both"),
        ({"idea": " "}, "/idea", "not be empty"),
        ({"idea": "x" * 1025}, "/idea", "at most 1,024 characters; it has 1,025"),
        ({"idea": 5}, "/idea", "should be text"),
        ({**IDEA, "model": "dall-e"}, "/model", "nova-canvas"),
        ({**IDEA, "model": ""}, "/model", "not be empty"),
        ({**IDEA, "tone": "warm"}, "/tone", "no such field"),
    ],
)
async def test_a_field_that_breaks_a_rule_is_named_with_the_rule(
    ada: httpx.AsyncClient, service: Service, body: dict, pointer: str, rule: str
) -> None:
    reply = await ada.post("/v1/prompts", json=body)
    (error,) = problem(reply, 422, reply.json()["code"])["errors"]
    assert error["pointer"] == pointer
    assert rule in error["detail"]
    assert service.text_models.asked == []


async def test_the_helper_has_a_limit_of_its_own(
    ada: httpx.AsyncClient, callers: Callers, service: Service
) -> None:
    most = PROMPTS.per_submission * service.settings.rate_limit
    for _ in range(most):
        assert (await ada.post("/v1/prompts", json=IDEA)).status_code == 200
    refused = await ada.post("/v1/prompts", json=IDEA)
    assert problem(refused, 429, "limit_reached")["policy"] == "prompts"
    assert len(service.text_models.asked) == most
    task = {"task": {"kind": "text_to_image", "prompt": "a fox"}}
    assert (await ada.post("/v1/jobs", json=task)).status_code == 202
    bob = await callers.owner("bob")
    assert (await bob.post("/v1/prompts", json=IDEA)).status_code == 200
    service.clock.jump(timedelta(minutes=20))
    assert (await ada.post("/v1/prompts", json=IDEA)).status_code == 200


async def test_when_the_limit_cannot_be_asked_no_model_is(
    callers: Callers, service: Service
) -> None:
    service.meters = Down()
    ada = await callers.owner("ada")
    problem(await ada.post("/v1/prompts", json=IDEA), 503, "store_unavailable")
    assert service.text_models.asked == []


async def test_nobody_we_do_not_know_is_helped(callers: Callers) -> None:
    nobody = await callers.nobody()
    problem(await nobody.post("/v1/prompts", json=IDEA), 401, "unknown_caller")
    visitor = await callers.visitor()
    assert (await visitor.post("/v1/prompts", json=IDEA)).status_code == 200
    foreign = {"Origin": "https://elsewhere.example"}
    problem(await visitor.post("/v1/prompts", json=IDEA, headers=foreign), 403, "foreign_origin")
