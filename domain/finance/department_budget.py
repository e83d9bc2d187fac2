"""Department budget 部门预算 of a fiscal year (2.1.1.1-2.1.1.6), numbered ``{year}.{department}``.

Last year's actuals and a forecast of their changes come first, then the lines with their basis of calculation. What
grows beyond the policy's limit without grounds, or exceeds the total finance set, is a conflict and is not approved.
Every version stays readable, and every further one says how it differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from domain.finance import department_budget_rules as rules
from domain.finance.budget_round_rules import filers_of, finance_in
from domain.finance.chart_of_accounts import CHART
from domain.finance.department_budget_lines import conflicts_of, growth, ruling, settled
from domain.finance.department_budget_messages import (
    CLAUSE_GATHER,
    ActualsGathered,
    ChangesForecast,
    DepartmentBudgetApproved,
    DepartmentBudgetCommand,
    DepartmentBudgetEvent,
    DepartmentBudgetFiled,
    DepartmentBudgetPublished,
    DepartmentBudgetRevised,
    FileBudget,
    ForecastChanges,
    GatherActuals,
    GroundsRecorded,
    NoteActuals,
    PublishDepartmentBudget,
    RecordGrounds,
    ReviseBudget,
)
from domain.finance.department_budget_path import budget_path
from domain.finance.department_budget_terms import (
    CategoryAmount,
    CategoryChange,
    Conflict,
    DepartmentBudgetStanding,
    FiledLine,
    PublishedLine,
    RoundStanding,
    amount_of,
    budget_of,
    differences,
    round_of,
)
from domain.governance import approvals
from domain.governance.approvals import Approval, ApprovalCompleted, Approve
from domain.kernel import Aggregate, Context, Decision, Event, Ruled, Stream
from domain.money import ZERO, total

YEARS_BACK = 2
Filed = DepartmentBudgetFiled | DepartmentBudgetRevised


@dataclass(frozen=True, slots=True)
class Version:
    """A version as filed."""

    number: int
    by: str
    lines: tuple[FiledLine, ...]


@dataclass(frozen=True, slots=True)
class DepartmentBudget:
    """A department's budget as its history left it; amounts in CNY."""

    year: int = 0
    department: str = ""
    how: str = ""
    """Where last year's actuals come from; empty before they are gathered."""
    actuals: Mapping[str, Decimal] = field(default_factory=dict)
    forecast: tuple[CategoryChange, ...] | None = None
    versions: tuple[Version, ...] = ()
    grounded: Mapping[str, Decimal] = field(default_factory=dict)
    """Up to which amount a category's growth has grounds on record."""
    approval: Approval = Approval()
    published: bool = False

    @property
    def lines(self) -> tuple[FiledLine, ...]:
        """Those of the version last filed."""
        return self.versions[-1].lines if self.versions else ()

    @property
    def total(self) -> Decimal:
        """What they come to."""
        return amount_of(self.lines)

    @property
    def status(self) -> Literal["none", "open", "approved", "rejected", "returned", "withdrawn", "published"]:
        """Where it stands."""
        return "published" if self.published else self.approval.status


