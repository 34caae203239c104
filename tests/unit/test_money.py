"""Money is counted in whole micros."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import micros, usd


@pytest.mark.parametrize(
    ("dollars", "amount"),
    [("0", 0), ("0.04", 40_000), ("10", 10_000_000), ("0.000001", 1), (Decimal("1E+3"), 10**9)],
)
def test_dollars_become_micros(dollars: str | Decimal, amount: int) -> None:
    assert micros(dollars) == amount


@pytest.mark.parametrize("dollars", ["0.0000001", "1.2345678", "NaN"])
def test_what_is_no_whole_number_of_micros_is_refused(dollars: str) -> None:
    with pytest.raises(ValueError, match=r"micros|NaN"):
        micros(dollars)


@given(st.integers(0, 10**13))
def test_micros_survive_being_dollars(amount: int) -> None:
    assert round(usd(amount) * 1_000_000) == amount
    assert micros(Decimal(amount) / 1_000_000) == amount
