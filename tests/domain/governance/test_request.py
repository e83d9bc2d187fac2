"""Requests 申请 under a department's own procedure (clause 5.2)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from domain.directory import Role
from domain.governance.approval_rules import OwnRequest
from domain.governance.approvals import ApprovalCompleted, ApprovalGiven, ApprovalWithdrawn, Approve, Return, Withdraw
from domain.governance.form import FormField, Given, MissingFields, UnknownField, ValueNotAllowed
from domain.governance.procedure_terms import Handling, ProcedureStanding, ProcedureStep, ProcedureTerms
from domain.governance.request import (
    REQUEST,
    ChangedValue,
    HandleRequest,
    RequestHandled,
    RequestRevised,
    RequestSubmitted,
    RequestToHandle,
    ReviseRequest,
    SubmitRequest,
)
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
from domain.working_time import SHANGHAI
from tests.company import COMPANY
from tests.spec import Spec, clauses, spec

SEAL_FILE = "ab" * 32
TERMS = ProcedureTerms(
    zh="报销",
    en="Expenses",
    form=(
        FormField(name="amount", type="money", zh="金额", en="Amount", maximum=Decimal("50000.00")),
        FormField(name="kind", type="choice", zh="类别", en="Kind", choices=("差旅", "招待")),
        FormField(name="spent_on", type="date", zh="日期", en="Spent on"),
        FormField(name="days", type="number", zh="天数", en="Days", required=False, minimum=Decimal("0.5")),
        FormField(name="with_client", type="yes_no", zh="含客户", en="With a client", required=False),
        FormField(name="companion", type="employee", zh="同行人", en="Companion", required=False),
        FormField(name="charged_to", type="department", zh="列支部门", en="Charged to", required=False),
        FormField(name="receipt", type="attachment", zh="票据", en="Receipt", required=False),
        FormField(name="note", type="text", zh="备注", en="Note", required=False),
    ),
    steps=(
        ProcedureStep(authority="department_head"),
        ProcedureStep(authority="finance_manager", above=Decimal("500.00")),
    ),
    amount_field="amount",
    handling=Handling(role=Role.FINANCE, working_days=5),
)
FORM: dict[str, Given] = {"amount": "320.00", "kind": "差旅", "spent_on": "2026-03-02"}
SUBMIT = SubmitRequest(procedure="PC1", values=FORM)
DUE = datetime(2026, 3, 10, 18, 0, tzinfo=SHANGHAI)


def under(terms: ProcedureTerms = TERMS, *, version: int = 1, retired: bool = False) -> Spec:
    """Finance's procedure stands like this."""
    versions = {number: TERMS for number in range(1, version)} | {version: terms}
    return spec(REQUEST).knowing("procedure", "PC1", ProcedureStanding("D-FIN", version, versions, retired))


def submitted(**values: Given) -> Spec:
    """ANN asked for it."""
    return under().when(SubmitRequest(procedure="PC1", values={**FORM, **values}), by="ANN").and_then()


@clauses("5.2")
def test_a_complete_form_is_kept_in_its_written_form_under_the_version_in_force() -> None:
    everything: dict[str, Given] = {
        **FORM,
        "amount": 320,
        "days": "1.5",
        "with_client": False,
        "companion": "BOB",
        "charged_to": "D-IT",
        "receipt": SEAL_FILE,
        "note": "",
    }
    outcome = under().when(SubmitRequest(procedure="PC1", values=everything), by="ANN")
    first = outcome.events[0]
    assert isinstance(first, RequestSubmitted)
    assert first.values == {
        "amount": "320.00",
        "kind": "差旅",
        "spent_on": "2026-03-02",
        "days": "1.5",
        "with_client": False,
        "companion": "BOB",
        "charged_to": "D-IT",
        "receipt": SEAL_FILE,
    }
    assert (first.procedure, first.procedure_version, first.department) == ("PC1", 1, "D-SALES")
    outcome.because("5.2", outcome="complete", procedure="PC1", version="1")


