"""What the simulated text models write: an idea made into a caption, the same one every time."""

import hashlib
import json
import re
from collections.abc import Sequence

_LIGHT = (
    "soft morning light",
    "warm light of a late afternoon",
    "even light under a pale sky",
    "golden light from behind",
    "cool blue light after sunset",
    "light falling in from one side",
)
_AROUND = (
    "a calm, open background",
    "rich detail in the foreground",
    "gentle haze in the distance",
    "layers of depth behind the subject",
    "clear space around the subject",
)
_VIEW = (
    "seen from a low angle",
    "a wide view at eye level",
    "a close view with a shallow depth of field",
    "seen slightly from above",
    "balanced composition with a strong diagonal",
)
_MEDIUM = (
    "a photograph with natural colours",
    "a digital painting with visible brush strokes",
    "an illustration in clear, harmonious colours",
    "a photograph with fine grain",
)
_FLAWS = (
    "blurry",
    "low resolution",
    "distorted shapes",
    "oversaturated colours",
    "watermark",
    "text",
    "cropped subject",
    "noise",
)
_NAMES_A_MEDIUM = re.compile(
    r"photo|paint|draw|sketch|illustrat|render|watercolou?r|poster|comic|\b3d\b|vector", re.I
)
_REQUEST = re.compile(
    r"^\s*(?:please\s+)?(?:(?:can|could) you\s+)?"
    r"(?:draw|paint|make|create|generate|show|give|imagine|i (?:want|would like|need))\s+"
    r"(?:me\s+|us\s+|to see\s+)?(?:(?:an?|the)\s+(?:picture|image)\s+of\s+)?",
    re.I,
)
_NEGATION = re.compile(
    r"[,;]?\s*\b(?:and\s+|but\s+)?(?:with\s+no|without|no|not|never|avoid(?:ing)?)\s+"
    r"(?:any\s+|an?\s+|the\s+)?"
    r"([^,.;]+?)(?=\s+(?:and|but)\s+(?:an?|the|with|in|on)\b|[,.;]|$)",
    re.I,
)
_KEY = re.compile(r'"(\w+)"\s*:')
_KEYS = ("prompt", "negative_prompt")


def answer(idea: str, instructions: str) -> str:
    """The caption for an idea; as JSON, with the keys that are named, if that is asked for."""
    written, unwanted = caption(idea), negative(idea)
    if not re.search(r"\bjson\b", instructions, re.I):
        return written
    keys = list(dict.fromkeys(_KEY.findall(instructions))) or _KEYS
    values = {key: unwanted if "negative" in key.lower() else written for key in keys}
    return json.dumps(values, ensure_ascii=False)


def caption(idea: str) -> str:
    """The idea as one caption: the subject, what is around it, light, view and medium."""
    subject = re.sub(r"\s+", " ", _NEGATION.sub("", _REQUEST.sub("", idea))).strip(" ,.;!?")
    parts = [subject[:1].upper() + subject[1:]] if subject else []
    parts += [_one_of(_AROUND, idea), _one_of(_LIGHT, idea), _one_of(_VIEW, idea)]
    if not _NAMES_A_MEDIUM.search(idea):
        parts.append(_one_of(_MEDIUM, idea))
    return ", ".join(parts)


def negative(idea: str) -> str:
    """What should not be seen: what the idea says no to, and some common flaws."""
    unwanted = [
        thing.strip()
        for found in _NEGATION.findall(idea)
        for thing in re.split(r"\s+(?:and|or|nor)\s+", found)
    ]
    first = _number(idea) % len(_FLAWS)
    flaws = [_FLAWS[(first + 3 * k) % len(_FLAWS)] for k in range(4)]
    return ", ".join(dict.fromkeys(thing for thing in (*unwanted, *flaws) if thing))


def tokens(text: str) -> list[str]:
    """The text in about the pieces that a model counts; joined they are the text again."""
    return re.findall(r"\s*(?:\w{1,6}|[^\w\s])|\s+", text)


def _one_of(choices: Sequence[str], idea: str) -> str:
    return choices[_number(f"{choices[0]}\n{idea}") % len(choices)]


def _number(text: str) -> int:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")
