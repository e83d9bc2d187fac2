"""Yearly budget review 年度预算复盘 (clause 2.1.3.2): opened in February, a finding for every line over its budget."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import uuid4

import pytest

from application.reactions import Asked
from application.reactions.put_overruns_before_the_yearly_review import put_overruns_before_the_yearly_review
from domain.finance.budget_book import BookStanding, BudgetYearEntered
from domain.finance.budget_review import (
    BUDGET_REVIEW,
    REVIEW_COMPLETED,
    YEARLY_BUDGET_REVIEW,
    BudgetReview,
    BudgetReviewStanding,
    standing,
)
from domain.finance.budget_review_messages import (
    LINES_MAX,
    BudgetFindingRecorded,
    BudgetReviewCompleted,
    BudgetReviewOpened,
    CompleteBudgetReview,
    NoteOverruns,
    OpenBudgetReview,
    OverrunLine,
    OverrunsNoted,
    RecordBudgetFinding,
    YearLine,
)
from domain.finance.budget_review_rules import (
    ExternalIsNotOnesOwn,
    FinanceHoldsTheReview,
    FindingsMissing,
    LineWasNotOver,
    NobodyToAnswer,
    NoBudgetReviewOpen,
    NoSuchDepartmentThere,
    OverrunsAwaited,
    OwnOverrun,
)
from domain.finance.figures import LineFigures
from domain.finance.periods import months_of
from domain.governance.open_deadlines import still_open
from domain.history import Recorded
from domain.kernel import SYSTEM, Stream
from domain.working_time import SHANGHAI
from tests.company import POLICY, WORKING_TIME
from tests.domain.finance.adjusting import yuan
from tests.domain.procurement.world import World
from tests.spec import NOW, Spec, clauses, spec

FEBRUARY = datetime(2026, 2, 2, 6, 0, tzinfo=SHANGHAI)
DUE = datetime(2026, 2, 28, 23, 59, 59, tzinfo=SHANGHAI)
OPENED = BudgetReviewOpened(year=2025, due_at=DUE, owed_by=("FAY",))
BOOK = BookStanding({2025: date(2024, 11, 28)})
REVIEW = spec(BUDGET_REVIEW).where(id="2025", now=FEBRUARY).knowing("budget_book", "company", BOOK)


def line(account: str, budget: str, actual: str, department: str = "D-SALES") -> YearLine:
    return YearLine(
        department=department, account=account, category="administration", budget=yuan(budget), actual=yuan(actual)
    )


def noted(*lines: YearLine, part: int = 1, parts: int = 1) -> NoteOverruns:
    return NoteOverruns(part=part, parts=parts, lines=lines)


def opened(*lines: YearLine) -> Spec:
    return REVIEW.given(OPENED).when(noted(*lines), by=SYSTEM, by_house=True).and_then()


def finding(account: str | None = "office", **more: Any) -> RecordBudgetFinding:
    return RecordBudgetFinding.model_validate(
        {
            "department": "D-SALES",
            "account": account,
            "cause_kind": "execution",
            "cause": "示例：未比价",
            "own_making": True,
            "improvement": "示例：集中采购",
            "lesson": "示例：大额用品先比价",
            **more,
        }
    )


@clauses("2.1.3.2")
def test_the_calendar_opens_it_on_the_first_working_day_of_february_for_the_year_that_ended() -> None:
    before, after = YEARLY_BUDGET_REVIEW
    days = [date(2026, 2, each) for each in range(1, 29)]
    assert [day for day in days if before.due_on(day, POLICY, WORKING_TIME)] == [date(2026, 2, 2)]
    assert not any(after.due_on(day, POLICY, WORKING_TIME) for day in days)
    assert before.act(date(2026, 2, 2)) == ("2025", OpenBudgetReview(year=2025))


@clauses("2.1.3.2")
def test_where_years_start_in_april_the_year_that_ended_started_two_years_ago() -> None:
    before, after = YEARLY_BUDGET_REVIEW
    policy = REVIEW.under("2.1.1.1", fiscal_year_start=4).policy
    assert after.due_on(date(2026, 2, 2), policy, WORKING_TIME)
    assert not before.due_on(date(2026, 2, 2), policy, WORKING_TIME)
    assert after.act(date(2026, 2, 2)) == ("2024", OpenBudgetReview(year=2024))


@clauses("2.1.3.2")
def test_finance_managers_owe_it_until_the_months_end() -> None:
    REVIEW.when(OpenBudgetReview(year=2025), by=SYSTEM, by_house=True).then(OPENED)
    REVIEW.given(OPENED).when(OpenBudgetReview(year=2025), by=SYSTEM, by_house=True).then()


@clauses("2.1.3.2")
def test_a_year_without_a_budget_is_not_reviewed() -> None:
    without = REVIEW.knowing("budget_book", "company", BookStanding({2026: date(2025, 11, 28)}))
    without.when(OpenBudgetReview(year=2025), by=SYSTEM, by_house=True).then()


@clauses("2.1.3.2")
def test_complete_it_is_met_and_left_open_it_is_missed() -> None:
    assert REVIEW_COMPLETED.due(OPENED) == DUE
    some = opened(line("office", "1000", "1101")).when(finding(), by="FRED").and_then()
    assert still_open(REVIEW_COMPLETED, "", DUE, some.history)
    done = some.when(CompleteBudgetReview(conclusion="示例"), by="FAY").and_then()
    assert not still_open(REVIEW_COMPLETED, "", DUE, done.history)


@clauses("2.1.3.2")
def test_lines_over_their_budget_are_put_before_it_and_judged_by_the_policy() -> None:
    command = noted(line("office", "1000", "1101"), line("travel", "1000", "1100"), line("rent", "1000", "1000"))
    outcome = REVIEW.given(OPENED).when(command, by=SYSTEM, by_house=True)
    over: dict[str, Any] = {"department": "D-SALES", "category": "administration", "budget": yuan(1000)}
    outcome.then(
        OverrunsNoted(
            year=2025,
            part=1,
            parts=1,
            lines=(
                OverrunLine(
                    **over, account="office", actual=yuan(1101), over=yuan(101), percent=yuan("10.10"), beyond=True
                ),
                OverrunLine(
                    **over, account="travel", actual=yuan(1100), over=yuan(100), percent=yuan("10.00"), beyond=False
                ),
            ),
        )
    ).because("2.1.3.2", outcome="noted", over="2", beyond="1", serious_percent="10")
    outcome.and_then().when(command, by=SYSTEM, by_house=True).then()


@clauses("2.1.3.2")
def test_only_finance_records_and_completes() -> None:
    for who in ("SAM", "GINA", "AUDREY"):
        opened().when(finding(), by=who).refused(FinanceHoldsTheReview)
        opened().when(CompleteBudgetReview(conclusion="示例"), by=who).refused(FinanceHoldsTheReview)


@clauses("2.1.3.2")
def test_nobody_judges_an_overrun_of_his_own_nor_through_a_delegate() -> None:
    over = opened(line("office", "1000", "1101", "D-FIN"), line("office", "1000", "1101"))
    over.when(finding(department="D-FIN"), by="FAY").refused(OwnOverrun, department="D-FIN")
    over.when(finding(department="D-FIN"), by="FAY", acting_for="FRED").refused(OwnOverrun)
    over.when(finding(department="D-FIN"), by="FRED", acting_for="FAY").refused(OwnOverrun)
    over.when(finding(responsible="FRED"), by="FRED").refused(OwnOverrun, department="D-SALES")
    assert OwnOverrun.attempt
    assert over.when(finding(department="D-FIN"), by="FRED").events
    assert over.when(finding(responsible="FRED"), by="FAY").events


@clauses("2.1.3.2")
def test_a_finding_says_cause_improvement_responsibility_and_lesson() -> None:
    outcome = opened(line("office", "1000", "1101")).when(finding(responsible="ANN"), by="FRED")
    outcome.then(
        BudgetFindingRecorded(
            year=2025,
            number=1,
            department="D-SALES",
            account="office",
            cause_kind="execution",
            cause="示例：未比价",
            own_making=True,
            over=yuan(101),
            percent=yuan("10.10"),
            serious=True,
            improvement="示例：集中采购",
            responsible="ANN",
            lesson="示例：大额用品先比价",
            by="FRED",
        )
    ).because("2.1.3.2", outcome="serious", over="101.00", serious_percent="10")


@clauses("2.1.3.2")
@pytest.mark.parametrize(
    ("actual", "more", "serious"),
    [
        ("1100", {}, False),
        ("1100.01", {}, True),
        ("9999", {"own_making": False}, False),
        ("9999", {"own_making": False, "cause_kind": "external"}, False),
        ("1100.01", {"cause_kind": "plan"}, True),
    ],
)
def test_serious_is_far_over_and_of_ones_own_making(actual: str, more: dict[str, Any], serious: bool) -> None:
    recorded = opened(line("office", "1000", actual)).when(finding(**more), by="FRED").events[0]
    assert isinstance(recorded, BudgetFindingRecorded) and recorded.serious is serious


@clauses("2.1.3.2")
def test_a_line_without_any_budget_is_serious_whatever_it_spent() -> None:
    recorded = opened(line("office", "0", "0.01")).when(finding(), by="FRED").events[0]
    assert isinstance(recorded, BudgetFindingRecorded) and recorded.serious and recorded.percent is None


@clauses("2.1.3.2")
def test_a_departments_finding_weighs_all_its_overruns() -> None:
    both = opened(line("office", "1000", "1101"), line("travel", "9000", "9001"), line("rent", "1", "2", "D-IT"))
    recorded = both.when(finding(None), by="FRED").events[0]
    assert isinstance(recorded, BudgetFindingRecorded)
    assert (recorded.over, recorded.percent, recorded.serious) == (yuan(102), yuan("1.02"), False)
    none_over = opened().when(finding(None, department="D-PUR"), by="FRED").events[0]
    assert isinstance(none_over, BudgetFindingRecorded) and not none_over.serious


@clauses("2.1.3.2")
def test_a_finding_is_about_something_that_was_over_and_names_somebody_who_is_there() -> None:
    some = opened(line("office", "1000", "1101"))
    some.when(finding("travel"), by="FRED").refused(LineWasNotOver, account="travel")
    some.when(finding(None, department="D-MOON"), by="FRED").refused(NoSuchDepartmentThere, department="D-MOON")
    some.when(finding(cause_kind="external"), by="FRED").refused(ExternalIsNotOnesOwn)
    some.when(finding(responsible="NOBODY"), by="FRED").refused(NobodyToAnswer, employee="NOBODY")


@clauses("2.1.3.2")
def test_it_is_complete_with_a_finding_for_each_line_over_its_budget() -> None:
    two = opened(line("office", "1000", "1101"), line("travel", "1000", "1001"))
    complete = CompleteBudgetReview(conclusion="示例结论")
    one = two.when(finding(), by="FRED").and_then()
    one.when(finding(None), by="FRED").and_then().when(complete, by="FAY").refused(
        FindingsMissing, missing="1", lines="2025.D-SALES.travel"
    )
    both = one.when(finding("travel"), by="FRED").and_then()
    both.when(complete, by="FAY").then(
        BudgetReviewCompleted(year=2025, findings=2, serious=(1,), conclusion="示例结论", by="FAY")
    )


@clauses("2.1.3.2")
def test_it_is_not_complete_before_every_line_is_before_it_and_not_changed_afterwards() -> None:
    complete = CompleteBudgetReview(conclusion="示例")
    REVIEW.given(OPENED).when(complete, by="FAY").refused(OverrunsAwaited)
    half = REVIEW.given(OPENED).when(noted(part=1, parts=2), by=SYSTEM, by_house=True).and_then()
    half.when(complete, by="FAY").refused(OverrunsAwaited, noted="1", parts="2")
    whole = half.when(noted(part=2, parts=2), by=SYSTEM, by_house=True).and_then()
    done = whole.when(complete, by="FAY").and_then()
    done.when(finding(None), by="FAY").refused(NoBudgetReviewOpen, status="complete")
    REVIEW.when(finding(None), by="FAY").refused(NoBudgetReviewOpen, status="none")


def told_by(review: Spec) -> BudgetReviewStanding:
    state: BudgetReview = review.aggregate.fold(review.history)
    return standing(state)


@clauses("2.1.3.2")
def test_the_performance_evaluation_reads_serious_overruns_once_it_is_complete() -> None:
    some = opened(line("office", "1000", "1101"), line("travel", "1000", "2000"))
    found = some.when(finding(responsible="ANN"), by="FRED").and_then().when(finding("travel"), by="FRED").and_then()
    before = told_by(found)
    assert before.serious("ANN", "D-SALES") == ()
    done = found.when(CompleteBudgetReview(conclusion="示例"), by="FAY").and_then()
    told = told_by(done)
    assert [each.number for each in told.serious("ANN", None)] == [1]
    assert [each.number for each in told.serious("SAM", "D-SALES")] == [2]
    assert told.serious("BOB", None) == ()


class Answers:
    """What the views would answer: lines of the year with these budgets and costs."""

    def __init__(self, *lines: tuple[str, str, str], at: int = 7) -> None:
        self._lines = lines
        self._asked = (2025, at)

    @property
    def figures(self) -> "Answers":
        return self

    async def budget_lines(self, year: int, up_to: int) -> Sequence[LineFigures]:
        assert (year, up_to) == self._asked
        zeros = (yuan(0),) * 11
        return [
            LineFigures(
                line=f"2025.D-SALES.{account}",
                year=year,
                department="D-SALES",
                account=account,
                category="administration",
                months=months_of(year),
                original=(yuan(1), *zeros),
                budget=(yuan(budget), *zeros),
                actual=(*zeros, yuan(actual)),
                reserved=yuan(0),
                committed=yuan(0),
            )
            for account, budget, actual in self._lines
        ]


async def _asked(recorded: Recorded, known: Any) -> list[Asked]:
    return list(await put_overruns_before_the_yearly_review.react(recorded, known))


def asked_of(known: Answers) -> list[NoteOverruns]:
    recorded = Recorded(
        position=7,
        event=OPENED,
        subject=Stream("budget_review", "2025"),
        version=1,
        event_id=uuid4(),
        command_id=uuid4(),
        occurred_at=NOW,
        recorded_at=NOW,
        actor=SYSTEM,
    )
    asked = asyncio.run(_asked(recorded, known))
    return [each.command for each in asked if isinstance(each.command, NoteOverruns)]


@clauses("2.1.3.2")
def test_what_was_over_is_read_as_of_its_opening_and_comes_in_parts() -> None:
    some = asked_of(Answers(("office", "1000", "1101"), ("travel", "1000", "1000")))
    assert some == [noted(line("office", "1000", "1101"))]
    assert asked_of(Answers()) == [noted()]
    many = asked_of(Answers(*((f"a{number}", "1", "2") for number in range(LINES_MAX + 1))))
    assert [(each.part, each.parts, len(each.lines)) for each in many] == [(1, 2, LINES_MAX), (2, 2, 1)]


@clauses("2.1.3.2")
def test_the_review_runs_by_itself_and_tells_who_holds_it_and_who_answers() -> None:
    world = World(
        now=FEBRUARY, figures=cast(Any, Answers(("office", "1000", "1101"), ("travel", "1000", "1101"), at=0))
    )
    world.given("budget_book-company", BudgetYearEntered(year=2025, entered_on=date(2024, 11, 28)))
    world.act("budget_review-2025", OpenBudgetReview(year=2025), by=SYSTEM, by_house=True)
    world.react()
    assert world.notices("budget_review_opened") == [("FAY",)]
    world.act("budget_review-2025", finding(responsible="ANN"), by="FRED")
    world.act("budget_review-2025", finding("travel"), by="FRED")
    world.act("budget_review-2025", CompleteBudgetReview(conclusion="示例"), by="FAY")
    world.react()
    assert world.notices("serious_overrun") == [("ANN",), ("SAM",)]
