"""The content filter: configured words stand for what the real one would refuse."""

import re
from collections.abc import Sequence

from local.bedrock.dialect import Order
from local.bedrock.faults import Faults


def refuses_prompt(faults: Faults, order: Order) -> bool:
    return _contains(order.words, faults.prompt_words)


def blocked(faults: Faults, order: Order) -> frozenset[int]:
    """Which pictures of an order may not be shown, counted from 0."""
    everything = range(len(order.pictures))
    if _contains(order.words, faults.output_words):
        return frozenset(everything)
    if _contains(order.words, faults.partly_words):
        return frozenset(k for k in everything if order.pictures[k].seed % 2)
    return frozenset()


def _contains(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
