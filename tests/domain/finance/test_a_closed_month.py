"""A month that is closed 已结账月份 (clauses 2.2.1.1, 2.2.1.4): nothing is booked in it, and nothing is lost to it."""

from decimal import Decimal

from domain.finance.cost_period import COST_PERIOD
from domain.finance.cost_period_messages import (
    BookReceipt,
    CorrectionNoted,
    NoteCorrection,
    PeriodClosed,
    ReceiptCostDeferred,
)
from domain.kernel import SYSTEM
from tests.domain.finance.cost_samples import APRIL_28, OPENED
from tests.spec import clauses, spec

CLOSED = PeriodClosed(
    month="2026-03",
    entries=1,
    corrected=0,
    error_rate=Decimal(0),
    limit=Decimal(1),
    within=True,
    total=Decimal("100.00"),
    by="FRED",
)
MARCH = spec(COST_PERIOD, OPENED, CLOSED).where(id="2026-03", now=APRIL_28)
RECEIPT = BookReceipt(
    month="2026-03",
    id="PO1:2",
    order="PO1",
    receipt="GR1",
    department="D-SALES",
    goods="it_equipment",
    amount=Decimal("2700.00"),
)


@clauses("2.2.1.1", "2.2.1.4")
def test_what_a_receipt_costs_goes_to_the_next_month_once_its_own_is_closed() -> None:
    deferred = ReceiptCostDeferred(
        month="2026-03",
        to_month="2026-04",
        id="PO1:2",
        order="PO1",
        receipt="GR1",
        department="D-SALES",
        goods="it_equipment",
        account=None,
        amount=Decimal("2700.00"),
    )
    outcome = MARCH.when(RECEIPT, by=SYSTEM, by_house=True).then(deferred)
    outcome.and_then().when(RECEIPT, by=SYSTEM, by_house=True).then()


@clauses("2.2.1.4")
def test_a_closed_month_knows_what_of_it_was_corrected_later() -> None:
    booked = MARCH.where(history=(OPENED,)).when(RECEIPT, by=SYSTEM, by_house=True).events
    march = MARCH.where(history=(OPENED, *booked, CLOSED))
    note = NoteCorrection(entry="PO1:2", by="2026-04")
    march.when(note, by="FRED", by_house=True).then(CorrectionNoted(entry="PO1:2", by_month="2026-04"))
