"""Compliance by clause 条款遵守情况 (every clause with a deadline or a refusal): met, late, missed, open, refused."""

from typing import Any

from sqlalchemy import Select, case, func, select, union_all

from projections.columns import column, table
from projections.governance.obligations import OBLIGATIONS
from projections.governance.refused_attempts import ATTEMPTS
from projections.view import View

COMPLIANCE = table(
    "compliance_by_clause",
    column("clause", "clause", "依据条款", "Clause", key=True),
    column("number", "opened", "义务数", "Obligations"),
    column("number", "open", "未到期或未完成", "Open"),
    column("number", "met", "按时", "Met"),
    column("number", "late", "迟延", "Late"),
    column("number", "missed", "逾期未办", "Missed"),
    column("number", "waived", "豁免", "Waived"),
    column("number", "closed", "终止", "Closed"),
    column("decimal", "met_percent", "按时率", "Met, %", null=True),
    column("number", "refused", "越权尝试", "Refused attempts"),
    partition="clause",
)


def drawn() -> Select[Any]:
    """One row a clause, of the obligations and the refused attempts."""
    states = ("open", "met", "late", "missed", "waived", "closed")
    counted = OBLIGATIONS.c
    deadlines = select(
        counted.clause,
        *(func.sum(case((counted.status == state, 1), else_=0)).label(state) for state in states),
        func.count().label("opened"),
        case((counted.clause.is_not(None), 0)).label("refused"),
    ).group_by(counted.clause)
    attempts = select(
        ATTEMPTS.c.clause,
        *(case((ATTEMPTS.c.clause.is_not(None), 0)).label(state) for state in (*states, "opened")),
        func.count().label("refused"),
    ).group_by(ATTEMPTS.c.clause)
    both = union_all(deadlines, attempts).subquery("counted")
    total = {name: func.sum(both.c[name]) for name in ("opened", *states, "refused")}
    judged = total["met"] + total["late"] + total["missed"]
    return (
        select(
            both.c.clause,
            *(total[name].label(name) for name in ("opened", "open", "met", "late", "missed", "waived", "closed")),
            case((judged > 0, func.round(100 * total["met"] / judged, 2))).label("met_percent"),
            total["refused"].label("refused"),
        )
        .group_by(both.c.clause)
        .order_by(both.c.clause)
    )


VIEW = View(
    COMPLIANCE,
    zh="条款遵守情况",
    en="Compliance by clause",
    clauses=("5.1", "4.1.3.1", "4.3.2.1"),
    everyone=True,
    order=("clause",),
    drawn=drawn,
)
