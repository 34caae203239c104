"""Amazon Nova Canvas: tasks as InvokeModel bodies, replies as pictures.

Source: Nova user guide, image-gen-req-resp-structure (bodies), image-gen-errors (texts).
"""

import orjson

from shared.catalog import Model
from shared.errors import CallFailed, InputRejected, Moderated
from shared.jobs import Call
from shared.tasks import SEED_MAX, Task, TextToImage
from worker.models.answer import Answer, Unusable, parse, pictures_in

_BLOCKED = "This request has been blocked by our content filters."
_BLOCKED_IMAGE = "Please adjust your input image"


def request(task: Task, model: Model, call: Call) -> bytes:
    """One call makes up to five pictures; all fields are sent, so no default of AWS's decides."""
    del model
    return orjson.dumps(_body(task, call))


def _body(task: Task, call: Call) -> dict[str, object]:
    match task:
        case TextToImage():
            words = {"text": task.prompt}
            if task.negative_prompt is not None:
                words["negativeText"] = task.negative_prompt
            if task.style is not None:
                words["style"] = task.style.upper()
            return {
                "taskType": "TEXT_IMAGE",
                "textToImageParams": words,
                "imageGenerationConfig": {
                    "width": task.width,
                    "height": task.height,
                    "quality": task.quality.value,
                    "cfgScale": task.guidance,
                    "numberOfImages": call.images,
                    "seed": _seed(task, call),
                },
            }


def read(reply: bytes, task: Task, call: Call) -> Answer:
    """Blocked pictures are simply missing, so with fewer than asked no seed is certain.

    Seeds are not echoed: only the first picture of a full reply is known to have the one sent.
    """
    document = parse(reply)
    pictures = pictures_in(document, at_most=call.images)
    error = document.get("error")
    held_back = Moderated("output", str(error)) if error else None
    if not pictures:
        raise held_back or Unusable("The model's reply holds no picture.")
    if len(pictures) < call.images and held_back is None:
        held_back = Moderated("output", "The model returned fewer pictures than were asked for.")
    first = _seed(task, call) if held_back is None else None
    seeds = (first, *(None for _ in pictures[1:]))
    return Answer(pictures=pictures, seeds=seeds, held_back=held_back)


def explain(error: InputRejected) -> CallFailed:
    message = str(error)
    if not message.startswith(_BLOCKED):
        return error
    return Moderated("input" if _BLOCKED_IMAGE in message else "prompt", message)


def _seed(task: Task, call: Call) -> int:
    return ((task.seed or 0) + call.first) % (SEED_MAX + 1)
