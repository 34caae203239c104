"""The contract of ``ModelLifecycles``, asked of the Bedrock adapter before the simulator."""

from datetime import date

import httpx
import pytest
from aiobotocore.session import AioSession

from shared.adapters.aws import AwsClients
from shared.adapters.bedrock_lifecycles import BedrockLifecycles
from shared.catalog import Catalog
from shared.errors import StoreUnavailable
from shared.lifecycle import ask
from shared.models import Lifecycle, State
from tests.local_settings import UNHEARD, own_settings

CORE, REGION = "stability.stable-image-core-v1:1", "us-west-2"
INPAINT = "us.stability.stable-image-inpaint-v1:0"
TODAY = date(2026, 11, 2)


@pytest.fixture
def lifecycles(bedrock: AwsClients) -> BedrockLifecycles:
    return BedrockLifecycles(bedrock)


async def test_every_model_of_the_catalogue_is_known_and_alive(
    lifecycles: BedrockLifecycles,
) -> None:
    told = await ask(Catalog.load(), lifecycles)
    assert {name: life.at_least for name, life in told.items()} == dict.fromkeys(told, State.ACTIVE)


@pytest.mark.parametrize("model", [CORE, INPAINT])
@pytest.mark.parametrize(("fault", "state"), [("legacy", State.LEGACY), ("ended", State.ENDED)])
async def test_a_state_is_told_also_of_a_model_behind_a_profile(
    lifecycles: BedrockLifecycles,
    simulator: httpx.AsyncClient,
    model: str,
    fault: str,
    state: State,
) -> None:
    await simulator.put("/_sim/faults", json={fault: [model]})
    told = await lifecycles.lifecycle(model, REGION)
    assert told is not None
    assert told.state(TODAY) is state


async def test_dates_are_told(lifecycles: BedrockLifecycles, simulator: httpx.AsyncClient) -> None:
    dates = {
        "start_of_life": "2025-01-02T00:00:00Z",
        "legacy": "2027-01-02T00:00:00Z",
        "end_of_life": "2027-07-02T00:00:00Z",
    }
    await simulator.put("/_sim/faults", json={"dates": {CORE: dates}})
    assert await lifecycles.lifecycle(CORE, REGION) == Lifecycle(
        launched=date(2025, 1, 2), legacy=date(2027, 1, 2), ended=date(2027, 7, 2)
    )


async def test_nothing_is_told_of_a_model_that_is_not_there(lifecycles: BedrockLifecycles) -> None:
    assert await lifecycles.lifecycle("stability.no-such-model-v1:0", REGION) is None


async def test_bedrock_that_cannot_be_asked_is_unavailable(aws_session: AioSession) -> None:
    settings = own_settings(UNHEARD, bedrock_endpoint=UNHEARD)
    async with AwsClients.open(settings, aws_session) as clients:
        with pytest.raises(StoreUnavailable):
            await BedrockLifecycles(clients).lifecycle(CORE, REGION)
