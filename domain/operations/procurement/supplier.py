"""A supplier on the register 合格供应商名录 (clauses 4.1.2.1, 4.1.2.2): proposed by one, qualified by another.

The yearly score arrives from the supplier's evaluation, in its transaction; below the minimum the supplier is removed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from domain.kernel import Aggregate, Context, Decision, Obligation
from domain.operations.procurement import supplier_rules as rules
from domain.operations.procurement.duties import players, plays
from domain.operations.procurement.supplier_messages import (
    ChangeSupplierContact,
    ContactDetails,
    OpenSupplierEvaluation,
    ProposeSupplier,
    QualifySupplier,
    RecordScore,
    ReinstateSupplier,
    RejectSupplier,
    RemoveSupplier,
    SupplierCommand,
    SupplierContactChanged,
    SupplierEvaluationOpened,
    SupplierEvent,
    SupplierProposed,
    SupplierQualified,
    SupplierReinstated,
    SupplierRejected,
    SupplierRemoved,
    SupplierScored,
    SupplierSuspended,
    SuspendSupplier,
)
from domain.operations.procurement.supplier_rules import CLAUSE_EVALUATION, CLAUSE_REGISTER
from domain.operations.procurement.terms import SupplierStanding

Status = Literal["none", "proposed", "rejected", "qualified", "suspended", "removed"]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier as its history left it."""

    status: Status = "none"
    name: str = ""
    credit_code: str = ""
    categories: tuple[str, ...] = ()
    proposer: str = ""
    department: str = ""
    contacts: int = 0
    score: Decimal | None = None
    failed: bool = False
    evaluation: tuple[int, datetime] | None = None
    """Year and due time of an evaluation that is open."""


