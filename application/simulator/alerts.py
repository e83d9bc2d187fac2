"""Cost alerts in the sample company 成本预警: five whys, the anomaly report, its review (2.2.2.1 - 2.2.2.3)."""

from __future__ import annotations

from datetime import date, timedelta

from application.simulator.agenda import Story
from application.simulator.company import DEPARTMENTS
from application.simulator.deciding import at, by, finance, head, working_day
from application.simulator.planted import ALERTS, Alert
from application.simulator.simulation import Simulation
from domain.finance.cost_alert import CostAlert, alert_of
from domain.finance.cost_alert_messages import (
    AcceptAnomalyReport,
    Cause,
    FileAnomalyReport,
    Measure,
    RecordFiveWhys,
    ReturnAnomalyReport,
)
from domain.working_time import SHANGHAI

UNFORESEEN = Alert(
    "人工占比连续两月高出预算 the labour share is over budget for two months",
    ("其他支出低于计划 other costs are below plan",),
    "逐月核对支出进度 compare spending with the plan every month",
)
"""What is answered to an alert nobody planted."""


async def answered(simulation: Simulation, month: str) -> Story:
    """Every alert of a month is answered by the head of its department."""
    yield simulation.working_hours(0.2, 0.5)
    for department in DEPARTMENTS:
        alert: CostAlert = await simulation.state(alert_of(department.id, month))
        if alert.status == "raised":
            story = _answered(simulation, department.id, month)
            simulation.agenda.start(story, simulation.working_hours(6, 16))


async def _answered(simulation: Simulation, department: str, month: str) -> Story:
    told = ALERTS.get((department, month), UNFORESEEN)
    subject, who = alert_of(department, month), head(simulation, department)
    causes = tuple(Cause(explains=level, cause=cause) for level, cause in enumerate(told.whys))
    ends = "" if len(causes) >= 5 else "再往下非本部门可控 what lies behind is not in the department's hands"
    await by(simulation, subject, RecordFiveWhys(phenomenon=told.phenomenon, causes=causes, ends_because=ends), who)
    today = simulation.now.astimezone(SHANGHAI).date()
    yield at(told.filed_on or working_day(simulation, today, 1), 15)
    await by(simulation, subject, _report(told, who[0], today), who)
    yield simulation.working_hours(4, 10)
    if told.returned:
        returned = ReturnAnomalyReport(reason="请补充量化目标 state by how much")
        await by(simulation, subject, returned, finance(simulation))
        yield simulation.working_hours(6, 12)
        again = Alert(told.phenomenon, told.whys, f"{told.measure}；下季占比回到预算以内 within budget next quarter")
        await by(simulation, subject, _report(again, who[0], today), who)
        yield simulation.working_hours(4, 10)
    await by(simulation, subject, AcceptAnomalyReport(remark="措施可行 feasible"), finance(simulation))


def _report(told: Alert, responsible: str, today: date) -> FileAnomalyReport:
    measure = Measure(measure=told.measure, responsible=responsible, until=today + timedelta(days=60))
    return FileAnomalyReport(analysis=f"{told.phenomenon}：{told.whys[-1]}", measures=(measure,))
