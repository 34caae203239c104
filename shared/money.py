"""Money, counted in whole millionths of a US dollar so that sums are exact."""

from decimal import Decimal

Micros = int
"""Millionths of a US dollar."""


def micros(usd: Decimal | str) -> Micros:
    """Dollars as micros. Raises ``ValueError`` for a fraction of a micro."""
    exact = Decimal(usd) * 1_000_000
    if exact != int(exact):
        raise ValueError(f"{usd} dollars is not a whole number of micros")
    return int(exact)


def usd(amount: Micros) -> float:
    """Micros as dollars, for people and JSON."""
    return amount / 1_000_000
