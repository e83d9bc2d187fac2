"""Procedures of a department's own 部门自定流程 (clause 5.2): 报销, 用印, 请假 without code.

The head files a procedure with management: the form, who approves by role and amount, until when what was approved has
to be handled. An approved filing is a version in force; a revision becomes the next version once management approves
it. Requests keep the version they started under.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field

from domain.directory import Role
from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval, ApprovalCommand, ApprovalEvent
from domain.governance.department_rules import NoSuchDepartment, NotTheHead
from domain.governance.form import CLAUSE
from domain.governance.policy_changes import approved_by
from domain.governance.procedure_terms import ProcedureStanding, ProcedureTerms, check_sound
from domain.kernel import Aggregate, Basis, Command, Context, Decision, Event, Refusal


class FileProcedure(Command):
    """File a procedure with management 报备流程."""

    zh: ClassVar[str] = "报备流程"
    department: str = Field(min_length=1, max_length=64, description="Department it belongs to 所属部门")
    terms: ProcedureTerms = Field(description="Form, steps, handling 流程内容")


class ReviseProcedure(Command):
    """File the next version, or change what management has not approved yet 修订流程."""

    zh: ClassVar[str] = "修订流程"
    terms: ProcedureTerms = Field(description="Form, steps, handling 流程内容")


class RetireProcedure(Command):
    """Take no new requests any more 停用流程; those under way run to their end."""

    zh: ClassVar[str] = "停用流程"
    reason: str = Field(min_length=1, max_length=2000, description="Why it ends 停用理由")


ProcedureCommand = FileProcedure | ReviseProcedure | RetireProcedure | ApprovalCommand


class ProcedureFiled(Event):
    """A procedure was filed with management 流程已报备."""

    zh: ClassVar[str] = "流程已报备"
    clause: ClassVar[str] = CLAUSE
    department: str
    filed_by: str
    terms: ProcedureTerms
    path: tuple[Step, ...]


class ProcedureRevised(Event):
    """A next version was filed 流程已修订."""

    zh: ClassVar[str] = "流程已修订"
    clause: ClassVar[str] = CLAUSE
    filed_by: str
    terms: ProcedureTerms
    path: tuple[Step, ...]


class ProcedureInForce(Event):
    """Management approved a version; new requests run under it 流程版本已生效."""

    zh: ClassVar[str] = "流程版本已生效"
    clause: ClassVar[str] = CLAUSE
    version: int
    terms: ProcedureTerms


class ProcedureRetired(Event):
    """It takes no new requests 流程已停用."""

    zh: ClassVar[str] = "流程已停用"
    clause: ClassVar[str] = CLAUSE
    reason: str


ProcedureEvent = ProcedureFiled | ProcedureRevised | ProcedureInForce | ProcedureRetired | ApprovalEvent


class ProcedureExists(Refusal):
    """A procedure is filed once; after that its next version is filed.

    流程只报备一次，之后报备修订版本。

    → Revise it, or file another under a new number.
    → 请修订该流程，或以新编号报备。
    """

    clause = CLAUSE


class NoSuchProcedure(Refusal):
    """Only a procedure that was filed and is not retired is revised or retired.

    仅已报备且未停用的流程可以修订或停用。

    → Check its number, or file it anew.
    → 请核对流程编号，或重新报备。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as its history left it."""

    department: str = ""
    draft: ProcedureTerms | None = None
    versions: Mapping[int, ProcedureTerms] = field(default_factory=dict)
    approval: Approval = Approval()
    retired: bool = False


def decide(command: ProcedureCommand, state: Procedure, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case FileProcedure(department=department, terms=terms):
            if state.department:
                raise ProcedureExists(status=state.approval.status)
            if department not in context.directory.departments:
                raise NoSuchDepartment(field="department", department=department)
            _check_head(department, context)
            steps = _path(terms, department, context)
            filed = ProcedureFiled(department=department, filed_by=context.principal, terms=terms, path=steps)
            _, first = approvals.submit(state.approval, context.principal, steps, context)
            return [filed.under(_ruling(terms, context)), first]
        case ReviseProcedure(terms=terms):
            _check_revisable(state)
            _check_head(state.department, context)
            steps = _path(terms, state.department, context)
            _, first = approvals.submit(state.approval, context.principal, steps, context)
            revised = ProcedureRevised(filed_by=context.principal, terms=terms, path=steps)
            return [revised.under(_ruling(terms, context)), first]
        case RetireProcedure(reason=reason):
            _check_revisable(state)
            if not context.directory.is_management(context.principal):
                _check_head(state.department, context)
            return [ProcedureRetired(reason=reason)]
        case _:
            decision = approvals.decide(command, state.approval, context)
            if state.draft is None or not approved_by(decision):
                return decision
            return [*decision, ProcedureInForce(version=len(state.versions) + 1, terms=state.draft)]


def evolve(state: Procedure, event: ProcedureEvent) -> Procedure:
    """The procedure after ``event``."""
    match event:
        case ProcedureFiled(department=department, filed_by=author, terms=terms):
            approval = approvals.opened(state.approval, author, event.path)
            return replace(state, department=department, draft=terms, approval=approval)
        case ProcedureRevised(filed_by=author, terms=terms):
            return replace(state, draft=terms, approval=approvals.opened(state.approval, author, event.path))
        case ProcedureInForce(version=version, terms=terms):
            return replace(state, versions={**state.versions, version: terms}, draft=None)
        case ProcedureRetired():
            return replace(state, retired=True)
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _check_revisable(state: Procedure) -> None:
    if not state.department or state.retired:
        raise NoSuchProcedure(retired=state.retired)


def _check_head(department: str, context: Context) -> None:
    role = Role(context.policy.value(CLAUSE, "filed_by"))
    if not context.directory.holds(context.principal, role, department):
        raise NotTheHead(field="department", department=department)


def _path(terms: ProcedureTerms, department: str, context: Context) -> tuple[Step, ...]:
    check_sound(terms, context)
    authority = Authority(role=context.policy.value(CLAUSE, "authority"), clause=CLAUSE)
    return path([authority], requester=context.principal, department=department, context=context)


def _ruling(terms: ProcedureTerms, context: Context) -> Basis:
    steps = " → ".join(step.authority for step in terms.steps)
    return context.basis(CLAUSE, "procedure", "filed", steps=steps, fields=len(terms.form))


def standing(state: Procedure) -> ProcedureStanding | None:
    """What requests may know of it."""
    if not state.department:
        return None
    return ProcedureStanding(state.department, len(state.versions), state.versions, state.retired)


def department(command: ProcedureCommand, state: Procedure, context: Context) -> str | None:
    """The department it belongs to."""
    return command.department if isinstance(command, FileProcedure) else state.department or None


PROCEDURE = Aggregate(
    name="procedure",
    zh="部门流程",
    prefix="PC",
    initial=Procedure(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    department=department,
)
