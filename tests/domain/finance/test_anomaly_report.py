"""《成本异常分析报告》 (2.2.2.2, 2.2.2.3): five whys, the report within five working days, its review by finance."""

from datetime import date, datetime
from decimal import Decimal

from domain.finance import cost_alert_rules as rules
from domain.finance.cost_alert import COST_ALERT, CostAlertStanding, alert_of, standing
from domain.finance.cost_alert_messages import (
    AcceptAnomalyReport,
    AlertEvent,
    AnomalyReportAccepted,
    Cause,
    CostAlertRaised,
    Measure,
    ReturnAnomalyReport,
)
from domain.governance.open_deadlines import still_open
from domain.working_time import SHANGHAI
from tests.domain.finance.cost_alert_samples import (
    ACCEPTED,
    CHAIN,
    DUE,
    FEBRUARY,
    IN_TIME,
    MARCH,
    MEASURES,
    POINTS,
    RAISED,
    RECORDED,
    REPORT,
    RETURNED,
    TOO_LATE,
    WATCHED,
    WHYS,
    alert,
    figures,
    filed,
    judged,
    shares,
)
from tests.domain.procurement.world import World
from tests.spec import clauses


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
    four = WHYS.model_copy(update={"causes": CHAIN[:4]})
    alert(RAISED).when(four, by="SAM").refused(rules.ChainEndsEarly, depth="4")
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
            alert(*history).when(command, by="FAY").refused(rules.NoReportToReview)


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
    def told(*history: AlertEvent) -> CostAlertStanding | None:
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
    after = told(RAISED, RECORDED, filed(at=TOO_LATE, late=True), RETURNED, second, RETURNED, second, ACCEPTED)
    assert after is not None
    assert (after.status, after.first_filed_at, after.late, after.returned) == ("accepted", TOO_LATE, True, 2)


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
