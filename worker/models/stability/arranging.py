"""What Stability's services want of pictures beyond what a task names.

Source: Bedrock user guide, stable-image-services. Their masks are like ours: white changes, black
stays, grey is in between.
"""

from shared.darkroom import Darkroom
from shared.models import Model
from shared.tasks import ColorGuided, Task
from worker.models.parts import Inputs

GREY_MASKS = True


async def arrange(task: Task, inputs: Inputs, model: Model, darkroom: Darkroom) -> Inputs:
    del model
    match task:
        case ColorGuided() if "reference" not in inputs:
            return {"reference": await darkroom.swatch(task.colors)}
        case _:
            return inputs
