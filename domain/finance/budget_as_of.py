"""The budget as it stood 预算执行情况 (clauses 2.1.2.1, 2.1.2.2): reserved, committed, spent, left, forecast. CNY."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from domain.finance.figures import LineFigures
from domain.finance.forecast import method_for, year_forecast
from domain.money import ZERO

By = Literal["department", "category", "line", "month"]
"""What is summed 汇总方式: 部门, 成本类别, 预算行, 月份."""


@dataclass(frozen=True, slots=True)
class MonthMoved:
    """What moved a line in a month 月度变动: reserved, committed and spent, net."""

    line: str
    month: str
    reserved: Decimal
    committed: Decimal
    actual: Decimal


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A department, category, line or month, or all of them with an empty ``key`` 预算执行行.

    ``forecast`` is None by month, and before the year began; a month's ``available`` is what is left of its own.
    """

    key: str
    original: Decimal
    budget: Decimal
    reserved: Decimal
    committed: Decimal
    actual: Decimal
    available: Decimal
    forecast: Decimal | None


@dataclass(frozen=True, slots=True)
class BudgetAsOf:
    """Rows in order of their keys, and all of them together."""

    by: By
    rows: tuple[BudgetRow, ...]
    total: BudgetRow


def standing_by(
    lines: Sequence[LineFigures], moved: Iterable[MonthMoved], by: By, month: str, forecast: str
) -> BudgetAsOf:
    """``lines`` summed; forecast by the method named, seen after ``month``. ``moved`` is looked at by month alone."""
    if by == "month":
        rows = _by_month(lines, moved)
    else:
        key = _KEYS[by]
        groups: dict[str, list[BudgetRow]] = defaultdict(list)
        for line in lines:
            groups[key(line)].append(_row(line, month, forecast))
        rows = tuple(_sum(each, groups[each]) for each in sorted(groups))
    return BudgetAsOf(by, rows, _sum("", rows))


_KEYS: dict[str, Callable[[LineFigures], str]] = {
    "department": lambda line: line.department,
    "category": lambda line: line.category,
    "line": lambda line: line.line,
}


def _row(line: LineFigures, month: str, forecast: str) -> BudgetRow:
    budget, actual = sum(line.budget, ZERO), sum(line.actual, ZERO)
    gone = sum(each <= month for each in line.months)
    return BudgetRow(
        key=line.line,
        original=sum(line.original, ZERO),
        budget=budget,
        reserved=line.reserved,
        committed=line.committed,
        actual=actual,
        available=budget - line.reserved - line.committed - actual,
        forecast=year_forecast(line, gone, method_for(line, gone, forecast)) if gone else None,
    )


def _by_month(lines: Sequence[LineFigures], moved: Iterable[MonthMoved]) -> tuple[BudgetRow, ...]:
    shown = {line.line for line in lines}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * 5)
    for line in lines:
        for place, month in enumerate(line.months):
            sums[month][0] += line.original[place]
            sums[month][1] += line.budget[place]
    for each in moved:
        if each.line in shown:
            for place, amount in enumerate((each.reserved, each.committed, each.actual), 2):
                sums[each.month][place] += amount
    return tuple(
        BudgetRow(month, original, budget, reserved, committed, actual, budget - reserved - committed - actual, None)
        for month, (original, budget, reserved, committed, actual) in sorted(sums.items())
    )


def _sum(key: str, rows: Sequence[BudgetRow]) -> BudgetRow:
    forecasts = [each.forecast for each in rows if each.forecast is not None]
    return BudgetRow(
        key=key,
        original=sum((each.original for each in rows), ZERO),
        budget=sum((each.budget for each in rows), ZERO),
        reserved=sum((each.reserved for each in rows), ZERO),
        committed=sum((each.committed for each in rows), ZERO),
        actual=sum((each.actual for each in rows), ZERO),
        available=sum((each.available for each in rows), ZERO),
        forecast=sum(forecasts, ZERO) if forecasts else None,
    )
