"""Requests 申请 under a department's own procedure (clause 5.2): the form filled in, decided along its steps, handled.

A request keeps the version of the procedure it started under. What an amount needs is decided from the form's amount
field. A change of substance opens the approval again and says what changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval, ApprovalCommand, ApprovalEvent
from domain.governance.form import CLAUSE, Given, Kept, fill_in
from domain.governance.policy_changes import approved_by
from domain.governance.procedure_terms import ProcedureStanding, ProcedureTerms
from domain.governance.request_rules import (
    HandledByOthers,
    NobodyToHandle,
    NoProcedureInForce,
    NotOpenToYou,
    NotToBeHandled,
    NotYourRequest,
    RequestClosed,
    RequestExists,
    RequestUnchanged,
)
from domain.kernel import Aggregate, Basis, Command, Context, Decision, Event, Message, Obligation, Stream


class SubmitRequest(Command):
    """Fill in a procedure's form and file it for approval 提交申请."""

    zh: ClassVar[str] = "提交申请"
    procedure: str = Field(min_length=1, max_length=64, description="Number of the procedure 流程编号")
    values: Mapping[str, Given] = Field(max_length=60, description="The form, by field name 表单内容")


class ReviseRequest(Command):
    """Change what was filled in and file it again 修改申请."""

    zh: ClassVar[str] = "修改申请"
    values: Mapping[str, Given] = Field(max_length=60, description="What is filled in, by name of field 填写内容")


class HandleRequest(Command):
    """Record that what was approved is done 办结申请."""

    zh: ClassVar[str] = "办结申请"
    note: str = Field("", max_length=2000, description="What was done 处理说明")


RequestCommand = SubmitRequest | ReviseRequest | HandleRequest | ApprovalCommand


class ChangedValue(Message):
    """A field that a revision changed 变更项: empty where nothing stood."""

    field: str
    before: str
    after: str


class RequestSubmitted(Event):
    """A request was filed under a version of a procedure 申请已提交. ``amount`` is in CNY, None where it has none."""

    zh: ClassVar[str] = "申请已提交"
    clause: ClassVar[str] = CLAUSE
    procedure: str
    procedure_version: int
    requester: str
    department: str
    values: dict[str, Kept]
    amount: Decimal | None = None
    path: tuple[Step, ...]


class RequestRevised(Event):
    """A request was changed and filed again 申请已修改."""

    zh: ClassVar[str] = "申请已修改"
    clause: ClassVar[str] = CLAUSE
    values: dict[str, Kept]
    amount: Decimal | None = None
    changes: tuple[ChangedValue, ...]
    path: tuple[Step, ...]


class RequestToHandle(Event):
    """What was approved waits to be done 申请待办理: by any of ``handlers``, until ``due_at``."""

    zh: ClassVar[str] = "申请待办理"
    clause: ClassVar[str] = CLAUSE
    handlers: tuple[str, ...]
    due_at: datetime


class RequestHandled(Event):
    """What was approved is done 申请已办结."""

    zh: ClassVar[str] = "申请已办结"
    clause: ClassVar[str] = CLAUSE
    handled_by: str
    note: str = ""


