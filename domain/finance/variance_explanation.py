"""Variance explanation 预算差异说明 (clause 2.1.2.2): one for a budget line and a month.

The monthly report asks for it where a line is over; a head may also explain in advance. Finance accepts or returns it.
What it asks of the reserve pool management decides; an allowance accepted is how far the line may be exceeded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from domain.directory import Directory, Role
from domain.finance import variance_explanation_rules as rules
from domain.finance.budget_line import BudgetLineStanding, line_of
from domain.finance.budget_line_rules import NoBudgetLine, NotOfThisYear
from domain.finance.budget_transfer_messages import CLAUSE as CLAUSE_TRANSFER
from domain.finance.budget_transfer_rules import TotalStays
from domain.finance.periods import fiscal_start, month_of, months_of
from domain.finance.reserve_pool import check_pool, pool_of
from domain.finance.variance_explanation_messages import (
    CLAUSE,
    AcceptExplanation,
    DecideOnPool,
    DemandExplanation,
    ExplanationAccepted,
    ExplanationCommand,
    ExplanationDemanded,
    ExplanationEvent,
    ExplanationFiled,
    ExplanationReturned,
    FileExplanation,
    PoolDecided,
    ReturnExplanation,
)
from domain.governance.parameters import speaks_for
from domain.kernel import Aggregate, Context, Decision, Obligation, Stream
from domain.money import ZERO

Status = Literal["none", "demanded", "filed", "returned", "waits_for_pool", "accepted"]
FINANCE = (Role.FINANCE_MANAGER, Role.FINANCE)


@dataclass(frozen=True, slots=True)
class VarianceExplanation:
    """An explanation as its history left it; amounts in CNY."""

    status: Status = "none"
    year: int = 0
    department: str = ""
    account: str = ""
    month: str = ""
    demanded: bool = False
    allowance: Decimal = ZERO
    from_pool: Decimal = ZERO
    granted: Decimal | None = None
    filer: str = ""
    hands: frozenset[str] = frozenset()
    """Who filed and reviewed it, delegates included."""


def explanation_of(year: int, department: str, account: str, month: str) -> Stream:
    """The stream of a line's and month's explanation, e.g. ``variance_explanation-2026.D06.office.2026-03``."""
    return Stream("variance_explanation", f"{line_of(year, department, account).id}.{month}")


def decide(command: ExplanationCommand, state: VarianceExplanation, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case DemandExplanation():
            return _demand(command, state, context)
        case FileExplanation():
            return _file(command, state, context)
        case AcceptExplanation(comment=comment):
            _check_review(state, context)
            accepted = ExplanationAccepted(
                year=state.year,
                department=state.department,
                account=state.account,
                month=state.month,
                allowance=state.allowance,
                from_pool=state.from_pool,
                by=context.principal,
                delegate=_delegate(context),
                comment=comment,
                decided_by=_deciders(state, context) if state.from_pool else (),
            )
            ruling = context.basis(CLAUSE, "review", "accepted", allowance=state.allowance, from_pool=state.from_pool)
            return [accepted.under(ruling)]
        case ReturnExplanation(reason=reason):
            _check_review(state, context)
            return [
                ExplanationReturned(
                    reason=reason,
                    by=context.principal,
                    due_at=_due(context.now, context),
                    owed_by=_explains(state.department, context.directory),
                )
            ]
        case DecideOnPool():
            return _decide_on_pool(command, state, context)


def evolve(state: VarianceExplanation, event: ExplanationEvent) -> VarianceExplanation:
    """The explanation after ``event``."""
    match event:
        case ExplanationDemanded():
            return replace(
                state,
                status="demanded",
                year=event.year,
                department=event.department,
                account=event.account,
                month=event.month,
                demanded=True,
            )
        case ExplanationFiled():
            return replace(
                state,
                status="filed",
                year=event.year,
                department=event.department,
                account=event.account,
                month=event.month,
                allowance=event.allowance,
                from_pool=event.from_pool,
                filer=event.by,
                hands=frozenset({event.by, event.delegate or event.by}),
            )
        case ExplanationAccepted():
            hands = state.hands | {event.by, event.delegate or event.by}
            return replace(state, status="waits_for_pool" if event.from_pool else "accepted", hands=hands)
        case ExplanationReturned():
            return replace(state, status="returned")
        case PoolDecided(granted=granted):
            return replace(state, status="accepted", granted=granted)


def _demand(command: DemandExplanation, state: VarianceExplanation, context: Context) -> Decision:
    """Nothing where it was explained already, or where the line is over by no more than the policy tolerates."""
    over = command.actual - command.budget
    tolerated = Decimal(context.policy.value(CLAUSE, "overrun_percent"))
    if state.demanded or state.status not in ("none", "returned") or over <= 0:
        return []
    if over * 100 <= command.budget * tolerated:
        return []
    demanded = ExplanationDemanded(
        year=command.year,
        department=command.department,
        account=command.account,
        month=command.month,
        budget=command.budget,
        actual=command.actual,
        over=over,
        report=command.report,
        due_at=_due(context.now, context),
        owed_by=_explains(command.department, context.directory),
    )
    basis = context.policy.value(CLAUSE, "overrun_basis")
    told = {"budget": command.budget, "actual": command.actual, "over": over, "percent": tolerated, "basis": basis}
    return [demanded.under(context.basis(CLAUSE, "overrun", "explain", **told))]


def _file(command: FileExplanation, state: VarianceExplanation, context: Context) -> Decision:
    wanted = explanation_of(command.year, command.department, command.account, command.month)
    if context.subject != wanted:
        raise rules.NotALineAndMonth(number=context.subject.id, wanted=wanted.id)
    if state.status not in ("none", "demanded", "returned"):
        raise rules.ExplainedAlready(status=state.status)
    if context.principal not in _explains(command.department, context.directory):
        raise rules.HeadExplains(department=command.department)
    line = context.fact(BudgetLineStanding, *line_of(command.year, command.department, command.account))
    if line is None:
        raise NoBudgetLine(department=command.department, account=command.account, year=command.year)
    if command.month not in line.months:
        raise NotOfThisYear(field="month", month=command.month, year=command.year)
    if command.allowance and command.from_pool:
        raise rules.AllowanceOrPool(field="allowance")
    control = context.policy.value(CLAUSE, "control").get(line.category, "stop")
    if command.allowance and control == "stop":
        raise rules.NoAllowance(field="allowance", category=line.category)
    if command.from_pool:
        if context.policy.value(CLAUSE_TRANSFER, "total_may_change") == "never":
            raise TotalStays(field="from_pool")
        check_pool(command.from_pool, command.year, context)
    by = context.principal
    return [
        ExplanationFiled(
            year=command.year,
            department=command.department,
            account=command.account,
            month=command.month,
            cause_kind=command.cause_kind,
            cause=command.cause,
            controllable=command.controllable,
            remedy=command.remedy,
            allowance=command.allowance,
            from_pool=command.from_pool,
            demanded=state.demanded,
            by=by,
            delegate=_delegate(context),
            reviewers=_without({by, context.actor}, FINANCE, context.directory),
        )
    ]


def _check_review(state: VarianceExplanation, context: Context) -> None:
    if not any(context.directory.holds(context.principal, role) for role in FINANCE):
        raise rules.FinanceReviews()
    if state.status != "filed":
        raise rules.NoExplanationToReview(status=state.status)
    _check_no_part(state, context)


def _decide_on_pool(command: DecideOnPool, state: VarianceExplanation, context: Context) -> Decision:
    authority = context.policy.value(CLAUSE, "authority")
    if not any(context.directory.holds(context.principal, role) for role in speaks_for(authority)):
        raise rules.ManagementDecidesOnPool(authority=authority)
    if state.status != "waits_for_pool":
        raise rules.NothingAskedOfPool(status=state.status)
    _check_no_part(state, context)
    if command.granted > state.from_pool:
        raise rules.GrantedMoreThanAsked(field="granted", asked=state.from_pool, granted=command.granted)
    months = months_of(state.year, fiscal_start(context.policy))
    today = month_of(context.now.astimezone(context.working_time.zone).date())
    decided = PoolDecided(
        year=state.year,
        department=state.department,
        account=state.account,
        asked=state.from_pool,
        granted=command.granted,
        month=min(max(today, months[0]), months[-1]),
        by=context.principal,
        reason=command.reason,
    )
    outcome = "granted" if command.granted else "refused"
    ruling = context.basis(CLAUSE, "pool", outcome, authority=authority, asked=state.from_pool, granted=command.granted)
    return [decided.under(ruling)]


def _check_no_part(state: VarianceExplanation, context: Context) -> None:
    if not state.hands.isdisjoint((context.actor, context.principal)):
        raise rules.OwnExplanation(filer=state.filer)


def _explains(department: str, directory: Directory) -> tuple[str, ...]:
    """The department's head; management where there is none."""
    heads = directory.holders(Role.DEPARTMENT_HEAD, department)
    return heads or tuple(sorted(filter(directory.is_management, directory.employees)))


