"""Every error a person or a program can meet, as one tree.

CanvasError
├── IllegalTransition        a bug: a job was asked to make a move its life cycle does not have
├── StaleJob                 somebody else changed the job first
├── StoreUnavailable         AWS could not be asked; nothing was decided
│   └── RowUnreadable        what is kept was written by a newer release, or is spoilt
├── NotAccepted              a submission was turned down; nothing was kept
│   ├── TaskInvalid          the task breaks a rule; names the field and the rule
│   │   └── ModelCannot      the chosen model cannot do this task
│   │       ├── UnknownModel
│   │       └── ModelEnded
│   ├── LimitReached         a rate or a spend cap; says when it opens again
│   ├── KeyReused            same Idempotency-Key, another body
│   ├── JobErased            same Idempotency-Key, and its job is erased by now
│   └── SubmissionInFlight   same Idempotency-Key, the first answer is still being made
├── NotDone                  only a job that has ended can be tried again
├── NotShareable             a job has no finished pictures to be shared
├── ShareEnded               a share's time is over, or it was taken back, or its job is erased
└── CallFailed               one call to a model brought no picture
    ├── ModelBusy            throttled; not paid
    ├── ModelBroken          the provider's fault; may pass
    │   └── ReplyUnusable    the model answered, and may bill, what holds no picture
    ├── ModelTimeout         no answer in time; counts as paid
    ├── ModelUnavailable     ended, not subscribed, or not in this region
    ├── InputRejected        the provider calls the request wrong
    └── Moderated            a content filter said no

Each class carries a stable ``code``, whether trying again can help (``retryable``), and is raised
with a sentence for the person who meets it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

EndOfJob = Literal["expired", "deleted"]
EndOfShare = Literal["expired", "revoked", "erased"]
Code = Literal[
    "gone",
    "idempotency_key_reused",
    "input_invalid",
    "internal_error",
    "job_changed",
    "job_not_done",
    "limit_reached",
    "model_broken",
    "model_busy",
    "model_cannot",
    "model_ended",
    "model_failed",
    "model_timeout",
    "model_unavailable",
    "moderated",
    "not_accepted",
    "not_shareable",
    "share_ended",
    "store_unavailable",
    "submission_in_flight",
    "unknown_model",
]
"""What programs know an error by; none is ever renamed. ``docs/api.md`` explains those of problems,
``docs/operations.md`` those of jobs that fail."""


class CanvasError(Exception):
    """Base of all errors of this service."""

    code: ClassVar[Code] = "internal_error"
    retryable: ClassVar[bool] = False


class IllegalTransition(CanvasError):
    """A job was asked to make a move that its life cycle does not have."""


class StaleJob(CanvasError):
    """The job is not what the caller last read; read it again and decide anew."""

    code = "job_changed"
    retryable = True


class StoreUnavailable(CanvasError):
    """A store or queue could not be asked. Nothing was decided; try again later."""

    code = "store_unavailable"
    retryable = True


class RowUnreadable(StoreUnavailable):
    """What is kept cannot be read here; whoever runs a newer release may be able to."""


class NotAccepted(CanvasError):
    """A submission was turned down. Nothing was kept and nothing is owed."""

    code: ClassVar[Code] = "not_accepted"


@dataclass(frozen=True)
class Violation:
    """One broken rule: a JSON pointer (RFC 6901) to the field, and the rule in words."""

    pointer: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


class TaskInvalid(NotAccepted):
    """The request breaks one or more rules; each violation names its field."""

    code: ClassVar[Code] = "input_invalid"

    def __init__(self, *violations: Violation) -> None:
        super().__init__(" ".join(map(str, violations)))
        self.violations = violations


class ModelCannot(TaskInvalid):
    """The chosen model cannot do this task as asked."""

    code: ClassVar[Code] = "model_cannot"


class UnknownModel(ModelCannot):
    """No model of that name is in the catalogue."""

    code = "unknown_model"


class ModelEnded(ModelCannot):
    """The model reached its end of life; ``successor`` names what replaces it."""

    code = "model_ended"

    def __init__(self, violation: Violation, successor: str | None) -> None:
        super().__init__(violation)
        self.successor = successor


class LimitReached(NotAccepted):
    """A limit is used up. ``policy`` names it; ``reset_at`` is when it opens again."""

    code = "limit_reached"
    retryable = True

    def __init__(self, policy: str, reset_at: datetime) -> None:
        super().__init__(f"The limit “{policy}” is used up until {reset_at:%Y-%m-%d %H:%M:%S} UTC.")
        self.policy = policy
        self.reset_at = reset_at


class KeyReused(NotAccepted):
    """The Idempotency-Key was used before with another request body."""

    code = "idempotency_key_reused"


class JobErased(NotAccepted):
    """There was such a job; ``reason`` is whether its time had come, or its owner wished it."""

    code = "gone"

    def __init__(self, reason: EndOfJob, gone_at: datetime) -> None:
        super().__init__(f"The job was erased ({reason}).")
        self.reason = reason
        self.gone_at = gone_at


class SubmissionInFlight(NotAccepted):
    """A request with this Idempotency-Key is still being answered; ask again shortly."""

    code = "submission_in_flight"
    retryable = True


class NotDone(CanvasError):
    """Only a job that has ended can be tried again."""

    code = "job_not_done"


class NotShareable(CanvasError):
    """Only a finished job that has pictures can be shared."""

    code = "not_shareable"


class ShareEnded(CanvasError):
    """There was such a share; ``reason`` says why there is none now."""

    code = "share_ended"

    def __init__(self, reason: EndOfShare) -> None:
        super().__init__(
            {
                "expired": "This link was made for a time that is over.",
                "revoked": "Whoever shared these pictures has taken the link back.",
                "erased": "The pictures behind this link have been erased.",
            }[reason]
        )
        self.reason: EndOfShare = reason


class CallFailed(CanvasError):
    """One call to a model brought no picture."""

    code: ClassVar[Code] = "model_failed"
    paid: bool = False
    """Whether the provider may bill a call that ended this way."""


class ModelBusy(CallFailed):
    """The model is at its limit; the job will be tried again."""

    code = "model_busy"
    retryable = True


class ModelBroken(CallFailed):
    """The model failed on its own side; the job will be tried again."""

    code = "model_broken"
    retryable = True


class ReplyUnusable(ModelBroken):
    """The model answered, and may bill it, with something that is no picture."""

    paid = True


class ModelTimeout(CallFailed):
    """The model did not answer in time. The call may have been billed."""

    code = "model_timeout"
    retryable = True
    paid = True


class ModelUnavailable(CallFailed):
    """The model has ended, or this account or region has no access to it."""

    code = "model_unavailable"


class InputRejected(CallFailed):
    """The model calls the request itself wrong; trying again cannot help."""

    code = "input_invalid"


Filtered = Literal["prompt", "input", "output"]


class Moderated(CallFailed):
    """A content filter refused; ``where`` says whether the prompt, an input or the output."""

    code = "moderated"

    def __init__(self, where: Filtered, message: str) -> None:
        super().__init__(message)
        self.where: Filtered = where
        # What was filtered at the output had been made.
        self.paid = where == "output"
