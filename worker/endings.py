"""Endings: why a job ends though no model said no."""

from shared.calls import Failure

CRASHED = Failure(
    code="worker_crashed",
    message="The worker stopped before the picture was stored, too often to try again.",
    retryable=True,
)
UNKNOWN_MODEL = Failure(
    code="model_unavailable",
    message="The model was taken out of the catalogue after the job was accepted.",
)
TOO_LATE = Failure(
    code="deadline_passed", message="The job could not be run before its deadline.", retryable=True
)
NEVER_RUN = Failure(
    code="worker_crashed",
    message="The job was not run in all the time for which jobs are kept.",
    retryable=True,
)
