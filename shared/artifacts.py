"""Artifacts: the pictures a job made, and where they are kept."""

from typing import Literal

from shared.frozen import Frozen
from shared.messages import JobId

THUMBNAIL_SIDE = 512
"""Pixels of the longer side of a thumbnail, at most."""


class Artifact(Frozen):
    """One picture a job made: the original bytes, a thumbnail and a card beside it."""

    k: int
    role: Literal["picture", "mask"] = "picture"
    """A mask shows the region that was changed; it comes with a picture and counts as none."""
    key: str
    """S3 key of the original; thumbnail and card share its stem."""
    thumbnail_key: str
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str
    seed: int | None

    @property
    def card_key(self) -> str:
        return f"{self.key.rpartition('.')[0]}.json"

    @property
    def keys(self) -> tuple[str, str, str]:
        """Everything that is stored of this picture."""
        return (self.key, self.thumbnail_key, self.card_key)


def artifacts_of(job_id: JobId) -> str:
    """What the keys of all pictures of a job begin with."""
    return f"artifacts/{job_id}/"
