"""A department's detailed rules 实施细则 (clause 5.2): parameters it tightens for itself, filed with management.

The head files them, management approves, and the rulebook puts them in force in the same transaction. A filing is the
department's whole set and replaces its earlier one; an empty set ends them. Looser than the policy is refused, at the
filing and again when it comes into force.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.directory import Role
from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval, ApprovalCommand, ApprovalEvent
from domain.governance.policy_changes import ParameterChange, Raw, approved_by, read_tightening, starts
from domain.kernel import Aggregate, Basis, Command, Context, Decision, Event, Refusal

CLAUSE = "5.2"


class FileDepartmentRules(Command):
    """File a department's detailed rules with management 报备部门细则."""

    zh: ClassVar[str] = "报备部门细则"
    department: str = Field(min_length=1, max_length=64, description="Department 部门")
    parameters: Raw
    text: str = Field(min_length=1, max_length=8000, description="The rules in words 细则正文")
    effective_from: date = Field(description="Day they take effect 生效日期")


class ReviseDepartmentRules(Command):
    """Change what was filed and file it again 修改部门细则; what was approved of it opens again."""

    zh: ClassVar[str] = "修改部门细则"
    parameters: Raw
    text: str = Field(min_length=1, max_length=8000, description="The rules in full 细则全文")
    effective_from: date = Field(description="First day in force 生效日")


DepartmentRulesCommand = FileDepartmentRules | ReviseDepartmentRules | ApprovalCommand


class DepartmentRulesFiled(Event):
    """A department's rules were filed 部门细则已报备. ``tightened`` compares them with the policy ``based_on``."""

    zh: ClassVar[str] = "部门细则已报备"
    clause: ClassVar[str] = CLAUSE
    department: str
    filed_by: str
    tightened: tuple[ParameterChange, ...]
    text: str
    effective_from: date
    based_on: str
    path: tuple[Step, ...]


class DepartmentRulesRevised(Event):
    """A filing was changed and filed again 部门细则已修改."""

    zh: ClassVar[str] = "部门细则已修改"
    clause: ClassVar[str] = CLAUSE
    tightened: tuple[ParameterChange, ...]
    text: str
    effective_from: date
    based_on: str
    path: tuple[Step, ...]


class DepartmentRulesApproved(Event):
    """Management approved a department's rules 部门细则已批准; the rulebook puts them in force with it."""

    zh: ClassVar[str] = "部门细则已批准"
    clause: ClassVar[str] = CLAUSE
    department: str
    tightened: tuple[ParameterChange, ...]
    effective_from: date


DepartmentRulesEvent = DepartmentRulesFiled | DepartmentRulesRevised | DepartmentRulesApproved | ApprovalEvent


class NotTheHead(Refusal):
    """A department's rules are filed by its head.

    部门细则由本部门主管报备。

    → Ask the head of the department to file them.
    → 请由该部门主管报备。
    """

    clause = CLAUSE
    attempt = True


class NoSuchDepartment(Refusal):
    """Rules are made by a department that exists.

    细则须由现有部门制定。

    → Check the department's number in the organisation chart.
    → 请在组织架构中核对部门编号。
    """

    clause = CLAUSE


class FiledAlready(Refusal):
    """Rules are filed once; after that the head revises them, until they are decided.

    细则只报备一次；办结前由主管修改。

    → Revise them, or file new rules where these are decided.
    → 请修改该细则；已办结的请另行报备。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as its history left it."""

    department: str = ""
    filed_by: str = ""
    tightened: tuple[ParameterChange, ...] = ()
    text: str = ""
    effective_from: date | None = None
    approval: Approval = Approval()


def decide(command: DepartmentRulesCommand, state: Filing, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case FileDepartmentRules():
            return _file(command, state, context)
        case ReviseDepartmentRules():
            return _revise(command, state, context)
        case _:
            decision = approvals.decide(command, state.approval, context)
            if state.effective_from is None or not approved_by(decision):
                return decision
            approved = DepartmentRulesApproved(
                department=state.department, tightened=state.tightened, effective_from=state.effective_from
            )
            return [*decision, approved]


def evolve(state: Filing, event: DepartmentRulesEvent) -> Filing:
    """The filing after ``event``."""
    match event:
        case DepartmentRulesFiled():
            return Filing(
                department=event.department,
                filed_by=event.filed_by,
                tightened=event.tightened,
                text=event.text,
                effective_from=event.effective_from,
                approval=approvals.opened(state.approval, event.filed_by, event.path),
            )
        case DepartmentRulesRevised():
            return replace(
                state,
                tightened=event.tightened,
                text=event.text,
                effective_from=event.effective_from,
                approval=approvals.opened(state.approval, state.filed_by, event.path),
            )
        case DepartmentRulesApproved():
            return state
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _file(command: FileDepartmentRules, state: Filing, context: Context) -> Decision:
    if state.filed_by:
        raise FiledAlready(status=state.approval.status)
    if command.department not in context.directory.departments:
        raise NoSuchDepartment(field="department", department=command.department)
    _check_head(command.department, context)
    tightened, steps = _read(command, context.principal, command.department, context)
    filed = DepartmentRulesFiled(
        department=command.department,
        filed_by=context.principal,
        tightened=tightened,
        text=command.text,
        effective_from=command.effective_from,
        based_on=context.policy.version,
        path=steps,
    )
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [filed.under(_ruling(tightened, command.department, context)), first]


def _revise(command: ReviseDepartmentRules, state: Filing, context: Context) -> Decision:
    if state.approval.status in ("none", "approved", "rejected"):
        raise FiledAlready(status=state.approval.status)
    _check_head(state.department, context)
    tightened, steps = _read(command, state.filed_by, state.department, context)
    revised = DepartmentRulesRevised(
        tightened=tightened,
        text=command.text,
        effective_from=command.effective_from,
        based_on=context.policy.version,
        path=steps,
    )
    _, first = approvals.submit(state.approval, state.filed_by, steps, context)
    return [revised.under(_ruling(tightened, state.department, context)), first]


def _check_head(department: str, context: Context) -> None:
    role = Role(context.policy.value(CLAUSE, "filed_by"))
    if not context.directory.holds(context.principal, role, department):
        raise NotTheHead(field="department", department=department)


def _read(
    command: FileDepartmentRules | ReviseDepartmentRules, filed_by: str, department: str, context: Context
) -> tuple[tuple[ParameterChange, ...], tuple[Step, ...]]:
    """What it tightens, and who approves it."""
    starts(command.effective_from, context.now, context.working_time.zone)
    tightened = read_tightening(command.parameters, context.policy)
    authority = Authority(role=context.policy.value(CLAUSE, "authority"), clause=CLAUSE)
    return tightened, path([authority], requester=filed_by, department=department, context=context)


def _ruling(tightened: tuple[ParameterChange, ...], department: str, context: Context) -> Basis:
    named = ", ".join(f"{change.clause} {change.name}" for change in tightened)
    return context.basis(CLAUSE, "tighten_only", "tightens" if tightened else "ends", department=department, what=named)


DEPARTMENT_RULES = Aggregate(
    name="department_rules", zh="部门实施细则", prefix="DR", initial=Filing(), decide=decide, evolve=evolve
)
