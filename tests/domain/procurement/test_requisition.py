"""Purchase requisitions 采购申请 (clauses 4.1.1.1, 4.1.1.2): form, authorities, changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.directory import Assignment, Role
from domain.governance.approval_rules import NotASigner, OwnRequest
from domain.governance.approvals import AddSigner, ApprovalStepOpened, Approve, Reject, Return, Withdraw
from domain.kernel import IssuedByTheHouse
from domain.operations.procurement.amount_rules import AmountTooLarge
from domain.operations.procurement.requisition import REQUISITION
from domain.operations.procurement.requisition_messages import (
    CancelRequisition,
    Change,
    MarkOrderCancelled,
    MarkOrdered,
    RequisitionCancelled,
    RequisitionOrderCancelled,
    RequisitionOrdered,
    RequisitionRevised,
    RequisitionSubmitted,
    ReviseRequisition,
    SubmitRequisition,
)
from domain.operations.procurement.requisition_rules import (
    NotApproved,
    NothingChanged,
    NotOfThisDepartment,
    OneCategory,
    OnlyRequesterChanges,
    ReasonForSupplier,
    RequisitionClosed,
    RequisitionExists,
    TooManyLines,
)
from domain.operations.procurement.terms import RequestedLine, RequisitionStanding
from tests.company import COMPANY
from tests.domain.procurement.samples import IT, LAPTOPS, OFFICE, requested
from tests.spec import Spec, clauses, spec


def submit(*lines: RequestedLine, **changes: Any) -> SubmitRequisition:
    told: dict[str, Any] = {"department": "D-SALES", "lines": lines or (LAPTOPS,), "purpose": "新员工入职"}
    return SubmitRequisition(**{**told, **changes})


def filed(price: str = "500", quantity: str = "1") -> Spec:
    """ANN filed a requisition of this price."""
    line = requested(price=price, quantity=quantity)
    return spec(REQUISITION).when(submit(line), by="ANN").and_then()


def signers(given: Spec) -> list[tuple[str, tuple[str, ...]]]:
    submitted = given.history[0]
    assert isinstance(submitted, RequisitionSubmitted)
    return [(step.authority, step.signers) for step in submitted.path]


def approved(price: str = "500") -> Spec:
    given = filed(price)
    while waiting := given.aggregate.fold(given.history).approval.waits_for:
        given = given.when(Approve(), by=waiting[0]).and_then()
    return given


@clauses("4.1.1.1")
def test_the_form_is_filed_with_everything_it_asks_for() -> None:
    submitted, opened = spec(REQUISITION).when(submit(), by="ANN").because("4.1.1.1", outcome="complete").events
    assert isinstance(submitted, RequisitionSubmitted)
    assert (submitted.requester, submitted.department, submitted.lines) == ("ANN", "D-SALES", (LAPTOPS,))
    assert (submitted.amount, submitted.submitted_on) == (Decimal("6000.00"), date(2026, 3, 3))
    assert isinstance(opened, ApprovalStepOpened) and opened.signers == ("SAM",)


@clauses("4.1.1.1")
@pytest.mark.parametrize("missing", ["item", "specification", "category", "quantity", "estimated_price"])
def test_a_line_without_what_the_form_asks_for_is_no_line(missing: str) -> None:
    complete = LAPTOPS.model_dump(mode="json")
    with pytest.raises(ValidationError):
        RequestedLine.model_validate({name: value for name, value in complete.items() if name != missing})
    with pytest.raises(ValidationError):
        RequestedLine.model_validate({**complete, missing: ""})


@clauses("4.1.1.1")
def test_the_form_is_refused_where_it_is_not_complete_or_not_of_the_department() -> None:
    given = spec(REQUISITION)
    given.when(submit(), by="IRIS").refused(NotOfThisDepartment, department="D-SALES")
    given.when(submit(LAPTOPS, requested(category=OFFICE)), by="ANN").refused(OneCategory, field="lines")
    given.when(submit(requested(category="weapons")), by="ANN").refused(OneCategory, found="weapons")
    given.when(submit(supplier_suggested="S1"), by="ANN").refused(ReasonForSupplier, field="supplier_reason")
    assert given.when(submit(supplier_suggested="S1", supplier_reason="兼容"), by="ANN").events
    no_reason = given.under("4.1.1.1", supplier_suggestion_needs_reason=False)
    assert no_reason.when(submit(supplier_suggested="S1"), by="ANN").events
    assert given.under("4.1.2.1", categories=(IT,)).when(submit(), by="ANN").events
    given.under("4.1.1.1", lines_max=1).when(submit(LAPTOPS, LAPTOPS), by="ANN").refused(TooManyLines, most="1")
    filed().when(submit(), by="ANN").refused(RequisitionExists, status="open")


@clauses("4.1.1.1")
def test_an_amount_nobody_can_mean_is_refused_wherever_it_comes_from() -> None:
    huge = requested(price="9999999999999", quantity="999999999")
    spec(REQUISITION).when(submit(huge), by="ANN").refused(AmountTooLarge, field="lines")
    spec(REQUISITION).when(submit(*[huge] * 500), by="ANN").refused(TooManyLines)
    spec(REQUISITION).when(submit(*[huge] * 200), by="ANN").refused(AmountTooLarge)
    filed().when(ReviseRequisition(lines=(huge,), purpose="示例"), by="ANN").refused(AmountTooLarge)


HEAD, FINANCE, VICE = ("department_head", ("SAM",)), ("finance_manager", ("FAY",)), ("vice_president", ("VICE",))


@clauses("4.1.1.2", "4.1.1.1")
@pytest.mark.parametrize(
    ("price", "path"),
    [
        ("1000", [HEAD]),
        ("1000.01", [HEAD, FINANCE]),
        ("2000", [HEAD, FINANCE]),
        ("2000.01", [HEAD, FINANCE, VICE]),
        ("4999.99", [HEAD, FINANCE, VICE]),
        ("5000", [HEAD, FINANCE, VICE]),
        ("1000000", [HEAD, FINANCE, VICE]),
    ],
)
def test_the_amount_names_the_authorities_and_the_head_signs_first(price: str, path: list[Any]) -> None:
    assert signers(filed(price)) == path


@clauses("4.1.1.2")
def test_how_the_matrix_is_read_is_the_policys() -> None:
    lines = (requested(price="3000", quantity="1"),)

    def path_under(**parameters: Any) -> list[str]:
        given = spec(REQUISITION).under("4.1.1.2", **parameters).when(submit(*lines), by="ANN").and_then()
        return [authority for authority, _ in signers(given)]

    assert path_under(between="next_lower") == ["department_head", "finance_manager"]
    assert path_under(chain="deciding_only") == ["department_head", "vice_president"]
    assert path_under(chain="deciding_only", head_signs_first=False) == ["vice_president"]


@clauses("4.1.1.2")
def test_steps_are_taken_in_order_and_the_last_one_approves() -> None:
    given = filed("6000")
    given.when(Approve(), by="VICE").refused(NotASigner)
    given.when(Approve(), by="FAY").refused(NotASigner)
    assert approved("6000").aggregate.fold(approved("6000").history).status == "approved"


@clauses("4.1.1.2", "5.1")
def test_nobody_approves_his_own_requisition_the_heads_goes_to_his_superior() -> None:
    filed().when(Approve(), by="ANN").refused(OwnRequest)
    filed().when(Approve(), by="SAM", acting_for="ANN").refused(OwnRequest)
    own = spec(REQUISITION).when(submit(requested(price="500", quantity="1")), by="SAM").and_then()
    assert signers(own) == [("department_head", ("VICE",))]


@clauses("4.1.1.2")
def test_a_revision_opens_the_approval_again_on_the_path_of_the_new_amount_and_says_what_changed() -> None:
    dearer = ReviseRequisition(lines=(requested(price="1500", quantity="1"),), purpose="新员工入职")
    revised, opened = approved().when(dearer, by="ANN").events
    assert isinstance(revised, RequisitionRevised)
    assert [step.authority for step in revised.path] == ["department_head", "finance_manager"]
    before = "笔记本电脑 14英寸 16GB (it_equipment) 1.000台×500.00"
    after = "笔记本电脑 14英寸 16GB (it_equipment) 1.000台×1500.00"
    assert revised.changes == (Change(field="lines", before=before, after=after),)
    assert isinstance(opened, ApprovalStepOpened) and opened.round == 2
    approved().when(dearer, by="BOB").refused(OnlyRequesterChanges)
    suggested = ReviseRequisition(
        lines=(requested(price="500", quantity="1"),),
        purpose="新员工入职",
        supplier_suggested="S1",
        supplier_reason="兼容",
    )
    (first, _) = approved().when(suggested, by="ANN").events
    assert isinstance(first, RequisitionRevised)
    assert first.changes == (
        Change(field="supplier_suggested", before="", after="S1"),
        Change(field="supplier_reason", before="", after="兼容"),
    )
    same = ReviseRequisition(lines=(requested(price="500", quantity="1"),), purpose="新员工入职")
    approved().when(same, by="ANN").refused(NothingChanged)


@clauses("4.1.1.2")
@pytest.mark.parametrize("field", ["unit", "item", "specification", "quantity"])
def test_a_change_of_any_part_of_a_line_opens_the_approval_again(field: str) -> None:
    changed = {"unit": "箱", "item": "平板电脑", "specification": "11英寸", "quantity": "7"}[field]
    line = RequestedLine.model_validate({**LAPTOPS.model_dump(mode="json"), field: changed})
    given = spec(REQUISITION).when(submit(), by="ANN").and_then()
    revised, opened = given.when(ReviseRequisition(lines=(line,), purpose="新员工入职"), by="ANN").events
    assert isinstance(revised, RequisitionRevised)
    assert [change.field for change in revised.changes] == ["lines"]
    assert changed in revised.changes[0].after and changed not in revised.changes[0].before
    assert isinstance(opened, ApprovalStepOpened) and opened.round == 2


@clauses("4.1.1.2")
def test_a_returned_or_withdrawn_requisition_may_be_filed_again_as_it_was_and_a_rejected_one_not() -> None:
    again = ReviseRequisition(lines=(requested(price="500", quantity="1"),), purpose="新员工入职")
    for command, by in ((Return(reason="请补充"), "SAM"), (Withdraw(), "ANN")):
        revised, opened = filed().when(command, by=by).and_then().when(again, by="ANN").events
        assert isinstance(revised, RequisitionRevised) and revised.changes == ()
        assert isinstance(opened, ApprovalStepOpened) and opened.round == 2
    rejected = filed().when(Reject(reason="超预算"), by="SAM").and_then()
    rejected.when(again, by="ANN").refused(RequisitionClosed, status="rejected")
    spec(REQUISITION).when(again, by="ANN").refused(RequisitionClosed, status="none")


@clauses("4.1.1.2")
def test_a_signer_added_last_lends_the_requisition_no_authority() -> None:
    given = filed().when(AddSigner(signer="PAT", place="after"), by="SAM").and_then()
    for by in ("SAM", "PAT"):
        given = given.when(Approve(), by=by).and_then()
    assert REQUISITION.fact is not None
    fact = REQUISITION.fact(given.aggregate.fold(given.history))
    assert isinstance(fact, RequisitionStanding)
    assert (fact.status, fact.authority) == ("approved", "department_head")


@clauses("4.1.1.2")
def test_the_vice_president_in_charge_of_the_department_signs() -> None:
    other = Assignment(Role.VICE_PRESIDENT, "GINA", frozenset({"D-SALES"}))
    assignments = (*(held for held in COMPANY.assignments if held.role is not Role.VICE_PRESIDENT), other)
    given = spec(REQUISITION).where(directory=replace(COMPANY, assignments=assignments))
    assert signers(given.when(submit(), by="ANN").and_then())[-1] == ("vice_president", ("GINA",))


@clauses("4.1.1.1")
def test_a_requisition_is_cancelled_by_its_requester_or_the_head_until_it_is_on_order() -> None:
    cancel = CancelRequisition(reason="不要了")
    cancelled = RequisitionCancelled(reason="不要了")
    filed().when(cancel, by="ANN").then(cancelled)
    filed().when(cancel, by="SAM").then(cancelled)
    filed().when(cancel, by="BOB").refused(OnlyRequesterChanges)
    filed().given(cancelled).when(cancel, by="ANN").refused(RequisitionClosed, status="cancelled")
    filed().given(cancelled).when(Approve(), by="SAM").refused(RequisitionClosed)
    rejected = filed().when(Reject(reason="超预算"), by="SAM").and_then()
    rejected.when(cancel, by="ANN").refused(RequisitionClosed, status="rejected")


@clauses("4.1.1.2")
def test_only_an_approved_requisition_is_ordered_and_only_together_with_its_order() -> None:
    mark = MarkOrdered(order="PO1")
    filed().when(mark, by="BUD", by_house=True).refused(NotApproved, status="open")
    approved().when(mark, by="BUD").refused(IssuedByTheHouse)
    on_order = approved().when(mark, by="BUD", by_house=True).then(RequisitionOrdered(order="PO1")).and_then()
    on_order.when(MarkOrdered(order="PO2"), by="BUD", by_house=True).refused(NotApproved, status="ordered")
    on_order.when(CancelRequisition(reason="不要了"), by="ANN").refused(RequisitionClosed)
    free = on_order.when(MarkOrderCancelled(order="PO1"), by="BUD", by_house=True)
    free.then(RequisitionOrderCancelled(order="PO1"))
    on_order.when(MarkOrderCancelled(order="PO2"), by="BUD", by_house=True).then()


@clauses("5.2")
def test_the_requesting_departments_own_rules_apply_from_filing_to_the_end() -> None:
    context: Any = None
    assert REQUISITION.department(submit(), REQUISITION.initial, context) == "D-SALES"
    assert REQUISITION.department(Approve(), filed().aggregate.fold(filed().history), context) == "D-SALES"
    assert REQUISITION.department(Approve(), REQUISITION.initial, context) is None
