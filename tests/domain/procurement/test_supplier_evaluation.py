"""Yearly supplier evaluation 年度供应商评估 (clause 4.1.2.2): computed from quotes and receipts on record."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.operations.procurement.supplier_evaluation import (
    SUPPLIER_EVALUATION,
    DeliveryRecorded,
    EvaluateSupplier,
    QuoteCompared,
    RecordComparedQuote,
    RecordDelivery,
    SupplierEvaluated,
    SupplierNotEvaluated,
)
from domain.operations.procurement.supplier_rules import EvaluatedAlready, EvaluatedByBuyer, YearNotOver
from domain.operations.procurement.supplier_score import Tally, rounded_down, scores, weighted
from tests.spec import clauses, spec

JUNE = date(2025, 6, 2)
WEIGHTS = {"price": Decimal(34), "quality": Decimal(33), "delivery": Decimal(33)}


def delivery(
    number: int, *, received: str = "10", good: str = "10", on_time: bool = True, on: date = JUNE
) -> DeliveryRecorded:
    faulty = Decimal(received) - Decimal(good)
    return DeliveryRecorded(
        receipt=f"GR{number}",
        order=f"PO{number}",
        promised_on=on,
        arrived_on=on,
        on_time=on_time,
        received=Decimal(received),
        good=Decimal(good),
        faults={"damaged": faulty} if faulty else {},
    )


def compared(number: int, amount: str, lowest: str, on: date = JUNE) -> QuoteCompared:
    return QuoteCompared(rfq=f"RQ{number}", on=on, amount=Decimal(amount), lowest=Decimal(lowest))


def evaluated(score: str, price: str | None, quality: str, on_time: str, **more: object) -> SupplierEvaluated:
    told = {"year": 2025, "minimum": Decimal(60), "evaluator": "BUD", **more}
    marks = {"price": price and Decimal(price), "quality": Decimal(quality), "delivery": Decimal(on_time)}
    return SupplierEvaluated.model_validate({**told, **marks, "score": Decimal(score)})


@clauses("4.1.2.2")
def test_price_quality_and_delivery_are_computed_from_what_is_on_record() -> None:
    history = (
        compared(1, "1000", "900"),
        compared(2, "500", "500"),
        delivery(1, received="10", good="9"),
        delivery(2, received="30", good="30", on_time=False),
    )
    # price (90 + 100)/2 = 95, quality 39/40 = 97.5, delivery 1/2 = 50 → 0.34·95 + 0.33·97.5 + 0.33·50 = 80.975
    spec(SUPPLIER_EVALUATION, *history).when(EvaluateSupplier(year=2025), by="BUD").then(
        evaluated("80.97", "95.00", "97.50", "50.00")
    ).because("4.1.2.2", outcome="stays", receipts="2", on_time="1", quotes="2", good="39.000", weight_price="34")


@clauses("4.1.2.2")
def test_a_score_just_below_the_minimum_is_below_it_and_the_minimum_is_not() -> None:
    # Quality 20 and delivery 100, price left out: exactly 60.
    history = (delivery(1, received="10", good="2"),)
    stays = spec(SUPPLIER_EVALUATION, *history).when(EvaluateSupplier(year=2025), by="BUD")
    stays.then(evaluated("60.00", None, "20.00", "100.00")).because("4.1.2.2", outcome="stays")
    less = (delivery(1, received="10000", good="1999.999"),)
    goes = spec(SUPPLIER_EVALUATION, *less).when(EvaluateSupplier(year=2025), by="BUD")
    goes.then(evaluated("59.99", None, "19.99", "100.00")).because("4.1.2.2", outcome="removed")


@clauses("4.1.2.2")
def test_weights_minimum_and_reading_of_quality_are_the_policys() -> None:
    history = (delivery(1, received="10", good="9"), delivery(2), delivery(3, received="10", good="9"), delivery(4))
    weights = {"price": Decimal(0), "quality": Decimal(100), "delivery": Decimal(0)}
    given = spec(SUPPLIER_EVALUATION, *history)
    by_receipt = given.under("4.1.2.2", weights=weights, quality_basis="good_receipts_over_receipts")
    by_receipt.when(EvaluateSupplier(year=2025), by="BUD").then(evaluated("50.00", None, "50.00", "100.00"))
    one_good = spec(SUPPLIER_EVALUATION, *history[:3]).where(policy=by_receipt.policy)
    one_good.when(EvaluateSupplier(year=2025), by="BUD").then(evaluated("33.33", None, "33.33", "100.00"))
    stricter = given.under("4.1.2.2", weights=weights, minimum=Decimal(96))
    stricter.when(EvaluateSupplier(year=2025), by="BUD").then(
        evaluated("95.00", None, "95.00", "100.00", minimum=Decimal(96))
    ).because("4.1.2.2", outcome="removed", minimum="96")


@clauses("4.1.2.2")
def test_a_year_without_receipts_carries_the_last_score_forward_or_is_not_evaluated() -> None:
    last = evaluated("80.97", "95.00", "97.50", "50.00", year=2024)
    nothing = SupplierNotEvaluated(year=2025, minimum=Decimal(60), evaluator="BUD")
    ask = EvaluateSupplier(year=2025)
    carried = SupplierEvaluated(
        year=2025,
        price=None,
        quality=None,
        delivery=None,
        score=Decimal("80.97"),
        minimum=Decimal(60),
        carried_from=2024,
        evaluator="BUD",
    )
    spec(SUPPLIER_EVALUATION, last, compared(1, "10", "10")).when(ask, by="BUD").then(carried)
    spec(SUPPLIER_EVALUATION).when(ask, by="BUD").then(nothing)
    left = spec(SUPPLIER_EVALUATION, last).under("4.1.2.2", without_receipts="not_evaluated")
    left.when(ask, by="BUD").then(nothing)


@clauses("4.1.2.2")
def test_only_the_years_own_record_counts() -> None:
    history = (delivery(1, good="0", on=date(2024, 12, 31)), delivery(2), delivery(3, good="0", on=date(2026, 1, 1)))
    spec(SUPPLIER_EVALUATION, *history).when(EvaluateSupplier(year=2025), by="BUD").then(
        evaluated("100.00", None, "100.00", "100.00")
    )


@clauses("4.1.2.2")
def test_a_buyer_evaluates_once_and_only_a_year_that_is_over() -> None:
    history = (delivery(1),)
    ask = EvaluateSupplier(year=2025)
    spec(SUPPLIER_EVALUATION, *history).when(ask, by="ANN").refused(EvaluatedByBuyer)
    spec(SUPPLIER_EVALUATION, *history).when(EvaluateSupplier(year=2026), by="BUD").refused(YearNotOver)
    done = spec(SUPPLIER_EVALUATION, *history).when(ask, by="BUD").and_then()
    done.when(ask, by="BUD").refused(EvaluatedAlready, year="2025")
    done.when(EvaluateSupplier(year=2024), by="BUD").refused(EvaluatedAlready)


@clauses("4.1.2.2")
def test_a_delivery_is_judged_by_the_policy_of_its_day() -> None:
    told = RecordDelivery(
        receipt="GR1",
        order="PO1",
        promised_on=date(2025, 6, 1),
        arrived_on=JUNE,
        received=Decimal(10),
        faults={"damaged": Decimal(1), "wrong_quantity": Decimal(2)},
    )
    late = delivery(1, good="9", on_time=False).model_copy(
        update={"promised_on": date(2025, 6, 1), "faults": told.faults}
    )
    given = spec(SUPPLIER_EVALUATION)
    given.when(told, by="SYSTEM", by_house=True).then(late)
    lenient = given.under("4.1.2.2", late_after_days=1, bad_quality=("damaged", "wrong_quantity"))
    lenient.when(told, by="SYSTEM", by_house=True).then(
        late.model_copy(update={"on_time": True, "good": Decimal("7.000")})
    )
    given.given(late).when(told, by="SYSTEM", by_house=True).then()


@clauses("4.1.2.2")
def test_a_quote_is_recorded_once() -> None:
    told = RecordComparedQuote(rfq="RQ1", on=JUNE, amount=Decimal(10), lowest=Decimal(9))
    given = spec(SUPPLIER_EVALUATION)
    first = given.when(told, by="SYSTEM", by_house=True).then(compared(1, "10", "9"))
    first.and_then().when(told, by="SYSTEM", by_house=True).then()


@for_all(
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(0, 50),
    st.fractions(min_value=0, max_value=1),
)
def test_a_score_lies_between_nothing_and_full_marks(receipts: int, on_time: int, quotes: int, ratio: Fraction) -> None:
    tally = Tally(
        quotes=quotes,
        price_ratios=ratio * quotes,
        receipts=receipts,
        on_time=min(on_time, receipts),
        received=Decimal(receipts),
        good=Decimal(min(on_time, receipts)),
    )
    exact = weighted(scores(tally, "good_quantity_over_received"), WEIGHTS)
    assert 0 <= rounded_down(exact) <= exact <= 100
    assert exact - Fraction(rounded_down(exact)) < Fraction(1, 100)
