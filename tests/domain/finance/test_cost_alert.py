"""成本预警 (2.2.2.1 - 2.2.2.3): labour shares over budget, five whys, the anomaly report and its review."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.finance.cost_alert_messages import (
    CostAlertRaised,
    MonthFigures,
)
from domain.finance.cost_alert_shares import in_percent, is_over
from domain.kernel import IssuedByTheHouse
from tests.domain.finance.cost_alert_samples import (
    DUE,
    FEBRUARY,
    MARCH,
    PERCENT,
    POINTS,
    RAISED,
    alert,
    figures,
    judged,
    shares,
)
from tests.spec import clauses


@clauses("2.2.2.1", "2.2.2.3")
def test_five_points_over_in_two_months_in_a_row_raises_the_alert() -> None:
    found = judged(FEBRUARY, MARCH).then(RAISED)
    found.because("2.2.2.1", outcome="warned", over_percent="5", months="2", **{"2026-02": "45.00 / 40.00"})
    found.because("2.2.2.3", outcome="due", due_at=DUE.isoformat())


@clauses("2.2.2.1")
@pytest.mark.parametrize(
    "months",
    [
        (figures("2026-02", "44.99"), MARCH),
        (FEBRUARY, figures("2026-03", "44.99")),
        (MARCH,),
        (FEBRUARY,),
        (),
        (figures("2026-01", "90"), MARCH),
        (FEBRUARY, figures("2026-03", "0", total="0")),
        (FEBRUARY, figures("2026-03", "60", budget="0", of="0")),
        (FEBRUARY, figures("2026-03", "-60", total="-100")),
    ],
)
def test_a_month_that_is_not_over_or_missing_or_without_total_or_budget_raises_nothing(
    months: tuple[MonthFigures, ...],
) -> None:
    judged(*months).then()


@clauses("2.2.2.1")
def test_a_department_is_warned_once_a_month() -> None:
    judged(FEBRUARY, MARCH, given=alert(RAISED)).then()
    alert().when(shares(FEBRUARY, MARCH), by="FAY").refused(IssuedByTheHouse)


@clauses("2.2.2.1")
def test_how_far_how_long_and_what_over_means_are_the_policys() -> None:
    judged(FEBRUARY, MARCH, given=alert().under("2.2.2.1", over_percent=Decimal("5.01"))).then()
    one = alert().under("2.2.2.1", consecutive_months=1)
    (raised,) = judged(MARCH, given=one).events
    assert isinstance(raised, CostAlertRaised)
    assert [each.month for each in raised.months] == ["2026-03"]
    three = ("2026-01", "2026-02", "2026-03")
    longer = alert().under("2.2.2.1", consecutive_months=3)
    judged(FEBRUARY, MARCH, given=longer, looked_at=three).then()
    judged(FEBRUARY, MARCH, given=longer).then()
    assert len(judged(figures("2026-01", "45"), FEBRUARY, MARCH, given=longer, looked_at=three).events) == 1
    # 42 is 5 % over 40, though only two points.
    by_percent = alert().under("2.2.2.1", over_means=PERCENT)
    just = judged(figures("2026-02", "42"), figures("2026-03", "42"), given=by_percent)
    (raised,) = just.events
    assert isinstance(raised, CostAlertRaised)
    assert (raised.over, raised.over_means) == (Decimal("5.00"), PERCENT)
    judged(figures("2026-02", "41.99"), figures("2026-03", "42"), given=by_percent).then()


@clauses("2.2.2.1")
def test_shares_are_compared_exactly_not_as_they_are_shown() -> None:
    # 1/3 of the budget: 38.33 % of the cost is shown as 5.00 points over, yet it is less.
    third = {"of": "1", "budget": "3"}
    shown, exact = figures("2026-03", "3833", "10000", **third), figures("2026-03", "23", "60", **third)
    assert not is_over(shown, Decimal(5), POINTS)
    assert is_over(exact, Decimal(5), POINTS)
    # A fen short of it among ten trillion: more digits than a decimal context keeps.
    whole = "9999999999999.80"
    least = figures("2026-03", "4499999999999.91", whole, of="3999999999999.92", budget=whole)
    short = figures("2026-03", "4499999999999.90", whole, of="3999999999999.92", budget=whole)
    assert (is_over(least, Decimal(5), POINTS), is_over(short, Decimal(5), POINTS)) == (True, False)


@clauses("2.2.2.1")
def test_a_share_that_equals_the_budget_is_never_over() -> None:
    for means in (POINTS, PERCENT):
        assert not is_over(figures("2026-03", "40"), Decimal(0), means)
        assert not is_over(figures("2026-03", "0", of="0"), Decimal(5), means)
    assert is_over(figures("2026-03", "40.01"), Decimal(0), POINTS)


@clauses("2.2.2.1")
@for_all(st.integers(0, 10**15 - 1), st.integers(1, 10**15 - 1), st.integers(0, 10**6), st.integers(1, 10**6))
def test_over_in_points_is_the_difference_of_the_shares(labour: int, total: int, planned: int, budget: int) -> None:
    fen = Decimal("0.01")
    months = MonthFigures(
        month="2026-03",
        labour=labour * fen,
        total=total * fen,
        budget_labour=planned * fen,
        budget_total=budget * fen,
    )
    expected = Fraction(labour, total) - Fraction(planned, budget) >= Fraction(5, 100)
    assert is_over(months, Decimal(5), POINTS) == expected


def test_shares_are_shown_to_two_places_half_to_even() -> None:
    shown = [str(in_percent(Fraction(each, 10**5))) for each in (12345, 12355, -12345, 0)]
    assert shown == ["12.34", "12.36", "-12.34", "0.00"]
