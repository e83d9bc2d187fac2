"""Forecast of a year 全年预测 (clause 2.1.2.1), by a named method, and its back-test on the months behind. CNY.

``run_rate``: what was spent so far, divided by the months gone, times twelve. ``seasonal_run_rate``: what was spent so
far, times last year's whole over last year's part up to the same month; a line with nothing on record for last year up
to that month, or with less than a hundredth of an even share of that year, which says nothing of a season, is forecast
by ``run_rate``. Either is never below what is spent and committed already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from domain.finance.execution_report_messages import Method
from domain.finance.figures import LineFigures
from domain.finance.periods import MONTHS
from domain.money import ZERO, rounded

_PLACES = Decimal("0.01")
_LEAST_SHARE = 100
"""One part in so many of an even share of last year has to lie in its months gone."""


def method_for(line: LineFigures, gone: int, wanted: str) -> Method:
    """How a line is forecast after ``gone`` months (1-12), where the policy names ``wanted``."""
    last = line.last_year
    if wanted == "seasonal_run_rate" and last is not None and _tell(sum(last[:gone], ZERO), gone, sum(last, ZERO)):
        return "seasonal_run_rate"
    return "run_rate"


def _tell(last_so_far: Decimal, gone: int, last_whole: Decimal) -> bool:
    """Whether last year's months gone tell of a season."""
    return last_so_far > 0 and last_so_far * (MONTHS * _LEAST_SHARE) >= last_whole * gone


def year_forecast(line: LineFigures, gone: int, method: Method) -> Decimal:
    """What the line comes to in the year, seen after ``gone`` months: at least what is spent and committed."""
    so_far = sum(line.actual[:gone], ZERO)
    if method == "seasonal_run_rate":
        assert line.last_year is not None
        whole = so_far * sum(line.last_year, ZERO) / sum(line.last_year[:gone], ZERO)
    else:
        whole = so_far * MONTHS / gone
    return max(rounded(whole), sum(line.actual, ZERO) + line.committed)


def next_month(line: LineFigures, gone: int, wanted: str) -> Decimal:
    """What the method says, after ``gone`` months (1-11), of the month that follows."""
    so_far = sum(line.actual[:gone], ZERO)
    if method_for(line, gone, wanted) == "seasonal_run_rate":
        assert line.last_year is not None
        return rounded(so_far * line.last_year[gone] / sum(line.last_year[:gone], ZERO))
    return rounded(so_far / gone)


@dataclass(frozen=True, slots=True)
class Tested:
    """A month of a back-test 回测: what was said of it a month before, what came, and the error, in percent of that."""

    month: str
    forecast: Decimal
    actual: Decimal
    error: Decimal
    """Absolute."""
    error_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """How the method would have done 预测回测: month by month, and the mean of the percentages (MAPE)."""

    months: tuple[Tested, ...]
    mape: Decimal | None


def back_test(lines: Iterable[LineFigures], months: Sequence[str], upto: int, wanted: str) -> BackTest:
    """The months after the first up to the ``upto``-th (1-12), each forecast from those before it, lines summed."""
    said, came = [ZERO] * MONTHS, [ZERO] * MONTHS
    for line in lines:
        so_far = last_so_far = ZERO
        last_whole = sum(line.last_year or (), ZERO)
        for place in range(upto - 1):
            so_far += line.actual[place]
            if line.last_year is not None:
                last_so_far += line.last_year[place]
            seasonal = wanted == "seasonal_run_rate" and _tell(last_so_far, place + 1, last_whole)
            said[place + 1] += _said(line, so_far, last_so_far, place + 1, seasonal=seasonal)
            came[place + 1] += line.actual[place + 1]
    tested = tuple(_tested(months[place], said[place], came[place]) for place in range(1, upto))
    percents = [each.error_percent for each in tested if each.error_percent is not None]
    mape = percent(sum(percents, ZERO), Decimal(len(percents) * 100)) if percents else None
    return BackTest(tested, mape)


def _said(line: LineFigures, so_far: Decimal, last_so_far: Decimal, gone: int, *, seasonal: bool) -> Decimal:
    """``next_month`` from sums at hand."""
    if not so_far:
        return ZERO
    if seasonal:
        assert line.last_year is not None
        return rounded(so_far * line.last_year[gone] / last_so_far)
    return rounded(so_far / gone)


def _tested(month: str, said: Decimal, came: Decimal) -> Tested:
    return Tested(month, said, came, abs(said - came), percent(abs(said - came), abs(came)))


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """``part`` in percent of ``whole`` with two places, None where the whole is zero."""
    # A little below zero is zero, not minus zero.
    return (part * 100 / whole).quantize(_PLACES, ROUND_HALF_EVEN) + ZERO if whole else None
