"""Search: which of an owner's jobs are wanted, and the words by which they are found.

A store sieves with what it has of a row; whether a job is wanted is decided here. So a row that
lacks what a store sieves by, because an earlier release wrote it, is found as any other.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from shared.jobs import Job
from shared.messages import JobId
from shared.statuses import JobStatus
from shared.tasks import TaskModel

TEXTS = frozenset({"prompt", "negative_prompt", "mask_prompt", "select_prompt", "words"})
"""The fields of tasks in which an owner writes."""

_ACCENTS = re.compile("[\u0300-\u036f\ufe00-\ufe0f]")
"""Marks over and under letters, and what chooses between a sign's colourful and its plain form."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u2190-\u2bff\U0001f000-\U0001faff"  # arrows, dingbats, emoji
    "\u2e80-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han, kana
)
"""Signs that are written without spaces between words; each is taken for a word."""
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")


def searchable(text: str) -> str:
    """The words of a text as they are compared, each after a space: without case and accents."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", folded))
    return "".join(f" {word}" for word in _WORD.findall(plain))


def words_of(task: TaskModel) -> str:
    """All that a task's owner wrote in it, as it is searched."""
    return searchable("\n".join(_texts(task)))


def sought(query: str) -> tuple[str, ...]:
    """What must all be in a text for which somebody looks with these words: how its words begin."""
    parts = (searchable(word) for word in query.split())
    return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class JobFilter:
    """Which of an owner's jobs to list. Unset means any."""

    statuses: frozenset[JobStatus] = frozenset()
    kind: str | None = None
    model: str | None = None
    favorite: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    words: tuple[str, ...] = ()
    """As ``sought`` gives them."""
    sha256: str | None = None
    """Of one of its pictures."""
    has_pictures: bool = False
    made_from: JobId | None = None
    """Its parent, or a job whose picture its task names."""

    def wants(self, job: Job) -> bool:
        """Whether a job is one of them. One that is gone never is."""
        return (
            not job.gone
            and (not self.statuses or job.status in self.statuses)
            and self.kind in (None, job.task.kind)
            and self.model in (None, job.resolved_model)
            and self.favorite in (None, job.favorite)
            and (self.created_after is None or self.created_after < job.created_at)
            and (self.created_before is None or job.created_at < self.created_before)
            and (self.sha256 is None or self.sha256 in job.hashes)
            and (not self.has_pictures or job.images_done > 0)
            and (self.made_from is None or self.made_from in job.origins)
            and self._finds_words_in(job)
        )

    def _finds_words_in(self, job: Job) -> bool:
        if not self.words:
            return True
        written = words_of(job.task)
        return all(word in written for word in self.words)


def _texts(part: BaseModel) -> Iterator[str]:
    for name, value in part:
        if isinstance(value, BaseModel):
            yield from _texts(value)
        elif name in TEXTS and value is not None:
            yield value
