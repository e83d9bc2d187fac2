"""Budgets as of any day or position, and monthly reports compiled again, for whoever asks 预算查询与报告重现.

A report is compiled from the figures at the position it was published with, and is only given where its bytes have the
fingerprint that stands in the journal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.finance.budget_as_of import BudgetAsOf, By, MonthMoved, standing_by
from domain.finance.execution_report import Report
from domain.finance.execution_report_compiling import canonical, compile_report, digest, terms_of
from domain.finance.execution_report_figures import ExecutionReport
from domain.finance.execution_report_messages import ReportPublished
from domain.finance.periods import last_month_ended
from domain.working_time import SHANGHAI
from infrastructure.figures import LAST, FiguresInViews


class ReportDiffers(RuntimeError):
    """What was compiled again is not what was published 重新编制的报告与已发布的不一致: views or software changed."""

    def __init__(self, month: str, published: str, compiled: str) -> None:
        self.month, self.published, self.compiled = month, published, compiled
        super().__init__(f"the report of {month} was {published}, compiled again it is {compiled}")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A report as published, or the part of it that concerns some departments; ``whole`` says which."""

    report: ExecutionReport
    published: ReportPublished
    whole: bool
    at: datetime | None
    """When the entry at its position happened."""

    @property
    def body(self) -> bytes:
        """Its canonical JSON; of the whole report, with the fingerprint that was published."""
        return canonical(self.report)


async def published_report(
    figures: FiguresInViews, state: Report, departments: Collection[str] | None = None
) -> Compiled | None:
    """The report of the month that ``state`` (of ``execution_report-<month>``) tells of; None before it is published.

    With ``departments`` only their lines and sums. Raises ReportDiffers where the whole is not what was published.
    """
    opened, published = state.opened, state.published
    if opened is None or published is None:
        return None
    lines = await figures.budget_lines(published.year, published.position)
    purchased = await figures.purchased(published.year, published.position)
    terms = terms_of(opened)
    whole = compile_report(published.month, published.year, lines, purchased, terms)
    if (found := digest(whole)) != published.sha256:
        raise ReportDiffers(published.month, published.sha256, found)
    at = await figures.moment_of(published.position)
    if departments is None:
        return Compiled(whole, published, True, at)
    theirs = [line for line in lines if line.department in departments]
    part = compile_report(published.month, published.year, theirs, purchased, terms)
    return Compiled(part, published, False, at)


async def budget_as_of(
    figures: FiguresInViews,
    year: int,
    by: By,
    *,
    today: date,
    forecast: str,
    day: date | None = None,
    position: int | None = None,
    departments: Collection[str] | None = None,
) -> BudgetAsOf:
    """The budget of a fiscal year at the end of ``day`` (Shanghai) or after entry ``position``; else as it is now.

    ``forecast`` is the method of the policy (2.1.2.1). With ``departments`` only their lines.
    """
    before = _end_of(day) if day is not None else None
    up_to = LAST if position is None else position
    lines = await figures.budget_lines(year, up_to, before)
    if departments is not None:
        lines = [line for line in lines if line.department in departments]
    moved = await figures.moved_by_month(year, up_to, before) if by == "month" else ()
    if day is None and position is not None and (at := await figures.moment_of(position)) is not None:
        day = at.astimezone(SHANGHAI).date()
    return standing_by(lines, [MonthMoved(*each) for each in moved], by, last_month_ended(day or today), forecast)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)
