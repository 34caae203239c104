"""Sizes: the shapes offered for a canvas, each worked out within the task's own limits."""

from dataclasses import dataclass

from frontend.studio.schema import Amount

RATIOS: tuple[tuple[int, int], ...] = ((1, 1), (4, 3), (3, 2), (16, 9), (3, 4), (2, 3), (9, 16))
LEAST_FILL = 0.85
"""How much of the default size's pixels a shape should use, so that none is much smaller."""


@dataclass(frozen=True)
class Shape:
    """A ratio and the size that stands for it."""

    ratio: str
    width: int
    height: int

    @property
    def value(self) -> str:
        """The form in which the page's code reads it."""
        return f"{self.width}x{self.height}"


def shapes(width: Amount, height: Amount) -> tuple[Shape, ...]:
    """Each ratio at about as many pixels as the default size, and never more.

    So no shape costs more than the default does: models are priced by bands of pixels.
    """
    budget = int((width.default or width.least) * (height.default or height.least))
    return tuple(_shape(across, down, width, height, budget) for across, down in RATIOS)


def _shape(across: int, down: int, width: Amount, height: Amount, budget: int) -> Shape:
    grid = [
        (w, h)
        for w in _steps(width)
        for h in _steps(height)
        if LEAST_FILL * budget <= w * h <= budget
    ]
    ratio = across / down
    w, h = min(
        grid, key=lambda size: (round(abs(size[0] / size[1] / ratio - 1), 3), -size[0] * size[1])
    )
    return Shape(f"{across}:{down}", w, h)


def _steps(side: Amount) -> range:
    return range(int(side.least), int(side.most) + 1, int(side.step))
