"""Whatever is asked for: a valid task becomes a body that Bedrock accepts, a broken body does not.

The rules are checked by the simulator, which shares no code with what builds the bodies.
"""

import base64
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

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


# Broken bodies.

Body = dict[str, Any]
Break = tuple[str, Callable[[Body], None]]
"""What is broken, and how: a rule of the reference, and a change that breaks it."""

NUMBERS: Mapping[str, tuple[float, float]] = {
    "width": (304, 4112),
    "height": (304, 4112),
    "cfgScale": (1.09, 10.01),
    "numberOfImages": (0, 6),
    "controlStrength": (-0.01, 1.01),
    "similarityStrength": (0.19, 1.01),
    "control_strength": (-0.01, 1.01),
    "strength": (-0.01, 1.01),
    "grow_mask": (-1, 21),
    "composition_fidelity": (-0.01, 1.01),
    "style_strength": (-0.01, 1.01),
    "change_strength": (0.09, 1.01),
    "left": (-1, 2001),
    "right": (-1, 2001),
    "up": (-1, 2001),
    "down": (-1, 2001),
}
"""Field → the nearest values below and above its range."""
ENUMS = (
    *("taskType", "style", "controlMode", "outPaintingMode", "quality", "maskType", "mergeStyle"),
    *("garmentClass", "maskShape", "longSleeveStyle", "tuckingStyle", "outerLayerStyle"),
    *("preserveBodyPose", "preserveHands", "preserveFace", "aspect_ratio", "output_format"),
    *("style_preset", "mode"),
)
PICTURE_FIELDS = (
    *("conditionImage", "referenceImage", "image", "maskImage", "sourceImage"),
    *("init_image", "style_image", "mask"),
)
NOVA_WORDS = ("text", "negativeText")
STABILITY_WORDS = ("prompt", "negative_prompt", "search_prompt", "select_prompt")


def picture(width: int, height: int, mode: str = "RGB", colour: Any = 200) -> str:
    saved = BytesIO()
    Image.new(mode, (width, height), colour).save(saved, "PNG")
    return base64.b64encode(saved.getvalue()).decode()


GIF = base64.b64encode(b"GIF89a" + bytes(40)).decode()
BAD_PICTURES = {"not base64": "no base64!", "no picture": GIF, "a number": 7, "nothing": ""}
NOVA_PICTURES = {
    "too small": picture(319, 400),
    "too long": picture(320, 1281),
    "too many pixels": picture(2064, 2048, "L"),
    "see-through": picture(400, 400, "RGBA", (1, 2, 3, 254)),
}
SERVICE_PICTURES = {"too small": picture(31, 400), "no area": picture(31, 31)}


