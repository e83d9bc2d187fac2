"""Carry-forward 预算结转 (clause 2.1.3.1): what a department takes of a year's budget into the next, one for each.

The policy says by category of cost what may go: all that was not spent, what is reserved and committed, or nothing.
A claim goes only where its budget goes. What is approved is the most that is carried; how much the lines hold by then
is looked at again when it takes effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.finance import budget_transfer_rules as rules
from domain.finance.budget_book import BOOK, BookStanding
from domain.finance.budget_line import BudgetLineStanding, line_of
from domain.finance.budget_line_rules import NoBudgetLine
from domain.finance.budget_transfer_path import assessed_by, assessment_after, check_assessed, check_may_apply, path_for
from domain.finance.carry_forward_messages import (
    CLAUSE,
    BudgetCarriedForward,
    CarriedLine,
    CarryCommand,
    CarryEvent,
    CarryForwardFiled,
    CarryForwardRevised,
    CarryRequest,
    FileCarryForward,
    RequestedCarry,
    ReviseCarryForward,
)
from domain.finance.periods import fiscal_start, month_of, months_of
from domain.governance import approvals
from domain.governance.approval_path import Step
from domain.governance.approvals import Approval, Approve
from domain.governance.policy_changes import approved_by
from domain.kernel import Aggregate, Basis, Context, Decision, Stream
from domain.money import ZERO, total

CLAIM = "encumbrance-"


@dataclass(frozen=True, slots=True)
class CarryForward:
    """A carry-forward as its history left it; ``year`` is the one carried from."""

    requester: str = ""
    year: int = 0
    department: str = ""
    lines: tuple[RequestedCarry, ...] = ()
    assessment: str = ""
    carried: bool = False
    approval: Approval = Approval()


def carry_of(year: int, department: str) -> Stream:
    """The stream of a department's carry-forward, e.g. ``carry_forward-2026.D06``."""
    return Stream("carry_forward", f"{year}.{department}")


