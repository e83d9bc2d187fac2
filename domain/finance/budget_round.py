"""Budget round 年度预算编制 of a fiscal year (2.1.1.1, 2.1.1.3-2.1.1.6), numbered by the year it is for.

The calendar opens it in the policy's month for the fiscal year that starts next. Departments file bottom-up, finance
sets totals top-down, negotiations and the management meeting are on record; published, every line of every department
opens in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from domain.finance import budget_round_rules as rules
from domain.finance.budget_round_messages import (
    CLAUSE_APPROVAL,
    CLAUSE_GATHER,
    CLAUSE_PUBLISHED,
    CLAUSE_TOTALS,
    ActualsImported,
    BudgetPublished,
    BudgetRoundOpened,
    Deliberated,
    DepartmentExcluded,
    DepartmentIncluded,
    ExcludeDepartment,
    Filers,
    ImportActuals,
    IncludeDepartment,
    MeetingHeld,
    NegotiationRecorded,
    OpenBudgetRound,
    PublishBudget,
    PublishedDepartment,
    RecordMeeting,
    RecordNegotiation,
    ReservePoolSet,
    RoundCommand,
    RoundEvent,
    SetReservePool,
    SetTotal,
    TotalSet,
)
from domain.finance.department_budget_rules import bounded, check_categories
from domain.finance.department_budget_terms import DepartmentBudgetStanding, RoundStanding, budget_of
from domain.finance.periods import fiscal_start, fiscal_year, month_of
from domain.kernel import Aggregate, Command, Context, Decision, Obligation, Schedule, Stream
from domain.money import ZERO, total
from domain.policy import Policy
from domain.working_time import WorkingTime

YEARS_BACK = 2
"""In October the last fiscal year that is over began two years before the one that is planned."""


@dataclass(frozen=True, slots=True)
class BudgetRound:
    """A round as its history left it; amounts in CNY."""

    year: int = 0
    opened_on: date | None = None
    owed_by: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    deliberated: Mapping[str, Decimal] = field(default_factory=dict)
    """What the budgets came to that a meeting deliberated on last, by department."""
    negotiations: int = 0
    pool: Decimal = ZERO
    pool_deliberated: Decimal = ZERO
    published: bool = False


def decide(command: RoundCommand, state: BudgetRound, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    if isinstance(command, OpenBudgetRound):
        return [] if state.year else [_opened(command.year, context)]
    if not state.year or state.published:
        raise rules.RoundNotOpen(round=context.subject.id, published=state.published)
    match command:
        case RecordNegotiation():
            return _negotiated(command, state, context)
        case RecordMeeting():
            return _held(command, state, context)
        case _:
            if context.principal not in rules.finance_in(context):
                raise rules.SetByFinance(finance=", ".join(rules.finance_in(context)))
            return _by_finance(command, state, context)


def _by_finance(
    command: IncludeDepartment | ExcludeDepartment | ImportActuals | SetTotal | SetReservePool | PublishBudget,
    state: BudgetRound,
    context: Context,
) -> Decision:
    match command:
        case IncludeDepartment(department=department, reason=reason):
            if department not in context.directory.departments:
                raise rules.NoDepartmentToInclude(field="department", department=department)
            if department in state.departments:
                raise rules.InTheRoundAlready(field="department", department=department)
            filers = rules.filers_of(department, context.directory)
            return [DepartmentIncluded(department=department, filers=filers, reason=reason)]
        case ExcludeDepartment(department=department, reason=reason):
            _check_departments((department,), state, "department")
            return [DepartmentExcluded(department=department, reason=reason)]
        case ImportActuals(source=source, departments=departments):
            _check_departments(tuple(each.department for each in departments), state, "departments")
            for each in departments:
                check_categories(tuple(of.category for of in each.actuals), context, whole=True)
            return [ActualsImported(year=state.year, source=source, departments=departments)]
        case SetTotal(department=department, total=amount, reason=reason):
            _check_departments((department,), state, "department")
            before = state.totals.get(department)
            if before == amount:
                return []
            told = TotalSet(department=department, total=amount, before=before, reason=reason)
            return [
                told.under(
                    context.basis(CLAUSE_TOTALS, "total", "set", department=department, total=amount, before=before)
                )
            ]
        case SetReservePool(amount=amount, reason=reason):
            if amount == state.pool:
                return []
            return [ReservePoolSet(amount=amount, before=state.pool, reason=reason)]
        case PublishBudget():
            return _published(state, context)


def evolve(state: BudgetRound, event: RoundEvent) -> BudgetRound:
    """The round after ``event``."""
    match event:
        case BudgetRoundOpened():
            return BudgetRound(
                year=event.year, opened_on=event.opened_on, owed_by=event.owed_by, departments=event.departments
            )
        case DepartmentIncluded(department=department):
            return replace(state, departments=tuple(sorted((*state.departments, department))))
        case DepartmentExcluded(department=department):
            return replace(state, departments=tuple(each for each in state.departments if each != department))
        case TotalSet(department=department, total=amount):
            return replace(state, totals={**state.totals, department: amount})
        case NegotiationRecorded(number=number):
            return replace(state, negotiations=number)
        case MeetingHeld():
            seen = {each.department: each.total for each in event.departments}
            return replace(state, deliberated={**state.deliberated, **seen}, pool_deliberated=event.pool)
        case ReservePoolSet(amount=amount):
            return replace(state, pool=amount)
        case BudgetPublished():
            return replace(state, published=True)
        case ActualsImported():
            return state


def _opened(year: int, context: Context) -> BudgetRoundOpened:
    directory, zone = context.directory, context.working_time.zone
    departments = tuple(sorted(directory.departments))
    today = context.now.astimezone(zone).date()
    due_on = rules.year_day(context.policy.value(CLAUSE_PUBLISHED, "due"), today)
    return BudgetRoundOpened(
        year=year,
        of_year=year - YEARS_BACK,
        opened_on=today,
        departments=departments,
        filers=tuple(Filers(department=each, people=rules.filers_of(each, directory)) for each in departments),
        publish_due_at=datetime.combine(due_on, context.working_time.hours[-1][1], zone),
        owed_by=rules.finance_in(context),
    )


def _negotiated(command: RecordNegotiation, state: BudgetRound, context: Context) -> Decision:
    _check_departments(command.departments, state, "departments")
    _check_people(command.participants, "participants", context)
    _check_recorder(command.participants, context)
    return [
        NegotiationRecorded(
            number=state.negotiations + 1,
            departments=command.departments,
            participants=command.participants,
            agreed=command.agreed,
        )
    ]


def _held(command: RecordMeeting, state: BudgetRound, context: Context) -> Decision:
    _check_departments(command.departments, state, "departments")
    _check_people(command.attendees, "attendees", context)
    _check_recorder(command.attendees, context)
    today = context.now.astimezone(context.working_time.zone).date()
    if state.opened_on is None or not state.opened_on <= command.held_on <= today:
        raise rules.NotYetHeld(field="held_on", held_on=command.held_on, opened_on=state.opened_on, today=today)
    management = tuple(each for each in command.attendees if context.directory.is_management(each))
    if not management:
        raise rules.WithoutManagement(field="attendees", attendees=", ".join(command.attendees))
    told = {each: _budget(state, each, context) for each in command.departments or state.departments}
    filed = tuple(
        Deliberated(department=each, version=of.version, total=of.total) for each, of in told.items() if of.version
    )
    missing = [each for each, of in told.items() if not of.version]
    if not filed or (command.departments and missing):
        raise rules.NothingToDeliberate(field="departments", not_filed=", ".join(missing))
    held = MeetingHeld(
        held_on=command.held_on,
        attendees=command.attendees,
        management=management,
        departments=filed,
        pool=state.pool,
        minutes=command.minutes,
    )
    return [
        held.under(context.basis(CLAUSE_APPROVAL, "meeting", "held", management=", ".join(management), of=len(filed)))
    ]


def _published(state: BudgetRound, context: Context) -> Decision:
    told = {each: _budget(state, each, context) for each in state.departments}
    missing = [f"{each} ({of.status})" for each, of in told.items() if of.status != "approved"]
    if missing or not told:
        raise rules.NotEverybodyApproved(missing=", ".join(missing), departments=len(told))
    above = [each for each, of in told.items() if of.total > state.totals.get(each, of.total)]
    if above:
        raise rules.ApprovedAboveTotal(
            departments=", ".join(f"{each} {told[each].total} > {state.totals[each]}" for each in above)
        )
    if state.pool != state.pool_deliberated:
        raise rules.PoolNotDeliberated(pool=state.pool, deliberated=state.pool_deliberated)
    departments = tuple(
        PublishedDepartment(department=each, version=of.version, total=of.total) for each, of in told.items()
    )
    of_departments = total(each.total for each in departments)
    published = BudgetPublished(
        year=state.year,
        departments=departments,
        departments_total=bounded(of_departments),
        pool=state.pool,
        total=bounded(of_departments + state.pool),
        published_on=context.now.astimezone(context.working_time.zone).date(),
    )
    return [
        published.under(
            context.basis(CLAUSE_PUBLISHED, "published", "complete", departments=len(departments), pool=state.pool)
        )
    ]


def _budget(state: BudgetRound, department: str, context: Context) -> DepartmentBudgetStanding:
    found = context.fact(DepartmentBudgetStanding, *budget_of(state.year, department))
    return found or DepartmentBudgetStanding(state.year, department, "none", 0, ZERO)


def _check_departments(named: tuple[str, ...], state: BudgetRound, where: str) -> None:
    _check_once(named, where)
    outside = [each for each in named if each not in state.departments]
    if outside:
        raise rules.NotInTheRound(field=where, departments=", ".join(outside))


def _check_people(named: tuple[str, ...], where: str, context: Context) -> None:
    _check_once(named, where)
    unknown = [each for each in named if each not in context.directory.employees]
    if unknown:
        raise rules.NoSuchPerson(field=where, people=", ".join(unknown))


def _check_once(named: tuple[str, ...], where: str) -> None:
    twice = [each for each, times in Counter(named).items() if times > 1]
    if twice:
        raise rules.NamedTwice(field=where, twice=", ".join(twice))


def _check_recorder(present: tuple[str, ...], context: Context) -> None:
    who = context.principal
    if who not in (*present, *rules.finance_in(context)) and not context.directory.is_management(who):
        raise rules.NotForYouToRecord(present=", ".join(present))


def consults(command: RoundCommand, state: BudgetRound) -> Iterable[Stream]:
    """The budgets of its departments, where it is about whether they are filed or approved."""
    if isinstance(command, RecordMeeting | PublishBudget):
        yield from (budget_of(state.year, each) for each in state.departments)


def standing(state: BudgetRound) -> RoundStanding:
    """What others may know of it."""
    return RoundStanding(
        year=state.year,
        published=state.published,
        departments=frozenset(state.departments),
        totals=state.totals,
        deliberated=state.deliberated,
    )


def _next_year_starts(ahead: int, day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """Whether the round opens on ``day``, and for the fiscal year that starts so many calendar years ahead."""
    if day.month != policy.value(CLAUSE_GATHER, "month"):
        return False
    following = fiscal_year(month_of(day), fiscal_start(policy)) + 1
    return following == day.year + ahead and day == working_time.nth_working_day(day.year, day.month, 1)


def _year(ahead: int, day: date) -> str:
    return str(day.year + ahead)


def _open(ahead: int, day: date) -> tuple[str, Command]:
    return _year(ahead, day), OpenBudgetRound(year=day.year + ahead)


# Which year starts next depends on the policy, which a schedule's act does not see: one schedule for each case.
ROUND_OPENS = tuple(
    Schedule(
        clause=CLAUSE_GATHER,
        zh="启动年度预算编制",
        due_on=partial(_next_year_starts, ahead),
        period=partial(_year, ahead),
        act=partial(_open, ahead),
    )
    for ahead in (0, 1)
)

BUDGET_PUBLISHED = Obligation(
    clause=CLAUSE_PUBLISHED,
    zh="按期发布年度预算",
    opened_by=BudgetRoundOpened,
    fulfilled_by=(BudgetPublished,),
    due=lambda opened: opened.publish_due_at,
    owed_by=lambda opened: opened.owed_by,
)

BUDGET_ROUND = Aggregate(
    name="budget_round",
    zh="年度预算编制",
    prefix="BR",
    initial=BudgetRound(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    obligations=(BUDGET_PUBLISHED,),
    schedules=ROUND_OPENS,
)
