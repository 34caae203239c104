"""Tables for a terminal."""

from collections.abc import Sequence


def in_columns(lines: Sequence[Sequence[str]]) -> str:
    """Cells below each other, a line for each row; the last column is as wide as it is."""
    *widths, _ = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        )
        for line in lines
    )
