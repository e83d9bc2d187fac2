"""Budget execution report 《预算执行分析报告》 (clause 2.1.2.1): of every month, within three working days.

The calendar opens it on the first working day of the month after; the house compiles it from the figures as they stood
with that event and publishes it, and each line that is over has to be explained (2.1.2.2). Its stream is numbered by
the month, ``2026-03``. A month of a year without a budget has none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.directory import Directory, Role
from domain.finance.budget_book import BOOK, BookStanding
from domain.finance.execution_report_messages import (
    CLAUSE,
    CLAUSE_OVERRUN,
    OpenReport,
    Overrun,
    PublishReport,
    ReportCommand,
    ReportContinued,
    ReportEvent,
    ReportOpened,
    ReportPublished,
)
from domain.finance.periods import first_day, fiscal_start, fiscal_year, month_after, month_of
from domain.finance.variance import is_over
from domain.kernel import Aggregate, Command, Context, Decision, Fact, Obligation, Refusal, Ruled, Schedule, Stream
from domain.policy import Policy
from domain.working_time import WorkingTime

MANY = 80
"""Departments and overruns one event tells of; so many stay well below the size of an entry."""


class ReportNotOpen(Refusal):
    """A report is published once, after the calendar has opened it.

    预算执行分析报告由系统日历启动后发布，且只发布一次。

    → Wait for the first working day of the month after.
    → 请等待次月第一个工作日。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its history left it."""

    opened: ReportOpened | None = None
    published: ReportPublished | None = None


@dataclass(frozen=True, slots=True)
class ReportStanding(Fact):
    """What a report tells of itself 报告概况."""

    month: str
    position: int
    sha256: str


def decide(command: ReportCommand, state: Report, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenReport(month=month):
            year = fiscal_year(month, fiscal_start(context.policy))
            if state.opened or not _has_budget(year, context):
                return []
            return [_opened(month, year, context)]
        case PublishReport():
            if state.opened is None:
                raise ReportNotOpen(month=context.subject.id)
            return [] if state.published else _published(command, state.opened, context)


def evolve(state: Report, event: ReportEvent) -> Report:
    """The report after ``event``."""
    match event:
        case ReportOpened():
            return Report(opened=event)
        case ReportPublished():
            return replace(state, published=event)
        case ReportContinued():
            return state


def _has_budget(year: int, context: Context) -> bool:
    book = context.fact(BookStanding, *BOOK)
    return book is not None and year in book.years


def _opened(month: str, year: int, context: Context) -> ReportOpened:
    value = context.policy.value
    return ReportOpened(
        month=month,
        year=year,
        due_at=due_at(month, int(value(CLAUSE, "working_days")), context.working_time),
        owed_by=_owed_by(context.directory),
        forecast=value(CLAUSE, "forecast"),
        likely_percent=value(CLAUSE, "likely_percent"),
        overrun_basis=value(CLAUSE_OVERRUN, "overrun_basis"),
        overrun_percent=value(CLAUSE_OVERRUN, "overrun_percent"),
    )


def due_at(month: str, working_days: int, working_time: WorkingTime) -> datetime:
    """The end of the ``working_days``-th working day after ``month``."""
    after = first_day(month_after(month))
    day = working_time.nth_working_day(after.year, after.month, working_days)
    return datetime.combine(day, working_time.hours[-1][1], working_time.zone)


def _owed_by(directory: Directory) -> tuple[str, ...]:
    """The finance managers; management where there are none."""
    return directory.holders(Role.FINANCE_MANAGER) or tuple(
        sorted(filter(directory.is_management, directory.employees))
    )


def _published(command: PublishReport, opened: ReportOpened, context: Context) -> Decision:
    overruns = [each for each in command.candidates if is_over(each.budget, each.actual, opened.overrun_percent)]
    first = ReportPublished(
        month=opened.month,
        year=opened.year,
        position=command.position,
        sha256=command.sha256,
        company=command.company,
        departments=command.departments[:MANY],
        categories=command.categories,
        likely=command.likely,
        overrun_lines=len(overruns),
        overruns=tuple(overruns[:MANY]),
    )
    ruling = context.basis(
        CLAUSE_OVERRUN,
        "overrun",
        "overrun" if overruns else "within",
        basis=opened.overrun_basis,
        percent=opened.overrun_percent,
        over_budget=len(command.candidates),
        overrun=len(overruns),
    )
    report = context.basis(CLAUSE, "report", "published", due_at=opened.due_at, position=command.position)
    return [first.under(report, ruling), *_continued(command, overruns, opened)]


def _continued(command: PublishReport, overruns: Sequence[Overrun], opened: ReportOpened) -> Iterable[Ruled]:
    longest = max(len(command.departments), len(overruns))
    for part, start in enumerate(range(MANY, longest, MANY), 2):
        yield ReportContinued(
            month=opened.month,
            part=part,
            departments=command.departments[start : start + MANY],
            overruns=tuple(overruns[start : start + MANY]),
        ).under()


def consults(command: ReportCommand, state: Report) -> Iterable[Stream]:
    """The book, where a report is opened."""
    if isinstance(command, OpenReport):
        yield BOOK


def standing(state: Report) -> ReportStanding | None:
    """What others may know of it once it is published."""
    told = state.published
    return ReportStanding(told.month, told.position, told.sha256) if told else None


def last_month(day: date) -> str:
    """The month before that of ``day``."""
    return month_after(month_of(day), -1)


def _due_on(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """The first working day of a month."""
    return day == working_time.nth_working_day(day.year, day.month, 1)


def _open(day: date) -> tuple[str, Command]:
    return last_month(day), OpenReport(month=last_month(day))


EXECUTION_REPORT = Aggregate(
    name="execution_report",
    zh="预算执行分析报告",
    prefix="XR",
    initial=Report(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    obligations=(
        Obligation(
            clause=CLAUSE,
            zh="按期发布预算执行分析报告",
            opened_by=ReportOpened,
            fulfilled_by=(ReportPublished,),
            due=lambda opened: opened.due_at,
            owed_by=lambda opened: opened.owed_by,
        ),
    ),
    schedules=(Schedule(clause=CLAUSE, zh="预算执行分析报告", due_on=_due_on, period=last_month, act=_open),),
)