RequestEvent = RequestSubmitted | RequestRevised | RequestToHandle | RequestHandled | ApprovalEvent


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its history left it."""

    procedure: str = ""
    version: int = 0
    requester: str = ""
    department: str = ""
    values: Mapping[str, Kept] | None = None
    approval: Approval = Approval()
    handlers: tuple[str, ...] = ()
    handled: bool = False

    @property
    def status(self) -> str:
        """Where it stands: as its approval, then ``to_handle`` and ``handled``."""
        if self.handled:
            return "handled"
        return "to_handle" if self.handlers else self.approval.status


def decide(command: RequestCommand, state: Request, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case SubmitRequest():
            return _submit(command, state, context)
        case ReviseRequest():
            return _revise(command, state, context)
        case HandleRequest(note=note):
            if state.status != "to_handle":
                raise NotToBeHandled(status=state.status)
            if context.principal not in state.handlers:
                raise HandledByOthers(handlers=", ".join(state.handlers))
            return [RequestHandled(handled_by=context.principal, note=note)]
        case _:
            decision = approvals.decide(command, state.approval, context)
            handling = _terms(state.procedure, state.version, context).handling if approved_by(decision) else None
            if handling is None:
                return decision
            handlers = context.directory.holders(handling.role, state.department)
            if not handlers:
                raise NobodyToHandle(role=handling.role)
            due = context.working_time.working_days_after(context.now, handling.working_days)
            ruling = context.basis(CLAUSE, "handling", "due", role=handling.role, working_days=handling.working_days)
            return [*decision, RequestToHandle(handlers=handlers, due_at=due).under(ruling)]


def evolve(state: Request, event: RequestEvent) -> Request:
    """The request after ``event``."""
    match event:
        case RequestSubmitted():
            return Request(
                procedure=event.procedure,
                version=event.procedure_version,
                requester=event.requester,
                department=event.department,
                values=event.values,
                approval=approvals.opened(state.approval, event.requester, event.path),
            )
        case RequestRevised():
            approval = approvals.opened(state.approval, state.requester, event.path)
            return replace(state, values=event.values, approval=approval, handlers=())
        case RequestToHandle(handlers=handlers):
            return replace(state, handlers=handlers)
        case RequestHandled():
            return replace(state, handled=True)
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _submit(command: SubmitRequest, state: Request, context: Context) -> Decision:
    if state.requester:
        raise RequestExists(status=state.status)
    known = context.fact(ProcedureStanding, "procedure", command.procedure)
    if known is None or not known.version or known.retired:
        raise NoProcedureInForce(field="procedure", procedure=command.procedure)
    terms = known.versions[known.version]
    department = context.directory.department_of(context.principal) or known.department
    if terms.open_to == "department" and department != known.department:
        raise NotOpenToYou(field="procedure", department=known.department)
    values = fill_in(terms.form, command.values, context.directory)
    amount, steps, ruling = _path(terms, values, context.principal, department, context)
    submitted = RequestSubmitted(
        procedure=command.procedure,
        procedure_version=known.version,
        requester=context.principal,
        department=department,
        values=values,
        amount=amount,
        path=steps,
    )
    complete = context.basis(
        CLAUSE, "form", "complete", procedure=command.procedure, version=known.version, fields=len(values)
    )
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [submitted.under(complete, ruling), first]


def _revise(command: ReviseRequest, state: Request, context: Context) -> Decision:
    if state.status in ("none", "rejected", "handled"):
        raise RequestClosed(status=state.status)
    if context.principal != state.requester:
        raise NotYourRequest(requester=state.requester)
    terms = _terms(state.procedure, state.version, context)
    values = fill_in(terms.form, command.values, context.directory)
    changes = tuple(_changes(state.values or {}, values))
    if not changes and state.status in ("open", "approved", "to_handle"):
        raise RequestUnchanged()
    amount, steps, ruling = _path(terms, values, state.requester, state.department, context)
    revised = RequestRevised(values=values, amount=amount, changes=changes, path=steps)
    _, first = approvals.submit(state.approval, state.requester, steps, context)
    return [revised.under(ruling), first]


def _terms(procedure: str, version: int, context: Context) -> ProcedureTerms:
    """The version a request started under, whatever came into force since."""
    known = context.fact(ProcedureStanding, "procedure", procedure)
    if known is None:
        raise NoProcedureInForce(field="procedure", procedure=procedure)
    return known.versions[version]


def _path(
    terms: ProcedureTerms, values: Mapping[str, Kept], requester: str, department: str, context: Context
) -> tuple[Decimal | None, tuple[Step, ...], Basis]:
    """The amount, and who decides it: the steps without a limit and those it exceeds."""
    amount = Decimal(str(values[terms.amount_field])) if terms.amount_field else None
    wanted = [step for step in terms.steps if step.above is None or (amount is not None and amount > step.above)]
    authorities = [
        Authority(
            role=step.authority,
            clause=CLAUSE,
            mode=step.mode,
            people=step.people,
            limit_working_hours=step.limit_working_hours,
        )
        for step in wanted
    ]
    steps = path(authorities, requester=requester, department=department, context=context)
    roles = " → ".join(step.authority for step in wanted)
    return amount, steps, context.basis(CLAUSE, "steps", roles, amount="" if amount is None else amount)


def _changes(before: Mapping[str, Kept], after: Mapping[str, Kept]) -> Iterable[ChangedValue]:
    for name in dict.fromkeys((*before, *after)):
        old, new = str(before.get(name, "")), str(after.get(name, ""))
        if old != new:
            yield ChangedValue(field=name, before=old, after=new)


def consults(command: RequestCommand, state: Request) -> Iterable[Stream]:
    """The procedure: the one asked for, or the one it started under."""
    procedure = command.procedure if isinstance(command, SubmitRequest) else state.procedure
    return (Stream("procedure", procedure),) if procedure else ()


def department(command: RequestCommand, state: Request, context: Context) -> str | None:
    """The requester's department."""
    return state.department or context.directory.department_of(context.principal)


REQUEST = Aggregate(
    name="request",
    zh="申请",
    prefix="AP",
    initial=Request(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
    obligations=(
        Obligation(
            clause=CLAUSE,
            zh="已批准申请的办理时限",
            opened_by=RequestToHandle,
            fulfilled_by=(RequestHandled,),
            closed_by=(RequestRevised,),
            due=lambda event: event.due_at,
            owed_by=lambda event: event.handlers,
        ),
    ),
)
