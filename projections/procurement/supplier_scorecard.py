"""Supplier scorecard 供应商评分卡 (clauses 4.1.2.1, 4.1.2.2): standing on the register, record by year."""

from decimal import Decimal

from domain.kernel import Event
from domain.operations.procurement.supplier_evaluation import (
    DeliveryRecorded,
    QuoteCompared,
    SupplierEvaluated,
    SupplierNotEvaluated,
)
from domain.operations.procurement.supplier_messages import (
    SupplierEvaluationOpened,
    SupplierProposed,
    SupplierQualified,
    SupplierReinstated,
    SupplierRejected,
    SupplierRemoved,
    SupplierScored,
    SupplierSuspended,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

SUPPLIERS = table(
    "supplier_scorecard",
    column("text", "supplier", "供应商", "Supplier", key=True),
    column("text", "name", "名称", "Name"),
    column("text", "credit_code", "统一社会信用代码", "Credit code"),
    column("texts", "categories", "类别", "Categories"),
    column("text", "status", "状态", "Standing"),
    column("text", "reason", "原因", "Reason", null=True),
    column("decimal", "score", "最近年度得分", "Last yearly score", null=True),
    column("number", "scored_year", "评分年度", "Year of that score", null=True),
    column("moment", "evaluation_due_at", "评估时限", "Evaluation due at", null=True),
    column("moment", "changed_at", "最近变动", "Last change"),
    partition="supplier",
    indexes=(("status",), ("categories",)),
)

YEARS = table(
    "supplier_years",
    column("text", "supplier", "供应商", "Supplier", key=True),
    column("number", "year", "年度", "Year", key=True),
    column("number", "quotes", "报价次数", "Quotes"),
    column("quantity", "price_points", "价格分合计", "Price points: sum of 100 × lowest ÷ own quote"),
    column("number", "deliveries", "到货批次", "Deliveries"),
    column("number", "on_time", "准时批次", "On time"),
    column("quantity", "received", "到货数量", "Quantity received"),
    column("quantity", "good", "合格数量", "Quantity good"),
    column("json", "faults", "异常数量", "Quantities by fault"),
    column("decimal", "price", "价格得分", "Price score", null=True),
    column("decimal", "quality", "质量得分", "Quality score", null=True),
    column("decimal", "delivery", "交付得分", "Delivery score", null=True),
    column("decimal", "score", "得分", "Score", null=True),
    column("decimal", "minimum", "合格线", "Minimum", null=True),
    column("number", "carried_from", "沿用年度", "Score carried from", null=True),
    column("employee", "evaluator", "评估人", "Evaluator", null=True),
    column("moment", "evaluated_at", "评估时间", "Evaluated at", null=True),
    partition="supplier",
)

VIEW = View(
    SUPPLIERS,
    zh="供应商评分卡",
    en="Supplier scorecard",
    clauses=("4.1.2.1", "4.1.2.2"),
    children=(Child(YEARS, "年度", "Years"),),
    everyone=True,
    order=("supplier",),
)


def _supplier(event: Event, at: Happened) -> tuple[str]:
    """A supplier, its evaluation and the rows of both have one number."""
    return (at.subject.partition("-")[2],)


@VIEW.on(SupplierProposed, touches=_supplier)
def proposed(event: SupplierProposed, at: Happened, rows: Rows) -> None:
    """Proposed, perhaps again after a rejection or removal."""
    _put(at, rows, name=event.name, credit_code=event.credit_code, categories=list(event.categories), status="proposed")


@VIEW.on(SupplierQualified, touches=_supplier)
def qualified(event: SupplierQualified, at: Happened, rows: Rows) -> None:
    """On the register."""
    _put(
        at, rows, name=event.name, credit_code=event.credit_code, categories=list(event.categories), status="qualified"
    )


@VIEW.on(SupplierRejected, touches=_supplier)
def rejected(event: SupplierRejected, at: Happened, rows: Rows) -> None:
    """Turned down."""
    _put(at, rows, status="rejected", reason=event.reason)


@VIEW.on(SupplierSuspended, touches=_supplier)
def suspended(event: SupplierSuspended, at: Happened, rows: Rows) -> None:
    """No new business."""
    _put(at, rows, status="suspended", reason=event.reason)


@VIEW.on(SupplierReinstated, touches=_supplier)
def reinstated(event: SupplierReinstated, at: Happened, rows: Rows) -> None:
    """New business again."""
    _put(at, rows, status="qualified", reason=event.reason)


@VIEW.on(SupplierRemoved, touches=_supplier)
def removed(event: SupplierRemoved, at: Happened, rows: Rows) -> None:
    """Off the register."""
    _put(at, rows, status="removed", reason=event.reason, evaluation_due_at=None)


@VIEW.on(SupplierEvaluationOpened, touches=_supplier)
def evaluation_opened(event: SupplierEvaluationOpened, at: Happened, rows: Rows) -> None:
    """To be evaluated."""
    _put(at, rows, evaluation_due_at=event.due_at)


@VIEW.on(SupplierScored, touches=_supplier)
def scored(event: SupplierScored, at: Happened, rows: Rows) -> None:
    """Its score stands."""
    kept: Row = {} if event.score is None else {"score": event.score, "scored_year": event.year}
    _put(at, rows, evaluation_due_at=None, **kept)


@VIEW.on(QuoteCompared, touches=_supplier)
def compared(event: QuoteCompared, at: Happened, rows: Rows) -> None:
    """A quote beside the lowest."""
    row = _year(event.on.year, at, rows)
    points = (100 * event.lowest / event.amount).quantize(Decimal("0.001")) if event.amount else Decimal(0)
    _set(row, rows, quotes=row["quotes"] + 1, price_points=row["price_points"] + points)


@VIEW.on(DeliveryRecorded, touches=_supplier)
def delivered(event: DeliveryRecorded, at: Happened, rows: Rows) -> None:
    """A delivery: in time or not, how much of it good."""
    row = _year(event.arrived_on.year, at, rows)
    faults = dict(row["faults"])
    for kind, quantity in event.faults.items():
        faults[kind] = str(Decimal(faults.get(kind, 0)) + quantity)
    _set(
        row,
        rows,
        deliveries=row["deliveries"] + 1,
        on_time=row["on_time"] + int(event.on_time),
        received=row["received"] + event.received,
        good=row["good"] + event.good,
        faults=faults,
    )


@VIEW.on(SupplierEvaluated, touches=_supplier)
def evaluated(event: SupplierEvaluated, at: Happened, rows: Rows) -> None:
    """The year's score, as it was decided."""
    _set(
        _year(event.year, at, rows),
        rows,
        price=event.price,
        quality=event.quality,
        delivery=event.delivery,
        score=event.score,
        minimum=event.minimum,
        carried_from=event.carried_from,
        evaluator=event.evaluator,
        evaluated_at=at.occurred_at,
    )


@VIEW.on(SupplierNotEvaluated, touches=_supplier)
def not_evaluated(event: SupplierNotEvaluated, at: Happened, rows: Rows) -> None:
    """Nothing was on record to score."""
    _set(
        _year(event.year, at, rows),
        rows,
        minimum=event.minimum,
        evaluator=event.evaluator,
        evaluated_at=at.occurred_at,
    )


def _put(at: Happened, rows: Rows, **values: object) -> None:
    supplier = at.subject.partition("-")[2]
    before = rows.get(supplier) or {
        "supplier": supplier,
        "name": "",
        "credit_code": "",
        "categories": [],
        "status": "",
        "score": None,
        "scored_year": None,
        "evaluation_due_at": None,
    }
    rows.put({**before, "reason": before.get("reason"), **values, "changed_at": at.occurred_at})


def _year(year: int, at: Happened, rows: Rows) -> Row:
    supplier = at.subject.partition("-")[2]
    years = rows.of_table(YEARS)
    row = years.get(supplier, year)
    if row is None:
        counts = {"quotes": 0, "deliveries": 0, "on_time": 0}
        amounts = dict.fromkeys(("price_points", "received", "good"), Decimal(0))
        unknown = ("price", "quality", "delivery", "score", "minimum", "carried_from", "evaluator", "evaluated_at")
        row = {"supplier": supplier, "year": year, **counts, **amounts, "faults": {}, **dict.fromkeys(unknown)}
        years.put(row)
    return row


def _set(row: Row, rows: Rows, **values: object) -> None:
    rows.of_table(YEARS).change(row["supplier"], row["year"], **values)
