"""The yearly review 年度复盘: the calendar opens it, whoever owes it records it, late or missed shows (clause 5.3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.governance.calendar import CALENDAR, YearPublished, working_time
from domain.governance.policy_review import (
    POLICY_REVIEW,
    REVIEW_RECORDED,
    YEARLY_REVIEW,
    Finding,
    FindingCitesNoClause,
    NoReviewOpen,
    NotForYouToReview,
    OpenPolicyReview,
    PolicyReviewOpened,
    PolicyReviewRecorded,
    RecordPolicyReview,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from domain.working_time import SHANGHAI
from infrastructure.holidays_seed import year_command
from tests.company import COMPANY, POLICY
from tests.spec import clauses, spec

YEARS = working_time(
    CALENDAR.fold(YearPublished.model_validate(year_command(year).model_dump()) for year in (2025, 2026, 2027))
)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
OPEN = OpenPolicyReview(period="2026-12")
OPENED = PolicyReviewOpened(period="2026-12", due_at=datetime(2026, 12, 29, 18, tzinfo=SHANGHAI), owed_by=("GINA",))
RECORD = RecordPolicyReview(
    findings=(Finding(cites="4.1.2.3", finding="三家偏少", proposal="改为四家"),), conclusion="制度运行正常。"
)
RECORDED = PolicyReviewRecorded(period="2026-12", findings=RECORD.findings, conclusion=RECORD.conclusion, by="GINA")
HERE = spec(POLICY_REVIEW).where(working_time=YEARS, now=FIRST_OF_DECEMBER)


@clauses("5.3")
def test_it_opens_by_itself_on_one_day_of_the_year() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if YEARLY_REVIEW.due_on(day, POLICY, YEARS)] == [date(2026, 12, 1)]
    assert YEARLY_REVIEW.act(date(2026, 12, 1)) == ("2026-12", OPEN)


@clauses("5.3")
def test_how_often_is_a_parameter_of_the_policy() -> None:
    quarterly = replace(
        POLICY, parameters={**POLICY.parameters, "5.3": {**POLICY.parameters["5.3"], "every": "quarter"}}
    )
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    months = [day.month for day in days if YEARLY_REVIEW.due_on(day, quarterly, YEARS)]
    assert months == [3, 6, 9, 12]


@clauses("5.3")
def test_the_calendar_opens_it_once_and_says_who_owes_it_until_when() -> None:
    HERE.when(OPEN, by=SYSTEM, by_house=True).then(OPENED)
    HERE.given(OPENED).when(OPEN, by=SYSTEM, by_house=True).then()
    HERE.when(OPEN, by="GINA").refused(IssuedByTheHouse)
    assert (REVIEW_RECORDED.due(OPENED), REVIEW_RECORDED.owed_by(OPENED)) == (OPENED.due_at, ("GINA",))
    assert REVIEW_RECORDED.fulfilled_by == (PolicyReviewRecorded,)


@clauses("5.3")
def test_where_nobody_holds_the_role_management_owes_it() -> None:
    headless = replace(COMPANY, assignments=tuple(a for a in COMPANY.assignments if a.employee != "GINA"))
    (opened,) = HERE.where(directory=headless).when(OPEN, by=SYSTEM, by_house=True).events
    assert isinstance(opened, PolicyReviewOpened) and opened.owed_by == ("CLEO", "VICE")


@clauses("5.3")
def test_the_review_is_recorded_once_by_those_who_owe_it() -> None:
    HERE.given(OPENED).when(RECORD, by="GINA").then(RECORDED)
    HERE.when(RECORD, by="GINA").refused(NoReviewOpen)
    HERE.given(OPENED, RECORDED).when(RECORD, by="GINA").refused(NoReviewOpen)
    assert HERE.given(OPENED).when(RECORD, by="ANN").refused(NotForYouToReview).attempt


@clauses("5.3")
def test_a_finding_cites_its_clause() -> None:
    vague = RECORD.model_copy(update={"findings": (Finding(cites="all of it", finding="…"),)})
    HERE.given(OPENED).when(vague, by="GINA").refused(FindingCitesNoClause, field="findings.0.cites")
