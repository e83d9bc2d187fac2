"""What stands in 《预算执行分析报告》 (2.1.2.1): amounts, percent, split, shares, forecast, back-test, sums."""

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.finance.execution_report_compiling import canonical, compile_report, digest, total_of
from domain.finance.execution_report_figures import Against, ExecutionReport, Standing, Terms
from domain.finance.figures import LineFigures, PurchasedGoods
from domain.finance.forecast import method_for, next_month, year_forecast
from domain.finance.periods import months_of
from domain.finance.variance import Split
from tests.domain.finance.figures import goods, line
from tests.spec import clauses

TERMS = Terms("seasonal_run_rate", Decimal(0), "year_to_date", Decimal(0))
MONTHS = months_of(2026)


def report(*lines: LineFigures, month: str = "2026-02", bought: Iterable[PurchasedGoods] = ()) -> ExecutionReport:
    """The report of February."""
    return compile_report(month, 2026, lines, bought, TERMS)


def of_line(told: ExecutionReport, number: int = 0) -> Standing:
    """A line of it."""
    return told.lines[number].standing


def fen(amount: str | int) -> Decimal:
    """An amount."""
    return Decimal(amount)


@clauses("2.1.2.1")
def test_spent_stands_against_budget_in_amount_and_percent_for_the_month_and_to_date() -> None:
    standing = of_line(report(line(actual=("400.00", "1250.00", "77.00"), reserved="5.00", committed="10.00")))
    assert standing.month == Against(fen("1000.00"), fen("1250.00"), fen("250.00"), fen("25.00"), None)
    assert standing.to_date == Against(fen("2000.00"), fen("1650.00"), fen("-350.00"), fen("-17.50"), None)
    assert (standing.budget, standing.actual) == (fen("12000.00"), fen("1727.00"))
    assert standing.available == fen("10258.00")


@clauses("2.1.2.1")
def test_nothing_budgeted_gives_no_percentage() -> None:
    assert of_line(report(line(budget="0.00", actual=("5.00",)))).to_date.percent is None


@clauses("2.1.2.1")
def test_dearer_than_planned_is_a_price_variance_and_the_rest_quantity() -> None:
    bought = goods(planned="100.00", price="120.00", ordered="10", accepted=(("2026-02", "10"),))
    told = report(line(actual=("0.00", "1200.00")), bought=[bought])
    assert of_line(told).month.split == Split(price=fen("200.00"), quantity=fen("0.00"), timing=fen("0.00"))


@clauses("2.1.2.1")
def test_what_came_in_another_month_than_promised_is_a_timing_variance_of_both_months() -> None:
    bought = goods(planned="100.00", price="100.00", ordered="10", promised="2026-01", accepted=(("2026-02", "10"),))
    standing = of_line(report(line(actual=("0.00", "1000.00")), bought=[bought]))
    january = of_line(report(line(actual=("0.00", "1000.00")), month="2026-01", bought=[bought]))
    assert january.month.split == Split(fen("0.00"), fen("0.00"), timing=fen("-1000.00"))
    assert standing.month.split == Split(fen("0.00"), quantity=fen("-1000.00"), timing=fen("1000.00"))
    assert standing.to_date.split == Split(fen("0.00"), quantity=fen("-1000.00"), timing=fen("0.00"))


@clauses("2.1.2.1")
def test_more_than_was_ordered_is_a_matter_of_quantity_not_of_time() -> None:
    bought = goods(planned="100.00", price="100.00", ordered="10", accepted=(("2026-02", "12"),))
    standing = of_line(report(line(actual=("0.00", "1200.00")), bought=[bought]))
    assert standing.month.split == Split(fen("0.00"), quantity=fen("200.00"), timing=fen("0.00"))


@clauses("2.1.2.1")
def test_what_comes_after_the_year_counts_in_its_last_month_as_its_cost_does() -> None:
    bought = goods(planned="100.00", price="110.00", promised="2026-12", accepted=(("2027-01", "10"),))
    spent = line(actual=(*("0.00",) * 11, "1100.00"))
    standing = of_line(report(spent, month="2026-12", bought=[bought]))
    assert standing.month.split == Split(price=fen("100.00"), quantity=fen("0.00"), timing=fen("0.00"))


@clauses("2.1.2.1")
def test_lines_without_purchases_have_no_split_and_stand_apart_in_the_sums() -> None:
    bought = goods(planned="100.00", price="120.00", accepted=(("2026-02", "10"),))
    told = report(
        line(actual=("0.00", "1200.00")), line("2026.D-IT.office", actual=("0.00", "700.00")), bought=[bought]
    )
    assert of_line(told, 1).month.split is None
    together = told.company.standing.month
    assert together.split == Split(fen("200.00"), fen("0.00"), fen("0.00"), unsplit=fen("-300.00"))
    assert told.departments[0].key == "D-IT" and told.departments[0].standing.month.split is None


