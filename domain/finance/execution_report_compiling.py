"""Compiles 《预算执行分析报告》 (clause 2.1.2.1) from the figures of a year: pure, so it comes out the same again."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from domain.finance.execution_report_figures import (
    Against,
    CategoryTest,
    ExecutionReport,
    GroupStanding,
    LineStanding,
    Share,
    Standing,
    Terms,
)
from domain.finance.execution_report_messages import CLAUSE, CLAUSE_OVERRUN, Overrun, ReportOpened, Total
from domain.finance.figures import LineFigures, PurchasedGoods
from domain.finance.forecast import back_test, method_for, percent, year_forecast
from domain.finance.shares import divided
from domain.finance.variance import NO_SPLIT, Split, is_over, split
from domain.money import ZERO
from domain.policy import Policy

_WHOLE = Decimal("100.00")


def terms_of(opened: ReportOpened) -> Terms:
    """The terms a report was opened with."""
    return Terms(opened.forecast, opened.likely_percent, opened.overrun_basis, opened.overrun_percent)


def terms_in(policy: Policy) -> Terms:
    """The terms of the policy in force."""
    return Terms(
        forecast=policy.value(CLAUSE, "forecast"),
        likely_percent=policy.value(CLAUSE, "likely_percent"),
        overrun_basis=policy.value(CLAUSE_OVERRUN, "overrun_basis"),
        overrun_percent=policy.value(CLAUSE_OVERRUN, "overrun_percent"),
    )


def compile_report(
    month: str, year: int, lines: Sequence[LineFigures], purchased: Iterable[PurchasedGoods], terms: Terms
) -> ExecutionReport:
    """The report of ``month``, a month of the fiscal ``year`` that ``lines`` belong to.

    Raises ValueError where the month is none of that year's.
    """
    months = lines[0].months if lines else (month,)
    place = months.index(month)
    by_line = defaultdict(list)
    for goods in purchased:
        by_line[goods.line].append(_within(goods, months))
    told = tuple(line_standing(line, place, by_line.get(line.line, ()), terms.forecast) for line in lines)
    candidates = over_budget(told, terms.overrun_basis)
    categories = grouped((each.category, each.standing) for each in told)
    return ExecutionReport(
        month=month,
        year=year,
        months=months,
        terms=terms,
        company=group("", [each.standing for each in told]),
        departments=grouped((each.department, each.standing) for each in told),
        categories=categories,
        shares=_shares(categories, lines, place),
        lines=told,
        likely=_likely(told, terms.likely_percent),
        over=tuple(each for each in candidates if is_over(each.budget, each.actual, terms.overrun_percent)),
        seasonal_lines=sum(each.method == "seasonal_run_rate" for each in told),
        back_test=back_test(lines, months, place + 1, terms.forecast),
        category_tests=tuple(
            CategoryTest(
                each.key,
                back_test((line for line in lines if line.category == each.key), months, place + 1, terms.forecast),
            )
            for each in categories
        ),
    )


def _within(goods: PurchasedGoods, months: Sequence[str]) -> PurchasedGoods:
    """What came after the year counts in its last month, as its cost does."""
    if all(months[0] <= month <= months[-1] for month, _ in goods.accepted):
        return goods
    accepted = tuple((min(max(month, months[0]), months[-1]), quantity) for month, quantity in goods.accepted)
    return replace(goods, accepted=accepted)


def line_standing(line: LineFigures, place: int, purchased: Sequence[PurchasedGoods], forecast: str) -> LineStanding:
    """How a line stands in the ``place``-th month (0-11), its variance split where purchases allow it."""
    months = line.months
    method = method_for(line, place + 1, forecast)
    budget, actual = sum(line.budget, ZERO), sum(line.actual, ZERO)
    expected = year_forecast(line, place + 1, method)
    standing = Standing(
        month=_against(line.budget[place], line.actual[place], purchased, months[place : place + 1]),
        to_date=_against(
            sum(line.budget[: place + 1], ZERO), sum(line.actual[: place + 1], ZERO), purchased, months[: place + 1]
        ),
        original=sum(line.original, ZERO),
        budget=budget,
        actual=actual,
        reserved=line.reserved,
        committed=line.committed,
        available=budget - line.reserved - line.committed - actual,
        forecast=expected,
        forecast_difference=expected - budget,
        forecast_percent=percent(expected - budget, budget),
    )
    return LineStanding(line.line, line.department, line.account, line.category, method, standing)


def _against(budget: Decimal, actual: Decimal, purchased: Sequence[PurchasedGoods], months: Sequence[str]) -> Against:
    difference = actual - budget
    parts = split(difference, purchased, frozenset(months)) if purchased else None
    return Against(budget, actual, difference, percent(difference, budget), parts)


def grouped(standings: Iterable[tuple[str, Standing]]) -> tuple[GroupStanding, ...]:
    """Groups by their key, in order of keys."""
    found: dict[str, list[Standing]] = defaultdict(list)
    for key, standing in standings:
        found[key].append(standing)
    return tuple(group(key, found[key]) for key in sorted(found))


def group(key: str, standings: Sequence[Standing]) -> GroupStanding:
    """Standings together: every amount is the sum of theirs."""

    def summed(amounts: Iterable[Decimal]) -> Decimal:
        return sum(amounts, ZERO)

    budget, forecast = summed(each.budget for each in standings), summed(each.forecast for each in standings)
    together = Standing(
        month=_together([each.month for each in standings]),
        to_date=_together([each.to_date for each in standings]),
        original=summed(each.original for each in standings),
        budget=budget,
        actual=summed(each.actual for each in standings),
        reserved=summed(each.reserved for each in standings),
        committed=summed(each.committed for each in standings),
        available=summed(each.available for each in standings),
        forecast=forecast,
        forecast_difference=forecast - budget,
        forecast_percent=percent(forecast - budget, budget),
    )
    return GroupStanding(key, len(standings), together)


def _together(parts: Sequence[Against]) -> Against:
    budget, actual = sum((each.budget for each in parts), ZERO), sum((each.actual for each in parts), ZERO)
    splits = None
    if any(each.split is not None for each in parts):
        unsplit = sum((each.difference for each in parts if each.split is None), ZERO)
        splits = sum(
            (each.split for each in parts if each.split is not None), NO_SPLIT + Split(ZERO, ZERO, ZERO, unsplit)
        )
    return Against(budget, actual, actual - budget, percent(actual - budget, budget), splits)


def _shares(categories: Sequence[GroupStanding], lines: Sequence[LineFigures], place: int) -> tuple[Share, ...]:
    before: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if place > 0:
            before[line.category] += line.actual[place - 1]
        elif line.last_year is not None:
            before[line.category] += line.last_year[-1]
    standings = [each.standing for each in categories]
    now = shares_of([each.month.actual for each in standings])
    then = shares_of([before[each.key] for each in categories])
    to_date = shares_of([each.to_date.actual for each in standings])
    budget = shares_of([each.month.budget for each in standings])
    return tuple(
        Share(each.key, now[at], then[at], _change(now[at], then[at]), to_date[at], budget[at])
        for at, each in enumerate(categories)
    )


def shares_of(amounts: Sequence[Decimal]) -> tuple[Decimal | None, ...]:
    """Each of ``amounts`` in percent of them all, together 100.00; None of nothing."""
    whole = sum(amounts, ZERO)
    if not whole:
        return (None,) * len(amounts)
    if whole > 0 and min(amounts) >= 0:
        return divided(_WHOLE, amounts)
    # Corrections can take a category below zero in a month; its share is then told as it is.
    return tuple(percent(each, whole) for each in amounts)


def _change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    return None if now is None or then is None else now - then


def _likely(lines: Sequence[LineStanding], tolerance: Decimal) -> tuple[str, ...]:
    over = [each for each in lines if is_over(each.standing.budget, each.standing.forecast, tolerance)]
    return tuple(each.line for each in sorted(over, key=lambda each: (-each.standing.forecast_difference, each.line)))


def over_budget(lines: Iterable[LineStanding], basis: str) -> tuple[Overrun, ...]:
    """Lines that spent more than their budget on ``basis`` (year, year_to_date, month), those furthest over first."""
    found = []
    for each in lines:
        standing = each.standing
        if basis == "year":
            budget, actual = standing.budget, standing.to_date.actual
        else:
            against = standing.month if basis == "month" else standing.to_date
            budget, actual = against.budget, against.actual
        if actual > budget:
            found.append(
                Overrun(
                    line=each.line,
                    department=each.department,
                    account=each.account,
                    category=each.category,
                    budget=budget,
                    actual=actual,
                    over=actual - budget,
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.over, each.line)))


def total_of(group: GroupStanding) -> Total:
    """What a group's event tells of it."""
    standing = group.standing
    return Total(
        key=group.key,
        month_budget=standing.month.budget,
        month_actual=standing.month.actual,
        to_date_budget=standing.to_date.budget,
        to_date_actual=standing.to_date.actual,
        year_budget=standing.budget,
        forecast=standing.forecast,
    )


@cache
def _adapter() -> TypeAdapter[ExecutionReport]:
    return TypeAdapter(ExecutionReport)


def plain(report: ExecutionReport) -> dict[str, Any]:
    """The report as JSON values; amounts and percentages as text."""
    told: dict[str, Any] = _adapter().dump_python(report, mode="json")
    return told


def canonical(report: ExecutionReport) -> bytes:
    """The report's canonical JSON: sorted keys, ASCII, no blanks; the same report gives the same bytes."""
    return json.dumps(plain(report), sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def digest(report: ExecutionReport) -> str:
    """SHA-256 of the canonical report, in hexadecimal 报告指纹."""
    return hashlib.sha256(canonical(report)).hexdigest()
