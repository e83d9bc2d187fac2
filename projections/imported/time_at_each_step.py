"""Time at each step of imported histories 各步骤用时 (clause 5.2): median, 90th percentile, rejections."""

from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select

from projections.columns import column, table
from projections.imported.findings_of_an_imported_history import STEPS
from projections.view import View

TIMES = table(
    "time_at_each_step",
    column("text", "procedure", "流程", "Procedure", key=True),
    column("text", "step", "步骤", "Step", key=True),
    column("number", "events", "事件数", "Events"),
    column("number", "rejections", "驳回次数", "Rejections"),
    column("number", "median_seconds", "用时中位数(秒)", "Median seconds", null=True),
    column("number", "p90_seconds", "用时90分位(秒)", "90th percentile, seconds", null=True),
    partition="procedure",
)


def drawn() -> Select[Any]:
    """One row a step and procedure; the time is that since the step before in the same case."""
    steps = STEPS.c

    def share(part: float) -> Any:
        return cast(func.round(func.percentile_cont(part).within_group(steps.seconds)), BigInteger)

    return select(
        steps.procedure,
        steps.step,
        func.count().label("events"),
        func.sum(case((steps.outcome == "rejected", 1), else_=0)).label("rejections"),
        share(0.5).label("median_seconds"),
        share(0.9).label("p90_seconds"),
    ).group_by(steps.procedure, steps.step)


VIEW = View(TIMES, zh="各步骤用时", en="Time at each step", clauses=("5.2",), order=("procedure", "step"), drawn=drawn)
