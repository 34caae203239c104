"""What a job's pictures go through before its model sees them, and what happens when one is bad."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from shared.adapters.memory import MemoryPictures
from shared.calls import plan_calls
from shared.errors import ModelBroken, ModelTimeout
from shared.jobs import Job
from shared.lines import Lane
from shared.messages import JobMessage
from shared.money import micros
from shared.statuses import JobStatus
from shared.tasks import images_wanted, parse_task
from tests.builders import a_job, a_picture, an_artifact, an_upload
from tests.scripted_models import nova_reply, tiny_png
from tests.service import NOVA, Service
from worker.mailbox import Verdict

NOT_THERE = "0" * 26
UPLOADS = {name: f"{number:026}" for number, name in enumerate(["picture", "mask", "other"], 1)}
INPAINT = {"kind": "inpaint", "image": {"upload": UPLOADS["picture"]}, "prompt": "a fox"}
MASKED = {**INPAINT, "mask": {"upload": UPLOADS["mask"]}}
VARY = {"kind": "variation", "images": [{"upload": UPLOADS["picture"]}]}


def a_mask(width: int = 640, height: int = 480) -> bytes:
    mask = Image.new("L", (width, height), 0)
    mask.paste(255, (100, 100, 300, 300))
    saved = BytesIO()
    mask.save(saved, "PNG")
    return saved.getvalue()


def plain(colour: str) -> bytes:
    saved = BytesIO()
    Image.new("L", (640, 480), colour).save(saved, "PNG")
    return saved.getvalue()


PICTURE = a_picture(640, 480)
BLACK = plain("black")


async def upload(service: Service, **pictures: bytes) -> None:
    for name, body in pictures.items():
        key = f"uploads/ada/{UPLOADS[name]}"
        await service.pictures.put(key, body, content_type="image/png")


async def send(service: Service, task: Mapping[str, Any], *, model: str = NOVA) -> Job:
    """A job for a task whose pictures were named before."""
    wanted = service.processor.catalog.model(model)
    parsed = parse_task(task)
    images = images_wanted(parsed)
    job = a_job(
        task=parsed,
        resolved_model=model,
        pool=wanted.pool_name,
        calls=plan_calls(images, wanted.images_per_call),
        estimate=images * 40_000,
    )
    await service.jobs.add(job)
    await service.queue.send(JobMessage(job=job.id), lane=Lane.NORMAL, owner=job.owner)
    return job


def sent(service: Service, *path: str, call: int = 0) -> bytes:
    """The picture at a place in a body that reached the models."""
    part: Any = service.models.asked[call].body
    for name in path:
        part = part[int(name)] if name.isdigit() else part[name]
    return base64.b64decode(part)


def pixels(picture: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(BytesIO(picture)).convert("L"))


async def test_an_upload_reaches_the_model_as_it_was_sent(service: Service) -> None:
    await upload(service, picture=PICTURE)
    done = await service.finish(await send(service, VARY))
    assert (done.status, done.warnings) == (JobStatus.SUCCEEDED, ())
    assert sent(service, "imageVariationParams", "images", "0") == PICTURE


async def test_a_picture_that_another_job_made_reaches_the_model(service: Service) -> None:
    key = "artifacts/maker/3/1.png"
    maker = a_job(artifacts=(an_artifact(3, key=key),))
    await service.jobs.add(maker)
    await service.pictures.put(key, PICTURE, content_type="image/png")
    task = {"kind": "remove_background", "image": {"artifact": f"{maker.id}/3"}}
    await service.finish(await send(service, task))
    assert sent(service, "backgroundRemovalParams", "image") == PICTURE


async def test_what_was_done_to_a_picture_is_a_warning_of_the_job_said_once(
    service: Service,
) -> None:
    await upload(service, picture=a_picture(5000, 1300))
    service.models.will(ModelBroken("not yet"))
    done = await service.finish(await send(service, VARY))
    assert done.warnings == (
        "images/0: It was made smaller, from 5000×1300 to 4016×1044 pixels: "
        "the model takes no larger one.",
    )
    assert Image.open(BytesIO(sent(service, "imageVariationParams", "images", "0"))).size == (
        4016,
        1044,
    )


@pytest.mark.parametrize(
    ("model", "path", "changes"),
    [(NOVA, ("inPaintingParams", "maskImage"), 0), ("stable-image-inpaint", ("mask",), 255)],
)
async def test_a_mask_has_the_colour_for_what_changes_that_its_model_wants(
    service: Service, model: str, path: tuple[str, ...], changes: int
) -> None:
    await upload(service, picture=PICTURE, mask=a_mask())
    await service.finish(await send(service, MASKED, model=model))
    mask = pixels(sent(service, *path))
    assert (mask[150, 150], mask[10, 10]) == (changes, 255 - changes)


async def test_an_outpainting_mask_is_white_for_what_changes_with_both_families(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE, mask=a_mask())
    task = {**MASKED, "kind": "outpaint"}
    await service.finish(await send(service, task))
    await service.finish(await send(service, task, model="stable-image-inpaint"))
    for call, path in enumerate([("outPaintingParams", "maskImage"), ("mask",)]):
        mask = pixels(sent(service, *path, call=call))
        assert (mask[150, 150], mask[10, 10]) == (255, 0)


async def test_a_painted_region_is_turned_for_trying_on(service: Service) -> None:
    await upload(service, picture=PICTURE, mask=a_mask(), other=PICTURE)
    task = {
        "kind": "try_on",
        "image": {"upload": UPLOADS["picture"]},
        "garment": {"upload": UPLOADS["other"]},
        "region": {"by": "mask", "mask": {"upload": UPLOADS["mask"]}},
    }
    await service.finish(await send(service, task))
    mask = pixels(sent(service, "virtualTryOnParams", "imageBasedMask", "maskImage"))
    assert (mask[150, 150], mask[10, 10]) == (0, 255)


async def test_an_extension_is_given_on_a_larger_sheet_with_a_mask_of_what_is_new(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE)
    task = {"kind": "extend", "image": {"upload": UPLOADS["picture"]}, "left": 100, "down": 20}
    await service.finish(await send(service, task))
    sheet = pixels(sent(service, "outPaintingParams", "image"))
    mask = pixels(sent(service, "outPaintingParams", "maskImage"))
    assert sheet.shape == mask.shape == (500, 740)
    assert np.array_equal(sheet[:480, 100:], pixels(PICTURE))
    assert (mask[:, :100] == 255).all()
    assert not mask[:480, 100:].any()


async def test_an_extension_that_is_too_long_for_the_model_fails_with_the_rule(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE)
    task = {"kind": "extend", "image": {"upload": UPLOADS["picture"]}, "left": 2000}
    done = await service.finish(await send(service, task))
    assert done.failure is not None
    assert done.failure.message.startswith("image, extended: One side should be at most 4 times")


async def test_an_extension_of_a_picture_made_smaller_is_made_smaller_with_it(
    service: Service,
) -> None:
    await upload(service, picture=a_picture(4096, 4096))
    task = {"kind": "extend", "image": {"upload": UPLOADS["picture"]}, "left": 1000, "up": 1}
    await service.finish(await send(service, task, model="stable-outpaint"))
    body = service.models.asked[0].body
    assert (body["left"], body["right"], body["up"], body["down"]) == (750, 0, 1, 0)


async def test_without_a_reference_the_colours_are_shown_as_a_swatch(service: Service) -> None:
    task = {"kind": "color_guided", "prompt": "a fox", "colors": ["#ff0000", "#0000ff"]}
    await service.finish(await send(service, task, model="stable-image-style-guide"))
    swatch = Image.open(BytesIO(sent(service, "image")))
    assert {colour for _, colour in swatch.getcolors()} == {(255, 0, 0), (0, 0, 255)}


async def test_a_returned_mask_is_kept_beside_the_pictures_and_counts_as_none(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE, other=PICTURE)
    task = {
        "kind": "try_on",
        "image": {"upload": UPLOADS["picture"]},
        "garment": {"upload": UPLOADS["other"]},
        "region": {"by": "words", "words": "the shirt"},
        "return_mask": True,
        "n": 2,
    }
    service.models.will(nova_reply(tiny_png(1), tiny_png(2), mask=a_mask()))
    done = await service.finish(await send(service, task))
    assert [(a.k, a.role) for a in done.artifacts] == [(0, "picture"), (1, "picture"), (2, "mask")]
    assert (done.images_done, done.partial) == (2, False)
    kept = await service.pictures.get(done.artifacts[2].key)
    # Nova Canvas draws what it changed black; ours is white, so that it can be used again.
    drawn, ours = (Image.open(BytesIO(body)).convert("L") for body in (a_mask(), kept.body))
    assert ours.tobytes() == ImageOps.invert(drawn).tobytes()


async def test_a_mask_does_not_make_up_for_a_picture_that_was_held_back(service: Service) -> None:
    await upload(service, picture=PICTURE)
    service.models.will(nova_reply(tiny_png(1), mask=tiny_png(3), error="Some were blocked."))
    done = await service.finish(await send(service, {**VARY, "n": 2}))
    assert (done.images_done, done.partial) == (1, True)


BAD: dict[str, tuple[Mapping[str, Any], dict[str, bytes], str]] = {
    "gone upload": (VARY, {}, "images/0: The picture is not there any more."),
    "gone job": (
        {"kind": "remove_background", "image": {"artifact": f"{NOT_THERE}/0"}},
        {},
        "image: The picture is not there any more.",
    ),
    "no picture": (VARY, {"picture": b"GIF89a"}, "images/0: The bytes are not a PNG, JPEG or WebP"),
    "cut short": (VARY, {"picture": PICTURE[:-2000]}, "images/0: The picture is broken"),
    "too small": (VARY, {"picture": a_picture(319, 400)}, "images/0: Each side should have at"),
    "too long": (VARY, {"picture": a_picture(2000, 400)}, "images/0: One side should be at most"),
    "other mask": (
        MASKED,
        {"picture": PICTURE, "mask": a_mask(640, 640)},
        "mask: A mask should be as large as its picture, 640×480",
    ),
    "empty mask": (
        MASKED,
        {"picture": PICTURE, "mask": BLACK},
        "mask: Nothing in the mask is white, so nothing would change.",
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_picture_that_cannot_be_used_fails_the_job_by_a_sentence_and_costs_nothing(
    service: Service, case: str
) -> None:
    task, pictures, sentence = BAD[case]
    await upload(service, **pictures)
    done = await service.finish(await send(service, task))
    assert done.status is JobStatus.FAILED
    assert done.failure is not None
    assert done.failure.code == "input_invalid"
    assert done.failure.message.startswith(sentence)
    assert (done.billed, done.charged, done.failure.retryable) == (False, 0, False)
    assert service.models.asked == []
    assert await service.messages() == 0


async def test_pictures_are_fetched_once_for_all_calls_of_an_attempt(service: Service) -> None:
    await upload(service, picture=PICTURE)
    service.pictures.spare("get", 1)
    service.pictures.fail("get", 9)
    task = {**VARY, "n": 5}
    done = await service.finish(await send(service, task, model="stable-diffusion-3-5-large"))
    assert (done.status, len(done.artifacts)) == (JobStatus.SUCCEEDED, 5)


async def test_when_pictures_cannot_be_asked_for_the_job_waits_unpaid_and_is_tried_again(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE)
    service.pictures.fail("get")
    job = await send(service, VARY)
    assert await service.work() is Verdict.KEEP
    waiting = await service.job(job)
    assert (waiting.status, waiting.attempt, waiting.billed) == (JobStatus.QUEUED, 0, False)
    done = await service.finish(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 1)
    assert done.charged == job.estimate


class SlowPictures(MemoryPictures):
    async def get(self, key: str) -> Any:
        await asyncio.sleep(3600)
        return await super().get(key)


async def test_a_worker_that_is_stopped_while_it_fetches_hands_the_job_back_unpaid(
    service: Service,
) -> None:
    await upload(service, picture=PICTURE)
    runner = service.processor.runner
    gatherer = replace(runner.gatherer, pictures=SlowPictures())
    processor = replace(service.processor, runner=replace(runner, gatherer=gatherer))
    job = await send(service, VARY)
    working = asyncio.create_task(processor.handle(await service.receive()))
    await asyncio.sleep(1)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    back = await service.job(job)
    assert (back.status, back.attempt, back.billed) == (JobStatus.QUEUED, 0, False)


@pytest.mark.parametrize(
    ("side", "usd"), [(1024, "0.04"), (1040, "0.06")], ids=["lower band", "higher band"]
)
async def test_an_edit_is_charged_by_the_size_that_its_picture_turned_out_to_have(
    service: Service, side: int, usd: str
) -> None:
    await service.uploads.add(an_upload(id=UPLOADS["picture"]))
    await upload(service, picture=PICTURE)
    service.models.will(nova_reply(a_picture(side, side)))
    task = parse_task({**INPAINT, "mask_prompt": "the fox"})
    job = await service.submit(task=task)
    assert job.estimate == micros("0.06")
    done = await service.finish(job)
    assert (done.status, done.charged) == (JobStatus.SUCCEEDED, micros(usd))
    assert await service.spent() == done.charged


async def test_an_edit_that_was_paid_without_an_answer_is_charged_as_the_one_that_came(
    service: Service,
) -> None:
    await service.uploads.add(an_upload(id=UPLOADS["picture"]))
    await upload(service, picture=PICTURE)
    service.models.will(ModelTimeout("No answer."), nova_reply(a_picture(512, 512)))
    job = await service.submit(task=parse_task({**INPAINT, "mask_prompt": "the fox"}))
    done = await service.finish(job)
    assert done.charged == 2 * micros("0.04")
    assert await service.spent() == done.charged
