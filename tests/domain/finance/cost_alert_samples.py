"""The cost alert of sales for March 示例成本预警."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.finance.cost_alert import COST_ALERT
from domain.finance.cost_alert_messages import (
    AnomalyReportAccepted,
    AnomalyReportFiled,
    AnomalyReportReturned,
    Cause,
    CostAlertRaised,
    FileAnomalyReport,
    FiveWhysRecorded,
    Measure,
    MonthFigures,
    MonthShare,
    NoteShares,
    RecordFiveWhys,
)
from domain.kernel import Event
from domain.working_time import SHANGHAI
from tests.spec import Outcome, Spec, spec

WATCHED = datetime(2026, 4, 22, 0, 5, tzinfo=SHANGHAI)
DUE = datetime(2026, 4, 29, 18, 0, tzinfo=SHANGHAI)
IN_TIME = datetime(2026, 4, 28, 10, 0, tzinfo=SHANGHAI)
TOO_LATE = datetime(2026, 4, 29, 18, 1, tzinfo=SHANGHAI)
TABLE = date(2026, 4, 25)
POINTS, PERCENT = "percentage_points", "percent_of_share"


def figures(month: str, labour: str, total: str = "100", of: str = "40", budget: str = "100") -> MonthFigures:
    """Labour of a total, against labour of a total budgeted."""
    amounts = {"labour": labour, "total": total, "budget_labour": of, "budget_total": budget}
    return MonthFigures.model_validate({"month": month, **amounts})


def shares(*months: MonthFigures, looked_at: tuple[str, ...] = ("2026-02", "2026-03")) -> NoteShares:
    """What the views say of sales when March is watched."""
    return NoteShares(department="D-SALES", month="2026-03", looked_at=looked_at, months=months, table_due_on=TABLE)


def with_share(months: MonthFigures, share: str, budget: str, over: str) -> MonthShare:
    """The figures as the alert shows them."""
    told = {"share": share, "budget_share": budget, "over": over}
    return MonthShare.model_validate({**months.model_dump(), **told})


FEBRUARY, MARCH = figures("2026-02", "45"), figures("2026-03", "47.5")
RAISED = CostAlertRaised(
    department="D-SALES",
    month="2026-03",
    months=(with_share(FEBRUARY, "45.00", "40.00", "5.00"), with_share(MARCH, "47.50", "40.00", "7.50")),
    over=Decimal("7.50"),
    over_means="percentage_points",
    table_due_on=TABLE,
    due_at=DUE,
    owed_by=("SAM",),
    informed=("SAM", "FAY"),
)
CHAIN = tuple(Cause(explains=level, cause=f"原因{level + 1}") for level in range(5))
RECORDED = FiveWhysRecorded(
    department="D-SALES",
    phenomenon="人工占比连续两月超预算",
    causes=CHAIN,
    depth=5,
    asked_for=5,
    ends_because="",
    by="SAM",
)
WHYS = RecordFiveWhys(phenomenon="人工占比连续两月超预算", causes=CHAIN)
MEASURES = (Measure(measure="外包高峰期装箱", responsible="ANN", until=date(2026, 5, 31)),)
REPORT = FileAnomalyReport(analysis="旺季加班", measures=MEASURES)


def filed(version: int = 1, at: datetime = IN_TIME, **changes: Any) -> AnomalyReportFiled:
    """The report of sales as filed by its head."""
    told: dict[str, Any] = {
        "department": "D-SALES",
        "month": "2026-03",
        "version": version,
        "analysis": "旺季加班",
        "measures": MEASURES,
        "due_at": DUE,
        "first_filed_at": at,
        "late": False,
        "by": "SAM",
    }
    return AnomalyReportFiled(**{**told, **changes})


REVIEWED = {"department": "D-SALES", "month": "2026-03", "version": 1, "by": "FAY"}
RETURNED = AnomalyReportReturned.model_validate({**REVIEWED, "reason": "缺数据", "to": ("SAM",)})
ACCEPTED = AnomalyReportAccepted.model_validate({**REVIEWED, "remark": "同意"})


def alert(*history: Event) -> Spec:
    """The alert of sales for March, on the day it was raised unless said otherwise."""
    return spec(COST_ALERT, *history).where(id="D-SALES.2026-03", now=WATCHED)


def judged(*months: MonthFigures, given: Spec | None = None, **changes: Any) -> Outcome:
    """What the house finds."""
    return (given or alert()).when(shares(*months, **changes), by="SYSTEM", by_house=True)
