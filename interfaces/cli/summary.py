"""What came of a simulation, asked of the views 模拟结果汇总."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from domain.governance.regulation import clauses
from interfaces.bootstrap import House


async def summary(house: House) -> dict[str, Any]:
    """Counts of the journal, and tables: purchases, approvals by tier, deadlines and attempts by clause, stock."""
    async with await psycopg.AsyncConnection.connect(house.url, row_factory=dict_row) as connection:
        total = await _rows(
            connection,
            "select count(*) as entries, count(distinct stream) as subjects, "
            "min(occurred_at)::date as from, max(occurred_at)::date as until from journal.entries",
        )
        tables = [
            await _table(connection, title, columns, numeric, query)
            for title, columns, numeric, query in (_PURCHASES, _TIERS, _DEADLINES, _ATTEMPTS, _WATCHES, _STOCK)
        ]
    return {**total[0], "tables": [_named(table) for table in tables]}


_PURCHASES = (
    "Purchases by state 采购申请",
    ("state 状态", "requisitions 申请", "amount 金额 (CNY)"),
    (1, 2),
    "select status, count(*) as requisitions, sum(amount) as amount from views.requisitions group by 1 order by 2 desc",
)
_TIERS = (
    "Decisions by tier 各级审批",
    (
        "tier 权限",
        "decisions 审批",
        "by a delegate 代理",
        "returned 退回",
        "rejected 驳回",
        "late 超时",
        "median h 中位小时",
    ),
    (1, 2, 3, 4, 5, 6),
    """
    select authority, count(*) as decisions, count(acting_for) as by_delegate,
           count(*) filter (where decision = 'ApprovalReturned' or decision = 'returned') as returned,
           count(*) filter (where decision = 'ApprovalRejected' or decision = 'rejected') as rejected,
           count(*) filter (where late) as late,
           round((percentile_cont(0.5) within group (order by seconds) / 3600)::numeric, 1) as median_hours
    from views.every_approval where authority is not null group by 1 order by 2 desc
    """,
)
_DEADLINES = (
    "Deadlines by clause 时限义务",
    ("clause 条款", "what 内容", "met 按时", "late 迟延", "missed 逾期", "open 未结", "waived 豁免"),
    (2, 3, 4, 5, 6),
    "select clause, '' as what, met, late, missed, open, waived from views.compliance_by_clause where opened > 0",
)
_ATTEMPTS = (
    "Refused attempts by clause 越权尝试",
    ("clause 条款", "rule 规则", "attempts 次数"),
    (2,),
    "select clause, rule, count(*) as attempts from views.refused_attempts group by 1, 2 order by 3 desc, 2",
)
_WATCHES = (
    "Repeat and split purchases 重复与拆分采购",
    ("kind 类型", "flagged 预警"),
    (1,),
    "select kind, count(*) as flagged from views.repeat_and_split_purchases group by 1 order by 1",
)
_STOCK = (
    "Stock 库存",
    ("item 物品", "specification 规格", "available 可用", "held 待处理", "unit 单位"),
    (2, 3),
    "select item, specification, available, held, unit from views.stock order by available desc, item limit 15",
)


async def _table(
    connection: psycopg.AsyncConnection[dict[str, Any]],
    title: str,
    columns: Sequence[str],
    numeric: Sequence[int],
    query: LiteralString,
) -> dict[str, Any]:
    rows = await _rows(connection, query)
    return {"title": title, "columns": list(columns), "numeric": list(numeric), "rows": rows}


async def _rows(connection: psycopg.AsyncConnection[dict[str, Any]], query: LiteralString) -> list[dict[str, Any]]:
    return await (await connection.execute(query)).fetchall()


def _named(table: dict[str, Any]) -> dict[str, Any]:
    """Clauses with their Chinese text beside the number."""
    for row in table["rows"]:
        if "what" in row:
            row["what"] = clauses()[row["clause"]].zh
    return table
