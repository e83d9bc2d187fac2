"""Yearly budget review 年度预算复盘 (clause 2.1.3.2): why lines were over, what is learned, who answers for it.

The calendar opens it in the month the policy names, for the fiscal year that ended; the lines that were over are put
before it. Finance records a finding for each: cause, improvement, responsibility, lesson. An overrun is serious where
it is of one's own making and beyond the policy's percentage of the budget; the performance evaluation reads those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from domain.directory import Role
from domain.finance import budget_review_rules as rules
from domain.finance.budget_book import BOOK, BookStanding
from domain.finance.budget_review_messages import (
    CLAUSE,
    BudgetFindingRecorded,
    BudgetReviewCompleted,
    BudgetReviewOpened,
    CompleteBudgetReview,
    NoteOverruns,
    OpenBudgetReview,
    OverrunLine,
    OverrunsNoted,
    RecordBudgetFinding,
    ReviewCommand,
    ReviewEvent,
    YearLine,
)
from domain.finance.periods import first_day, fiscal_start, month_after, month_of
from domain.kernel import Aggregate, Context, Decision, Fact, Obligation, Ruled, Schedule, Stream
from domain.money import rounded, total
from domain.policy import Policy
from domain.working_time import WorkingTime

Line = tuple[str, str]
"""Department and account."""


@dataclass(frozen=True, slots=True)
class BudgetReview:
    """A review as its history left it; amounts in CNY."""

    year: int = 0
    owed_by: tuple[str, ...] = ()
    parts: int = 0
    noted: frozenset[int] = frozenset()
    overruns: Mapping[Line, OverrunLine] = field(default_factory=dict)
    findings: tuple[BudgetFindingRecorded, ...] = ()
    completed: bool = False


@dataclass(frozen=True, slots=True)
class BudgetReviewStanding(Fact):
    """What a review tells the performance evaluation 年度预算复盘概况: its findings, once it is complete."""

    year: int
    completed: bool
    findings: tuple[BudgetFindingRecorded, ...]

    def serious(self, employee: str, department: str | None) -> tuple[BudgetFindingRecorded, ...]:
        """Serious overruns an employee answers for himself, or as head of ``department`` where nobody is named."""
        return tuple(
            each
            for each in self.findings
            if self.completed
            and each.serious
            and (each.responsible == employee or (each.responsible is None and each.department == department))
        )


def review_of(year: int) -> Stream:
    """The stream of a fiscal year's review, e.g. ``budget_review-2026``."""
    return Stream("budget_review", str(year))


