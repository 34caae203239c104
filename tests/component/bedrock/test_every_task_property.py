"""Whatever is asked for: a valid task becomes a body that Bedrock accepts, a broken body does not.

The rules are checked by the simulator, which shares no code with what builds the bodies.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from local.bedrock.dialect import Order
from local.bedrock.errors import ValidationException
from local.bedrock.models import find, registry
from local.bedrock.rules import parse_object
from shared.adapters.memory import MemoryJobStore, MemoryPictures
from shared.adapters.pillow_darkroom import PillowDarkroom
from shared.calls import Call, plan_calls
from shared.catalog import Catalog
from shared.models import Model
from shared.tasks import TASKS, UploadRef, images_wanted
from tests.builders import a_job
from tests.component.bedrock.broken_bodies import breaks
from tests.unit.models.golden import CASES, Case
from tests.valid_tasks import MASK, SMALL, Named, valid_tasks
from worker.inputs import Gatherer
from worker.models import FAMILIES

CATALOG = Catalog.load()
SIMULATED = registry(Random(1))
OFFERED = [(model, kind) for model in CATALOG.models for kind in model.tasks]


@pytest.fixture(scope="module")
def darkroom() -> Iterator[PillowDarkroom]:
    room = PillowDarkroom()
    yield room
    room.close()


@dataclass(frozen=True)
class Written:
    """A body for one call, and the call."""

    model: Model
    call: Call
    body: bytes


async def written(darkroom: PillowDarkroom, named: Named, model: Model) -> list[Written]:
    """What the worker sends for a task, by the way that it takes."""
    pictures = MemoryPictures()
    for upload, body in named.pictures.items():
        await pictures.put(f"uploads/ada/{upload}", body, content_type="image/png")
    job = a_job(task=named.task, resolved_model=model.name)
    gathered = await Gatherer(MemoryJobStore(), pictures, darkroom, CATALOG).gather(job)
    calls = plan_calls(images_wanted(named.task), model.images_per_call)
    request = FAMILIES[model.family].request
    return [
        Written(model, call, request(named.task, model, call, gathered.inputs)) for call in calls
    ]


def order(model: Model, body: bytes) -> Order:
    """What the simulator makes of a body. Raises ``ValidationException``."""
    simulated = find(SIMULATED, model.model_id)
    return simulated.dialect.order(model.model_id, parse_object(body))  # type: ignore[union-attr]


slowly = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@settings(slowly, max_examples=100)
@given(valid_tasks())
async def test_any_valid_task_is_a_body_that_every_model_that_can_do_it_accepts(
    darkroom: PillowDarkroom, named: Named
) -> None:
    for model in CATALOG.models:
        if model.violations(named.task):
            continue
        for sent in await written(darkroom, named, model):
            assert len(sent.body) < 25_000_000
            assert len(order(model, sent.body).pictures) == sent.call.images


@pytest.mark.parametrize("kind", TASKS)
@settings(slowly, max_examples=5)
@given(data=st.data())
async def test_every_kind_of_task_is_accepted_by_all_who_offer_it(
    darkroom: PillowDarkroom, kind: str, data: st.DataObject
) -> None:
    able = [model for model in CATALOG.models if kind in model.tasks]
    named = data.draw(valid_tasks((kind,)))
    for model in able:
        if not model.violations(named.task):
            for sent in await written(darkroom, named, model):
                order(model, sent.body)


ONE_EACH = {(case.model, case.task.kind): case for case in reversed(CASES)}
"""The plainest case of each kind of task of each model."""


def with_pictures(case: Case) -> Named:
    """The task, with a picture of its own, or a mask, at each place."""
    pictures, replaced = {}, {}
    for number, place in enumerate(case.task.references()):
        name = f"{number:026}"
        pictures[name] = MASK if place.endswith("mask") else SMALL["png"]
        replaced[place] = UploadRef(upload=name)
    return Named(case.task.with_references(replaced), pictures)


@pytest.mark.parametrize(("model_name", "kind"), ONE_EACH, ids=str)
async def test_every_task_of_every_model_brings_pictures_over_the_wire(
    darkroom: PillowDarkroom, client: Callable[..., Any], model_name: str, kind: str
) -> None:
    model = CATALOG.model(model_name)
    named = with_pictures(ONE_EACH[model_name, kind])
    (sent,) = await written(darkroom, named, model)
    reply = client().invoke_model(modelId=model.model_id, body=sent.body)["body"].read()
    answer = FAMILIES[model.family].read(reply, named.task, sent.call)
    (made,) = [await darkroom.develop(picture) for picture in answer.pictures]
    assert made.width * made.height >= 400 * 400


def test_every_task_of_every_model_is_tried() -> None:
    assert set(ONE_EACH) == {(model.name, kind) for model, kind in OFFERED}


@settings(slowly, max_examples=40)
@given(valid_tasks(originals=SMALL))
async def test_a_body_that_breaks_one_rule_is_refused(
    darkroom: PillowDarkroom, named: Named
) -> None:
    able = [model for model in CATALOG.models if not model.violations(named.task)]
    assume(able)
    for model in able:
        (sent, *_) = await written(darkroom, named, model)
        body = orjson.loads(sent.body)
        for why, change in breaks(body):
            broken = copy.deepcopy(body)
            change(broken)
            try:
                order(model, orjson.dumps(broken))
            except ValidationException:
                continue
            pytest.fail(f"{model.name} accepts {named.task.kind}: {why}")
