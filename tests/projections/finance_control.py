"""Budgets and costs under control as they are recorded: explanations, reports, costs, alerts, ideas, a review."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.finance.budget_review_messages import (
    BudgetFindingRecorded,
    BudgetReviewCompleted,
    BudgetReviewOpened,
    OverrunLine,
    OverrunsNoted,
)
from domain.finance.cost_alert_messages import (
    AnomalyReportAccepted,
    AnomalyReportFiled,
    AnomalyReportReturned,
    Cause,
    CostAlertRaised,
    FiveWhysRecorded,
    Measure,
    MonthShare,
)
from domain.finance.cost_calculation import CostsCalculated, ObjectCost, Output
from domain.finance.cost_period_messages import CostTablePublished, DepartmentCosts, PeriodClosed, PeriodOpened
from domain.finance.execution_report_messages import Overrun, ReportContinued, ReportOpened, ReportPublished, Total
from domain.finance.savings_call import CallOpened
from domain.finance.savings_idea_messages import MeasureAdopted, PilotEndedWithLessons, PilotProgressNoted
from domain.finance.variance_explanation_messages import (
    ExplanationAccepted,
    ExplanationDemanded,
    ExplanationFiled,
    ExplanationReturned,
    PoolDecided,
)
from tests.domain.finance import savings_samples as ideas
from tests.projections.budget_year import carries, filing, money, pool, publication, revision, transfers
from tests.projections.history import NINE, History

EXPLANATION = "variance_explanation-2026.RND.office.2026-02"
ALERT, IDEA, PERIOD, REPORT, REVIEW = (
    "cost_alert-RND.2026-03",
    "savings_idea-SI1",
    "cost_period-2026-03",
    "execution_report-2026-02",
    "budget_review-2026",
)
DUE = NINE + timedelta(days=5)


def explanations(history: History, filed_at: datetime = DUE + timedelta(days=1)) -> None:
    """RND's office: demanded, filed (late), returned, filed again, accepted, the pool decides; OPS is still to file."""
    of: dict[str, Any] = {"year": 2026, "department": "RND", "account": "office", "month": "2026-02"}
    over: dict[str, Any] = {"budget": money("10000"), "actual": money("13000"), "over": money("3000"), "report": REPORT}
    history.happens(EXPLANATION, ExplanationDemanded(**of, **over, due_at=DUE, owed_by=("HEAD",)))
    filed = ExplanationFiled(
        **of,
        cause_kind="external",
        cause="租金上涨",
        controllable=False,
        remedy="重新谈判",
        allowance=money("0"),
        from_pool=money("3000"),
        demanded=True,
        by="HEAD",
        delegate=None,
        reviewers=("FINN",),
    )
    history.happens(EXPLANATION, filed, by="HEAD", at=filed_at)
    again = ExplanationReturned(reason="缺合同", by="FINN", due_at=DUE + timedelta(days=5), owed_by=("HEAD",))
    history.happens(EXPLANATION, again, by="FINN")
    history.happens(EXPLANATION, filed, by="HEAD")
    asked: dict[str, Any] = {"allowance": money("0"), "from_pool": money("3000"), "comment": "属实"}
    accepted = ExplanationAccepted(**of, **asked, by="FINN", delegate=None, decided_by=("VICE",))
    history.happens(EXPLANATION, accepted, by="FINN")
    decided = PoolDecided(
        **{**of, "month": "2026-03"}, asked=money("3000"), granted=money("2000"), by="VICE", reason="部分同意"
    )
    history.happens(EXPLANATION, decided, by="VICE")
    owed = ExplanationDemanded(**{**of, "department": "OPS"}, **over, due_at=DUE, owed_by=("OLA",))
    history.happens("variance_explanation-2026.OPS.office.2026-02", owed)


def total(key: str, budget: str, actual: str) -> Total:
    """A month's budget and actual; the year is ten times as much."""
    ten = money(budget) * 10
    return Total(
        key=key,
        month_budget=money(budget),
        month_actual=money(actual),
        to_date_budget=money(budget) * 2,
        to_date_actual=money(actual) * 2,
        year_budget=ten,
        forecast=ten + 5,
    )