def places(body: Body, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field of a body, by its path."""
    for name, value in body.items():
        yield (*path, name), value
        if isinstance(value, dict):
            yield from places(value, (*path, name))


def part(body: Body, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body[name]
    return body


def put(path: tuple[str, ...], value: Any) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        part(body, path[:-1])[path[-1]] = value

    return change


def drop(path: tuple[str, ...]) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        del part(body, path[:-1])[path[-1]]

    return change


def breaks(body: Body) -> Iterator[Break]:
    """Every way to break one rule of this body."""
    yield "an unknown field", put(("watermark",), True)
    nova = "taskType" in body
    for path, value in places(body):
        name = path[-1]
        where = "/".join(path)
        yield f"{where} is null", put(path, None)
        if isinstance(value, dict):
            yield f"an unknown field in {where}", put((*path, "watermark"), True)
        elif name in NUMBERS:
            for wrong in (*NUMBERS[name], "1"):
                yield f"{where} is {wrong}", put(path, wrong)
        elif name == "seed":
            for wrong in (-1, 2_147_483_647 if nova else 4_294_967_296, 1.5):
                yield f"{where} is {wrong}", put(path, wrong)
        elif name in ENUMS:
            yield f"{where} is no such value", put(path, "no such value")
        elif name in PICTURE_FIELDS:
            yield from _pictures(where, path, nova)
        elif name in (NOVA_WORDS if nova else STABILITY_WORDS):
            yield f"{where} is too long", put(path, "x" * (1025 if nova else 10_001))
            yield f"{where} is a number", put(path, 7)
    yield from _nova(body) if nova else _stability(body)


def _pictures(where: str, path: tuple[str, ...], nova: bool) -> Iterator[Break]:
    bad = {**BAD_PICTURES, **(NOVA_PICTURES if nova else {})}
    if not nova and path[-1] != "mask":
        bad |= SERVICE_PICTURES
    if nova and path[-1] == "maskImage":
        bad = {**BAD_PICTURES, "of another size": picture(333, 444, "1", 1)}
    for why, value in bad.items():
        yield f"{where} is {why}", put(path, value)


def _nova(body: Body) -> Iterator[Break]:
    params = next(name for name in body if name.endswith("Params"))
    yield f"no {params}", drop((params,))
    yield "no taskType", drop(("taskType",))
    yield "the parameters of another task", put(("textToVideoParams",), {"text": "a fox"})
    fields = body[params]
    if "imageGenerationConfig" not in body:
        yield "a configuration", put(("imageGenerationConfig",), {"numberOfImages": 1})
    elif "width" not in body["imageGenerationConfig"]:
        yield "a size", put(("imageGenerationConfig", "width"), 1024)
    else:
        yield "a width off the grid", put(("imageGenerationConfig", "width"), 1000)
        yield from _sizes()
    for name in {"text"} & set(fields):
        yield f"empty {name}", put((params, name), "")
    for name in {"colors", "images", "sourceImage", "referenceImage", "maskType"} & set(fields):
        if (params, name) != ("colorGuidedGenerationParams", "referenceImage"):
            yield f"no {name}", drop((params, name))
    yield from _lists(params, fields)
    if "maskPrompt" in fields or "maskImage" in fields:
        mask = "maskPrompt" if "maskPrompt" in fields else "maskImage"
        yield "no mask", drop((params, mask))
        if mask == "maskImage":
            yield "two masks", put((params, "maskPrompt"), "the car")
    if "maskType" in fields:
        other = {"IMAGE": "GARMENT", "GARMENT": "PROMPT", "PROMPT": "IMAGE"}[fields["maskType"]]
        yield "the mask of another type", put((params, "maskType"), other)
        yield "words for a garment", put((params, "text"), "a shirt")
        yield "returnMask is a word", put((params, "returnMask"), "yes")
    if params == "textToImageParams" and "conditionImage" not in fields:
        yield "control of nothing", put((params, "controlStrength"), 0.5)


def _sizes() -> Iterator[Break]:
    for why, width, height in (
        ("too many pixels", 2048, 2064),
        ("too wide", 4096, 1008),
        ("too high", 320, 1296),
    ):

        def change(body: Body, width: int = width, height: int = height) -> None:
            body["imageGenerationConfig"] |= {"width": width, "height": height}

        yield why, change


def _lists(params: str, fields: Body) -> Iterator[Break]:
    if "colors" in fields:
        for why, colours in (
            ("no colours", []),
            ("eleven colours", ["#000000"] * 11),
            ("a named colour", ["red"]),
            ("a short colour", ["#fff"]),
        ):
            yield why, put((params, "colors"), colours)
    if "images" in fields:
        yield "no pictures", put((params, "images"), [])
        yield "six pictures", put((params, "images"), [picture(320, 320)] * 6)
        for why, value in {**BAD_PICTURES, **NOVA_PICTURES}.items():
            yield f"a picture that is {why}", put((params, "images"), [value])


def _stability(body: Body) -> Iterator[Break]:
    for name in ("image", "init_image", "style_image", "search_prompt", "select_prompt"):
        if name in body:
            yield f"no {name}", drop((name,))
    if body.keys() & {"left", "right", "up", "down"}:

        def stay(body: Body) -> None:
            for side in ("left", "right", "up", "down"):
                body[side] = 0

        yield "an extension by nothing", stay
        yield "a negative prompt that is not taken", put(("negative_prompt",), "snow")


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
