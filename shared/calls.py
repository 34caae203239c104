"""Calls: the requests to a model that a job is made of, and why one brings no picture."""

from typing import Self

from shared.errors import CallFailed, Filtered
from shared.frozen import Frozen
from shared.money import Micros

MAX_PAID_CALLS = 3
"""Paid calls for each (job, k): InvokeModel has no idempotency token, so a retry is a bill."""


class Failure(Frozen):
    """Why a job ended without pictures: a stable code and a sentence for people."""

    code: str
    message: str
    retryable: bool = False
    where: Filtered | None = None

    @classmethod
    def of(cls, error: CallFailed, *, retryable: bool = False) -> Self:
        return cls(
            code=error.code,
            message=str(error),
            retryable=retryable,
            where=getattr(error, "where", None),
        )


class Call(Frozen):
    """One planned request to the model: the unit of slot, money and attempt."""

    k: int
    images: int
    """How many pictures it asks for; they are the job's pictures ``first`` and on."""
    first: int
    paid: int = 0
    """How often it was started, or may have been, at the provider's price."""
    stored: bool = False
    refused: Failure | None = None
    """Why some or all of its pictures will never come."""
    price: Micros | None = None
    """Of each of its pictures, if it turned out to be another than was estimated."""

    def unpaid(self) -> Self:
        """The call without its last try, which turned out to cost nothing."""
        return self.model_copy(update={"paid": self.paid - 1})


def plan_calls(images: int, per_call: int) -> tuple[Call, ...]:
    """The calls that make ``images`` pictures, ``per_call`` at most in each."""
    return tuple(
        Call(k=k, first=first, images=min(per_call, images - first))
        for k, first in enumerate(range(0, images, per_call))
    )