def decide(command: SupplierCommand, state: Supplier, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenSupplierEvaluation(year=year):
            return _open_evaluation(year, state, context)
        case RecordScore():
            return _score(command, state, context)
    _check_duty("proposed_by" if isinstance(command, ProposeSupplier) else "qualified_by", state, context)
    match command:
        case ProposeSupplier():
            return _propose(command, state, context)
        case QualifySupplier(findings=findings, evidence=evidence):
            _check_status(state, "proposed")
            _check_another(state, context)
            qualified = SupplierQualified(
                name=state.name,
                credit_code=state.credit_code,
                categories=state.categories,
                findings=findings,
                evidence=evidence,
                qualified_by=context.principal,
            )
            ruling = context.basis(
                CLAUSE_REGISTER, "qualified_by", "qualified", proposer=state.proposer, by=context.principal
            )
            return [qualified.under(ruling)]
        case RejectSupplier(reason=reason):
            _check_status(state, "proposed")
            _check_another(state, context)
            return [SupplierRejected(reason=reason)]
        case SuspendSupplier(reason=reason):
            _check_status(state, "qualified")
            return [SupplierSuspended(reason=reason)]
        case ReinstateSupplier(reason=reason):
            _check_status(state, "suspended")
            return [SupplierReinstated(reason=reason)]
        case RemoveSupplier(reason=reason):
            _check_status(state, "qualified", "suspended")
            return [SupplierRemoved(reason=reason)]
        case ChangeSupplierContact():
            _check_status(state, "proposed", "qualified", "suspended")
            changed = SupplierContactChanged(contact=_next_contact(state, context), **_contact_of(command))
            return [changed]


def evolve(state: Supplier, event: SupplierEvent) -> Supplier:
    """The supplier after ``event``."""
    match event:
        case SupplierProposed():
            return Supplier(
                status="proposed",
                name=event.name,
                credit_code=event.credit_code,
                categories=event.categories,
                proposer=event.proposer,
                department=event.department,
                contacts=state.contacts + 1,
                score=state.score,
            )
        case SupplierQualified() | SupplierReinstated():
            return replace(state, status="qualified", failed=False)
        case SupplierRejected():
            return replace(state, status="rejected")
        case SupplierSuspended():
            return replace(state, status="suspended")
        case SupplierRemoved(failed=failed):
            return replace(state, status="removed", failed=failed, evaluation=None)
        case SupplierContactChanged():
            return replace(state, contacts=state.contacts + 1)
        case SupplierEvaluationOpened(year=year, due_at=due_at):
            return replace(state, evaluation=(year, due_at))
        case SupplierScored(year=year, score=score):
            still_open = state.evaluation if state.evaluation and state.evaluation[0] > year else None
            return replace(state, score=score if score is not None else state.score, evaluation=still_open)


def _propose(command: ProposeSupplier, state: Supplier, context: Context) -> Decision:
    if state.status not in ("none", "rejected", "removed"):
        raise rules.SupplierRegistered(status=state.status)
    known = context.policy.value(CLAUSE_REGISTER, "categories")
    if not set(command.categories) <= set(known):
        raise rules.UnknownCategory(
            field="categories", found=", ".join(command.categories), categories=", ".join(known)
        )
    return [
        SupplierProposed(
            name=command.name,
            credit_code=command.credit_code,
            categories=tuple(dict.fromkeys(command.categories)),
            reason=command.reason,
            proposer=context.principal,
            department=context.directory.department_of(context.principal) or "",
            contact=_next_contact(state, context),
            **_contact_of(command),
        )
    ]


def _open_evaluation(year: int, state: Supplier, context: Context) -> Decision:
    if state.status not in ("qualified", "suspended") or (state.evaluation and state.evaluation[0] >= year):
        return []
    days = int(context.policy.value(CLAUSE_EVALUATION, "evaluation_working_days"))
    evaluators = players(context.policy.value(CLAUSE_EVALUATION, "evaluated_by"), state.department, context.directory)
    due_at = context.working_time.working_days_after(context.now, days)
    opened = SupplierEvaluationOpened(year=year, evaluators=evaluators, due_at=due_at)
    return [opened.under(context.basis(CLAUSE_EVALUATION, "evaluation_working_days", "opened", working_days=days))]


def _score(command: RecordScore, state: Supplier, context: Context) -> Decision:
    scored = SupplierScored(year=command.year, score=command.score)
    if command.score is None or command.score >= command.minimum or state.status not in ("qualified", "suspended"):
        return [scored]
    ruling = context.basis(
        CLAUSE_EVALUATION, "minimum", "removed", score=command.score, minimum=command.minimum, year=command.year
    )
    removed = SupplierRemoved(reason=f"年度评估 {command.year}: {command.score} < {command.minimum}", failed=True)
    return [scored, removed.under(ruling)]


def _check_duty(duty: str, state: Supplier, context: Context) -> None:
    roles = context.policy.value(CLAUSE_REGISTER, duty)
    department = state.department or context.directory.department_of(context.principal)
    if not plays(context.principal, roles, department, context.directory):
        raise rules.RegisteredByBuyer(roles=", ".join(roles))


def _check_another(state: Supplier, context: Context) -> None:
    if state.proposer in (context.actor, context.principal):
        raise rules.QualifiedByAnother(proposer=state.proposer)


def _check_status(state: Supplier, *allowed: Status) -> None:
    if state.status not in allowed:
        raise rules.NotInThatState(status=state.status)


def _next_contact(state: Supplier, context: Context) -> str:
    return f"{context.subject.id}-C{state.contacts + 1}"


def _contact_of(command: ContactDetails) -> dict[str, str]:
    return command.model_dump(include={"contact_name", "contact_phone", "contact_email"})


def standing(state: Supplier) -> SupplierStanding | None:
    """What others may know of it."""
    if state.status == "none":
        return None
    return SupplierStanding(
        status=state.status,
        name=state.name,
        categories=state.categories,
        score=state.score,
        failed=state.failed,
        evaluation_due_at=state.evaluation[1] if state.evaluation else None,
    )


SUPPLIER = Aggregate(
    name="supplier",
    zh="供应商",
    prefix="SP",
    initial=Supplier(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    obligations=(
        Obligation(
            clause=CLAUSE_EVALUATION,
            zh="年度供应商评估",
            opened_by=SupplierEvaluationOpened,
            fulfilled_by=(SupplierScored,),
            closed_by=(SupplierRemoved,),
            due=lambda opened: opened.due_at,
            owed_by=lambda opened: opened.evaluators,
        ),
    ),
)
