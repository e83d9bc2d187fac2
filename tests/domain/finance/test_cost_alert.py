"""成本预警 (2.2.2.1 - 2.2.2.3): labour shares over budget, five whys, the anomaly report and its review."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.finance import cost_alert_rules as rules
from domain.finance.cost_alert import COST_ALERT, CostAlertStanding, alert_of, standing
from domain.finance.cost_alert_messages import (
    AcceptAnomalyReport,
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
    ReturnAnomalyReport,
)
from domain.finance.cost_alert_shares import in_percent, is_over
from domain.governance.open_deadlines import still_open
from domain.kernel import Event, IssuedByTheHouse
from domain.working_time import SHANGHAI
from tests.domain.procurement.world import World
from tests.spec import Outcome, Spec, clauses, spec

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


@clauses("2.2.2.1", "2.2.2.3")
def test_five_points_over_in_two_months_in_a_row_raises_the_alert() -> None:
    found = judged(FEBRUARY, MARCH).then(RAISED)
    found.because("2.2.2.1", outcome="warned", over_percent="5", months="2", **{"2026-02": "45.00 / 40.00"})
    found.because("2.2.2.3", outcome="due", due_at=DUE.isoformat())


@clauses("2.2.2.1")
@pytest.mark.parametrize(
    "months",
    [
        (figures("2026-02", "44.99"), MARCH),
        (FEBRUARY, figures("2026-03", "44.99")),
        (MARCH,),
        (FEBRUARY,),
        (),
        (figures("2026-01", "90"), MARCH),
        (FEBRUARY, figures("2026-03", "0", total="0")),
        (FEBRUARY, figures("2026-03", "60", budget="0", of="0")),
        (FEBRUARY, figures("2026-03", "-60", total="-100")),
    ],
)
def test_a_month_that_is_not_over_or_missing_or_without_total_or_budget_raises_nothing(
    months: tuple[MonthFigures, ...],
) -> None:
    judged(*months).then()


@clauses("2.2.2.1")
def test_a_department_is_warned_once_a_month() -> None:
    judged(FEBRUARY, MARCH, given=alert(RAISED)).then()
    alert().when(shares(FEBRUARY, MARCH), by="FAY").refused(IssuedByTheHouse)


@clauses("2.2.2.1")
def test_how_far_how_long_and_what_over_means_are_the_policys() -> None:
    judged(FEBRUARY, MARCH, given=alert().under("2.2.2.1", over_percent=Decimal("5.01"))).then()
    one = alert().under("2.2.2.1", consecutive_months=1)
    (raised,) = judged(MARCH, given=one).events
    assert isinstance(raised, CostAlertRaised)
    assert [each.month for each in raised.months] == ["2026-03"]
    three = ("2026-01", "2026-02", "2026-03")
    longer = alert().under("2.2.2.1", consecutive_months=3)
    judged(FEBRUARY, MARCH, given=longer, looked_at=three).then()
    assert len(judged(figures("2026-01", "45"), FEBRUARY, MARCH, given=longer, looked_at=three).events) == 1
    # 42 is 5 % over 40, though only two points.
    by_percent = alert().under("2.2.2.1", over_means=PERCENT)
    just = judged(figures("2026-02", "42"), figures("2026-03", "42"), given=by_percent)
    (raised,) = just.events
    assert isinstance(raised, CostAlertRaised)
    assert (raised.over, raised.over_means) == (Decimal("5.00"), PERCENT)
    judged(figures("2026-02", "41.99"), figures("2026-03", "42"), given=by_percent).then()


@clauses("2.2.2.1")
def test_shares_are_compared_exactly_not_as_they_are_shown() -> None:
    # 1/3 of the budget: 38.33 % of the cost is shown as 5.00 points over, yet it is less.
    third = {"of": "1", "budget": "3"}
    shown, exact = figures("2026-03", "3833", "10000", **third), figures("2026-03", "23", "60", **third)
    assert not is_over(shown, Decimal(5), POINTS)
    assert is_over(exact, Decimal(5), POINTS)
    # A fen short of it among ten trillion: more digits than a decimal context keeps.
    whole = "9999999999999.80"
    least = figures("2026-03", "4499999999999.91", whole, of="3999999999999.92", budget=whole)
    short = figures("2026-03", "4499999999999.90", whole, of="3999999999999.92", budget=whole)
    assert (is_over(least, Decimal(5), POINTS), is_over(short, Decimal(5), POINTS)) == (True, False)


@clauses("2.2.2.1")
def test_a_share_that_equals_the_budget_is_never_over() -> None:
    for means in (POINTS, PERCENT):
        assert not is_over(figures("2026-03", "40"), Decimal(0), means)
        assert not is_over(figures("2026-03", "0", of="0"), Decimal(5), means)
    assert is_over(figures("2026-03", "40.01"), Decimal(0), POINTS)


@clauses("2.2.2.1")
@for_all(st.integers(0, 10**15 - 1), st.integers(1, 10**15 - 1), st.integers(0, 10**6), st.integers(1, 10**6))
def test_over_in_points_is_the_difference_of_the_shares(labour: int, total: int, planned: int, budget: int) -> None:
    fen = Decimal("0.01")
    months = MonthFigures(
        month="2026-03",
        labour=labour * fen,
        total=total * fen,
        budget_labour=planned * fen,
        budget_total=budget * fen,
    )
    expected = Fraction(labour, total) - Fraction(planned, budget) >= Fraction(5, 100)
    assert is_over(months, Decimal(5), POINTS) == expected


def test_shares_are_shown_to_two_places_half_to_even() -> None:
    shown = [str(in_percent(Fraction(each, 10**5))) for each in (12345, 12355, -12345, 0)]
    assert shown == ["12.34", "12.36", "-12.34", "0.00"]


@clauses("2.2.2.2")
def test_five_whys_lead_from_the_phenomenon_to_the_root() -> None:
    alert(RAISED).when(WHYS, by="SAM").then(RECORDED).because("2.2.2.2", outcome="complete", depth="5", asked_for="5")
    again = alert(RAISED, RECORDED, filed(), RETURNED).when(WHYS, by="SAM")
    again.then(RECORDED)


@clauses("2.2.2.2")
def test_a_shorter_chain_says_why_it_ends() -> None:
    two = WHYS.model_copy(update={"causes": CHAIN[:2]})
    alert(RAISED).when(two, by="SAM").refused(rules.ChainEndsEarly, field="ends_because", asked_for="5", depth="2")
    ends = two.model_copy(update={"ends_because": "已到政策原因"})
    recorded = {"causes": CHAIN[:2], "depth": 2, "ends_because": "已到政策原因"}
    alert(RAISED).when(ends, by="SAM").then(RECORDED.model_copy(update=recorded)).because(
        "2.2.2.2", outcome="ends early", depth="2"
    )
    # Five causes of one phenomenon are one why.
    beside = tuple(Cause(explains=0, cause=f"原因{each}") for each in range(5))
    wide = WHYS.model_copy(update={"causes": beside})
    alert(RAISED).when(wide, by="SAM").refused(rules.ChainEndsEarly, depth="1")
    two_asked = alert(RAISED).under("2.2.2.2", whys=2)
    two_asked.when(two, by="SAM").then(RECORDED.model_copy(update={"causes": CHAIN[:2], "depth": 2, "asked_for": 2}))


@clauses("2.2.2.2")
def test_there_is_at_least_one_cause_and_each_explains_a_level_before_it() -> None:
    none = WHYS.model_copy(update={"causes": (), "ends_because": "不详"})
    alert(RAISED).when(none, by="SAM").refused(rules.TooFewCauses, field="causes", minimum="1", have="0")
    two = WHYS.model_copy(update={"causes": CHAIN[:1], "ends_because": "不详"})
    alert(RAISED).under("2.2.2.2", minimum_causes=2).when(two, by="SAM").refused(rules.TooFewCauses, have="1")
    for explains in (2, 9):
        causes = (CHAIN[0], Cause(explains=explains, cause="无中生有"))
        broken = WHYS.model_copy(update={"causes": causes})
        alert(RAISED).when(broken, by="SAM").refused(
            rules.ExplainsNoLevel, field="causes.1.explains", level="2", explains=str(explains)
        )


@clauses("2.2.2.2", "2.2.2.3")
def test_the_head_of_the_department_answers_nobody_else() -> None:
    for who in ("ANN", "IAN", "FAY"):
        alert(RAISED).when(WHYS, by=who).refused(rules.AnsweredByHead, department="D-SALES", heads="SAM")
        alert(RAISED, RECORDED).when(REPORT, by=who).refused(rules.AnsweredByHead)
    alert(RAISED).when(WHYS, by="ANN", acting_for="SAM").then(RECORDED)


@clauses("2.2.2.1")
def test_without_an_alert_there_is_nothing_to_answer() -> None:
    for command in (WHYS, REPORT, AcceptAnomalyReport(), ReturnAnomalyReport(reason="缺数据")):
        alert().when(command, by="SAM").refused(rules.NoCostAlert)


@clauses("2.2.2.3")
def test_the_report_within_five_working_days_is_in_time_and_later_is_late() -> None:
    known = alert(RAISED, RECORDED)
    known.when(REPORT, by="SAM", at=IN_TIME).then(filed()).because("2.2.2.3", outcome="in time")
    known.when(REPORT, by="SAM", at=DUE).then(filed(at=DUE))
    late = known.when(REPORT, by="SAM", at=TOO_LATE)
    late.then(filed(at=TOO_LATE, late=True)).because("2.2.2.3", outcome="late")


@clauses("2.2.2.3")
def test_the_deadline_is_the_heads_and_the_first_report_meets_it() -> None:
    (owed,) = COST_ALERT.obligations
    assert (owed.clause, owed.due(RAISED), owed.owed_by(RAISED)) == ("2.2.2.3", DUE, ("SAM",))
    assert still_open(owed, "", DUE, [RAISED, RECORDED])
    assert not still_open(owed, "", DUE, [RAISED, RECORDED, filed()])
    assert not still_open(owed, "", DUE, [RAISED, RECORDED, filed(), RETURNED])
    longer = alert().under("2.2.2.3", working_days=6)
    (raised,) = judged(FEBRUARY, MARCH, given=longer).events
    assert isinstance(raised, CostAlertRaised)
    assert raised.due_at == datetime(2026, 4, 30, 18, 0, tzinfo=SHANGHAI)


@clauses("2.2.2.2", "2.2.2.3")
def test_a_report_follows_from_five_whys() -> None:
    alert(RAISED).when(REPORT, by="SAM").refused(rules.FiveWhysFirst)


@clauses("2.2.2.3")
def test_every_measure_is_in_somebodys_hands() -> None:
    nobody = (*MEASURES, Measure(measure="另一措施", responsible="ZOE", until=date(2026, 5, 31)))
    command = REPORT.model_copy(update={"measures": nobody})
    alert(RAISED, RECORDED).when(command, by="SAM").refused(
        rules.MeasureBySomebody, field="measures.1.responsible", responsible="ZOE"
    )


@clauses("2.2.2.3")
def test_finance_accepts_the_report_or_returns_it() -> None:
    before_finance = alert(RAISED, RECORDED, filed())
    before_finance.when(AcceptAnomalyReport(remark="同意"), by="FAY").then(ACCEPTED)
    before_finance.when(ReturnAnomalyReport(reason="缺数据"), by="FAY").then(RETURNED)
    (event,) = before_finance.when(AcceptAnomalyReport(), by="FRED").events
    assert isinstance(event, AnomalyReportAccepted)
    assert event.by == "FRED"


@clauses("2.2.2.3")
def test_a_returned_report_is_filed_again_and_judged_by_the_first() -> None:
    returned = alert(RAISED, RECORDED, filed(), RETURNED)
    returned.when(REPORT, by="SAM", at=TOO_LATE).then(filed(version=2)).because("2.2.2.3", outcome="in time")
    late = alert(RAISED, RECORDED, filed(at=TOO_LATE, late=True), RETURNED)
    late.when(REPORT, by="SAM", at=TOO_LATE).then(filed(version=2, at=TOO_LATE, late=True))


@clauses("2.2.2.3")
def test_a_report_is_filed_once_until_it_is_returned_and_never_after_it_was_accepted() -> None:
    alert(RAISED, RECORDED, filed()).when(REPORT, by="SAM").refused(rules.ReportUnderReview)
    accepted = alert(RAISED, RECORDED, filed(), ACCEPTED)
    accepted.when(REPORT, by="SAM").refused(rules.ReportAccepted)
    accepted.when(WHYS, by="SAM").refused(rules.ReportAccepted)


@clauses("2.2.2.3")
def test_only_a_filed_report_is_reviewed() -> None:
    for history in ((RAISED,), (RAISED, RECORDED, filed(), RETURNED), (RAISED, RECORDED, filed(), ACCEPTED)):
        for command in (AcceptAnomalyReport(), ReturnAnomalyReport(reason="缺数据")):
            alert(*history).when(command, by="FAY").refused(rules.NothingToReview)


@clauses("2.2.2.3")
def test_nobody_but_finance_reviews_it() -> None:
    for who in ("IAN", "GINA", "ANN"):
        alert(RAISED, RECORDED, filed()).when(AcceptAnomalyReport(), by=who).refused(rules.ReviewedByFinance)


@clauses("2.2.2.3")
def test_the_head_of_finance_does_not_review_his_own_nor_through_a_delegate() -> None:
    own = RAISED.model_copy(update={"department": "D-FIN", "owed_by": ("FAY",), "informed": ("FAY",)})
    before = alert(own, RECORDED, filed(department="D-FIN", by="FAY"))
    for command in (AcceptAnomalyReport(), ReturnAnomalyReport(reason="缺数据")):
        before.when(command, by="FAY").refused(rules.NobodyReviewsHisOwn)
        before.when(command, by="FRED", acting_for="FAY").refused(rules.NobodyReviewsHisOwn)
        before.when(command, by="FAY", acting_for="FRED").refused(rules.NobodyReviewsHisOwn)
    assert len(before.when(AcceptAnomalyReport(), by="FRED").events) == 1


@clauses("2.2.2.3")
def test_what_the_evaluation_of_the_department_will_read() -> None:
    def told(*history: Event) -> CostAlertStanding | None:
        return standing(COST_ALERT.fold(history))

    assert told() is None
    expected = CostAlertStanding(
        department="D-SALES",
        month="2026-03",
        over=Decimal("7.50"),
        over_means=POINTS,
        status="raised",
        due_at=DUE,
        first_filed_at=None,
        late=False,
        returned=0,
    )
    assert told(RAISED) == expected
    second = filed(version=2, at=TOO_LATE, late=True)
    after = told(RAISED, RECORDED, filed(at=TOO_LATE, late=True), RETURNED, second, ACCEPTED)
    assert after is not None
    assert (after.status, after.first_filed_at, after.late, after.returned) == ("accepted", TOO_LATE, True, 1)


@clauses("2.2.2.1")
def test_a_department_may_count_fewer_months_for_itself() -> None:
    rules_of = COST_ALERT.department(shares(MARCH), COST_ALERT.initial, None)  # type: ignore[arg-type]
    assert rules_of == "D-SALES"
    tighter = alert().under("2.2.2.1", consecutive_months=1)
    assert len(judged(figures("2026-02", "10"), MARCH, given=tighter).events) == 1


@clauses("2.2.2.3")
def test_those_concerned_are_told_how_the_report_stands() -> None:
    world = World(now=WATCHED)
    subject = str(alert_of("D-SALES", "2026-03"))
    world.act(subject, shares(FEBRUARY, MARCH), by="SYSTEM", by_house=True)
    world.now = IN_TIME
    world.act(subject, WHYS, by="SAM")
    world.act(subject, REPORT, by="SAM")
    world.act(subject, ReturnAnomalyReport(reason="缺数据"), by="FAY")
    world.act(subject, REPORT, by="SAM")
    world.act(subject, AcceptAnomalyReport(), by="FAY")
    world.react()
    assert world.notices("cost_alert") == [("SAM", "FAY")]
    assert world.notices("anomaly_report") == [("FAY",), ("SAM",), ("FAY",), ("SAM",)]


@clauses("2.2.2.3")
def test_the_rest_of_finance_is_told_of_the_report_of_the_finance_manager() -> None:
    world = World(now=WATCHED)
    command = shares(FEBRUARY, MARCH).model_copy(update={"department": "D-FIN"})
    world.act("cost_alert-D-FIN.2026-03", command, by="SYSTEM", by_house=True)
    world.act("cost_alert-D-FIN.2026-03", WHYS, by="FAY")
    world.act("cost_alert-D-FIN.2026-03", REPORT, by="FAY")
    world.react()
    assert world.notices("anomaly_report") == [("FRED",)]
