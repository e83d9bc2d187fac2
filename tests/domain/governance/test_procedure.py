"""Procedures of a department's own 部门自定流程 (clause 5.2): filed by the head, in force once management approved."""

from decimal import Decimal

import pytest

from domain.directory import Role
from domain.governance.approvals import ApprovalCompleted, ApprovalGiven, Approve, Return
from domain.governance.department_rules import NoSuchDepartment, NotTheHead
from domain.governance.form import FormField
from domain.governance.procedure import (
    PROCEDURE,
    FileProcedure,
    NoSuchProcedure,
    ProcedureExists,
    ProcedureFiled,
    ProcedureInForce,
    ProcedureRetired,
    RetireProcedure,
    ReviseProcedure,
    standing,
)
from domain.governance.procedure_terms import (
    Handling,
    ProcedureStanding,
    ProcedureStep,
    ProcedureTerms,
    ProcedureUnsound,
)
from tests.spec import Spec, clauses, spec

AMOUNT = FormField(name="amount", type="money", zh="金额", en="Amount")
KIND = FormField(name="kind", type="choice", zh="类别", en="Kind", choices=("差旅", "招待"))
EXPENSES = ProcedureTerms(
    zh="报销",
    en="Expenses",
    form=(AMOUNT, KIND),
    steps=(
        ProcedureStep(authority="department_head"),
        ProcedureStep(authority="finance_manager", above=Decimal("500.00"), limit_working_hours=8),
    ),
    amount_field="amount",
    handling=Handling(role=Role.FINANCE, working_days=5),
)
FILE = FileProcedure(department="D-FIN", terms=EXPENSES)


def filed() -> Spec:
    """FAY filed it for finance."""
    return spec(PROCEDURE).when(FILE, by="FAY").and_then()


def told(situation: Spec) -> ProcedureStanding | None:
    """What requests may know of it."""
    return standing(situation.aggregate.fold(situation.history))


@clauses("5.2")
def test_the_head_files_it_and_management_decides() -> None:
    filing = spec(PROCEDURE).when(FILE, by="FAY")
    first = filing.events[0]
    assert isinstance(first, ProcedureFiled)
    assert (first.department, first.filed_by, first.terms) == ("D-FIN", "FAY", EXPENSES)
    assert [(step.authority, step.signers) for step in first.path] == [("management", ("CLEO", "GINA", "VICE"))]
    filing.because("5.2", outcome="filed", steps="department_head → finance_manager")


@clauses("5.2")
def test_it_is_in_force_once_management_approved() -> None:
    filed().when(Approve(), by="GINA").then(
        ApprovalGiven(round=1, step=1, authority="management", signer="GINA"),
        ApprovalCompleted(round=1),
        ProcedureInForce(version=1, terms=EXPENSES),
    )


@clauses("5.2")
def test_a_revision_is_the_next_version_and_leaves_the_first_as_it_was() -> None:
    shorter = EXPENSES.model_copy(update={"steps": EXPENSES.steps[:1]})
    in_force = filed().when(Approve(), by="GINA").and_then()
    revised = in_force.when(ReviseProcedure(terms=shorter), by="FAY").and_then()
    assert told(revised) == ProcedureStanding("D-FIN", 1, {1: EXPENSES}, retired=False)
    approved = revised.when(Approve(), by="VICE").and_then()
    assert told(approved) == ProcedureStanding("D-FIN", 2, {1: EXPENSES, 2: shorter}, retired=False)


@clauses("5.2")
def test_what_management_returned_is_revised_and_filed_again() -> None:
    returned = filed().when(Return(reason="请补充限额"), by="VICE").and_then()
    returned.when(ReviseProcedure(terms=EXPENSES), by="FAY").and_then().when(Approve(), by="VICE").then(
        ApprovalGiven(round=2, step=1, authority="management", signer="VICE"),
        ApprovalCompleted(round=2),
        ProcedureInForce(version=1, terms=EXPENSES),
    )


@clauses("5.2")
def test_only_the_head_of_that_department_files_or_revises() -> None:
    spec(PROCEDURE).when(FILE, by="FRED").refused(NotTheHead, department="D-FIN")
    spec(PROCEDURE).when(FILE, by="SAM").refused(NotTheHead)
    filed().when(ReviseProcedure(terms=EXPENSES), by="SAM").refused(NotTheHead)
    spec(PROCEDURE).when(FileProcedure(department="D-NONE", terms=EXPENSES), by="FAY").refused(NoSuchDepartment)


@clauses("5.2")
def test_a_procedure_is_filed_once() -> None:
    filed().when(FILE, by="FAY").refused(ProcedureExists)


@clauses("5.2")
def test_the_head_or_management_retires_it() -> None:
    for who in ("FAY", "GINA"):
        retired = filed().when(RetireProcedure(reason="改用新流程"), by=who)
        retired.then(ProcedureRetired(reason="改用新流程"))
        retired.and_then().when(ReviseProcedure(terms=EXPENSES), by="FAY").refused(NoSuchProcedure)
    filed().when(RetireProcedure(reason="不想用"), by="SAM").refused(NotTheHead)


UNSOUND = {
    "two fields of one name": (EXPENSES.model_copy(update={"form": (AMOUNT, AMOUNT)}), "form"),
    "a choice without choices": (
        EXPENSES.model_copy(update={"form": (AMOUNT, KIND.model_copy(update={"choices": ()}))}),
        "kind",
    ),
    "a text with bounds": (
        EXPENSES.model_copy(
            update={"form": (AMOUNT, FormField(name="note", type="text", zh="备注", en="Note", minimum=Decimal(1)))}
        ),
        "note",
    ),
    "a minimum above the maximum": (
        EXPENSES.model_copy(
            update={"form": (AMOUNT.model_copy(update={"minimum": Decimal(9), "maximum": Decimal(1)}), KIND)}
        ),
        "amount",
    ),
    "an authority nobody knows": (
        EXPENSES.model_copy(update={"steps": (ProcedureStep(authority="emperor"),)}),
        "steps",
    ),
    "a signer nobody knows": (
        EXPENSES.model_copy(update={"steps": (ProcedureStep(authority="named", people=("NOBODY",)),)}),
        "steps",
    ),
    "small amounts nobody decides": (EXPENSES.model_copy(update={"steps": EXPENSES.steps[1:]}), "steps"),
    "a limit without an amount": (EXPENSES.model_copy(update={"amount_field": None}), "amount_field"),
    "an amount that is none": (EXPENSES.model_copy(update={"amount_field": "kind"}), "amount_field"),
    "an amount that may be left out": (
        EXPENSES.model_copy(update={"form": (AMOUNT.model_copy(update={"required": False}), KIND)}),
        "amount_field",
    ),
}


@clauses("5.2")
@pytest.mark.parametrize(("terms", "field"), UNSOUND.values(), ids=UNSOUND.keys())
def test_a_procedure_that_leaves_something_open_is_refused(terms: ProcedureTerms, field: str) -> None:
    refusal = spec(PROCEDURE).when(FileProcedure(department="D-FIN", terms=terms), by="FAY").refused(ProcedureUnsound)
    assert refusal.field == field
