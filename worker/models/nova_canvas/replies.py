"""What Nova Canvas answers, and what its words for a wrong request mean.

Source: Nova user guide, image-gen-req-resp-structure (replies) and image-gen-errors (texts).
"""

from shared.calls import Call
from shared.errors import CallFailed, InputRejected, Moderated, ReplyUnusable
from shared.tasks import RemoveBackground, Task
from worker.models.answer import Answer, decoded, parse, pictures_in
from worker.models.parts import seed

_BLOCKED = "This request has been blocked by our content filters."
_BLOCKED_IMAGE = "Please adjust your input image"
_NOTHING_FOUND = "Unable to auto-generate mask image"


def read(reply: bytes, task: Task, call: Call) -> Answer:
    """Blocked pictures are simply missing, so with fewer than asked no seed is certain.

    Seeds are not echoed: only the first picture of a full reply is known to have the one sent.
    """
    document = parse(reply)
    pictures = pictures_in(document, at_most=call.images)
    error = document.get("error")
    held_back = Moderated("output", str(error)) if error else None
    if not pictures:
        raise held_back or ReplyUnusable("The model's reply holds no picture.")
    if len(pictures) < call.images and held_back is None:
        held_back = Moderated("output", "The model returned fewer pictures than were asked for.")
    sent = None if isinstance(task, RemoveBackground) else seed(task, call)
    first = sent if held_back is None else None
    mask = document.get("maskImage")
    return Answer(
        pictures=pictures,
        seeds=(first, *(None for _ in pictures[1:])),
        mask=None if mask is None else decoded(mask),
        held_back=held_back,
    )


def explain(error: InputRejected) -> CallFailed:
    message = str(error)
    if message.startswith(_BLOCKED):
        return Moderated("input" if _BLOCKED_IMAGE in message else "prompt", message)
    if _NOTHING_FOUND in message:
        return InputRejected("mask_prompt: The model found nothing in the picture that fits.")
    return error
