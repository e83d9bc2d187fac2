"""Months, fiscal years, and amounts divided to the last fen 期间与分摊: the arithmetic the ledger stands on."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.finance.chart_of_accounts import CHART_OF_ACCOUNTS
from domain.finance.periods import (
    Month,
    first_day,
    fiscal_start,
    fiscal_year,
    last_month_ended,
    month_after,
    month_of,
    months_of,
    quarter_of,
)
from domain.finance.shares import divided, spread
from tests.company import POLICY
from tests.spec import clauses, spec

DAYS = st.dates(date(1990, 1, 1), date(2190, 12, 31))
STARTS = st.integers(1, 12)
FEN = Decimal("0.01")
AMOUNTS = st.integers(-(10**14), 10**14).map(lambda fens: fens * FEN)
WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)


def amounts(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(each) for each in texts)


@for_all(DAYS, st.integers(-600, 600))
def test_months_are_counted_forth_and_back(day: date, months: int) -> None:
    month = month_of(day)
    assume(1990 <= day.year + months // 12 <= 2190)
    there = month_after(month, months)
    assert month_after(there, -months) == month
    assert (there > month) == (months > 0)
    assert (first_day(there) > first_day(month)) == (months > 0)


@for_all(DAYS)
def test_the_month_after_begins_the_day_after_the_last(day: date) -> None:
    following = first_day(month_after(month_of(day)))
    assert month_of(following - timedelta(days=1)) == month_of(day)
    assert first_day(month_of(day)) <= day < following


@for_all(st.integers(1990, 2190), STARTS)
def test_a_fiscal_year_has_twelve_months_in_order_and_they_lie_in_it(year: int, start: int) -> None:
    months = months_of(year, start)
    assert (len(set(months)), list(months)) == (12, sorted(months))
    assert months[0] == f"{year}-{start:02}"
    assert {fiscal_year(each, start) for each in months} == {year}
    assert fiscal_year(month_after(months[0], -1), start) == year - 1
    assert fiscal_year(month_after(months[-1]), start) == year + 1


@clauses("2.1.1.1")
def test_the_fiscal_year_starts_in_the_month_of_the_policy() -> None:
    assert fiscal_start(POLICY) == 1
    april = fiscal_start(spec(CHART_OF_ACCOUNTS).under("2.1.1.1", fiscal_year_start=4).policy)
    assert [fiscal_year(each, april) for each in ("2026-03", "2026-04", "2027-03")] == [2025, 2026, 2026]


def test_the_quarter_a_day_lies_in() -> None:
    days = (date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30), date(2026, 12, 31))
    assert [quarter_of(day) for day in days] == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-3", "26-03", "2026-03-01", "2026/03", "2226-01", ""])
def test_a_month_is_written_in_one_way(text: str) -> None:
    month = TypeAdapter[str](Month)
    assert month.validate_python("2026-03") == "2026-03"
    with pytest.raises(ValidationError):
        month.validate_python(text)


@clauses("2.2.1.4")
@for_all(AMOUNTS, WEIGHTS)
def test_shares_add_up_to_the_amount_and_each_is_within_a_fen_of_its_part(amount: Decimal, weights: list[int]) -> None:
    assume(any(weights))
    shares = divided(amount, [Decimal(each) for each in weights])
    assert len(shares) == len(weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount) * weight / sum(weights)
        assert abs(Fraction(share) - exact) < Fraction(1, 100)
        assert share * amount >= 0
        assert share.as_tuple().exponent == -2
        assert weight or not share


@for_all(AMOUNTS, WEIGHTS)
def test_a_larger_weight_never_gets_less_and_credits_mirror_charges(amount: Decimal, weights: list[int]) -> None:
    assume(any(weights))
    exact = [Decimal(each) for each in weights]
    shares = divided(amount, exact)
    assert divided(-amount, exact) == tuple(-each if each else each for each in shares)
    by_weight = sorted(zip(weights, (abs(each) for each in shares), strict=True))
    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert lighter == heavier or less <= more


def test_the_fens_left_over_go_to_the_largest_remainders_the_first_of_equal_ones() -> None:
    assert divided(Decimal("100.00"), amounts("1", "1", "1")) == amounts("33.34", "33.33", "33.33")
    assert divided(Decimal("0.02"), amounts("1", "1", "1")) == amounts("0.01", "0.01", "0.00")
    assert divided(Decimal("0.05"), amounts("1", "0", "2")) == amounts("0.02", "0.00", "0.03")
    assert divided(Decimal("-0.01"), amounts("1", "2")) == amounts("0.00", "-0.01")
    assert divided(Decimal("10.00"), amounts("2.5", "7.5")) == amounts("2.50", "7.50")


@pytest.mark.parametrize("weights", [(), ("0",), ("0", "0"), ("1", "-1"), ("2", "-1")])
def test_nothing_is_divided_by_weights_that_weigh_nothing_or_less(weights: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        divided(Decimal("1.00"), amounts(*weights))


MONTHS = st.lists(st.integers(0, 10**10).map(lambda fens: fens * FEN), min_size=12, max_size=12)


@clauses("2.1.3.1")
@for_all(st.integers(0, 10**12).map(lambda fens: fens * FEN), MONTHS, st.integers(0, 11))
def test_an_increase_is_spread_evenly_from_its_month_on(amount: Decimal, months: list[Decimal], start: int) -> None:
    changes = spread(amount, months, start)
    assert sum(changes) == amount
    assert changes[:start] == (Decimal(0),) * start
    assert max(changes[start:]) - min(changes[start:]) <= FEN


@clauses("2.1.3.1")
@for_all(st.integers(0, 10**12).map(lambda fens: fens * FEN), MONTHS, st.integers(0, 11))
def test_a_decrease_takes_no_month_below_zero_and_the_past_only_last(
    taken: Decimal, months: list[Decimal], start: int
) -> None:
    assume(0 < taken <= sum(months))
    changes = spread(-taken, months, start)
    after = [before + change for before, change in zip(months, changes, strict=True)]
    assert sum(changes) == -taken
    assert min(after) >= 0
    assert max(changes) <= 0
    if any(changes[:start]):
        assert not any(after[start:])
        touched = min(place for place in range(start) if changes[place])
        assert not any(after[touched + 1 : start])


@clauses("2.1.3.1")
def test_more_than_all_months_hold_is_not_taken() -> None:
    with pytest.raises(ValueError, match="hold less"):
        spread(Decimal("-12.01"), amounts(*["1.00"] * 12), 6)
    assert spread(Decimal("-12.00"), amounts(*["1.00"] * 12), 6) == amounts(*["-1.00"] * 12)
    assert spread(Decimal("-7.00"), amounts(*["1.00"] * 12), 6)[4:7] == amounts("0.00", "-1.00", "-1.00")
    assert spread(Decimal(0), amounts("1.00", "1.00")) == amounts("0.00", "0.00")


def test_a_month_is_over_at_the_end_of_its_last_day() -> None:
    assert last_month_ended(date(2026, 2, 27)) == "2026-01"
    assert last_month_ended(date(2026, 2, 28)) == "2026-02"
    assert last_month_ended(date(2026, 1, 1)) == "2025-12"
