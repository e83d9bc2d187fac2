"""Reserve pools 预算调剂池 (clause 2.1.2.2): what each year's pool holds, and every draw and return."""

from domain.finance.reserve_pool import PoolDrawn, PoolEvent, PoolFunded, PoolReturned
from domain.money import ZERO
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

POOLS = table(
    "reserve_pool",
    column("subject", "subject", "调剂池", "Pool", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("money", "funded", "设立金额", "Funded"),
    column("money", "drawn", "已动用", "Drawn"),
    column("money", "returned", "已退回", "Returned"),
    column("money", "balance", "余额", "Balance"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("year",),),
)

MOVEMENTS = table(
    "reserve_pool_movements",
    column("subject", "subject", "调剂池", "Pool", key=True),
    column("number", "position", "日志位置", "Position", key=True),
    column("text", "kind", "类型", "Kind"),
    column("money", "amount", "金额", "Amount"),
    column("money", "balance", "变动后余额", "Balance afterwards"),
    column("subject", "by", "来源单据", "For"),
    column("moment", "occurred_at", "发生时间", "Time"),
)

VIEW = View(
    POOLS,
    zh="预算调剂池",
    en="Reserve pools",
    clauses=("2.1.2.2",),
    children=(Child(MOVEMENTS, "设立、动用与退回", "Funded, drawn, returned"),),
    order=("-year",),
)


@VIEW.on(PoolFunded)
def funded(event: PoolFunded, at: Happened, rows: Rows) -> None:
    """Held back with the publication of the year's budget."""
    row = rows.get(at.subject) or _row(event, at)
    rows.put({**row, "funded": row["funded"] + event.amount})
    _moved("funded", event, at, rows)


@VIEW.on(PoolDrawn)
def drawn(event: PoolDrawn, at: Happened, rows: Rows) -> None:
    """Taken for what nobody planned."""
    row = rows.change(at.subject)
    rows.change(at.subject, drawn=row["drawn"] + event.amount)
    _moved("drawn", event, at, rows)


@VIEW.on(PoolReturned)
def returned(event: PoolReturned, at: Happened, rows: Rows) -> None:
    """Given back."""
    row = rows.change(at.subject)
    rows.change(at.subject, returned=row["returned"] + event.amount)
    _moved("returned", event, at, rows)


def _row(event: PoolFunded, at: Happened) -> Row:
    return {
        "subject": at.subject,
        "year": event.year,
        "funded": ZERO,
        "drawn": ZERO,
        "returned": ZERO,
        "balance": ZERO,
        "changed_at": at.occurred_at,
    }


def _moved(kind: str, event: PoolEvent, at: Happened, rows: Rows) -> None:
    rows.change(at.subject, balance=event.balance, changed_at=at.occurred_at)
    rows.of_table(MOVEMENTS).put(
        {
            "subject": at.subject,
            "position": at.position,
            "kind": kind,
            "amount": event.amount,
            "balance": event.balance,
            "by": event.by,
            "occurred_at": at.occurred_at,
        }
    )