def _deciders(state: VarianceExplanation, context: Context) -> tuple[str, ...]:
    part = {*state.hands, context.actor, context.principal}
    return _without(part, speaks_for(context.policy.value(CLAUSE, "authority")), context.directory)


def _without(people: set[str], roles: Iterable[Role], directory: Directory) -> tuple[str, ...]:
    wanted = set(roles)
    return tuple(sorted(each for each in directory.employees.keys() - people if wanted & directory.roles_of(each)))


def _delegate(context: Context) -> str | None:
    return context.actor if context.acting_for else None


def _due(moment: datetime, context: Context) -> datetime:
    return context.working_time.working_days_after(
        moment, int(context.policy.value(CLAUSE, "explanation_working_days"))
    )


def consults(command: ExplanationCommand, state: VarianceExplanation) -> Iterable[Stream]:
    """The line it is about and the pool it asks."""
    if isinstance(command, FileExplanation):
        yield line_of(command.year, command.department, command.account)
        yield pool_of(command.year)


def department(command: ExplanationCommand, state: VarianceExplanation, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    if isinstance(command, DemandExplanation | FileExplanation):
        return command.department
    return state.department or None


OVERRUN_EXPLAINED = Obligation(
    clause=CLAUSE,
    zh="按期提交预算差异说明",
    opened_by=ExplanationDemanded,
    fulfilled_by=(ExplanationFiled,),
    due=lambda demanded: demanded.due_at,
    owed_by=lambda demanded: demanded.owed_by,
)

EXPLAINED_AGAIN = Obligation(
    clause=CLAUSE,
    zh="按期重新提交预算差异说明",
    opened_by=ExplanationReturned,
    fulfilled_by=(ExplanationFiled,),
    due=lambda returned: returned.due_at,
    owed_by=lambda returned: returned.owed_by,
    key=lambda event: "returned",
)

VARIANCE_EXPLANATION = Aggregate(
    name="variance_explanation",
    zh="预算差异说明",
    prefix="VE",
    initial=VarianceExplanation(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
    obligations=(OVERRUN_EXPLAINED, EXPLAINED_AGAIN),
)
