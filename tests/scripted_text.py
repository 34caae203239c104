"""Text models that answer as they are told, and remember what they were asked."""

import json
from collections import deque
from dataclasses import dataclass

from shared.errors import CallFailed, StoreUnavailable
from shared.ports.models import Said


def a_caption(
    prompt: str = "A red fox in fresh snow, first light", negative: str = "people"
) -> Said:
    """A good answer."""
    return Said(json.dumps({"prompt": prompt, "negative_prompt": negative}), "end_turn")


@dataclass(frozen=True)
class Question:
    model_id: str
    system: str
    words: str
    most_tokens: int


class ScriptedText:
    """Gives the answers it was told to give, in order; then good ones."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self._next: deque[Said | CallFailed | StoreUnavailable] = deque()

    def say(self, *answers: Said | CallFailed | StoreUnavailable) -> None:
        self._next.extend(answers)

    async def ask(self, model_id: str, system: str, words: str, *, most_tokens: int) -> Said:
        self.asked.append(Question(model_id, system, words, most_tokens))
        answer = self._next.popleft() if self._next else a_caption()
        if isinstance(answer, Said):
            return answer
        raise answer
