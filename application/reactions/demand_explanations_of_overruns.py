"""What a monthly report found over its budget has to be explained 要求预算差异说明 (clause 2.1.2.2)."""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.finance.execution_report_messages import ReportContinued, ReportPublished
from domain.finance.variance_explanation import explanation_of
from domain.finance.variance_explanation_messages import DemandExplanation
from domain.history import Recorded


@after(ReportPublished, ReportContinued)
async def demand_explanations_of_overruns(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """One of every line, for the month of the report."""
    report = recorded.event
    assert isinstance(report, ReportPublished | ReportContinued)
    asked = []
    for each in report.overruns:
        year = int(each.line.partition(".")[0])
        command = DemandExplanation(
            year=year,
            department=each.department,
            account=each.account,
            month=report.month,
            budget=each.budget,
            actual=each.actual,
            report=str(recorded.subject),
        )
        asked.append(Asked(explanation_of(year, each.department, each.account, report.month), command))
    return asked
