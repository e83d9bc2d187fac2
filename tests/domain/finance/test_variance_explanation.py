"""Variance explanation 预算差异说明 (clause 2.1.2.2): demanded, explained, reviewed; the pool is management's."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.finance.budget_line_rules import NoBudgetLine, NotOfThisYear
from domain.finance.budget_transfer_rules import TotalStays
from domain.finance.execution_report_messages import Overrun, ReportContinued
from domain.finance.reserve_pool import PoolBelowZero, PoolStanding
from domain.finance.variance_explanation import EXPLAINED_AGAIN, OVERRUN_EXPLAINED, VARIANCE_EXPLANATION
from domain.finance.variance_explanation_messages import (
    AcceptExplanation,
    DecideOnPool,
    DemandExplanation,
    ExplanationAccepted,
    ExplanationDemanded,
    ExplanationFiled,
    ExplanationReturned,
    FileExplanation,
    PoolDecided,
    ReturnExplanation,
)
from domain.finance.variance_explanation_rules import (
    AllowanceOrPool,
    ExplainedAlready,
    FinanceReviews,
    GrantedMoreThanAsked,
    HeadExplains,
    ManagementDecidesOnPool,
    NoAllowance,
    NoExplanationToReview,
    NotALineAndMonth,
    NothingAskedOfPool,
    OwnExplanation,
)
from domain.governance.open_deadlines import still_open
from domain.kernel import SYSTEM, Stream
from domain.working_time import SHANGHAI
from tests.company import COMPANY
from tests.domain.finance.adjusting import JANUARY, budgeted_world, line_in, reserved, told, yuan
from tests.domain.finance.samples import opened
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

ID = "2026.D-SALES.office.2026-02"
E = f"variance_explanation-{ID}"
DUE = datetime(2026, 3, 10, 18, 0, tzinfo=SHANGHAI)
DEMAND = DemandExplanation(
    year=2026,
    department="D-SALES",
    account="office",
    month="2026-02",
    budget=yuan(200),
    actual=yuan(250),
    report="execution_report-2026-02",
)
DEMANDED = ExplanationDemanded(
    year=2026,
    department="D-SALES",
    account="office",
    month="2026-02",
    budget=yuan(200),
    actual=yuan(250),
    over=yuan(50),
    report="execution_report-2026-02",
    due_at=DUE,
    owed_by=("SAM",),
)


def explain(**more: Any) -> FileExplanation:
    return FileExplanation.model_validate(
        {
            "year": 2026,
            "department": "D-SALES",
            "account": "office",
            "month": "2026-02",
            "cause_kind": "execution",
            "cause": "示例：纸张涨价",
            "controllable": False,
            "remedy": "示例：双面打印",
            **more,
        }
    )


def situation() -> Spec:
    """Sales has an office line of 1,200; there is a pool of 500; the policy lets explained overruns through."""
    line = told(opened("1200", account="office", category="administration"), reserved("100"))
    known = spec(VARIANCE_EXPLANATION).where(id=ID).knowing("budget_line", "2026.D-SALES.office", line)
    pool = PoolStanding(year=2026, funded=yuan(500), balance=yuan(500))
    return known.knowing("reserve_pool", "2026", pool).under("2.1.2.2", control={"administration": "explain"})


def filed(**more: Any) -> Spec:
    return situation().given(DEMANDED).when(explain(**more), by="SAM").and_then()


@clauses("2.1.2.2")
def test_an_overrun_is_demanded_an_explanation_of_its_head_in_five_working_days() -> None:
    outcome = situation().when(DEMAND, by=SYSTEM, by_house=True)
    outcome.then(DEMANDED).because("2.1.2.2", outcome="explain", budget="200.00", actual="250.00", over="50.00")


@clauses("2.1.2.2")
def test_where_nobody_heads_the_department_management_owes_the_explanation_and_may_give_it() -> None:
    headless = replace(COMPANY, assignments=tuple(each for each in COMPANY.assignments if each.employee != "SAM"))
    nobody = situation().where(id=ID, directory=headless)
    demanded = nobody.when(DEMAND, by=SYSTEM, by_house=True).and_then()
    (event,) = demanded.history
    assert isinstance(event, ExplanationDemanded) and "GINA" in event.owed_by
    assert demanded.when(explain(), by="GINA").events
    demanded.when(explain(), by="SAM").refused(HeadExplains, department="D-SALES")


@clauses("2.1.2.2")
def test_what_the_policy_tolerates_needs_no_explanation() -> None:
    situation().under("2.1.2.2", overrun_percent=25).when(DEMAND, by=SYSTEM, by_house=True).then()
    assert situation().under("2.1.2.2", overrun_percent=24).when(DEMAND, by=SYSTEM, by_house=True).events
    within = DEMAND.model_copy(update={"actual": yuan(200)})
    situation().when(within, by=SYSTEM, by_house=True).then()


@clauses("2.1.2.2")
def test_it_is_demanded_once_and_not_of_who_explained_in_advance() -> None:
    situation().given(DEMANDED).when(DEMAND, by=SYSTEM, by_house=True).then()
    in_advance = situation().when(explain(), by="SAM").and_then()
    in_advance.when(DEMAND, by=SYSTEM, by_house=True).then()


@clauses("2.1.2.2")
def test_in_time_the_deadline_is_met_and_without_an_explanation_it_is_missed() -> None:
    """The timers look at the same declaration: what is still open past its due time is missed."""
    assert OVERRUN_EXPLAINED.due(DEMANDED) == DUE
    assert still_open(OVERRUN_EXPLAINED, "", DUE, (DEMANDED,))
    assert not still_open(OVERRUN_EXPLAINED, "", DUE, filed().history)


@clauses("2.1.2.2")
def test_the_head_explains_cause_controllable_or_not_and_remedy() -> None:
    situation().given(DEMANDED).when(explain(from_pool="50"), by="SAM").then(
        ExplanationFiled(
            year=2026,
            department="D-SALES",
            account="office",
            month="2026-02",
            cause_kind="execution",
            cause="示例：纸张涨价",
            controllable=False,
            remedy="示例：双面打印",
            allowance=yuan(0),
            from_pool=yuan(50),
            demanded=True,
            by="SAM",
            delegate=None,
            reviewers=("FAY", "FRED"),
        )
    )


@clauses("2.1.2.2")
@pytest.mark.parametrize("who", ["ANN", "IAN", "FAY", "GINA"])
def test_nobody_else_explains_for_the_department(who: str) -> None:
    situation().given(DEMANDED).when(explain(), by=who).refused(HeadExplains, department="D-SALES")


@clauses("2.1.2.2")
def test_an_explanation_is_about_the_line_and_month_of_its_number() -> None:
    situation().when(explain(month="2026-03"), by="SAM").refused(NotALineAndMonth, wanted="2026.D-SALES.office.2026-03")
    elsewhere = situation().where(id="2026.D-SALES.office.2027-02")
    elsewhere.when(explain(month="2027-02"), by="SAM").refused(NotOfThisYear, month="2027-02")
    situation().knowing("budget_line", "2026.D-SALES.office", None).when(explain(), by="SAM").refused(NoBudgetLine)


@clauses("2.1.2.2")
def test_it_asks_for_an_allowance_or_of_the_pool_never_for_both() -> None:
    situation().when(explain(allowance="1", from_pool="1"), by="SAM").refused(AllowanceOrPool)


@clauses("2.1.2.2")
def test_where_the_policy_stops_no_allowance_helps() -> None:
    stopped = situation().under("2.1.2.2", control={"administration": "stop"})
    stopped.when(explain(allowance="1"), by="SAM").refused(NoAllowance, category="administration")
    assert stopped.when(explain(), by="SAM").events


@clauses("2.1.2.2", "2.1.3.1")
def test_more_than_the_pool_holds_is_refused_early() -> None:
    situation().when(explain(from_pool="500.01"), by="SAM").refused(PoolBelowZero, balance="500.00")
    never = situation().under("2.1.3.1", total_may_change="never")
    never.when(explain(from_pool="1"), by="SAM").refused(TotalStays)


@clauses("2.1.2.2")
def test_it_is_filed_once_and_again_after_finance_returned_it() -> None:
    filed().when(explain(), by="SAM").refused(ExplainedAlready, status="filed")
    returned = filed().when(ReturnExplanation(reason="原因不清"), by="FRED")
    returned.then(ExplanationReturned(reason="原因不清", by="FRED", due_at=DUE, owed_by=("SAM",)))
    open_again = returned.and_then()
    assert still_open(EXPLAINED_AGAIN, "returned", DUE, open_again.history)
    again = open_again.when(explain(), by="SAM").and_then()
    assert not still_open(EXPLAINED_AGAIN, "returned", DUE, again.history)


@clauses("2.1.2.2")
@pytest.mark.parametrize("who", ["SAM", "GINA", "IAN"])
def test_only_finance_reviews(who: str) -> None:
    filed().when(AcceptExplanation(), by=who).refused(FinanceReviews)
    filed().when(ReturnExplanation(reason="不"), by=who).refused(FinanceReviews)


@clauses("2.1.2.2")
def test_finance_reviews_what_is_filed_and_once() -> None:
    situation().given(DEMANDED).when(AcceptExplanation(), by="FRED").refused(NoExplanationToReview, status="demanded")
    accepted = filed().when(AcceptExplanation(comment="属实"), by="FRED").and_then()
    accepted.when(ReturnExplanation(reason="不"), by="FAY").refused(NoExplanationToReview, status="accepted")


@clauses("2.1.2.2")
def test_the_head_of_finance_does_not_review_his_own() -> None:
    own = ExplanationFiled.model_validate(
        {
            **explain(department="D-FIN").model_dump(),
            "demanded": False,
            "by": "FAY",
            "delegate": None,
            "reviewers": ("FRED",),
        }
    )
    by_himself = situation().given(own)
    by_himself.when(AcceptExplanation(), by="FAY").refused(OwnExplanation, filer="FAY")
    by_himself.when(AcceptExplanation(), by="FRED", acting_for="FAY").refused(OwnExplanation)
    assert by_himself.when(AcceptExplanation(), by="FRED").events
    by_delegate = situation().given(own.model_copy(update={"by": "SAM", "delegate": "FRED"}))
    by_delegate.when(AcceptExplanation(), by="FRED").refused(OwnExplanation)


@clauses("2.1.2.2")
def test_what_it_asks_of_the_pool_waits_for_management() -> None:
    outcome = filed(from_pool="50").when(AcceptExplanation(comment="属实"), by="FRED")
    outcome.then(
        ExplanationAccepted(
            year=2026,
            department="D-SALES",
            account="office",
            month="2026-02",
            allowance=yuan(0),
            from_pool=yuan(50),
            by="FRED",
            delegate=None,
            comment="属实",
            decided_by=("CLEO", "GINA", "VICE"),
        )
    )
    waiting = outcome.and_then()
    waiting.when(DecideOnPool(granted=yuan(50), reason="同意"), by="FAY").refused(ManagementDecidesOnPool)
    waiting.when(DecideOnPool(granted=yuan("50.01"), reason="同意"), by="VICE").refused(GrantedMoreThanAsked)
    filed(from_pool="50").when(DecideOnPool(granted=yuan(1), reason="同意"), by="VICE").refused(
        NothingAskedOfPool, status="filed"
    )


@clauses("2.1.2.2")
def test_management_grants_less_or_nothing_with_a_reason() -> None:
    waiting = filed(from_pool="50").when(AcceptExplanation(), by="FRED").and_then()
    less = waiting.when(DecideOnPool(granted=yuan(30), reason="其余自行消化"), by="VICE")
    less.then(
        PoolDecided(
            year=2026,
            department="D-SALES",
            account="office",
            asked=yuan(50),
            granted=yuan(30),
            month="2026-03",
            by="VICE",
            reason="其余自行消化",
        )
    ).because("2.1.2.2", outcome="granted", authority="management")
    nothing = waiting.when(DecideOnPool(granted=yuan(0), reason="自行消化"), by="VICE", at=JANUARY)
    nothing.because("2.1.2.2", outcome="refused")
    decided = nothing.events[0]
    assert isinstance(decided, PoolDecided) and decided.month == "2026-12"
    nothing.and_then().when(DecideOnPool(granted=yuan(1), reason="再议"), by="GINA").refused(NothingAskedOfPool)


def reported() -> World:
    """The report of February found the office line over; the reactions have read it."""
    world = budgeted_world()
    world.under("2.1.2.2", control={"administration": "explain"})
    over = Overrun(
        line="2026.D-SALES.office",
        department="D-SALES",
        account="office",
        category="administration",
        budget=yuan(200),
        actual=yuan(250),
        over=yuan(50),
    )
    part = ReportContinued(month="2026-02", part=2, departments=(), overruns=(over,))
    world.given("execution_report-2026-02", part)
    world.log.append(world._recorded(Stream("execution_report", "2026-02"), part, SYSTEM))
    world.react()
    return world


@clauses("2.1.2.2")
def test_the_monthly_report_demands_explanations_by_itself_and_tells_the_head() -> None:
    world = reported()
    assert world.events(E) == ["ExplanationDemanded"]
    assert world.notices("explanation_demanded") == [("SAM",)]


@clauses("2.1.2.2")
def test_what_management_grants_leaves_the_pool_and_enters_the_line_together() -> None:
    world = reported()
    world.act(E, explain(from_pool="50"), by="SAM")
    world.act(E, AcceptExplanation(), by="FRED")
    world.act(E, DecideOnPool(granted=yuan(30), reason="其余自行消化"), by="GINA")
    assert world.state("reserve_pool-2026").balance == yuan(49970)
    assert line_in(world, "D-SALES", "office").budget == yuan(1230)
    world.react()
    assert world.notices("explanation_filed") == [("FAY", "FRED")]
    assert world.notices("pool_asked") == [("CLEO", "GINA", "VICE")]
    assert world.notices("pool_decided") == [("SAM",)]


@clauses("2.1.2.2")
def test_an_accepted_allowance_is_how_far_the_line_may_be_exceeded() -> None:
    world = reported()
    world.act(E, explain(allowance="80"), by="SAM")
    assert line_in(world, "D-SALES", "office").allowed == yuan(0)
    world.act(E, AcceptExplanation(), by="FRED")
    assert line_in(world, "D-SALES", "office").allowed == yuan(80)
    assert world.state("reserve_pool-2026").balance == yuan(50000)


@clauses("2.1.2.2")
def test_a_returned_explanation_tells_who_filed_it() -> None:
    world = reported()
    world.act(E, explain(), by="SAM")
    world.act(E, ReturnExplanation(reason="原因不清"), by="FRED")
    world.react()
    assert world.notices("explanation_returned") == [("SAM",)]
