"""Which quote is taken 定标 (clause 4.1.2.4): by service or brand, by a sample test, or by a recorded exception."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.governance.approval_path import Step
from domain.governance.approval_rules import NotASigner, OwnRequest
from domain.governance.approvals import Approve, Reject
from domain.operations.procurement.duties import BuyerIsNotRequester
from domain.operations.procurement.quotes import Ground, difference
from domain.operations.procurement.rfq import RFQ
from domain.operations.procurement.rfq_messages import (
    AwardExceptionProposed,
    AwardRfq,
    ProposeAwardException,
    QuoteDeclined,
    RfqAwarded,
)
from domain.operations.procurement.rfq_rules import (
    AwardFollowsTest,
    BetterServiceOrBrand,
    ExceptionNotApproved,
    NoSuchQuote,
    QuoteNotValid,
    QuotesByBuyer,
    QuotingStillOpen,
    RequisitionChangedSince,
    RequisitionNotApproved,
    SampleTestFirst,
    SupplierNotQualified,
    TooFewQuotes,
)
from tests.domain.procurement.rfq_samples import DUE, asked, awarded, compared, opened, quoted, received, sample
from tests.domain.procurement.samples import DOCKS, approved, qualified, quote
from tests.spec import NOW, Spec, clauses, spec


def award(supplier: str = "S1", ground: Ground = "better_service") -> AwardRfq:
    return AwardRfq(supplier=supplier, ground=ground, reason="示例")


def taken(supplier: str, price: str, ground: Ground, apart: str | None, *others: Any) -> RfqAwarded:
    return awarded(
        supplier=supplier,
        ground=ground,
        amount=2 * Decimal(price),
        lines=quote(supplier, price).lines,
        difference_percent=Decimal(apart) if apart else None,
        compared=others,
    )


@clauses("4.1.2.4")
def test_within_five_percent_the_better_service_or_brand_is_taken() -> None:
    # 10499/10000 − 1 = 4.99 %
    close = quoted("10000", "10499", "12000")
    record = (compared("S1", "10000"), compared("S2", "10499"), compared("S3", "12000"))
    for ground in ("better_service", "better_brand"):
        for supplier, price in (("S1", "10000"), ("S2", "10499")):
            outcome = close.when(award(supplier, ground), by="BUD")
            outcome.then(taken(supplier, price, ground, "4.99", *record))
            outcome.because("4.1.2.4", outcome="awarded", difference_percent="4.99", similar_below_percent="5")


@clauses("4.1.2.4")
def test_within_five_percent_neither_a_test_nor_a_distant_quote_is_a_ground() -> None:
    close = quoted("10000", "10499", "12000")
    close.when(award("S1", "sample_test"), by="BUD").refused(BetterServiceOrBrand, difference_percent="4.99")
    close.when(award("S3", "better_brand"), by="BUD").refused(BetterServiceOrBrand)
    only_service = close.under("4.1.2.4", similar_grounds=("better_service",))
    only_service.when(award("S1", "better_brand"), by="BUD").refused(BetterServiceOrBrand, field="ground")


@clauses("4.1.2.4")
def test_at_exactly_five_percent_a_sample_test_comes_first() -> None:
    apart = quoted("10000", "10500", "12000")
    apart.when(award("S1", "better_service"), by="BUD").refused(SampleTestFirst, tested="0", need="2")
    apart.when(award("S1", "sample_test"), by="BUD").refused(SampleTestFirst)
    one = apart.given(sample("S1"))
    one.when(award("S1", "sample_test"), by="BUD").refused(SampleTestFirst, tested="1", need="2")
    record = (compared("S1", "10000", sample="passed"), compared("S2", "10500", sample="passed"))
    two = one.given(sample("S2"))
    two.when(award("S1", "sample_test"), by="BUD").then(
        taken("S1", "10000", "sample_test", "5.00", *record, compared("S3", "12000"))
    ).because("4.1.2.4", outcome="awarded", difference_percent="5.00", tested="S1 90, S2 90")


@clauses("4.1.2.4")
def test_after_a_test_the_lowest_that_passed_is_taken() -> None:
    failed = quoted("10000", "11000", "12000").given(sample("S1", passed=False), sample("S2"), sample("S3", score="99"))
    failed.when(award("S1", "sample_test"), by="BUD").refused(AwardFollowsTest, allowed="S2")
    failed.when(award("S3", "sample_test"), by="BUD").refused(AwardFollowsTest, allowed="S2")
    assert failed.when(award("S2", "sample_test"), by="BUD").events
    best = failed.under("4.1.2.4", after_test="best_result")
    best.when(award("S2", "sample_test"), by="BUD").refused(AwardFollowsTest, allowed="S3")
    assert best.when(award("S3", "sample_test"), by="BUD").events


@clauses("4.1.2.4")
def test_whoever_is_cheaper_was_tested_too() -> None:
    skipped = quoted("10000", "11000", "12000").given(sample("S2"), sample("S3"))
    skipped.when(award("S2", "sample_test"), by="BUD").refused(AwardFollowsTest)


@clauses("4.1.2.4")
def test_margin_and_number_of_samples_are_the_policys() -> None:
    apart = quoted("10000", "10500", "12000")
    assert apart.under("4.1.2.4", similar_below_percent=Decimal(6)).when(award("S2"), by="BUD").events
    three = apart.given(sample("S1"), sample("S2")).under("4.1.2.4", samples_minimum=3)
    three.when(award("S1", "sample_test"), by="BUD").refused(SampleTestFirst, need="3")
    no_test = apart.under("4.1.2.4", sample_test_required=False)
    assert no_test.when(award("S1", "better_service"), by="BUD").events
    no_test.when(award("S2", "better_service"), by="BUD").refused(SampleTestFirst)


@pytest.mark.parametrize(
    ("lowest", "second", "percent"),
    [
        ("100.00", "104.99", "4.99"),
        ("100.00", "105.00", "5.00"),
        ("300.00", "314.99", "4.99"),
        ("300.00", "315.00", "5.00"),
        ("9999999999999.99", "10499999999999.98", "4.99"),
        ("7.00", "7.00", "0.00"),
    ],
)
def test_the_difference_is_exact_to_the_fen(lowest: str, second: str, percent: str) -> None:
    assert difference(Decimal(lowest), Decimal(second)) == Decimal(percent)


@clauses("4.1.2.3")
def test_an_award_waits_for_every_answer_or_the_end_of_the_time_to_quote() -> None:
    two = asked().given(received("S1", "10000"), received("S2", "10100"))
    two.when(award(), by="BUD").refused(QuotingStillOpen, until=DUE.isoformat())
    two.when(award(), by="BUD", at=DUE).refused(QuotingStillOpen)
    assert two.when(award(), by="BUD", at=DUE + timedelta(seconds=1)).events
    assert two.given(QuoteDeclined(supplier="S3")).when(award(), by="BUD").events


@clauses("4.1.2.3")
def test_late_quotes_take_no_part_unless_the_policy_accepts_them() -> None:
    late = asked().given(received("S1", "9000", late=True), received("S2", "10000"), received("S3", "10100"))
    late.when(award("S1"), by="BUD").refused(NoSuchQuote, counted="S2, S3")
    record = (compared("S1", "9000", counted=False), compared("S2", "10000"), compared("S3", "10100"))
    late.when(award("S2"), by="BUD").then(taken("S2", "10000", "better_service", "1.00", *record))
    late.under("4.1.2.3", late_quotes="accepted").when(award("S1"), by="BUD").refused(SampleTestFirst)


@clauses("4.1.2.3")
def test_quotes_that_ran_out_take_no_part() -> None:
    short = received("S1", "10000", valid_until=date(2026, 3, 4))
    given = asked().given(short, received("S2", "10100"), received("S3", "10200"))
    assert given.when(award("S1"), by="BUD", at=NOW + timedelta(days=1)).events
    after = NOW + timedelta(days=2)
    given.when(award("S1"), by="BUD", at=after).refused(QuoteNotValid, supplier="S1")
    assert given.when(award("S2"), by="BUD", at=after).events


@clauses("4.1.2.3")
def test_with_a_single_quote_an_award_is_an_exception() -> None:
    one = asked().given(received("S1", "10000"), QuoteDeclined(supplier="S2"), QuoteDeclined(supplier="S3"))
    one.when(award("S1"), by="BUD").refused(TooFewQuotes, have="1", need="2")
    one.when(award("S1", "exception"), by="BUD").refused(ExceptionNotApproved)
    one.when(award("S2"), by="BUD").refused(NoSuchQuote)
    allowed = one.when(ProposeAwardException(supplier="S1", reason="独家"), by="BUD").and_then()
    allowed = allowed.when(Approve(), by="VICE").and_then()
    alone = taken("S1", "10000", "exception", None, compared("S1", "10000"))
    allowed.when(award("S1", "exception"), by="BUD").then(alone)


@clauses("4.1.2.3", "4.1.2.4")
def test_where_the_policy_is_content_with_one_quote_its_sample_is_tested() -> None:
    one = asked().given(received("S1", "10000"), QuoteDeclined(supplier="S2"), QuoteDeclined(supplier="S3"))
    one = one.under("4.1.2.3", minimum_quotes=1)
    one.when(award("S1"), by="BUD").refused(SampleTestFirst, need="1")
    alone = taken("S1", "10000", "sample_test", None, compared("S1", "10000", sample="passed"))
    one.given(sample("S1")).when(award("S1", "sample_test"), by="BUD").then(alone)


@clauses("4.1.2.4")
def test_only_a_buyer_awards_and_never_what_he_asked_for() -> None:
    close = quoted("10000", "10100", "12000")
    close.when(award(), by="SAM").refused(QuotesByBuyer)
    own = spec(RFQ, opened(requester="BUD"), received("S1", "1"), received("S2", "1"), received("S3", "1"))
    own = own.where(facts=close.facts)
    own.when(award(), by="BUD").refused(BuyerIsNotRequester)
    own.when(award(), by="BEA", acting_for="BUD").refused(BuyerIsNotRequester)


@clauses("4.1.2.4", "4.1.1.2")
def test_what_is_awarded_is_what_the_requisition_asks_for_now() -> None:
    close = quoted("10000", "10100", "12000")
    close.knowing("requisition", "PR1", approved(DOCKS)).when(award(), by="BUD").refused(RequisitionChangedSince)
    withdrawn = close.knowing("requisition", "PR1", approved(status="withdrawn"))
    withdrawn.when(award(), by="BUD").refused(RequisitionNotApproved)
    close.knowing("supplier", "S1", qualified(status="suspended")).when(award(), by="BUD").refused(SupplierNotQualified)


# ── exceptions ──────────────────────────────────────────────────────────────────────────────────────────────

EXCEPTION = ProposeAwardException(supplier="S2", reason="独家兼容")


def proposed(price: str, authority: str, *signers: str, supplier: str = "S2") -> AwardExceptionProposed:
    step = Step(authority=authority, signers=signers, mode="any", clause="4.1.2.4", policy="2026.1")
    return AwardExceptionProposed(
        supplier=supplier, amount=2 * Decimal(price), reason="独家兼容", proposer="BUD", path=(step,)
    )


@clauses("4.1.2.4", "4.1.1.2")
@pytest.mark.parametrize(
    ("price", "authority", "signer"),
    [
        ("500", "department_head", "SAM"),
        ("500.01", "finance_manager", "FAY"),
        ("1000", "finance_manager", "FAY"),
        ("1000.01", "vice_president", "VICE"),
    ],
)
def test_an_exception_goes_to_the_authority_of_the_amount(price: str, authority: str, signer: str) -> None:
    given = quoted("400", price, "2000")
    first, opened_step = given.when(EXCEPTION, by="BUD").because("4.1.2.4", outcome=authority).events
    assert first == proposed(price, authority, signer)
    assert getattr(opened_step, "signers", ()) == (signer,)


def with_exception() -> Spec:
    given = quoted("10000", "11000", "12000")
    return given.when(EXCEPTION, by="BUD").and_then()


@clauses("4.1.2.4")
def test_an_approved_exception_lets_the_buyer_award_that_quote_and_no_other() -> None:
    approved_exception = with_exception().when(Approve(comment="同意例外"), by="VICE").and_then()
    record = (compared("S1", "10000"), compared("S2", "11000"), compared("S3", "12000"))
    approved_exception.when(award("S2", "exception"), by="BUD").then(
        taken("S2", "11000", "exception", "10.00", *record)
    ).because("4.1.2.4", outcome="awarded", approved_by="VICE")
    approved_exception.when(award("S3", "exception"), by="BUD").refused(ExceptionNotApproved)
    dearer = approved_exception.given(received("S2", "11500", revision=2))
    dearer.when(award("S2", "exception"), by="BUD").refused(ExceptionNotApproved)


@clauses("4.1.2.4")
def test_without_approval_there_is_no_exception() -> None:
    with_exception().when(award("S2", "exception"), by="BUD").refused(ExceptionNotApproved, status="open")
    rejected = with_exception().when(Reject(reason="理由不足"), by="VICE").and_then()
    rejected.when(award("S2", "exception"), by="BUD").refused(ExceptionNotApproved, status="rejected")
    again = rejected.when(EXCEPTION, by="BUD").and_then().when(Approve(), by="VICE").and_then()
    assert again.when(award("S2", "exception"), by="BUD").events


@clauses("4.1.2.4", "5.1")
def test_who_awards_does_not_allow_the_exception_nor_anybody_without_authority() -> None:
    with_exception().when(Approve(), by="BUD").refused(OwnRequest)
    with_exception().when(Approve(), by="BUD", acting_for="VICE").refused(OwnRequest)
    with_exception().when(Approve(), by="SAM").refused(NotASigner)


@clauses("4.1.2.4", "5.1")
def test_who_asked_for_the_goods_does_not_allow_the_exception_either() -> None:
    own = spec(RFQ, opened(requester="SAM"), received("S1", "400"), received("S2", "450"), received("S3", "500"))
    (first, _) = own.when(EXCEPTION, by="BUD").events
    assert isinstance(first, AwardExceptionProposed)
    assert [(step.authority, step.signers) for step in first.path] == [("department_head", ("VICE",))]


@clauses("4.1.2.4")
def test_only_a_buyer_proposes_an_exception_for_a_quote_on_record() -> None:
    quoted("10000", "11000", "12000").when(EXCEPTION, by="ANN").refused(QuotesByBuyer)
    asked().when(EXCEPTION, by="BUD").refused(NoSuchQuote)
