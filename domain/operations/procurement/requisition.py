"""Purchase requisition 采购申请单 (clauses 4.1.1.1, 4.1.1.2): what a department wants to buy, and who allows it.

The form is complete or refused; the department head signs first, then the authorities of the amount. A change of
substance opens the approval again and says what changed.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from domain.directory import Role
from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval
from domain.governance.parameters import authority_chain
from domain.kernel import Aggregate, Basis, Context, Decision
from domain.money import Money
from domain.operations.procurement import requisition_rules as rules
from domain.operations.procurement.amount_rules import bounded
from domain.operations.procurement.requisition_messages import (
    CancelRequisition,
    Change,
    MarkOrderCancelled,
    MarkOrdered,
    RequisitionCancelled,
    RequisitionCommand,
    RequisitionEvent,
    RequisitionOrderCancelled,
    RequisitionOrdered,
    RequisitionRevised,
    RequisitionSubmitted,
    ReviseRequisition,
    SubmitRequisition,
)
from domain.operations.procurement.requisition_rules import CLAUSE_FORM, CLAUSE_TIERS
from domain.operations.procurement.terms import RequestedLine, RequisitionStanding, amount_of
from domain.working_time import SHANGHAI

Status = Literal["none", "open", "approved", "rejected", "returned", "withdrawn", "cancelled", "ordered"]


@dataclass(frozen=True, slots=True)
class Requisition:
    """A requisition as its history left it."""

    requester: str = ""
    department: str = ""
    lines: tuple[RequestedLine, ...] = ()
    purpose: str = ""
    supplier_suggested: str | None = None
    supplier_reason: str | None = None
    account: str | None = None
    approval: Approval = Approval()
    cancelled: bool = False
    order: str | None = None
    submitted_on: date | None = None

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.cancelled:
            return "cancelled"
        return "ordered" if self.order else self.approval.status

    @property
    def amount(self) -> Money:
        """Estimated amount in CNY."""
        return amount_of(self.lines)


def decide(command: RequisitionCommand, state: Requisition, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case SubmitRequisition():
            return _submit(command, state, context)
        case ReviseRequisition():
            return _revise(command, state, context)
        case CancelRequisition(reason=reason):
            _check_open_to_change(state)
            if context.principal != state.requester and not context.directory.holds(
                context.principal, Role.DEPARTMENT_HEAD, state.department
            ):
                raise rules.OnlyRequesterChanges(requester=state.requester)
            return [RequisitionCancelled(reason=reason)]
        case MarkOrdered(order=order):
            if state.status != "approved":
                raise rules.NotApproved(status=state.status)
            return [RequisitionOrdered(order=order)]
        case MarkOrderCancelled(order=order):
            return [RequisitionOrderCancelled(order=order)] if state.order == order else []
        case _:
            if state.cancelled or state.order:
                raise rules.RequisitionClosed(status=state.status)
            return approvals.decide(command, state.approval, context)


def evolve(state: Requisition, event: RequisitionEvent) -> Requisition:
    """The requisition after ``event``."""
    match event:
        case RequisitionSubmitted():
            return Requisition(
                requester=event.requester,
                department=event.department,
                lines=event.lines,
                purpose=event.purpose,
                supplier_suggested=event.supplier_suggested,
                supplier_reason=event.supplier_reason,
                account=event.account,
                submitted_on=event.submitted_on,
                approval=approvals.opened(state.approval, event.requester, event.path),
            )
        case RequisitionRevised():
            return replace(
                state,
                lines=event.lines,
                purpose=event.purpose,
                supplier_suggested=event.supplier_suggested,
                supplier_reason=event.supplier_reason,
                account=event.account,
                approval=approvals.opened(state.approval, state.requester, event.path),
            )
        case RequisitionCancelled():
            return replace(state, cancelled=True)
        case RequisitionOrdered(order=order):
            return replace(state, order=order)
        case RequisitionOrderCancelled():
            return replace(state, order=None)
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _submit(command: SubmitRequisition, state: Requisition, context: Context) -> Decision:
    if state.status != "none":
        raise rules.RequisitionExists(status=state.status)
    if context.directory.department_of(context.principal) != command.department:
        raise rules.NotOfThisDepartment(field="department", department=command.department)
    _check_form(command, context)
    amount = bounded(amount_of(command.lines))
    steps, basis = _path_for(amount, context.principal, command.department, context)
    submitted = RequisitionSubmitted(
        requester=context.principal,
        department=command.department,
        lines=command.lines,
        purpose=command.purpose,
        supplier_suggested=command.supplier_suggested,
        supplier_reason=command.supplier_reason,
        account=command.account,
        amount=amount,
        submitted_on=context.now.astimezone(SHANGHAI).date(),
        path=steps,
    )
    complete = context.basis(CLAUSE_FORM, "form", "complete", lines=len(command.lines))
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [submitted.under(complete, basis), first]


def _revise(command: ReviseRequisition, state: Requisition, context: Context) -> Decision:
    _check_open_to_change(state)
    if context.principal != state.requester:
        raise rules.OnlyRequesterChanges(requester=state.requester)
    _check_form(command, context)
    changes = _changes(command, state)
    if not changes and state.status in ("open", "approved"):
        raise rules.NothingChanged()
    amount = bounded(amount_of(command.lines))
    steps, basis = _path_for(amount, state.requester, state.department, context)
    revised = RequisitionRevised(
        lines=command.lines,
        purpose=command.purpose,
        supplier_suggested=command.supplier_suggested,
        supplier_reason=command.supplier_reason,
        account=command.account,
        amount=amount,
        changes=changes,
        path=steps,
    )
    _, first = approvals.submit(state.approval, state.requester, steps, context)
    return [revised.under(basis), first]


def _check_form(command: SubmitRequisition | ReviseRequisition, context: Context) -> None:
    categories = context.policy.value("4.1.2.1", "categories")
    found = {line.category for line in command.lines}
    if len(found) > 1 or not found <= set(categories):
        raise rules.OneCategory(field="lines", found=", ".join(sorted(found)), categories=", ".join(categories))
    most = int(context.policy.value(CLAUSE_FORM, "lines_max"))
    if len(command.lines) > most:
        raise rules.TooManyLines(field="lines", lines=len(command.lines), most=most)
    reason_needed = context.policy.value(CLAUSE_FORM, "supplier_suggestion_needs_reason")
    if command.supplier_suggested and reason_needed and not command.supplier_reason:
        raise rules.ReasonForSupplier(field="supplier_reason")


def _check_open_to_change(state: Requisition) -> None:
    if state.status in ("none", "rejected", "cancelled", "ordered"):
        raise rules.RequisitionClosed(status=state.status)


def _path_for(amount: Money, requester: str, department: str, context: Context) -> tuple[tuple[Step, ...], Basis]:
    """The head signs the form first (4.1.1.1), then the authorities of the amount (4.1.1.2)."""
    policy = context.policy
    chain = authority_chain(
        policy.value(CLAUSE_TIERS, "tiers"),
        amount,
        between=policy.value(CLAUSE_TIERS, "between"),
        chain=policy.value(CLAUSE_TIERS, "chain"),
    )
    first = ("department_head",) if policy.value(CLAUSE_TIERS, "head_signs_first") else ()
    roles = tuple(dict.fromkeys((*first, *chain)))
    limit = int(policy.value(CLAUSE_TIERS, "step_working_hours"))
    steps = path(
        [Authority(role=role, clause=CLAUSE_TIERS, limit_working_hours=limit) for role in roles],
        requester=requester,
        department=department,
        context=context,
    )
    return steps, context.basis(CLAUSE_TIERS, "tiers", " → ".join(roles), amount=amount, department=department)


def _changes(command: ReviseRequisition, state: Requisition) -> tuple[Change, ...]:
    fields = ("lines", "purpose", "supplier_suggested", "supplier_reason", "account")
    pairs = ((name, getattr(state, name), getattr(command, name)) for name in fields)
    return tuple(Change(field=name, before=_shown(old), after=_shown(new)) for name, old, new in pairs if old != new)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(
            f"{line.item} {line.specification} ({line.category}) {line.quantity}{line.unit}×{line.estimated_price}"
            for line in value
        )
    return "" if value is None else str(value)


def standing(state: Requisition) -> RequisitionStanding | None:
    """What others may know of it."""
    if state.status == "none":
        return None
    return RequisitionStanding(
        status=state.status,
        requester=state.requester,
        department=state.department,
        category=state.lines[0].category,
        amount=state.amount,
        lines=state.lines,
        authority=state.approval.authority,
        ordered_by=state.order,
    )


def department(command: RequisitionCommand, state: Requisition, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return command.department if isinstance(command, SubmitRequisition) else state.department or None


REQUISITION = Aggregate(
    name="requisition",
    zh="采购申请",
    prefix="PR",
    initial=Requisition(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    department=department,
)
