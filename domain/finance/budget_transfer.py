"""Budget transfer 预算调剂 (clause 2.1.3.1): 《预算调剂申请表》 from a line, or the reserve pool, to one or more lines.

What the source has left is looked at when it is filed, so that people learn early, and again by the line itself when it
takes effect: of two transfers that together exceed it the second is refused. The total stays what it was, unless the
reserve pool gives or takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.finance import budget_transfer_rules as rules
from domain.finance.budget_line import BudgetLineStanding, line_of
from domain.finance.budget_line_rules import NeverBelowZero, NoBudgetLine
from domain.finance.budget_transfer_messages import (
    CLAUSE,
    BudgetTransferred,
    LineRef,
    ReviseTransfer,
    SubmitTransfer,
    TransferCommand,
    TransferEvent,
    TransferredTo,
    TransferRevised,
    TransferSubmitted,
    TransferTarget,
)
from domain.finance.budget_transfer_path import assessed_by, assessment_after, check_assessed, check_may_apply, path_for
from domain.finance.chart_of_accounts import CHART, NoSuchAccount, chart_in
from domain.finance.periods import fiscal_start, month_of, months_of
from domain.finance.reserve_pool import NoReservePool, PoolStanding, check_pool, pool_of
from domain.governance import approvals
from domain.governance.approval_path import Step
from domain.governance.approvals import Approval, Approve
from domain.governance.policy_changes import approved_by
from domain.kernel import Aggregate, Basis, Context, Decision, Stream
from domain.money import ZERO, total

Form = SubmitTransfer | ReviseTransfer


@dataclass(frozen=True, slots=True)
class BudgetTransfer:
    """A transfer as its history left it; ``source`` None is the reserve pool."""

    requester: str = ""
    year: int = 0
    source: LineRef | None = None
    targets: tuple[TransferTarget, ...] = ()
    to_pool: Decimal = ZERO
    assessment: str = ""
    transferred: bool = False
    approval: Approval = Approval()

    @property
    def amount(self) -> Decimal:
        """What is moved, CNY."""
        return amount_of(self.targets, self.to_pool)


def decide(command: TransferCommand, state: BudgetTransfer, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case SubmitTransfer(year=year):
            if state.requester:
                raise rules.AppliedAlready(status=state.approval.status)
            left, steps, basis = _checked(command, year, context.principal, context)
            submitted = TransferSubmitted(
                requester=context.principal,
                year=year,
                source=command.source,
                targets=command.targets,
                to_pool=command.to_pool,
                amount=amount_of(command.targets, command.to_pool),
                left=left,
                grounds=command.grounds,
                path=steps,
            )
            _, first = approvals.submit(state.approval, context.principal, steps, context)
            return [submitted.under(*basis), first]
        case ReviseTransfer():
            if state.approval.status in ("none", "approved", "rejected"):
                raise rules.AppliedAlready(status=state.approval.status)
            if context.principal != state.requester:
                raise rules.OnlyRequesterRevises(requester=state.requester)
            left, steps, basis = _checked(command, state.year, state.requester, context)
            revised = TransferRevised(
                year=state.year,
                source=command.source,
                targets=command.targets,
                to_pool=command.to_pool,
                amount=amount_of(command.targets, command.to_pool),
                left=left,
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
            return [*decision, _transferred(assessed, context)]


def evolve(state: BudgetTransfer, event: TransferEvent) -> BudgetTransfer:
    """The transfer after ``event``."""
    match event:
        case TransferSubmitted() | TransferRevised():
            requester = event.requester if isinstance(event, TransferSubmitted) else state.requester
            return BudgetTransfer(
                requester=requester,
                year=event.year,
                source=event.source,
                targets=event.targets,
                to_pool=event.to_pool,
                approval=approvals.opened(state.approval, requester, event.path),
            )
        case BudgetTransferred():
            return replace(state, transferred=True)
        case _:
            assessment = assessment_after(event, state.approval, state.assessment)
            return replace(state, assessment=assessment, approval=approvals.evolve(state.approval, event))


def amount_of(targets: Sequence[TransferTarget], to_pool: Decimal) -> Decimal:
    """What is moved together, CNY."""
    return total([*(each.amount for each in targets), to_pool])


def effective_month(moment: datetime, year: int, context: Context) -> str:
    """The month from which an amount is spread: the current one, within the fiscal year."""
    months = months_of(year, fiscal_start(context.policy))
    return min(max(month_of(moment.astimezone(context.working_time.zone).date()), months[0]), months[-1])


def _checked(
    form: Form, year: int, requester: str, context: Context
) -> tuple[Decimal, tuple[Step, ...], tuple[Basis, ...]]:
    """What the source has left, the path, the rulings; raises whatever stands against the form."""
    departments = [each.department for each in (*((form.source,) if form.source else ()), *form.targets)]
    if not departments:
        raise rules.NothingMoves(field="targets")
    check_may_apply(departments, context)
    _check_form(form, year, context)
    _check_targets(form, year, context)
    amount = amount_of(form.targets, form.to_pool)
    if form.source is None:
        left = check_pool(amount, year, context)
    else:
        left = _check_source(form.source, amount, year, context)
    if form.to_pool and context.fact(PoolStanding, *pool_of(year)) is None:
        raise NoReservePool(year=year)
    steps, tiers = path_for(amount, departments, requester, context, from_pool=form.source is None)
    checked = context.basis(CLAUSE, "source", "enough", left=left, amount=amount, year=year)
    return left, steps, (checked, tiers)


def _check_form(form: Form, year: int, context: Context) -> None:
    if not form.targets and not form.to_pool:
        raise rules.NothingMoves(field="targets")
    if form.source is None and form.to_pool:
        raise rules.PoolToPool(field="to_pool")
    if (form.source is None or form.to_pool) and context.policy.value(CLAUSE, "total_may_change") == "never":
        raise rules.TotalStays(field="source")
    today = context.now.astimezone(context.working_time.zone).date()
    last = months_of(year, fiscal_start(context.policy))[-1]
    if month_of(today) > last:
        raise rules.YearIsOver(field="year", year=year, ended=last)
    named = {(form.source.department, form.source.account)} if form.source else set()
    for number, target in enumerate(form.targets):
        if (target.department, target.account) in named:
            raise rules.LineNamedTwice(field=f"targets.{number}", line=f"{year}.{target.department}.{target.account}")
        named.add((target.department, target.account))


def _check_targets(form: Form, year: int, context: Context) -> None:
    accounts = chart_in(context).accounts
    for number, target in enumerate(form.targets):
        where = f"targets.{number}"
        if not target.amount:
            raise rules.NothingMoves(field=f"{where}.amount")
        if target.department not in context.directory.departments:
            raise rules.NoDepartmentToReceive(field=f"{where}.department", department=target.department)
        if target.account not in accounts:
            raise NoSuchAccount(field=f"{where}.account", account=target.account)
        items = total(each.amount for each in target.items)
        if target.items and items != target.amount:
            raise rules.CalculationDiffers(field=f"{where}.items", items=items, amount=target.amount)


def _check_source(source: LineRef, amount: Decimal, year: int, context: Context) -> Decimal:
    line = context.fact(BudgetLineStanding, *line_of(year, source.department, source.account))
    if line is None:
        raise NoBudgetLine(field="source", department=source.department, account=source.account, year=year)
    # Costs taken back can leave more available than there ever was of budget; only budget is given.
    budget = total(line.phasing)
    may_go_negative = context.policy.value(CLAUSE, "source_may_go_negative")
    left = budget if may_go_negative else min(line.available, budget)
    if amount > left:
        raise NeverBelowZero(
            field="source",
            line=f"{year}.{source.department}.{source.account}",
            available=left,
            wanted=amount,
        )
    return left


def _transferred(state: BudgetTransfer, context: Context) -> BudgetTransferred:
    """What takes effect: whether a target's line has to be opened is looked up now, not when it was filed."""
    accounts = chart_in(context).accounts
    targets = []
    for target in state.targets:
        line = context.fact(BudgetLineStanding, *line_of(state.year, target.department, target.account))
        if line is None and target.account not in accounts:
            raise NoSuchAccount(field="targets", account=target.account)
        targets.append(
            TransferredTo(
                department=target.department,
                account=target.account,
                category=line.category if line else accounts[target.account].category,
                amount=target.amount,
                opens=line is None,
            )
        )
    return BudgetTransferred(
        year=state.year,
        month=effective_month(context.now, state.year, context),
        source=state.source,
        targets=tuple(targets),
        to_pool=state.to_pool,
        amount=state.amount,
        assessment=state.assessment,
    )


def consults(command: TransferCommand, state: BudgetTransfer) -> Iterable[Stream]:
    """The chart, the lines that receive, and when it is filed the line or pool that gives."""
    if not isinstance(command, Form | Approve):
        return
    form, year = (state, state.year) if isinstance(command, Approve) else (command, _year(command, state))
    yield CHART
    for target in form.targets:
        yield line_of(year, target.department, target.account)
    if isinstance(command, Form):
        if command.source is not None:
            yield line_of(year, command.source.department, command.source.account)
        if command.source is None or command.to_pool:
            yield pool_of(year)


def _year(command: Form, state: BudgetTransfer) -> int:
    return command.year if isinstance(command, SubmitTransfer) else state.year


def department(command: TransferCommand, state: BudgetTransfer, context: Context) -> str | None:
    """The department whose detailed rules apply: the one that gives, else the first that receives."""
    form: Form | BudgetTransfer = command if isinstance(command, Form) else state
    if form.source is not None:
        return form.source.department
    return form.targets[0].department if form.targets else None


BUDGET_TRANSFER = Aggregate(
    name="budget_transfer",
    zh="预算调剂",
    prefix="BT",
    initial=BudgetTransfer(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
)
