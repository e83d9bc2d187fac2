"""What came of a simulation, asked of the views 模拟结果汇总."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from domain import catalogue
from domain.directory import ROLE_ZH
from domain.governance.approvals import ADDED
from domain.governance.regulation import clauses
from interfaces.bootstrap import House
from interfaces.cli.finance_summary import FINANCE
from interfaces.cli.question import Question, Row, named

STATES = {
    "open": "审批中",
    "approved": "已批准，待采购",
    "ordered": "已下单",
    "returned": "退回申请人",
    "rejected": "已驳回",
    "withdrawn": "已撤回",
    "cancelled": "已取消",
}
KINDS = {"repeat": "重复采购", "split": "疑似拆分"}
TIERS = {role.value: zh for role, zh in ROLE_ZH.items()} | {ADDED: "加签人"}


async def summary(house: House) -> dict[str, Any]:
    """Counts of the journal, and tables: purchases, approvals, budgets and costs, deadlines, attempts, stock."""
    async with await psycopg.AsyncConnection.connect(house.url, row_factory=dict_row) as connection:
        total = await _rows(connection, _TOTAL)
        asked = [(each, await _rows(connection, each.query)) for each in QUESTIONS]
    tables = [
        {
            "title": each.title,
            "columns": list(each.columns),
            "numeric": list(each.numeric),
            "rows": [each.reads(row) for row in rows],
        }
        for each, rows in asked
        if rows or each.always
    ]
    return {**total[0], "tables": tables}


async def _rows(connection: psycopg.AsyncConnection[Row], query: LiteralString) -> list[Row]:
    return await (await connection.execute(query)).fetchall()


def _obliged(row: Row) -> Row:
    return {"clause": row["clause"], "what": clauses()[row["clause"]].zh} | row


def _ruled(row: Row) -> Row:
    """A row with the rule's sentence, as everywhere, in both languages."""
    rule = catalogue.refusals()[row["rule"]]
    return row | {"rule": f"{rule.rule('en')} {rule.rule('zh')}"}


_TOTAL: LiteralString = """
    select count(*) as entries, count(distinct stream) as subjects,
           min(occurred_at at time zone 'Asia/Shanghai')::date as from,
           max(occurred_at at time zone 'Asia/Shanghai')::date as until
    from journal.entries
"""

QUESTIONS = (
    Question(
        "Purchase requisitions by state 采购申请",
        ("state 状态", "requisitions 申请", "amount 金额 (CNY)"),
        (1, 2),
        """
        select status, count(*) as requisitions, sum(amount) as amount
        from views.requisitions group by 1 order by 2 desc, 1
        """,
        named(("status", STATES)),
    ),
    Question(
        "Decisions by tier 各级审批",
        (
            "tier 权限",
            "decided 审批",
            "approved 同意",
            "returned 退回",
            "rejected 驳回",
            "delegate 代理",
            "late 超时",
            "median h 中位小时",
            "handed on 转交加签",
        ),
        (1, 2, 3, 4, 5, 6, 7, 8),
        """
        with decisions as (
            select *, decision in ('given', 'returned', 'rejected') as decided from views.every_approval
        )
        select authority,
               count(*) filter (where decided) as decided,
               count(*) filter (where decision = 'given') as approved,
               count(*) filter (where decision = 'returned') as returned,
               count(*) filter (where decision = 'rejected') as rejected,
               count(acting_for) filter (where decided) as by_delegate,
               count(*) filter (where decided and late) as late,
               round((percentile_cont(0.5) within group (order by seconds) filter (where decided) / 3600)::numeric, 1)
                   as median_hours,
               count(*) filter (where decision in ('transferred', 'signer_added')) as handed_on
        from decisions where authority is not null group by 1 order by 2 desc, 1
        """,
        named(("authority", TIERS)),
    ),
    *FINANCE,
    Question(
        "Deadlines by clause 时限义务",
        ("clause 条款", "what 内容", "met 按时", "late 迟延", "missed 逾期", "open 未结", "waived 豁免", "closed 终止"),
        (2, 3, 4, 5, 6, 7),
        """
        select clause, met::int, late::int, missed::int, open::int, waived::int, closed::int
        from views.compliance_by_clause where opened > 0 order by clause
        """,
        _obliged,
    ),
    Question(
        "Refused attempts by clause 越权尝试",
        ("clause 条款", "attempts 次数", "rule 规则"),
        (1,),
        """
        select clause, count(*) as attempts, rule
        from views.refused_attempts group by clause, rule order by attempts desc, rule
        """,
        _ruled,
    ),
    Question(
        "Warnings to finance 重复与拆分采购预警",
        ("kind 类型", "flagged 预警"),
        (1,),
        "select kind, count(*) as flagged from views.repeat_and_split_purchases group by 1 order by 1",
        named(("kind", KINDS)),
    ),
    Question(
        "Stock, the fifteen largest 库存（前十五项）",
        ("item 物品", "specification 规格", "available 可用", "held 待处理", "unit 单位"),
        (2, 3),
        """
        select item, specification, trim_scale(available) as available, trim_scale(held) as held, unit
        from views.stock order by views.stock.available desc, item, specification limit 15
        """,
    ),
)
