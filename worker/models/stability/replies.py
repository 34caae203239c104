"""What Stability's models answer.

Source: Bedrock user guide, model-parameters-diffusion-3-5-large and stable-image-services.
"""

from shared.calls import Call
from shared.errors import CallFailed, Filtered, InputRejected, Moderated, ReplyUnusable
from shared.tasks import Enlargement, RemoveBackground, Task, Upscale
from worker.models.answer import Answer, parse, pictures_in
from worker.models.parts import seed

_FILTERED: dict[str, Filtered] = {
    "Filter reason: prompt": "prompt",
    "Filter reason: input image": "input",
    "Filter reason: output image": "output",
}


def read(reply: bytes, task: Task, call: Call) -> Answer:
    """A filtered reply is HTTP 200 and may hold ``finish_reasons`` alone."""
    document = parse(reply)
    reasons = document.get("finish_reasons")
    reason = str(reasons[0]) if isinstance(reasons, list) and reasons and reasons[0] else None
    if reason in _FILTERED:
        raise Moderated(_FILTERED[reason], f"The model's content filter refused: {reason}.")
    if reason is not None:
        raise ReplyUnusable(f"The model could not finish: {reason}.")
    pictures = pictures_in(document, at_most=call.images)
    if not pictures:
        raise ReplyUnusable("The model's reply holds no picture.")
    return Answer(pictures=pictures, seeds=(_sent(task, call),))


def explain(error: InputRejected) -> CallFailed:
    return error


def _sent(task: Task, call: Call) -> int | None:
    match task:
        case RemoveBackground() | Upscale(mode=Enlargement.FAST):
            return None
        case _:
            return seed(task, call)