def decide(command: CarryCommand, state: CarryForward, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case FileCarryForward(year=year, department=of):
            if context.subject != carry_of(year, of):
                raise rules.NotAYearOfADepartment(number=context.subject.id, wanted=carry_of(year, of).id)
            if state.requester and not state.carried and state.approval.status != "rejected":
                raise rules.AppliedAlready(status=state.approval.status)
            lines, steps, basis = _checked(command.lines, year, of, context.principal, context)
            filed = CarryForwardFiled(
                requester=context.principal,
                year=year,
                department=of,
                lines=lines,
                total=total(each.amount for each in lines),
                grounds=command.grounds,
                path=steps,
            )
            _, first = approvals.submit(state.approval, context.principal, steps, context)
            return [filed.under(*basis), first]
        case ReviseCarryForward():
            if state.carried or state.approval.status in ("none", "approved", "rejected"):
                raise rules.AppliedAlready(status=state.approval.status)
            if context.principal != state.requester:
                raise rules.OnlyRequesterRevises(requester=state.requester)
            lines, steps, basis = _checked(command.lines, state.year, state.department, state.requester, context)
            revised = CarryForwardRevised(
                year=state.year,
                department=state.department,
                lines=lines,
                total=total(each.amount for each in lines),
                grounds=command.grounds,
                path=steps,
            )
            _, first = approvals.submit(state.approval, state.requester, steps, context)
            return [revised.under(*basis), first]
        case _:
            decision = approvals.decide(command, state.approval, context)
            check_assessed(command, state.approval)
            if not approved_by(decision):
                return decision
            assessed = replace(state, assessment=assessed_by(command, state.approval, state.assessment))
            return [*decision, _carried(assessed, context)]


def evolve(state: CarryForward, event: CarryEvent) -> CarryForward:
    """The carry-forward after ``event``."""
    match event:
        case CarryForwardFiled() | CarryForwardRevised():
            requester = event.requester if isinstance(event, CarryForwardFiled) else state.requester
            return CarryForward(
                requester=requester,
                year=event.year,
                department=event.department,
                lines=event.lines,
                approval=approvals.opened(state.approval, requester, event.path),
            )
        case BudgetCarriedForward():
            return replace(state, carried=True)
        case _:
            assessment = assessment_after(event, state.approval, state.assessment)
            return replace(state, assessment=assessment, approval=approvals.evolve(state.approval, event))


def claims_going(line: BudgetLineStanding, amount: Decimal) -> tuple[str, ...]:
    """The claims that go along with ``amount`` of a line's budget, in the order of their streams."""
    going, left = [], amount
    for claim, held in sorted(line.claims.items()):
        if claim.startswith(CLAIM) and ZERO < held <= left:
            going.append(claim)
            left -= held
    return tuple(going)


def may_carry(line: BudgetLineStanding, rule: str) -> Decimal:
    """How much of a line may be carried by a rule of the policy: all, encumbered, none; CNY.

    Of an exceeded line nothing: its claims have no budget to go with, and are spent in the year that is over.
    """
    if line.available < 0:
        return ZERO
    encumbered = line.reserved + line.committed
    unspent = min(line.available + encumbered, total(line.phasing))
    return {"all": unspent, "encumbered": min(encumbered, unspent)}.get(rule, ZERO)


def _checked(
    requests: tuple[CarryRequest, ...], year: int, of: str, requester: str, context: Context
) -> tuple[tuple[RequestedCarry, ...], tuple[Step, ...], tuple[Basis, ...]]:
    """What is asked line by line, the path, the rulings; raises whatever stands against it."""
    check_may_apply([of], context)
    last = months_of(year, fiscal_start(context.policy))[-1]
    today = context.now.astimezone(context.working_time.zone).date()
    if month_of(today) < last:
        raise rules.NotYetOver(field="year", year=year, last_month=last)
    book = context.fact(BookStanding, *BOOK)
    if book is None or year + 1 not in book.years:
        raise rules.NextYearUnpublished(year=year + 1)
    named: set[str] = set()
    lines = []
    for number, request in enumerate(requests):
        if request.account in named:
            raise rules.LineNamedTwice(field=f"lines.{number}", line=line_of(year, of, request.account).id)
        named.add(request.account)
        lines.append(_requested(request, f"lines.{number}", year, of, context))
    steps, tiers = path_for(total(each.amount for each in lines), [of], requester, context)
    carried = context.basis(CLAUSE, "carry_forward", "allowed", lines=len(lines), year=year)
    return tuple(lines), steps, (carried, tiers)


def _requested(request: CarryRequest, where: str, year: int, of: str, context: Context) -> RequestedCarry:
    line = context.fact(BudgetLineStanding, *line_of(year, of, request.account))
    if line is None:
        raise NoBudgetLine(field=where, department=of, account=request.account, year=year)
    rule = context.policy.value(CLAUSE, "carry_forward").get(line.category, "none")
    most = may_carry(line, rule)
    if not most or request.amount == 0:
        raise rules.NotCarriedForward(field=where, account=request.account, category=line.category, allowed=rule)
    if request.amount is not None and request.amount > most:
        raise rules.MoreThanMayBeCarried(field=f"{where}.amount", account=request.account, most=most, allowed=rule)
    return RequestedCarry(
        account=request.account,
        category=line.category,
        rule=rule,
        unspent=may_carry(line, "all"),
        encumbered=line.reserved + line.committed,
        amount=most if request.amount is None else request.amount,
    )


def _carried(state: CarryForward, context: Context) -> BudgetCarriedForward:
    """What goes now: no more than was approved, no more than the lines may still give."""
    start = fiscal_start(context.policy)
    lines = []
    for asked in state.lines:
        line = context.fact(BudgetLineStanding, *line_of(state.year, state.department, asked.account))
        assert line is not None, "a line is never closed"
        amount = min(asked.amount, may_carry(line, asked.rule))
        going = claims_going(line, amount)
        held = total(line.claims[claim] for claim in going)
        # What stays behind still has its claims to pay for.
        amount = held if asked.rule == "encumbered" else min(amount, line.available + held)
        if amount > 0:
            opens = context.fact(BudgetLineStanding, *line_of(state.year + 1, state.department, asked.account)) is None
            lines.append(
                CarriedLine(
                    account=asked.account,
                    category=asked.category,
                    amount=amount,
                    encumbered=held,
                    claims=len(going),
                    opens=opens,
                )
            )
    return BudgetCarriedForward(
        department=state.department,
        from_year=state.year,
        to_year=state.year + 1,
        from_month=months_of(state.year, start)[-1],
        to_month=months_of(state.year + 1, start)[0],
        lines=tuple(lines),
        total=total(each.amount for each in lines),
        assessment=state.assessment,
    )


def consults(command: CarryCommand, state: CarryForward) -> Iterable[Stream]:
    """The lines of both years, and the book when it is filed."""
    match command:
        case FileCarryForward(year=year, department=of):
            accounts = [each.account for each in command.lines]
        case ReviseCarryForward():
            year, of, accounts = state.year, state.department, [each.account for each in command.lines]
        case Approve():
            year, of, accounts = state.year, state.department, [each.account for each in state.lines]
        case _:
            return
    if not isinstance(command, Approve):
        yield BOOK
    for account in accounts:
        yield line_of(year, of, account)
        yield line_of(year + 1, of, account)


def department(command: CarryCommand, state: CarryForward, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return command.department if isinstance(command, FileCarryForward) else state.department or None


CARRY_FORWARD = Aggregate(
    name="carry_forward",
    zh="预算结转",
    prefix="CF",
    initial=CarryForward(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
)
