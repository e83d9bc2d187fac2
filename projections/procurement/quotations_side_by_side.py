"""Quotations side by side 《询价记录表》 (clauses 4.1.2.3, 4.1.2.4): who quoted what, who won and why."""

from decimal import ROUND_FLOOR, Decimal

from domain.governance.approvals import ApprovalRejected, ApprovalReturned, ApprovalWithdrawn
from domain.operations.procurement.rfq_messages import (
    AwardExceptionProposed,
    AwardRevoked,
    QuoteDeclined,
    QuoteReceived,
    RfqAwarded,
    RfqCancelled,
    RfqOpened,
    SampleTested,
    SupplierInvited,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, Computed, View

RFQS = table(
    "quotations_side_by_side",
    column("subject", "subject", "询价单", "Request for quotation", key=True),
    column("text", "requisition", "采购申请", "Requisition"),
    column("employee", "requester", "申请人", "Requester"),
    column("department", "department", "申请部门", "Department"),
    column("employee", "buyer", "采购员", "Buyer"),
    column("text", "category", "类别", "Category"),
    column("text", "status", "状态", "Status"),
    column("number", "asked", "询价家数", "Suppliers asked"),
    column("number", "quoted", "报价家数", "Suppliers that quoted"),
    column("money", "lowest", "最低报价", "Lowest quote", null=True),
    column("quantity", "difference_percent", "最低两家差异%", "Difference of the two lowest, %", null=True),
    column("text", "awarded_to", "中标供应商", "Awarded to", null=True),
    column("money", "awarded_amount", "中标金额", "Amount awarded", null=True),
    column("text", "ground", "定标依据", "Ground of the award", null=True),
    column("text", "reason", "定标理由", "Reason", null=True),
    column("employee", "awarded_by", "定标人", "Awarded by", null=True),
    column("moment", "opened_at", "询价时间", "Opened at"),
    column("moment", "quotes_due_at", "报价截止", "Quotes due at"),
    column("moment", "awarded_at", "定标时间", "Awarded at", null=True),
    column("texts", "warnings", "供应商提示", "Warnings of suppliers"),
    indexes=(("requisition",), ("status", "opened_at"), ("department", "opened_at")),
)

QUOTES = table(
    "quotes",
    column("subject", "subject", "询价单", "Request for quotation", key=True),
    column("text", "supplier", "供应商", "Supplier", key=True),
    column("text", "answer", "答复", "Answer"),
    column("number", "revision", "报价次数", "Revision"),
    column("money", "amount", "报价金额", "Amount", null=True),
    column("quantity", "over_lowest_percent", "高于最低%", "Above the lowest, %", null=True),
    column("number", "delivery_days", "交货期(天)", "Delivery, days", null=True),
    column("text", "after_sales", "售后服务", "After-sales service", null=True),
    column("texts", "brands", "品牌", "Brands"),
    column("day", "valid_until", "有效期至", "Valid until", null=True),
    column("flag", "late", "逾期报价", "Came late"),
    column("flag", "sample_passed", "样品合格", "Sample passed", null=True),
    column("decimal", "sample_score", "样品得分", "Sample score", null=True),
    column("text", "reason", "放弃理由", "Why it declined", null=True),
    column("flag", "awarded", "中标", "Awarded"),
)

PRICES = table(
    "quote_lines",
    column("subject", "subject", "询价单", "Request for quotation", key=True),
    column("text", "supplier", "供应商", "Supplier", key=True),
    column("number", "line", "行号", "Line", key=True),
    column("text", "item", "物品", "Item"),
    column("quantity", "quantity", "数量", "Quantity"),
    column("money", "price", "单价", "Unit price", null=True),
    column("text", "detail", "报价内容", "What is offered", null=True),
    column("text", "brand", "品牌", "Brand", null=True),
)

REQUESTED = ""
"""The supplier of the lines that say what was requested."""

VIEW = View(
    RFQS,
    zh="报价对比",
    en="Quotations side by side",
    clauses=("4.1.2.3", "4.1.2.4"),
    children=(Child(QUOTES, "报价", "Quotes"), Child(PRICES, "报价明细", "Lines")),
    own=("requester", "buyer"),
    department="department",
    order=("-opened_at",),
    computed=(
        Computed(
            "overdue",
            "flag",
            "报价截止已过",
            "Past the time to quote",
            lambda t, now: (t.c.status == "open") & (t.c.quotes_due_at < now),
        ),
    ),
    weight=6,
)


@VIEW.on(RfqOpened)
def opened(event: RfqOpened, at: Happened, rows: Rows) -> None:
    """Suppliers are asked."""
    rows.put(
        {
            "subject": at.subject,
            "requisition": event.requisition,
            "requester": event.requester,
            "department": event.department,
            "buyer": event.buyer,
            "category": event.category,
            "status": "open",
            "asked": len(event.suppliers),
            "quoted": 0,
            "lowest": None,
            "difference_percent": None,
            **_NOT_AWARDED,
            "opened_at": at.occurred_at,
            "quotes_due_at": event.quotes_due_at,
            "warnings": list(event.warnings),
        }
    )
    for supplier in event.suppliers:
        rows.of_table(QUOTES).put(_asked(supplier, at))
    for number, line in enumerate(event.lines, 1):
        _put_price(at, REQUESTED, number, line.item, line.quantity, rows)


@VIEW.on(SupplierInvited)
def invited(event: SupplierInvited, at: Happened, rows: Rows) -> None:
    """One more is asked."""
    row = rows.change(at.subject)
    rows.change(at.subject, asked=row["asked"] + 1, warnings=[*row["warnings"], *event.warnings])
    rows.of_table(QUOTES).put(_asked(event.supplier, at))


@VIEW.on(QuoteReceived)
def quoted(event: QuoteReceived, at: Happened, rows: Rows) -> None:
    """A quote, or its revision, in place of the one before."""
    rows.of_table(QUOTES).change(
        at.subject,
        event.supplier,
        answer="quoted",
        revision=event.revision,
        amount=event.amount,
        delivery_days=event.delivery_days,
        after_sales=event.after_sales,
        brands=list(dict.fromkeys(line.brand for line in event.lines if line.brand)),
        valid_until=event.valid_until,
        late=event.late,
        reason=None,
    )
    prices = rows.of_table(PRICES)
    for line in event.lines:
        requested = prices.get(at.subject, REQUESTED, line.line)
        assert requested is not None
        _put_price(
            at,
            event.supplier,
            line.line,
            requested["item"],
            requested["quantity"],
            rows,
            price=line.price,
            detail=line.detail,
            brand=line.brand,
        )
    _compare(at, rows)


@VIEW.on(QuoteDeclined)
def declined(event: QuoteDeclined, at: Happened, rows: Rows) -> None:
    """It will not quote."""
    rows.of_table(QUOTES).change(at.subject, event.supplier, answer="declined", reason=event.reason or None)
    _compare(at, rows)


@VIEW.on(SampleTested)
def tested(event: SampleTested, at: Happened, rows: Rows) -> None:
    """How the sample did."""
    rows.of_table(QUOTES).change(at.subject, event.supplier, sample_passed=event.passed, sample_score=event.score)


@VIEW.on(AwardExceptionProposed)
def exception_proposed(event: AwardExceptionProposed, at: Happened, rows: Rows) -> None:
    """An award beside the rule waits for the authority of the amount."""
    rows.change(at.subject, status="exception_proposed")


@VIEW.on(ApprovalRejected, ApprovalReturned, ApprovalWithdrawn)
def exception_ended(event: ApprovalRejected | ApprovalReturned | ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
    """No exception; the request is open again. Approvals of other subjects have no row here."""
    if rows.get(at.subject) and not (isinstance(event, ApprovalReturned) and event.to_step is not None):
        rows.change(at.subject, status="open")


@VIEW.on(RfqAwarded)
def awarded(event: RfqAwarded, at: Happened, rows: Rows) -> None:
    """Won."""
    rows.change(
        at.subject,
        status="awarded",
        awarded_to=event.supplier,
        awarded_amount=event.amount,
        ground=event.ground,
        reason=event.reason,
        awarded_by=event.awarded_by,
        awarded_at=at.occurred_at,
        difference_percent=event.difference_percent,
    )
    rows.of_table(QUOTES).change(at.subject, event.supplier, awarded=True)


@VIEW.on(AwardRevoked)
def revoked(event: AwardRevoked, at: Happened, rows: Rows) -> None:
    """Open again."""
    row = rows.change(at.subject, status="open")
    rows.of_table(QUOTES).change(at.subject, row["awarded_to"], awarded=False)
    rows.change(at.subject, **_NOT_AWARDED)


@VIEW.on(RfqCancelled)
def cancelled(event: RfqCancelled, at: Happened, rows: Rows) -> None:
    """Given up."""
    rows.change(at.subject, status="cancelled", reason=event.reason)


_NOT_AWARDED: Row = dict.fromkeys(("awarded_to", "awarded_amount", "ground", "reason", "awarded_by", "awarded_at"))


def _asked(supplier: str, at: Happened) -> Row:
    nothing = ("amount", "over_lowest_percent", "delivery_days", "after_sales", "valid_until", "sample_passed")
    return {
        "subject": at.subject,
        "supplier": supplier,
        "answer": "asked",
        "revision": 0,
        "brands": [],
        "late": False,
        "sample_score": None,
        "reason": None,
        "awarded": False,
        **dict.fromkeys(nothing),
    }


def _put_price(
    at: Happened,
    supplier: str,
    line: int,
    item: str,
    quantity: Decimal,
    rows: Rows,
    price: Decimal | None = None,
    detail: str | None = None,
    brand: str | None = None,
) -> None:
    rows.of_table(PRICES).put(
        {
            "subject": at.subject,
            "supplier": supplier,
            "line": line,
            "item": item,
            "quantity": quantity,
            "price": price,
            "detail": detail,
            "brand": brand,
        }
    )


def _compare(at: Happened, rows: Rows) -> None:
    """How far every quote lies above the lowest, and the second lowest with it."""
    quotes = rows.of_table(QUOTES)
    there = [row for row in quotes.of(at.subject) if row["answer"] == "quoted"]
    amounts = sorted(row["amount"] for row in there)
    for row in there:
        quotes.change(at.subject, row["supplier"], over_lowest_percent=_percent(amounts[0], row["amount"]))
    rows.change(
        at.subject,
        quoted=len(there),
        lowest=amounts[0] if amounts else None,
        difference_percent=_percent(amounts[0], amounts[1]) if len(amounts) > 1 else None,
    )


def _percent(lowest: Decimal, other: Decimal) -> Decimal | None:
    return ((other - lowest) * 100 / lowest).quantize(Decimal("0.01"), ROUND_FLOOR) if lowest else None