def decide(command: DepartmentBudgetCommand, state: DepartmentBudget, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case NoteActuals():
            return _noted(command, state, context)
        case PublishDepartmentBudget():
            return _published(command, state)
        case GatherActuals():
            _check_round(command.year, command.department, state, context)
            _check_filer(command.department, context)
            return [_gathered(command, state, context)]
        case ForecastChanges(changes=changes):
            if not state.how:
                raise rules.ActualsFirst()
            _check_round(state.year, state.department, state, context)
            _check_filer(state.department, context)
            rules.check_categories(tuple(each.category for each in changes), context, whole=False)
            return [ChangesForecast(year=state.year, department=state.department, changes=changes)]
        case FileBudget(year=year, department=department):
            _check_round(year, department, state, context)
            _check_filer(department, context)
            if state.versions:
                raise rules.BudgetFiledAlready(version=len(state.versions))
            return _filed(command, state, context)
        case _ if not state.versions:
            raise rules.NotFiled()
        case ReviseBudget():
            _check_round(state.year, state.department, state, context)
            _check_filer(state.department, context)
            return _filed(command, state, context)
        case RecordGrounds():
            _check_round(state.year, state.department, state, context)
            _check_filer(state.department, context)
            return [_grounds(command, state, context)]
        case _:
            told = _check_round(state.year, state.department, state, context)
            decision = approvals.decide(command, state.approval, context)
            if isinstance(command, Approve):
                _check_ready(state, told, context)
            return _with_approval(decision, state, context)


def evolve(state: DepartmentBudget, event: DepartmentBudgetEvent) -> DepartmentBudget:
    """The budget after ``event``."""
    match event:
        case ActualsGathered():
            return replace(
                state,
                year=event.year,
                department=event.department,
                how=event.how,
                actuals={each.category: each.amount for each in event.actuals},
            )
        case ChangesForecast(changes=changes):
            return replace(state, forecast=changes)
        case DepartmentBudgetFiled() | DepartmentBudgetRevised():
            version = Version(event.version, event.requester, event.lines)
            return replace(
                state,
                versions=(*state.versions, version),
                approval=approvals.opened(state.approval, event.requester, event.path),
            )
        case GroundsRecorded(category=category, amount=amount):
            return replace(state, grounded={**state.grounded, category: amount})
        case DepartmentBudgetApproved():
            return state
        case DepartmentBudgetPublished():
            return replace(state, published=True)
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _noted(command: NoteActuals, state: DepartmentBudget, context: Context) -> Decision:
    """What people stated themselves is not replaced by what is computed; by finance's file it is.

    Where figures are on record, a category that has none had no cost.
    """
    if state.published or (command.how == "computed" and state.how not in ("", "computed")):
        return []
    found = {each.category: each.amount for each in command.actuals}
    categories = dict.fromkeys((*context.policy.value(CLAUSE_GATHER, "categories"), *found))
    return [
        ActualsGathered(
            year=command.year,
            department=command.department,
            of_year=command.year - YEARS_BACK,
            how=command.how,
            actuals=tuple(CategoryAmount(category=each, amount=found.get(each, ZERO)) for each in categories),
            total=total(found.values()),
            position=command.position,
            source=command.source,
        )
    ]


def _gathered(command: GatherActuals, state: DepartmentBudget, context: Context) -> Ruled:
    rules.check_categories(tuple(each.category for each in command.actuals), context, whole=True)
    if state.how == "computed" and not command.reason:
        raise rules.ReasonForCorrection(field="reason")
    how: Literal["entered", "imported"] = "imported" if command.source else "entered"
    gathered = ActualsGathered(
        year=command.year,
        department=command.department,
        of_year=command.year - YEARS_BACK,
        how=how,
        actuals=command.actuals,
        total=rules.bounded(total(each.amount for each in command.actuals)),
        source=command.source,
        reason=command.reason,
    )
    return gathered.under(context.basis(CLAUSE_GATHER, "categories", how, categories=len(command.actuals)))


def _filed(command: FileBudget | ReviseBudget, state: DepartmentBudget, context: Context) -> Decision:
    if not state.how or state.forecast is None:
        raise rules.ActualsFirst(actuals=state.how or "none", forecast=state.forecast is not None)
    lines = settled(command.lines, context)
    changes = differences(state.lines, lines)
    if state.versions and not changes and state.status in ("open", "approved"):
        raise rules.NothingRevised(field="lines", version=len(state.versions))
    allowed = _round(state.year, context).totals.get(state.department)
    conflicts = conflicts_of(lines, state.actuals, allowed, state.grounded, context)
    amount = amount_of(lines)
    steps, tiers = budget_path(amount, context.principal, state.department, context)
    filed = DepartmentBudgetFiled(
        year=state.year,
        department=state.department,
        requester=context.principal,
        version=len(state.versions) + 1,
        lines=lines,
        total=amount,
        allowed=allowed,
        conflicts=conflicts,
        source=command.source,
        path=steps,
    )
    event: Filed = filed
    if isinstance(command, ReviseBudget):
        event = DepartmentBudgetRevised(**dict(filed), changes=changes, reason=command.reason)
    _check_size(event)
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [event.under(ruling(conflicts, context, version=filed.version, allowed=allowed), tiers), first]


def _grounds(command: RecordGrounds, state: DepartmentBudget, context: Context) -> Ruled:
    found = conflicts_of(state.lines, state.actuals, None, state.grounded, context)
    conflict = next((each for each in found if each.category == command.category), None)
    if conflict is None:
        raise rules.NoConflictThere(field="category", conflicts=", ".join(each.category for each in found))
    recorded = GroundsRecorded(
        category=command.category,
        grounds=command.grounds,
        amount=conflict.amount,
        last_year=conflict.compared,
        growth=growth(conflict.amount, conflict.compared),
    )
    return recorded.under(ruling((conflict,), context))


def _with_approval(decision: Decision, state: DepartmentBudget, context: Context) -> Decision:
    events = (item.event if isinstance(item, Ruled) else item for item in decision)
    if not any(isinstance(event, ApprovalCompleted) for event in events):
        return decision
    approved = DepartmentBudgetApproved(
        year=state.year, department=state.department, version=len(state.versions), total=state.total
    )
    return [*decision, approved]


def _published(command: PublishDepartmentBudget, state: DepartmentBudget) -> Decision:
    if state.status != "approved" or command.version != len(state.versions):
        raise rules.NotThatVersion(status=state.status, version=len(state.versions), wanted=command.version)
    lines = tuple(
        PublishedLine(account=each.account, category=each.category, amount=each.amount, phasing=each.phasing)
        for each in state.lines
    )
    return [
        DepartmentBudgetPublished(
            year=state.year, department=state.department, version=command.version, lines=lines, total=state.total
        )
    ]


def _round(year: int, context: Context) -> RoundStanding:
    found = context.fact(RoundStanding, *round_of(year))
    if found is None or found.published:
        raise rules.RoundClosed(year=year, published=found is not None)
    return found


def _check_round(year: int, department: str, state: DepartmentBudget, context: Context) -> RoundStanding:
    told = _round(year, context)
    if context.subject != budget_of(year, department):
        raise rules.NotItsNumber(field="department", number=budget_of(year, department).id)
    if department not in told.departments:
        raise rules.OutsideTheRound(field="department", department=department)
    return told


def _check_filer(department: str, context: Context) -> None:
    filers = filers_of(department, context.directory)
    if context.principal not in (*filers, *finance_in(context)):
        raise rules.FiledByItsHead(department=department, filed_by=", ".join(filers))


def _check_ready(state: DepartmentBudget, told: RoundStanding, context: Context) -> None:
    """Deliberated on, and without conflicts by what is known now: actuals, grounds, the total as finance set it."""
    deliberated = told.deliberated.get(state.department)
    if deliberated is None or state.total > deliberated:
        raise rules.NotDeliberated(
            department=state.department, total=state.total, deliberated="none" if deliberated is None else deliberated
        )
    allowed = told.totals.get(state.department)
    conflicts = conflicts_of(state.lines, state.actuals, allowed, state.grounded, context)
    if conflicts:
        raise rules.ConflictsOpen(conflicts=_told(conflicts))


def _told(conflicts: tuple[Conflict, ...]) -> str:
    return "; ".join(each.told() for each in conflicts)


def _check_size(event: Event) -> None:
    size = len(event.model_dump_json().encode())
    if size > rules.BYTES_MOST:
        raise rules.BudgetTooLong(field="lines", bytes=size, most=rules.BYTES_MOST)


def consults(command: DepartmentBudgetCommand, state: DepartmentBudget) -> Iterable[Stream]:
    """The round of its year, and the chart of accounts where lines are filed."""
    if isinstance(command, NoteActuals | PublishDepartmentBudget):
        return
    year = command.year if isinstance(command, GatherActuals | FileBudget) else state.year
    if year:
        yield round_of(year)
    if isinstance(command, FileBudget | ReviseBudget):
        yield CHART


def standing(state: DepartmentBudget) -> DepartmentBudgetStanding:
    """What others may know of it."""
    return DepartmentBudgetStanding(
        year=state.year,
        department=state.department,
        status=state.status,
        version=len(state.versions),
        total=state.total,
    )


def department(command: DepartmentBudgetCommand, state: DepartmentBudget, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    if isinstance(command, GatherActuals | FileBudget | NoteActuals):
        return command.department
    return state.department or None


DEPARTMENT_BUDGET = Aggregate(
    name="department_budget",
    zh="部门预算",
    prefix="DB",
    initial=DepartmentBudget(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    department=department,
)
