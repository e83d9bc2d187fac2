"""Deviations of imported histories by kind 导入偏差分类 (clause 5.2): how often each rule was broken."""

from typing import Any

from sqlalchemy import Select, func, select

from projections.columns import column, table
from projections.imported.findings_of_an_imported_history import STEPS
from projections.view import View

KINDS = table(
    "deviations_by_kind",
    column("text", "procedure", "流程", "Procedure", key=True),
    column("text", "rule", "违反的规则", "Rule broken", key=True),
    column("number", "deviations", "偏差数", "Deviations"),
    column("number", "cases", "案例数", "Cases"),
    partition="procedure",
)


def drawn() -> Select[Any]:
    """One row a rule and procedure."""
    steps = STEPS.c
    return (
        select(
            steps.procedure,
            steps.deviation.label("rule"),
            func.count().label("deviations"),
            func.count(steps.subject.distinct()).label("cases"),
        )
        .where(steps.deviation.is_not(None))
        .group_by(steps.procedure, steps.deviation)
    )


VIEW = View(
    KINDS, zh="导入偏差分类", en="Deviations by kind", clauses=("5.2",), order=("procedure", "rule"), drawn=drawn
)
