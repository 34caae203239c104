"""Stability AI's models on Bedrock: tasks as InvokeModel bodies, replies as pictures.

Source: Bedrock user guide, model-parameters-diffusion-stable-image-*-text-image-request-response.
"""

from math import log

import orjson

from shared.catalog import Model
from shared.errors import CallFailed, Filtered, InputRejected, Moderated
from shared.jobs import Call
from shared.tasks import SEED_MAX, Style, Task, TextToImage
from worker.models.answer import Answer, Unusable, parse, pictures_in

ASPECT_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
SEED_FOR_ZERO = 4_294_967_294
"""Sent for seed 0, which to these models means "draw one". No task can ask for it."""
STYLE_WORDS = {
    Style.ANIMATED_3D: "3D animated family film",
    Style.DESIGN_SKETCH: "design sketch",
    Style.FLAT_VECTOR: "flat vector illustration",
    Style.GRAPHIC_NOVEL: "graphic novel illustration",
    Style.MAXIMALISM: "maximalist, richly ornamented",
    Style.MIDCENTURY_RETRO: "mid-century retro illustration",
    Style.PHOTOREALISM: "photorealistic photograph",
    Style.SOFT_PAINTING: "soft digital painting",
}
"""How a style that these models lack is said in words."""
_FILTERED: dict[str, Filtered] = {
    "Filter reason: prompt": "prompt",
    "Filter reason: input image": "input",
    "Filter reason: output image": "output",
}


def request(task: Task, model: Model, call: Call) -> bytes:
    """One call makes one picture; picture i of a job has the job's seed + i."""
    del model
    return orjson.dumps(_body(task, call))


def _body(task: Task, call: Call) -> dict[str, object]:
    match task:
        case TextToImage():
            body: dict[str, object] = {
                "prompt": _prompt(task),
                "aspect_ratio": nearest_ratio(task.width, task.height),
                "seed": _seed(task, call) or SEED_FOR_ZERO,
                "output_format": "png",
            }
            if task.negative_prompt is not None:
                body["negative_prompt"] = task.negative_prompt
            return body


def read(reply: bytes, task: Task, call: Call) -> Answer:
    """A filtered reply is HTTP 200 and may hold ``finish_reasons`` alone."""
    document = parse(reply)
    reasons = document.get("finish_reasons")
    reason = str(reasons[0]) if isinstance(reasons, list) and reasons and reasons[0] else None
    if reason in _FILTERED:
        raise Moderated(_FILTERED[reason], f"The model's content filter refused: {reason}.")
    if reason is not None:
        raise Unusable(f"The model could not finish: {reason}.")
    pictures = pictures_in(document, at_most=call.images)
    if not pictures:
        raise Unusable("The model's reply holds no picture.")
    return Answer(pictures=pictures, seeds=(_seed(task, call),))


def explain(error: InputRejected) -> CallFailed:
    return error


def nearest_ratio(width: int, height: int) -> str:
    """The documented aspect ratio closest to a size, by logarithmic distance."""

    def distance(ratio: str) -> float:
        w, h = ratio.split(":")
        return abs(log(int(w) / int(h)) - log(width / height))

    return min(ASPECT_RATIOS, key=distance)


def _prompt(task: TextToImage) -> str:
    return task.prompt if task.style is None else f"{task.prompt}, {STYLE_WORDS[task.style]}"


def _seed(task: Task, call: Call) -> int:
    return ((task.seed or 0) + call.first) % (SEED_MAX + 1)
