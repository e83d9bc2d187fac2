"""Request for quotation 询价 (clauses 4.1.2.1 - 4.1.2.3): whom it goes to, and what comes back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.operations.procurement.amount_rules import AmountTooLarge
from domain.operations.procurement.duties import BuyerIsNotRequester
from domain.operations.procurement.rfq import RFQ
from domain.operations.procurement.rfq_messages import (
    AwardRevoked,
    CancelRfq,
    DeclineToQuote,
    InviteSupplier,
    OpenRfq,
    QuoteDeclined,
    QuoteReceived,
    RecordSampleTest,
    RevokeAward,
    RfqCancelled,
    RfqOpened,
    SampleTested,
    SupplierInvited,
)
from domain.operations.procurement.rfq_rules import (
    AwardIsOnOrder,
    EvaluationMissing,
    NoSuchQuote,
    QuoteIncomplete,
    QuoteNotValid,
    QuotesByBuyer,
    RequisitionNotApproved,
    RfqExists,
    RfqNotOpen,
    SampleTestedByDepartment,
    SupplierBelowMinimum,
    SupplierNotInvited,
    SupplierNotQualified,
    TooFewSuppliers,
)
from domain.working_time import SHANGHAI
from tests.domain.procurement.rfq_samples import DUE, asked, awarded, opened, received
from tests.domain.procurement.samples import LAPTOPS, OFFICE, SUPPLIERS, approved, qualified, quote, requested
from tests.spec import NOW, Spec, clauses, spec

OPEN = OpenRfq(requisition="PR1", suppliers=SUPPLIERS)


def with_suppliers(requisition: Any = None, **others: Any) -> Spec:
    """An approved requisition and three qualified suppliers, unless said otherwise."""
    situation = spec(RFQ).knowing("requisition", "PR1", requisition or approved())
    for supplier in SUPPLIERS:
        situation = situation.knowing("supplier", supplier, others.get(supplier, qualified()))
    return situation


@clauses("4.1.2.3")
def test_three_qualified_suppliers_are_asked_and_have_five_working_days() -> None:
    with_suppliers().when(OPEN, by="BUD").then(opened()).because("4.1.2.3", qualified="3", needed="3")
    assert datetime(2026, 3, 10, 18, tzinfo=SHANGHAI) == DUE


@clauses("4.1.2.3")
def test_two_suppliers_are_too_few_and_naming_one_twice_does_not_help() -> None:
    two = OpenRfq(requisition="PR1", suppliers=("S1", "S2", "S2"))
    with_suppliers().when(two, by="BUD").refused(TooFewSuppliers, have="2", need="3", field="suppliers")
    with_suppliers().under("4.1.2.3", minimum_suppliers=4).when(OPEN, by="BUD").refused(TooFewSuppliers, need="4")


@clauses("4.1.2.3")
def test_only_a_buyer_asks_for_quotes() -> None:
    with_suppliers().when(OPEN, by="ANN").refused(QuotesByBuyer)
    with_suppliers().when(OPEN, by="KIM").refused(QuotesByBuyer)


@clauses("4.1.2.3")
def test_nobody_buys_what_he_asked_for_himself_nor_through_a_delegate() -> None:
    own = with_suppliers(approved(requester="BUD"))
    own.when(OPEN, by="BUD").refused(BuyerIsNotRequester, requester="BUD")
    own.when(OPEN, by="BUD", acting_for="BEA").refused(BuyerIsNotRequester)
    own.when(OPEN, by="ANN", acting_for="BUD").refused(BuyerIsNotRequester)


@clauses("4.1.2.3")
def test_quotes_are_asked_for_an_approved_requisition_only() -> None:
    for status in ("open", "ordered", "cancelled", "returned"):
        with_suppliers(approved(status=status)).when(OPEN, by="BUD").refused(RequisitionNotApproved, status=status)
    unknown = OpenRfq(requisition="PR9", suppliers=SUPPLIERS)
    with_suppliers().when(unknown, by="BUD").refused(RequisitionNotApproved, status="none")


@clauses("4.1.2.1", "4.1.2.3")
def test_suppliers_outside_the_register_or_the_category_are_refused() -> None:
    for standing in (
        None,
        qualified(OFFICE),
        qualified(status="proposed"),
        qualified(status="suspended"),
        qualified(status="removed"),
    ):
        outcome = with_suppliers(S3=standing).when(OPEN, by="BUD")
        outcome.refused(SupplierNotQualified, supplier="S3")


@clauses("4.1.2.2")
def test_a_score_below_the_minimum_stops_new_requests_or_warns_as_the_policy_says() -> None:
    failed = qualified(status="removed", failed=True, score=Decimal("59.99"))
    four = OpenRfq(requisition="PR1", suppliers=(*SUPPLIERS, "S4"))
    stops = with_suppliers().knowing("supplier", "S4", failed)
    stops.when(four, by="BUD").refused(SupplierBelowMinimum, supplier="S4", score="59.99")
    warns = stops.under("4.1.2.2", standing_effect="warn")
    warns.when(four, by="BUD").then(opened(suppliers=(*SUPPLIERS, "S4"), warnings=("below_minimum S4",)))
    not_counted = with_suppliers(S3=failed).under("4.1.2.2", standing_effect="warn")
    not_counted.when(OPEN, by="BUD").refused(TooFewSuppliers, have="2")


@clauses("4.1.2.2")
def test_an_overdue_evaluation_warns_or_stops_as_the_policy_says() -> None:
    overdue = with_suppliers(S3=qualified(evaluation_due_at=NOW - timedelta(seconds=1)))
    overdue.when(OPEN, by="BUD").then(opened(warnings=("not_evaluated S3",)))
    overdue.under("4.1.2.2", unevaluated_effect="none").when(OPEN, by="BUD").then(opened())
    overdue.under("4.1.2.2", unevaluated_effect="stop").when(OPEN, by="BUD").refused(EvaluationMissing)
    in_time = with_suppliers(S3=qualified(evaluation_due_at=NOW))
    in_time.under("4.1.2.2", unevaluated_effect="stop").when(OPEN, by="BUD").then(opened())


@clauses("4.1.2.3")
def test_a_request_is_opened_once() -> None:
    with_suppliers().given(opened()).when(OPEN, by="BUD").refused(RfqExists)


@clauses("4.1.2.3")
def test_further_suppliers_may_be_asked_once_each() -> None:
    given = spec(RFQ, opened()).knowing("supplier", "S4", qualified())
    given.when(InviteSupplier(supplier="S4"), by="BUD").then(SupplierInvited(supplier="S4"))
    given.when(InviteSupplier(supplier="S1"), by="BUD").refused(SupplierNotInvited)
    given.knowing("supplier", "S4", None).when(InviteSupplier(supplier="S4"), by="BUD").refused(SupplierNotQualified)


@clauses("4.1.2.3")
def test_a_quote_states_price_delivery_time_and_service_of_every_line() -> None:
    asked_for_two = asked(LAPTOPS, LAPTOPS)
    asked_for_two.when(quote("S1", "2700", "500.50"), by="BUD").then(received("S1", "2700", "500.50", amount="6401.00"))
    asked_for_two.when(quote("S1", "2700"), by="BUD").refused(QuoteIncomplete, field="lines", need="2")
    twice = quote("S1", "2700", "500")
    doubled = twice.model_copy(update={"lines": (twice.lines[0], twice.lines[0])})
    asked_for_two.when(doubled, by="BUD").refused(QuoteIncomplete)


@clauses("4.1.2.3")
def test_a_quote_too_large_to_be_meant_is_refused() -> None:
    thousands = requested(quantity="1000")
    asked(thousands).when(quote("S1", "9999999999999"), by="BUD").refused(AmountTooLarge)


@clauses("4.1.2.3")
def test_a_quote_comes_from_a_supplier_that_was_asked_and_is_still_valid() -> None:
    asked().when(quote("S9", "2700"), by="BUD").refused(SupplierNotInvited, supplier="S9")
    asked().when(quote("S1", "2700", valid_until=date(2026, 3, 2)), by="BUD").refused(QuoteNotValid)
    assert asked().when(quote("S1", "2700", valid_until=date(2026, 3, 3)), by="BUD").events
    asked().when(quote("S1", "2700"), by="ANN").refused(QuotesByBuyer)


@clauses("4.1.2.3")
def test_a_quote_is_revised_and_a_late_one_says_so() -> None:
    first = asked().given(received("S1", "2700"))
    first.when(quote("S1", "2600"), by="BUD").then(received("S1", "2600", revision=2))
    asked().when(quote("S1", "2700"), by="BUD", at=DUE).then(received("S1", "2700"))
    late = asked().when(quote("S1", "2700"), by="BUD", at=DUE + timedelta(seconds=1))
    late.then(received("S1", "2700", late=True))


@clauses("4.1.2.3")
def test_a_supplier_may_decline_and_quote_after_all() -> None:
    declined = asked().when(DeclineToQuote(supplier="S1", reason="缺货"), by="BUD")
    declined.then(QuoteDeclined(supplier="S1", reason="缺货"))
    asked().when(DeclineToQuote(supplier="S9"), by="BUD").refused(SupplierNotInvited)
    assert declined.and_then().given(received("S1", "2700")).when(quote("S1", "2600"), by="BUD").events == (
        received("S1", "2600", revision=2),
    )


SAMPLE = RecordSampleTest(supplier="S1", passed=True, score=Decimal("90"), findings="合格")


def sample_result(tester: str, tested_as: Any) -> SampleTested:
    return SampleTested(
        supplier="S1", passed=True, score=Decimal("90"), findings="合格", tester=tester, tested_as=tested_as
    )


@clauses("4.1.2.4")
def test_the_technical_or_the_using_department_tests_samples() -> None:
    quoted = asked().given(received("S1", "2700"))
    quoted.when(SAMPLE, by="IRIS").then(sample_result("IRIS", "technical"))
    quoted.when(SAMPLE, by="BOB").then(sample_result("BOB", "using"))
    quoted.when(SAMPLE, by="BUD").refused(SampleTestedByDepartment, tester="BUD")
    quoted.when(SAMPLE, by="KIM").refused(SampleTestedByDepartment)
    quoted.under("4.1.2.4", sample_tested_by=("using",)).when(SAMPLE, by="IRIS").refused(SampleTestedByDepartment)
    asked().when(SAMPLE, by="IRIS").refused(NoSuchQuote)


@clauses("4.1.2.3")
def test_a_request_is_cancelled_by_a_buyer_and_then_takes_no_quotes() -> None:
    asked().when(CancelRfq(reason="需求取消"), by="ANN").refused(QuotesByBuyer)
    cancelled = asked().when(CancelRfq(reason="需求取消"), by="BUD").then(RfqCancelled(reason="需求取消")).and_then()
    cancelled.when(quote("S1", "2700"), by="BUD").refused(RfqNotOpen, status="cancelled")
    cancelled.when(SAMPLE, by="IRIS").refused(RfqNotOpen)


@clauses("4.1.2.4")
def test_an_award_is_revoked_as_long_as_nothing_is_ordered() -> None:
    given = asked().given(received("S1", "2700"), awarded())
    free = given.knowing("requisition", "PR1", approved())
    revoke = RevokeAward(reason="供应商反悔")
    free.when(revoke, by="BUD").then(AwardRevoked(reason="供应商反悔"))
    free.when(revoke, by="ANN").refused(QuotesByBuyer)
    on_order = given.knowing("requisition", "PR1", approved(status="ordered", ordered_by="PO1"))
    on_order.when(revoke, by="BUD").refused(AwardIsOnOrder, order="PO1")
    asked().knowing("requisition", "PR1", approved()).when(revoke, by="BUD").refused(RfqNotOpen)


def test_what_it_hands_to_the_order_are_the_requested_goods_at_the_quoted_prices() -> None:
    assert RFQ.fact is not None
    told: Any = RFQ.fact(RFQ.fold((opened(), received("S1", "2700"), awarded())))
    assert (told.status, told.supplier, told.amount) == ("awarded", "S1", Decimal("5400.00"))
    assert [(line.number, line.item, line.price) for line in told.lines] == [(1, LAPTOPS.item, Decimal("2700.00"))]
    assert RFQ.fact(RFQ.fold((opened(),))) is None


def test_the_record_holds_whole_events() -> None:
    assert RfqOpened.model_validate_json(opened().model_dump_json()) == opened()
    assert QuoteReceived.model_validate_json(received("S1", "2700").model_dump_json()) == received("S1", "2700")
