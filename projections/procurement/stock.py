"""Stock 库存 (clauses 4.1.3.2, 4.1.3.3): how much is available, held as 待处理, and in which bin."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from domain.operations.inventory.stock_messages import (
    GoodsHeld,
    HeldReleased,
    HeldSentBack,
    StockIssued,
    StockMoved,
    StockReceived,
    StockTakenBack,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.procurement.waiting_for_installation import WAITING
from projections.rows import Rows
from projections.view import Child, Computed, View

STOCK = table(
    "stock",
    column("subject", "subject", "库存", "Stock", key=True),
    column("text", "item", "物品", "Item"),
    column("text", "specification", "规格型号", "Specification"),
    column("text", "unit", "单位", "Unit"),
    column("quantity", "available", "可用", "Available"),
    column("quantity", "held", "待处理", "Held"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("item",),),
)

BINS = table(
    "stock_bins",
    column("subject", "subject", "库存", "Stock", key=True),
    column("text", "bin", "库位", "Bin", key=True),
    column("quantity", "quantity", "数量", "Quantity"),
    indexes=(("bin",),),
)


def _to_install(stock: FromClause, now: Any) -> ColumnElement[Any]:
    waiting = select(func.coalesce(func.sum(WAITING.c.quantity), 0)).where(WAITING.c.stock == stock.c.subject)
    return waiting.scalar_subquery()


VIEW = View(
    STOCK,
    zh="库存",
    en="Stock",
    clauses=("4.1.3.2", "4.1.3.3"),
    children=(Child(BINS, "库位", "Bins"),),
    everyone=True,
    order=("item",),
    computed=(Computed("to_install", "quantity", "待安装", "Waiting for installation", _to_install),),
)


@VIEW.on(StockReceived)
def received(event: StockReceived, at: Happened, rows: Rows) -> None:
    """Into its bin."""
    _named(event, at, rows)
    _bin(event.bin, event.quantity, at, rows)


@VIEW.on(GoodsHeld)
def held(event: GoodsHeld, at: Happened, rows: Rows) -> None:
    """Here, not available."""
    _named(event, at, rows)
    _hold(event.quantity, at, rows)


@VIEW.on(HeldReleased)
def released(event: HeldReleased, at: Happened, rows: Rows) -> None:
    """Available now."""
    _hold(-event.quantity, at, rows)
    _bin(event.bin, event.quantity, at, rows)


@VIEW.on(HeldSentBack)
def sent_back(event: HeldSentBack, at: Happened, rows: Rows) -> None:
    """Back to the supplier."""
    _hold(-event.quantity, at, rows)


@VIEW.on(StockIssued)
def issued(event: StockIssued, at: Happened, rows: Rows) -> None:
    """Handed out."""
    _bin(event.bin, -event.quantity, at, rows)


@VIEW.on(StockTakenBack)
def taken_back(event: StockTakenBack, at: Happened, rows: Rows) -> None:
    """Back in its bin."""
    _bin(event.bin, event.quantity, at, rows)


@VIEW.on(StockMoved)
def moved(event: StockMoved, at: Happened, rows: Rows) -> None:
    """To another bin."""
    _bin(event.source, -event.quantity, at, rows)
    _bin(event.target, event.quantity, at, rows)


def _named(event: StockReceived | GoodsHeld, at: Happened, rows: Rows) -> None:
    if rows.get(at.subject) is None:
        nothing = Decimal(0)
        named = {"item": event.item, "specification": event.specification, "unit": event.unit}
        rows.put({"subject": at.subject, **named, "available": nothing, "held": nothing, "changed_at": at.occurred_at})


def _hold(quantity: Decimal, at: Happened, rows: Rows) -> None:
    row = rows.change(at.subject)
    rows.change(at.subject, held=row["held"] + quantity, changed_at=at.occurred_at)


def _bin(name: str, quantity: Decimal, at: Happened, rows: Rows) -> None:
    row = rows.change(at.subject)
    rows.change(at.subject, available=row["available"] + quantity, changed_at=at.occurred_at)
    bins = rows.of_table(BINS)
    there = bins.add({"subject": at.subject, "bin": name, "quantity": Decimal(0)}, quantity=quantity)
    if not there["quantity"]:
        bins.drop(at.subject, name)