@clauses("5.2")
@pytest.mark.parametrize(
    ("amount", "authorities"),
    [("500.00", ["department_head"]), ("500.01", ["department_head", "finance_manager"])],
)
def test_the_amount_decides_who_signs(amount: str, authorities: list[str]) -> None:
    outcome = under().when(SubmitRequest(procedure="PC1", values={**FORM, "amount": amount}), by="ANN")
    first = outcome.events[0]
    assert isinstance(first, RequestSubmitted)
    assert first.amount == Decimal(amount)
    assert [step.authority for step in first.path] == authorities
    outcome.because("5.2", outcome=" → ".join(authorities), amount=amount)


@clauses("5.2")
def test_what_is_missing_is_named_all_at_once() -> None:
    bare = SubmitRequest(procedure="PC1", values={"kind": "差旅", "spent_on": ""})
    under().when(bare, by="ANN").refused(MissingFields, field="amount", missing="amount, spent_on")


@clauses("5.2")
def test_a_field_the_procedure_does_not_have_is_refused() -> None:
    odd = SubmitRequest(procedure="PC1", values={**FORM, "amuont": "1"})
    under().when(odd, by="ANN").refused(UnknownField, field="amuont")


@clauses("5.2")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "1.005"),
        ("amount", "-1"),
        ("amount", "NaN"),
        ("amount", "1e30"),
        ("amount", "50000.01"),
        ("amount", True),
        ("amount", "一百"),
        ("days", "0.4"),
        ("days", "Infinity"),
        ("kind", "其他"),
        ("spent_on", "2026-02-30"),
        ("spent_on", "20260302"),
        ("spent_on", 20260302),
        ("with_client", "yes"),
        ("companion", "NOBODY"),
        ("charged_to", "D-NONE"),
        ("receipt", "AB" * 32),
        ("receipt", "ab" * 31),
        ("note", True),
    ],
)
def test_a_value_its_field_does_not_take_is_refused_by_name(field: str, value: Given) -> None:
    wrong = SubmitRequest(procedure="PC1", values={**FORM, field: value})
    under().when(wrong, by="ANN").refused(ValueNotAllowed, field=field)


@clauses("5.2")
def test_it_needs_a_procedure_in_force() -> None:
    spec(REQUEST).when(SUBMIT, by="ANN").refused(NoProcedureInForce, procedure="PC1")
    under(retired=True).when(SUBMIT, by="ANN").refused(NoProcedureInForce)
    not_approved = spec(REQUEST).knowing("procedure", "PC1", ProcedureStanding("D-FIN", 0, {}, retired=False))
    not_approved.when(SUBMIT, by="ANN").refused(NoProcedureInForce)


@clauses("5.2")
def test_a_procedure_kept_to_its_department_takes_nobody_else() -> None:
    own = TERMS.model_copy(update={"open_to": "department"})
    under(own).when(SUBMIT, by="ANN").refused(NotOpenToYou, department="D-FIN")
    assert under(own).when(SUBMIT, by="FRED").events


@clauses("5.2")
def test_nobody_decides_his_own_request() -> None:
    heads_own = under().when(SUBMIT, by="SAM").and_then()
    heads_own.when(Approve(), by="SAM").refused(OwnRequest)


@clauses("5.2")
def test_once_approved_it_waits_to_be_handled_until_due() -> None:
    approved = submitted().when(Approve(), by="SAM")
    approved.then(
        ApprovalGiven(round=1, step=1, authority="department_head", signer="SAM"),
        ApprovalCompleted(round=1),
        RequestToHandle(handlers=("FAY", "FRED"), due_at=DUE),
    ).because("5.2", outcome="due", working_days="5")
    waiting = approved.and_then()
    waiting.when(HandleRequest(), by="ANN").refused(HandledByOthers, handlers="FAY, FRED")
    done = waiting.when(HandleRequest(note="已付"), by="FRED")
    done.then(RequestHandled(handled_by="FRED", note="已付"))
    done.and_then().when(HandleRequest(), by="FRED").refused(NotToBeHandled, status="handled")


