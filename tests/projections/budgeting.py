"""A budget of two lines and what became of it, as events; and costs booked, corrected and allocated."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from domain.finance.budget_line_messages import BudgetLineAdjusted, BudgetLineMoved, BudgetLineOpened, OverrunAllowed
from domain.finance.cost_period_messages import (
    CostEntry,
    CostsBooked,
    EntryCorrected,
    PeriodOpened,
    ReceiptCostBooked,
    SharedCostAllocated,
)
from domain.finance.encumbrance_messages import EncumbranceCarried, FundsCommitted
from domain.finance.periods import months_of
from domain.operations.procurement.order_messages import (
    OrderExceptionSettled,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.terms import LineQuantity, OrderedLine
from domain.working_time import SHANGHAI
from tests.projections.buying import DOCK, LAPTOP, submitted
from tests.projections.history import History

LINE, OTHER = "budget_line-2026.RND.it_equipment", "budget_line-2026.RND.wages"
LAST_YEAR = "budget_line-2025.RND.it_equipment"


def at(text: str) -> datetime:
    """Ten in the morning of a day in Shanghai."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), SHANGHAI).replace(hour=10)


def opened(account: str, category: str, month: str, year: int = 2026) -> BudgetLineOpened:
    """A line with the same amount in every month."""
    amount = Decimal(month)
    return BudgetLineOpened(
        year=year,
        department="RND",
        account=account,
        category=category,
        months=months_of(year),
        phasing=(amount,) * 12,
        amount=amount * 12,
    )


def moved(month: str, available: str, **amounts: str) -> BudgetLineMoved:
    """A movement for purchase PRB."""
    change = {name: Decimal(amount) for name, amount in amounts.items()}
    return BudgetLineMoved(claim="encumbrance-PRB", cause="incur", month=month, available=Decimal(available), **change)


def entry(id: str, amount: str, account: str = "wages", origin: str = "import", **more: object) -> CostEntry:
    """A cost of RND."""
    labour = account == "wages"
    return CostEntry.model_validate(
        {
            "id": id,
            "account": account,
            "department": "RND",
            "category": "labour" if labour else "materials",
            "heading": "labour" if labour else "materials",
            "amount": amount,
            "origin": origin,
            **more,
        }
    )


def order() -> PurchaseOrderPlaced:
    """Four laptops, promised for March at 5,300 where 5,400 was planned, and a dock."""
    four = LAPTOP.model_copy(update={"quantity": Decimal("4.000")})
    return PurchaseOrderPlaced(
        requisition="PRB",
        rfq=None,
        supplier="S1",
        buyer="BUY",
        requester="ANN",
        department="RND",
        category="it_equipment",
        lines=(
            OrderedLine(number=1, price=Decimal("5300.00"), **four.model_dump(exclude={"estimated_price"})),
            OrderedLine(number=2, price=Decimal("610.00"), **DOCK.model_dump(exclude={"estimated_price"})),
        ),
        amount=Decimal("21810.00"),
        approved_amount=Decimal("22200.00"),
        ordered_on=date(2026, 3, 5),
        promised_on=date(2026, 3, 12),
    )