def decide(command: ReviewCommand, state: BudgetReview, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenBudgetReview(year=year):
            book = context.fact(BookStanding, *BOOK)
            if state.year or book is None or year not in book.years:
                return []
            return [BudgetReviewOpened(year=year, due_at=_month_end(context), owed_by=_owed_by(context))]
        case NoteOverruns():
            _check_open(state)
            return [] if command.part in state.noted else [_noted(command, state, context)]
        case RecordBudgetFinding():
            _check_finance(context)
            _check_open(state)
            _check_not_his_own(command, context)
            return [_finding(command, state, context)]
        case CompleteBudgetReview(conclusion=conclusion):
            _check_finance(context)
            _check_open(state)
            return [_completed(conclusion, state, context)]


def evolve(state: BudgetReview, event: ReviewEvent) -> BudgetReview:
    """The review after ``event``."""
    match event:
        case BudgetReviewOpened():
            return BudgetReview(year=event.year, owed_by=event.owed_by)
        case OverrunsNoted():
            lines = {(each.department, each.account): each for each in event.lines}
            return replace(
                state, parts=event.parts, noted=state.noted | {event.part}, overruns={**state.overruns, **lines}
            )
        case BudgetFindingRecorded():
            return replace(state, findings=(*state.findings, event))
        case BudgetReviewCompleted():
            return replace(state, completed=True)


def _check_finance(context: Context) -> None:
    holds = context.directory.holds
    if not (holds(context.principal, Role.FINANCE_MANAGER) or holds(context.principal, Role.FINANCE)):
        raise rules.FinanceHoldsTheReview()


def _check_not_his_own(command: RecordBudgetFinding, context: Context) -> None:
    directory = context.directory
    answer = {*directory.holders(Role.DEPARTMENT_HEAD, command.department), command.responsible}
    if answer & {context.actor, context.principal}:
        raise rules.OwnOverrun(department=command.department)


def _check_open(state: BudgetReview) -> None:
    if not state.year or state.completed:
        raise rules.NoBudgetReviewOpen(status="complete" if state.completed else "none")


def _noted(command: NoteOverruns, state: BudgetReview, context: Context) -> Ruled:
    serious = Decimal(context.policy.value(CLAUSE, "serious_percent"))
    lines = tuple(_overrun(each, serious) for each in command.lines if each.actual > each.budget)
    noted = OverrunsNoted(year=state.year, part=command.part, parts=command.parts, lines=lines)
    ruling = context.basis(
        CLAUSE,
        "overruns",
        "noted",
        lines=len(command.lines),
        over=len(lines),
        serious_percent=serious,
        beyond=sum(each.beyond for each in lines),
    )
    return noted.under(ruling)


def _overrun(line: YearLine, serious: Decimal) -> OverrunLine:
    over = line.actual - line.budget
    return OverrunLine(
        department=line.department,
        account=line.account,
        category=line.category,
        budget=line.budget,
        actual=line.actual,
        over=over,
        percent=_percent(over, line.budget),
        beyond=_beyond(over, line.budget, serious),
    )


def _percent(over: Decimal, budget: Decimal) -> Decimal | None:
    return rounded(over * 100 / budget) if budget else None


def _beyond(over: Decimal, budget: Decimal, serious: Decimal) -> bool:
    """Compared exactly: what the rounded percentage hides decides nothing."""
    return over * 100 > budget * serious


def _finding(command: RecordBudgetFinding, state: BudgetReview, context: Context) -> Ruled:
    lines = _lines_of(command, state, context)
    if command.cause_kind == "external" and command.own_making:
        raise rules.ExternalIsNotOnesOwn(field="own_making")
    if command.responsible is not None and command.responsible not in context.directory.employees:
        raise rules.NobodyToAnswer(field="responsible", employee=command.responsible)
    serious = Decimal(context.policy.value(CLAUSE, "serious_percent"))
    over, budget = total(each.over for each in lines), total(each.budget for each in lines)
    beyond = bool(lines) and _beyond(over, budget, serious)
    recorded = BudgetFindingRecorded(
        year=state.year,
        number=len(state.findings) + 1,
        department=command.department,
        account=command.account,
        cause_kind=command.cause_kind,
        cause=command.cause,
        own_making=command.own_making,
        over=over,
        percent=_percent(over, budget) if lines else None,
        serious=beyond and command.own_making,
        improvement=command.improvement,
        responsible=command.responsible,
        lesson=command.lesson,
        by=context.principal,
    )
    told = {"over": over, "budget": budget, "serious_percent": serious, "own_making": command.own_making}
    return recorded.under(context.basis(CLAUSE, "serious", "serious" if recorded.serious else "not serious", **told))


def _lines_of(command: RecordBudgetFinding, state: BudgetReview, context: Context) -> tuple[OverrunLine, ...]:
    """The line it is about, or all the department's that were over."""
    if command.account is not None:
        line = state.overruns.get((command.department, command.account))
        if line is None:
            raise rules.LineWasNotOver(field="account", department=command.department, account=command.account)
        return (line,)
    lines = tuple(each for each in state.overruns.values() if each.department == command.department)
    if not lines and command.department not in context.directory.departments:
        raise rules.NoSuchDepartmentThere(field="department", department=command.department)
    return lines


def _completed(conclusion: str, state: BudgetReview, context: Context) -> Ruled:
    if len(state.noted) < max(state.parts, 1):
        raise rules.OverrunsAwaited(noted=len(state.noted), parts=state.parts)
    found = {(each.department, each.account) for each in state.findings}
    missing = sorted(line for line in state.overruns if line not in found)
    if missing:
        raise rules.FindingsMissing(
            missing=len(missing), lines=", ".join(".".join((str(state.year), *line)) for line in missing[:20])
        )
    completed = BudgetReviewCompleted(
        year=state.year,
        findings=len(state.findings),
        serious=tuple(each.number for each in state.findings if each.serious),
        conclusion=conclusion,
        by=context.principal,
    )
    return completed.under(
        context.basis(CLAUSE, "complete", "complete", overruns=len(state.overruns), findings=len(state.findings))
    )


def _month_end(context: Context) -> datetime:
    """The last second of the month it opens in."""
    zone = context.working_time.zone
    next_month = first_day(month_after(month_of(context.now.astimezone(zone).date())))
    return datetime.combine(next_month - timedelta(days=1), time(23, 59, 59), zone)


def _owed_by(context: Context) -> tuple[str, ...]:
    """The finance managers; management where there is none."""
    managers = context.directory.holders(Role.FINANCE_MANAGER)
    return managers or tuple(sorted(filter(context.directory.is_management, context.directory.employees)))


def _due_on(day: date, policy: Policy, working_time: WorkingTime, years_back: int) -> bool:
    """The first working day of the review's month; ``years_back`` is how long ago the year started that ended last."""
    if day.month != policy.value(CLAUSE, "month"):
        return False
    started_last_year = day.month < fiscal_start(policy)
    return years_back == 1 + started_last_year and day == working_time.nth_working_day(day.year, day.month, 1)


def _yearly(years_back: int) -> Schedule:
    return Schedule(
        clause=CLAUSE,
        zh="年度预算复盘",
        due_on=lambda day, policy, working_time: _due_on(day, policy, working_time, years_back),
        period=lambda day: str(day.year - years_back),
        act=lambda day: (str(day.year - years_back), OpenBudgetReview(year=day.year - years_back)),
    )


YEARLY_BUDGET_REVIEW = (_yearly(1), _yearly(2))
"""For fiscal years that started by the review's month, and for those that start after it in the calendar year."""

REVIEW_COMPLETED = Obligation(
    clause=CLAUSE,
    zh="按期完成年度预算复盘",
    opened_by=BudgetReviewOpened,
    fulfilled_by=(BudgetReviewCompleted,),
    due=lambda opened: opened.due_at,
    owed_by=lambda opened: opened.owed_by,
)


def consults(command: ReviewCommand, state: BudgetReview) -> Iterable[Stream]:
    """The budget book: a year without a budget is not reviewed."""
    return (BOOK,) if isinstance(command, OpenBudgetReview) else ()


def standing(state: BudgetReview) -> BudgetReviewStanding:
    """What others may know of it."""
    return BudgetReviewStanding(state.year, state.completed, state.findings)


BUDGET_REVIEW = Aggregate(
    name="budget_review",
    zh="年度预算复盘",
    prefix="BV",
    initial=BudgetReview(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    obligations=(REVIEW_COMPLETED,),
    schedules=YEARLY_BUDGET_REVIEW,
)