@clauses("5.2")
def test_the_deadline_to_handle_it_is_declared() -> None:
    (declared,) = REQUEST.obligations
    opened = RequestToHandle(handlers=("FRED",), due_at=DUE)
    assert declared.opened_by is RequestToHandle
    assert declared.fulfilled_by == (RequestHandled,)
    assert (declared.due(opened), declared.owed_by(opened)) == (DUE, ("FRED",))


@clauses("5.2")
def test_what_nobody_can_handle_is_not_approved_in_silence() -> None:
    others = tuple(held for held in COMPANY.assignments if held.role is not Role.FINANCE)
    nobody = submitted().where(directory=replace(COMPANY, assignments=others))
    nobody.when(Approve(), by="SAM").refused(NobodyToHandle, role="finance")


@clauses("5.2")
def test_without_handling_an_approval_is_the_end() -> None:
    plain = under(TERMS.model_copy(update={"handling": None})).when(SUBMIT, by="ANN").and_then()
    plain.when(Approve(), by="SAM").then(
        ApprovalGiven(round=1, step=1, authority="department_head", signer="SAM"), ApprovalCompleted(round=1)
    )


@clauses("5.2")
def test_what_was_returned_is_revised_and_says_what_changed() -> None:
    returned = submitted().when(Return(reason="金额有误"), by="SAM").and_then()
    revised = returned.when(ReviseRequest(values={**FORM, "amount": "620.00", "note": "含酒店"}), by="ANN").events[0]
    assert isinstance(revised, RequestRevised)
    assert revised.changes == (
        ChangedValue(field="amount", before="320.00", after="620.00"),
        ChangedValue(field="note", before="", after="含酒店"),
    )
    assert [step.authority for step in revised.path] == ["department_head", "finance_manager"]


@clauses("5.2")
def test_a_change_of_substance_opens_the_approval_again() -> None:
    waiting = submitted().when(Approve(), by="SAM").and_then()
    waiting.when(ReviseRequest(values=FORM), by="ANN").refused(RequestUnchanged)
    again = waiting.when(ReviseRequest(values={**FORM, "amount": "900.00"}), by="ANN").and_then()
    again.when(HandleRequest(), by="FRED").refused(NotToBeHandled, status="open")


@clauses("5.2")
def test_a_request_keeps_the_version_it_started_under() -> None:
    stricter = TERMS.model_copy(update={"steps": (ProcedureStep(authority="ceo"),)})
    meanwhile = replace(submitted(), facts=under(stricter, version=2).facts)
    revised = meanwhile.when(ReviseRequest(values={**FORM, "amount": "400.00"}), by="ANN").events[0]
    assert isinstance(revised, RequestRevised)
    assert [step.authority for step in revised.path] == ["department_head"]
    new = under(stricter, version=2).when(SUBMIT, by="ANN").events[0]
    assert isinstance(new, RequestSubmitted)
    assert (new.procedure_version, [step.authority for step in new.path]) == (2, ["ceo"])


@clauses("5.2")
def test_the_requester_alone_revises_or_withdraws() -> None:
    submitted().when(ReviseRequest(values={**FORM, "amount": "1.00"}), by="BOB").refused(NotYourRequest)
    withdrawn = submitted().when(Withdraw(reason="重复"), by="ANN")
    withdrawn.then(ApprovalWithdrawn(round=1, by="ANN", reason="重复"))
    assert withdrawn.and_then().when(ReviseRequest(values=FORM), by="ANN").events


@clauses("5.2")
def test_a_request_is_submitted_once_and_not_changed_when_it_is_over() -> None:
    submitted().when(SUBMIT, by="ANN").refused(RequestExists)
    handled = submitted().when(Approve(), by="SAM").and_then().when(HandleRequest(), by="FAY").and_then()
    handled.when(ReviseRequest(values={**FORM, "amount": "1.00"}), by="ANN").refused(RequestClosed, status="handled")
    under().when(ReviseRequest(values=FORM), by="ANN").refused(RequestClosed, status="none")