def budgets(history: History) -> History:
    """Lines opened, moved, adjusted and allowed to overrun; an order received, given up, carried to next year."""
    clock = history.now
    history.happens(LAST_YEAR, opened("it_equipment", "materials", "900.00", 2025), at=at("2024-11-28"))
    history.happens(LAST_YEAR, moved("2025-02", "10300.00", actual="500.00"), at=at("2025-02-10"))
    history.happens(LINE, opened("it_equipment", "materials", "1000.00"), at=at("2025-11-28"))
    history.happens(OTHER, opened("wages", "labour", "3000.00"), at=at("2025-11-28"))
    history.happens(
        "requisition-PRB", submitted("ANN", LAPTOP.model_copy(update={"quantity": Decimal("4.000")}), DOCK), by="ANN"
    )
    history.happens(LINE, moved("2026-03", "-10200.00", reserved="22200.00"), at=at("2026-03-04"))
    funds = FundsCommitted(
        year=2026,
        department="RND",
        account="it_equipment",
        month="2026-03",
        order="POB",
        amount=Decimal("21810.00"),
        released=Decimal("22200.00"),
    )
    history.happens("purchase_order-POB", order(), at=at("2026-03-05"))
    history.happens("encumbrance-PRB", funds, at=at("2026-03-05"))
    history.happens(LINE, moved("2026-03", "-9810.00", reserved="-22200.00", committed="21810.00"), at=at("2026-03-05"))
    adjusted = BudgetLineAdjusted(
        cause="transfer_in",
        amount=Decimal("900.00"),
        by="budget_transfer-1",
        month="2026-04",
        phasing=(*(Decimal("1000.00"),) * 3, *(Decimal("1100.00"),) * 9),
        budget=Decimal("12900.00"),
        available=Decimal("-8910.00"),
    )
    history.happens(LINE, adjusted, at=at("2026-03-20"))
    history.happens(
        LINE,
        OverrunAllowed(explanation="1", amount=Decimal("9000.00"), allowed=Decimal("9000.00")),
        at=at("2026-03-21"),
    )
    one = (LineQuantity(line=1, quantity=Decimal(1)),)
    history.happens("purchase_order-POB", OrderReceiptNoted(receipt="GRB", accepted=one), at=at("2026-04-02"))
    history.happens(LINE, moved("2026-04", "-8910.00", committed="-5300.00", actual="5300.00"), at=at("2026-04-02"))
    settled = OrderExceptionSettled(
        receipt="GRB",
        exception=1,
        line=2,
        kind="damaged",
        quantity=Decimal(1),
        settlement="return",
        amount=Decimal("21200.00"),
    )
    short = settled.model_copy(update={"exception": 2, "line": 1, "kind": "shortage", "settlement": "acceptance"})
    kept = settled.model_copy(update={"exception": 3, "line": 1, "kind": "damaged", "settlement": "acceptance"})
    history.happens("purchase_order-POB", settled, short, kept, at=at("2026-04-03"))
    costs(history)
    carried = EncumbranceCarried(
        department="RND",
        account="it_equipment",
        from_year=2026,
        to_year=2027,
        from_month="2026-12",
        to_month="2027-01",
        reserved=Decimal(0),
        committed=Decimal("5300.00"),
        by="carry_forward-2026.RND",
    )
    history.happens("encumbrance-PRB", carried, at=at("2026-12-31"))
    rest = PurchaseOrderCancelled(requisition="PRB", reason="不再需要", whole=False, rest=one)
    history.happens("purchase_order-POB", rest, at=at("2027-01-20"))
    history.now = clock
    return history


def costs(history: History) -> None:
    """A file, a receipt, a correction of one of its entries, a distribution."""
    period = "cost_period-2026-03"
    begun = PeriodOpened(month="2026-03", fiscal_year=2026, due_at=at("2026-04-25"), owed_by=("FINN",))
    booked = CostsBooked(
        month="2026-03",
        year=2026,
        batch="1",
        file="payroll.csv",
        sha256="b" * 64,
        part=1,
        parts=1,
        entries=(entry("1-2", "3300.00", line=2), entry("1-3", "700.00", line=3, project="P1")),
    )
    receipt = ReceiptCostBooked(
        month="2026-03",
        order="POB",
        receipt="GRB",
        goods="it_equipment",
        entry=entry("r1", "1000.00", "it_equipment", "receipt"),
    )
    corrected = EntryCorrected(
        month="2026-03",
        year=2026,
        original="1-2",
        original_month="2026-03",
        reversal=entry("c1", "-3300.00", origin="correction", original="1-2"),
        right=entry("c2", "3000.00", origin="correction", original="1-2"),
        reason="重复计入",
        by="FINN",
    )
    allocated = SharedCostAllocated(
        month="2026-03",
        year=2026,
        key="headcount",
        key_version=1,
        department="ADM",
        account="rent",
        amount=Decimal("500.00"),
        entries=(entry("a1", "500.00", origin="allocation"), entry("a2", "-500.00", origin="allocation")),
    )
    history.happens(period, begun, booked, receipt, corrected, allocated, at=at("2026-04-10"))