def reports(history: History) -> None:
    """February's report, two departments of which the second comes in its continuation."""
    told = ReportOpened(
        month="2026-02",
        year=2026,
        due_at=DUE,
        owed_by=("FINN",),
        forecast="run_rate",
        likely_percent=Decimal("95"),
        overrun_basis="month",
        overrun_percent=Decimal("0"),
    )
    history.happens(REPORT, told)
    names = {"line": "2026.RND.office", "department": "RND", "account": "office", "category": "administration"}
    overrun = Overrun(**names, budget=money("10000"), actual=money("13000"), over=money("3000"))
    published = ReportPublished(
        month="2026-02",
        year=2026,
        position=7,
        sha256="c" * 64,
        company=total("", "30000", "33000"),
        departments=(total("OPS", "20000", "20000"),),
        categories=(total("administration", "30000", "33000"),),
        likely=2,
        overrun_lines=1,
        overruns=(),
    )
    more = ReportContinued(month="2026-02", part=2, departments=(total("RND", "10000", "13000"),), overruns=(overrun,))
    history.happens(REPORT, published, more, at=DUE + timedelta(hours=1))


def periods(history: History) -> None:
    """March's costs are gathered from here on; ``close`` ends it."""
    due = datetime.fromisoformat("2026-04-25T23:59:59+08:00")
    history.happens(PERIOD, PeriodOpened(month="2026-03", fiscal_year=2026, due_at=due, owed_by=("FINN",)))


def close(history: History) -> None:
    """March is closed, its table published."""
    rate: dict[str, Any] = {"error_rate": Decimal("25"), "within": False}
    closed = PeriodClosed(
        month="2026-03", entries=4, corrected=1, limit=Decimal("0.1"), total=money("4700"), by="FINN", **rate
    )
    told = DepartmentCosts(
        department="RND", labour=money("3700"), materials=money("1000"), operating=money("0"), period=money("0")
    )
    table = CostTablePublished(month="2026-03", departments=(told,), total=money("4700"), **rate)
    history.happens(PERIOD, closed, by="FINN", at=datetime.fromisoformat("2026-04-24T10:00+08:00"))
    history.happens(PERIOD, table)


def calculation(*objects: str, version: int = 1) -> CostsCalculated:
    """What RND's products cost in March: three of each for ten."""
    amounts: dict[str, Any] = dict.fromkeys(
        ("opening", "transferred_in", "indirect", "in_progress_transferred", "in_progress_own"), money("0")
    )
    three = Decimal("3.000")
    costs = tuple(
        ObjectCost(
            object=each,
            quantity=three,
            direct=money("10"),
            finished=money("10"),
            unit_cost=Decimal("3.333333"),
            **amounts,
        )
        for each in objects
    )
    return CostsCalculated(
        month="2026-03",
        department="RND",
        method="variety_costing",
        version=version,
        outputs=tuple(Output(object=each, finished=three) for each in objects),
        costs=costs,
        total=money("10") * len(objects),
        by="FINN",
    )


def products(history: History) -> None:
    """Two products, calculated again for one of them."""
    for version, objects in enumerate((("A", "B"), ("A",)), 1):
        history.happens("cost_calculation-2026-03.RND", calculation(*objects, version=version), by="FINN")


