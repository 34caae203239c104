"""Stability AI's models on Bedrock: tasks as InvokeModel bodies, replies as pictures."""

from worker.models.stability.arranging import GREY_MASKS, arrange
from worker.models.stability.bodies import request
from worker.models.stability.replies import explain, read

__all__ = ["GREY_MASKS", "arrange", "explain", "read", "request"]