@clauses("2.1.2.1")
def test_shares_of_the_categories_change_in_percentage_points() -> None:
    told = report(
        line(actual=("300.00", "200.00")),
        line("2026.D-SALES.wages", category="labour", actual=("700.00", "600.00")),
    )
    administration, labour = told.shares
    assert (administration.before, administration.month, administration.change) == (fen(30), fen(25), fen(-5))
    assert (labour.before, labour.month, labour.change, labour.to_date) == (fen(70), fen(75), fen(5), fen("72.22"))
    assert labour.budget == 50


@clauses("2.1.2.1")
def test_shares_of_the_first_month_change_against_the_last_of_last_year() -> None:
    told = report(
        line(actual=("50.00",), last_year=(*("1.00",) * 11, "25.00")),
        line("2026.D-SALES.wages", category="labour", actual=("50.00",), last_year=(*("1.00",) * 11, "75.00")),
        month="2026-01",
    )
    assert [(each.before, each.month, each.change) for each in told.shares] == [
        (fen(25), fen(50), fen(25)),
        (fen(75), fen(50), fen(-25)),
    ]
    assert report(line(actual=("50.00",)), month="2026-01").shares[0].change is None


@clauses("2.1.2.1")
def test_the_year_is_forecast_by_run_rate_or_by_the_season_of_last_year() -> None:
    flat = line(actual=("900.00", "1100.00"))
    seasonal = line(actual=("900.00", "1100.00"), last_year=("500.00", "500.00", *("900.00",) * 10))
    assert (method_for(flat, 2, "seasonal_run_rate"), year_forecast(flat, 2, "run_rate")) == ("run_rate", fen(12000))
    assert method_for(seasonal, 2, "seasonal_run_rate") == "seasonal_run_rate"
    assert year_forecast(seasonal, 2, "seasonal_run_rate") == 20000
    assert method_for(seasonal, 2, "run_rate") == "run_rate"
    nothing_yet = line(actual=("1.00",), last_year=("0.00", "5.00"))
    assert method_for(nothing_yet, 1, "seasonal_run_rate") == "run_rate"
    next_to_nothing = line(actual=("1.00",), last_year=("0.99", *("100.00",) * 9, "199.01", "100.00"))
    assert method_for(next_to_nothing, 1, "seasonal_run_rate") == "run_rate"
    just_enough = line(actual=("1.00",), last_year=("1.00", *("100.00",) * 9, "199.00", "100.00"))
    assert method_for(just_enough, 1, "seasonal_run_rate") == "seasonal_run_rate"
    told = report(flat, seasonal)
    assert [each.method for each in told.lines] == ["run_rate", "seasonal_run_rate"] and told.seasonal_lines == 1


@clauses("2.1.2.1")
def test_a_fen_in_last_years_first_month_keeps_no_report_from_being_published() -> None:
    strange = line(actual=("90000000.00",), last_year=("0.01", *("90000000.00",) * 11))
    assert total_of(report(strange, month="2026-01").company).forecast == fen("1080000000.00")


@clauses("2.1.2.1")
def test_no_forecast_is_below_what_is_spent_and_committed() -> None:
    standing = of_line(report(line(actual=("1.00", "1.00"), committed="500.00")))
    assert standing.forecast == fen("502.00")


@clauses("2.1.2.1")
def test_lines_likely_to_overrun_are_listed_the_furthest_first() -> None:
    small, large = line(actual=("1000.00", "1000.01")), line("2026.D-IT.office", actual=("1500.00", "1500.00"))
    within = line("2026.D-WH.office", actual=("1000.00", "1000.00"))
    assert report(small, large, within).likely == ("2026.D-IT.office", "2026.D-SALES.office")
    tolerant = compile_report("2026-02", 2026, [small, large], (), Terms("run_rate", Decimal(10), "month", Decimal(0)))
    assert tolerant.likely == ("2026.D-IT.office",)


@clauses("2.1.2.2")
@pytest.mark.parametrize(
    ("basis", "over"),
    [("month", ["2026.D-SALES.office"]), ("year_to_date", ["2026.D-IT.office"]), ("year", [])],
)
def test_a_line_is_over_on_the_basis_the_policy_names(basis: str, over: list[str]) -> None:
    lines = line(actual=("0.00", "1000.01")), line("2026.D-IT.office", actual=("1500.00", "600.00"))
    told = compile_report("2026-02", 2026, lines, (), Terms("run_rate", Decimal(0), basis, Decimal(0)))
    assert [each.line for each in told.over] == over


@clauses("2.1.2.1")
def test_the_method_is_tested_on_the_months_behind() -> None:
    told = report(line(actual=("100.00", "200.00", "120.00", "9.00")), month="2026-03")
    february, march = told.back_test.months
    assert (february.month, february.forecast, february.actual) == ("2026-02", fen(100), fen(200))
    assert (february.error, february.error_percent) == (fen(100), fen(50))
    assert (march.month, march.forecast, march.error, march.error_percent) == ("2026-03", fen(150), fen(30), fen(25))
    assert told.back_test.mape == fen("37.50")
    assert told.category_tests[0].test == told.back_test
    assert report(line(actual=("1.00",)), month="2026-01").back_test.mape is None