def alerts(history: History) -> None:
    """RND's labour was over in two months; whys, a report returned once, then accepted."""
    months = tuple(
        MonthShare.model_validate(
            {
                "month": month,
                "labour": "60",
                "total": "100",
                "budget_labour": "50",
                "budget_total": "100",
                "share": "60.00",
                "budget_share": "50.00",
                "over": "10.00",
            }
        )
        for month in ("2026-02", "2026-03")
    )
    raised = CostAlertRaised(
        department="RND",
        month="2026-03",
        months=months,
        over=Decimal("10.00"),
        over_means="percentage_points",
        table_due_on=date(2026, 4, 25),
        due_at=DUE,
        owed_by=("HEAD",),
        informed=("HEAD", "FINN"),
    )
    history.happens(ALERT, raised)
    causes = (Cause(explains=0, cause="加班多"), Cause(explains=1, cause="缺人"))
    whys: dict[str, Any] = {"department": "RND", "phenomenon": "人工占比高", "asked_for": 5, "by": "HEAD"}
    for chain, ends in ((causes, "已到根因"), (causes[:1], "不再追问")):
        history.happens(ALERT, FiveWhysRecorded(**whys, causes=chain, depth=len(chain), ends_because=ends), by="HEAD")
    report: dict[str, Any] = {"department": "RND", "month": "2026-03", "by": "HEAD", "analysis": "加班所致"}
    late: dict[str, Any] = {"due_at": DUE, "first_filed_at": DUE + timedelta(hours=1), "late": True}
    hire = Measure(measure="招聘两人", responsible="HEAD", until=date(2026, 6, 30))
    history.happens(ALERT, AnomalyReportFiled(**report, **late, version=1, measures=(hire, hire)), by="HEAD")
    review: dict[str, Any] = {"department": "RND", "month": "2026-03", "by": "FINN"}
    history.happens(ALERT, AnomalyReportReturned(**review, version=1, reason="措施不具体", to=("HEAD",)), by="FINN")
    history.happens(ALERT, AnomalyReportFiled(**report, **late, version=2, measures=(hire,)), by="HEAD")
    history.happens(ALERT, AnomalyReportAccepted(**review, version=2, remark="认可"), by="FINN")


def savings(history: History) -> None:
    """A call; one idea piloted twice and adopted, another declined."""
    history.happens("savings_call-2026-Q1", CallOpened(**dict(ideas.OPENED)))
    history.happens(IDEA, ideas.PROPOSED, by="ANN").happens(IDEA, ideas.ACCEPTED, by="FAY")
    noted = PilotProgressNoted(number=1, note="首月用纸减少", measured=money("1900"), by="FRED")
    learned = PilotEndedWithLessons(
        number=1, proposer="ANN", lessons="供应商涨价", adjustment="改用电子单据", by="FRED"
    )
    history.happens(IDEA, ideas.PLANNED, noted, ideas.DID_NOT_PAY, learned, by="FRED")
    planned = ideas.PLANNED.model_copy(update={"number": 2})
    adopted = MeasureAdopted(
        number=2,
        proposer="ANN",
        standard="所有打印机默认双面",
        departments=("OPS", "RND"),
        saving=money("3000"),
        roi=Decimal("200.00"),
        target_missed_because="",
        informed=ideas.HEADS,
        by="FRED",
    )
    history.happens(IDEA, planned, ideas.ended(number=2), adopted, by="FRED")
    history.happens(IDEA, ideas.REWARDED, by="FAY")
    history.happens("savings_idea-SI2", ideas.PROPOSED, ideas.DECLINED, by="FAY")


def review(history: History) -> None:
    """The review of 2026: a line far over, whose head answers for it."""
    history.happens(REVIEW, BudgetReviewOpened(year=2026, due_at=DUE, owed_by=("FINN",)))
    over: dict[str, Any] = {"over": money("3000"), "percent": Decimal("30.00")}
    of: dict[str, Any] = {"department": "RND", "account": "office"}
    far = OverrunLine(
        **of, category="administration", budget=money("10000"), actual=money("13000"), beyond=True, **over
    )
    near = far.model_copy(update={"account": "travel", "percent": None, "beyond": False})
    for part, each in enumerate((far, near), 1):
        history.happens(REVIEW, OverrunsNoted(year=2026, part=part, parts=2, lines=(each,)))
    finding = BudgetFindingRecorded(
        year=2026,
        number=1,
        **of,
        cause_kind="execution",
        cause="未比价",
        own_making=True,
        **over,
        serious=True,
        improvement="集中采购",
        responsible="HEAD",
        lesson="办公用品须比价",
        by="FINN",
    )
    history.happens(REVIEW, finding, by="FINN")
    done = BudgetReviewCompleted(year=2026, findings=1, serious=(1,), conclusion="总体受控", by="FINN")
    history.happens(REVIEW, done, by="FINN")


def finance_year(history: History) -> History:
    """All of it; the costs of March are booked by whoever comes after."""
    clock = history.now
    for part in (filing, revision, publication, pool, transfers, explanations, reports, periods):
        part(history)
    for part in (products, alerts, savings, carries, review):
        part(history)
    history.now = clock
    return history
