"""The contract of ``TextModels``, asked of the Bedrock adapter before the simulator."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from aiobotocore.session import AioSession

from shared.adapters import bedrock_text
from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_text import BedrockText
from shared.catalog import Catalog
from shared.errors import (
    CallFailed,
    InputRejected,
    ModelBroken,
    ModelBusy,
    ModelTimeout,
    ModelUnavailable,
    StoreUnavailable,
)
from shared.prompting import Room, Source, read
from shared.settings import Settings
from tests.local_settings import UNHEARD, own_settings

REGION = "us-west-2"
MODELS = (Settings().prompt_model, Settings().prompt_fallback)
ROOM = Room.of("auto", Catalog.load())


@pytest.fixture
def models(bedrock: AwsClients) -> BedrockText:
    return BedrockText(bedrock, REGION)


async def ask(models: BedrockText, idea: str, model: str = MODELS[0], tokens: int = 700):
    return await models.ask(model, ROOM.system, idea, most_tokens=tokens)


@pytest.mark.parametrize("model", MODELS)
async def test_an_idea_becomes_a_caption(models: BedrockText, model: str) -> None:
    said = await ask(models, "a fox in the snow", model)
    assert said.stop == "end_turn"
    suggestion = read(said, "a fox in the snow", ROOM)
    assert suggestion.source is Source.MODEL
    assert "fox" in suggestion.prompt
    assert len(suggestion.prompt) > len("a fox in the snow")


@pytest.mark.parametrize(
    ("idea", "stop"), [("a forbidden fox", "content_filtered"), ("an endless fox", "max_tokens")]
)
async def test_why_an_answer_stopped_is_told_and_your_words_come_back(
    models: BedrockText, idea: str, stop: str
) -> None:
    said = await ask(models, idea)
    assert said.stop == stop
    suggestion = read(said, idea, ROOM)
    assert (suggestion.prompt, suggestion.source) == (idea, Source.YOURS)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("throttle", ModelBusy),
        ("internal_error", ModelBroken),
        ("unavailable", ModelBroken),
        ("access_denied", ModelUnavailable),
        ("model_timeout", ModelTimeout),
        ("drop", ModelTimeout),
    ],
)
async def test_a_failure_is_told_by_its_kind_and_the_call_is_not_repeated(
    models: BedrockText, simulator: httpx.AsyncClient, fault: str, failure: type[CallFailed]
) -> None:
    await simulator.put("/_sim/faults", json={"next": [fault, "ok"]})
    with pytest.raises(failure):
        await ask(models, "a fox")
    assert (await simulator.get("/_sim/faults")).json()["next"] == ["ok"]


async def test_a_model_that_is_not_there_rejects_the_request(models: BedrockText) -> None:
    with pytest.raises(InputRejected):
        await ask(models, "a fox", "amazon.nova-omniscient-v1:0")


@pytest.mark.parametrize("fault", [{"next": ["hang"]}, {"delay": 5}])
async def test_an_answer_that_does_not_come_is_not_waited_for(
    models: BedrockText,
    simulator: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, object],
) -> None:
    monkeypatch.setattr(bedrock_text, "TEXT_ANSWERS_WITHIN", timedelta(seconds=0.3))
    await simulator.put("/_sim/faults", json=fault)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(ModelTimeout):
        await ask(models, "a fox")
    assert loop.time() - began < 2


async def test_a_model_that_cannot_be_reached_is_broken(aws_session: AioSession) -> None:
    settings = own_settings(UNHEARD, bedrock_endpoint=UNHEARD)
    async with AwsClients.open(settings, aws_session) as clients:
        with pytest.raises(ModelBroken):
            await ask(BedrockText(clients, REGION), "a fox")


async def test_without_credentials_nothing_is_asked(keyless: AwsClients) -> None:
    with pytest.raises(StoreUnavailable):
        await ask(BedrockText(keyless, REGION), "a fox")
