"""Amazon Nova Canvas: tasks as InvokeModel bodies, replies as pictures."""

from worker.models.nova_canvas.arranging import GREY_MASKS, arrange
from worker.models.nova_canvas.bodies import request
from worker.models.nova_canvas.replies import explain, read

__all__ = ["GREY_MASKS", "arrange", "explain", "read", "request"]