@clauses("2.1.2.1")
def test_the_back_test_says_what_the_forecast_of_the_next_month_says() -> None:
    figures = line(actual=("100.00", "230.00", "120.00"), last_year=("80.00", "120.00", "160.00"))
    for gone in (1, 2):
        tested = report(figures, month="2026-03").back_test.months[gone - 1]
        assert tested.forecast == next_month(figures, gone, "seasonal_run_rate")
    assert next_month(figures, 2, "seasonal_run_rate") == fen("264.00")


@clauses("2.1.2.1")
def test_the_same_figures_give_the_same_bytes() -> None:
    figures = line(actual=("100.00", "230.00")), line("2026.D-IT.wages", category="labour", actual=("5.00", "9.00"))
    assert canonical(report(*figures)) == canonical(report(*figures))
    assert digest(report(*figures)) != digest(report(figures[0]))
    assert canonical(report(*figures)).isascii()


_AMOUNTS = some.decimals(min_value=0, max_value=100_000, places=2)
_MONTHS = some.sampled_from(MONTHS)


@some.composite
def lines_and_goods(draw: Callable[..., object]) -> tuple[list[LineFigures], list[PurchasedGoods]]:
    """A few lines of a year with whatever was spent, corrected and bought."""
    keys = draw(
        some.lists(some.tuples(some.sampled_from("ABC"), some.sampled_from("xyz")), unique=True, min_size=1, max_size=5)
    )
    lines, bought = [], []
    for department, account in keys:  # type: ignore[attr-defined]
        id = f"2026.{department}.{account}"
        actual = some.one_of(_AMOUNTS, some.decimals(min_value=-500, max_value=500, places=2))
        lines.append(
            line(
                id,
                budget=[str(each) for each in draw(some.lists(_AMOUNTS, min_size=12, max_size=12))],  # type: ignore[attr-defined]
                actual=[str(each) for each in draw(some.lists(actual, min_size=12, max_size=12))],  # type: ignore[attr-defined]
                category=f"category_{account}" if department == "A" else "other",
                reserved=str(draw(_AMOUNTS)),
                committed=str(draw(_AMOUNTS)),
                last_year=draw(some.none() | some.just("123.45")),  # type: ignore[arg-type]
            )
        )
        for _ in range(draw(some.integers(0, 2))):  # type: ignore[call-overload]
            accepted = draw(some.lists(some.tuples(_MONTHS, some.just("1.333")), max_size=3))
            price = some.decimals(min_value=1, max_value=900, places=2)
            bought.append(
                goods(
                    id,
                    planned=str(draw(price)),
                    price=str(draw(price)),
                    ordered="4.500",
                    promised=draw(_MONTHS),  # type: ignore[arg-type]
                    accepted=accepted,  # type: ignore[arg-type]
                )
            )
    return lines, bought


_SUMS: tuple[Callable[[Standing], Decimal], ...] = (
    lambda each: each.month.budget,
    lambda each: each.month.actual,
    lambda each: each.month.difference,
    lambda each: each.to_date.budget,
    lambda each: each.to_date.actual,
    lambda each: each.to_date.difference,
    lambda each: each.original,
    lambda each: each.budget,
    lambda each: each.actual,
    lambda each: each.reserved,
    lambda each: each.committed,
    lambda each: each.available,
    lambda each: each.forecast,
    lambda each: each.forecast_difference,
)


def adds_up(against: Against) -> bool:
    """Whether the parts of a variance are the variance."""
    parts = against.split
    return parts is None or parts.price + parts.quantity + parts.timing + parts.unsplit == against.difference


@clauses("2.1.2.1")
@given(lines_and_goods(), _MONTHS)
def test_sums_of_parts_equal_wholes_to_the_fen_at_every_level(
    figures: tuple[list[LineFigures], list[PurchasedGoods]], month: str
) -> None:
    told = compile_report(month, 2026, figures[0], figures[1], TERMS)
    whole = told.company.standing
    for amount in _SUMS:
        for level in (told.lines, told.departments, told.categories):
            assert sum(amount(each.standing) for each in level) == amount(whole)
    groups = (*told.departments, *told.categories, told.company)
    for each in (*(told_line.standing for told_line in told.lines), *(group.standing for group in groups)):
        assert adds_up(each.month) and adds_up(each.to_date)
        assert each.forecast >= each.actual + each.committed
    assert whole.month.difference.as_tuple().exponent == -2
    if whole.month.actual and min(each.standing.month.actual for each in told.categories) >= 0:
        assert sum(each.month or 0 for each in told.shares) == 100
    if place := MONTHS.index(month):
        said = sum(each.forecast for test in told.category_tests for each in test.test.months)
        assert said == sum(each.forecast for each in told.back_test.months) and len(told.back_test.months) == place
