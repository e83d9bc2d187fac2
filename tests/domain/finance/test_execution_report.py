"""《预算执行分析报告》 opened, published, explained (2.1.2.1, 2.1.2.2)."""

from datetime import date, datetime
from decimal import Decimal

from domain.finance.budget_book import BOOK, BookStanding
from domain.finance.execution_report import EXECUTION_REPORT, MANY, ReportNotOpen
from domain.finance.execution_report_compiling import compile_report, digest, terms_of, total_of
from domain.finance.execution_report_messages import (
    OpenReport,
    Overrun,
    PublishReport,
    ReportContinued,
    ReportOpened,
    ReportPublished,
    Total,
)
from domain.governance.open_deadlines import still_open
from domain.kernel import SYSTEM, Event
from domain.working_time import SHANGHAI
from tests.company import POLICY, WORKING_TIME
from tests.domain.finance.figures import Told, line
from tests.domain.finance.samples import world_with_budget
from tests.spec import Spec, clauses, spec

MARCH_2 = datetime(2026, 3, 2, 0, 5, tzinfo=SHANGHAI)
OPENED = ReportOpened(
    month="2026-02",
    year=2026,
    due_at=datetime(2026, 3, 4, 18, 0, tzinfo=SHANGHAI),
    owed_by=("FAY",),
    forecast="seasonal_run_rate",
    likely_percent=Decimal(0),
    overrun_basis="year_to_date",
    overrun_percent=Decimal(0),
)
WITH_BUDGET = BookStanding({2026: date(2025, 11, 28)})


def report(*history: Event) -> Spec:
    """The report of February."""
    told = spec(EXECUTION_REPORT, *history).knowing(*BOOK, WITH_BUDGET)
    return told.where(id="2026-02", now=MARCH_2)


def total(key: str) -> Total:
    """A department in it."""
    amounts = ("month_budget", "month_actual", "to_date_budget", "to_date_actual", "year_budget", "forecast")
    return Total.model_validate({"key": key, **dict.fromkeys(amounts, "1.00")})


def over(number: int, actual: str = "110.00") -> Overrun:
    """A line with a budget of 100."""
    spent = Decimal(actual)
    return Overrun(
        line=f"2026.D{number:03}.office",
        department=f"D{number:03}",
        account="office",
        category="administration",
        budget=Decimal(100),
        actual=spent,
        over=spent - 100,
    )


def publish(departments: int = 1, *candidates: Overrun) -> PublishReport:
    """What was compiled."""
    return PublishReport(
        position=41,
        sha256="a" * 64,
        company=total(""),
        departments=tuple(total(f"D{number:03}") for number in range(departments)),
        categories=(total("administration"),),
        likely=2,
        candidates=candidates,
    )


@clauses("2.1.2.1")
def test_the_calendar_opens_it_on_the_first_working_day_and_it_is_due_at_the_end_of_the_third() -> None:
    report().when(OpenReport(month="2026-02"), by=SYSTEM, by_house=True).then(OPENED)


@clauses("2.1.2.1")
def test_it_falls_due_on_the_first_working_day_of_every_month_once() -> None:
    (schedule,) = EXECUTION_REPORT.schedules
    days = [date(2026, 3, day) for day in range(1, 32) if schedule.due_on(date(2026, 3, day), POLICY, WORKING_TIME)]
    assert days == [date(2026, 3, 2)]
    assert schedule.act(days[0]) == ("2026-02", OpenReport(month="2026-02"))
    assert schedule.period(days[0]) == "2026-02"


@clauses("2.1.2.1")
def test_a_tighter_policy_makes_it_due_earlier() -> None:
    told = report().under("2.1.2.1", working_days=1).when(OpenReport(month="2026-02"), by=SYSTEM, by_house=True)
    (opened,) = told.events
    assert isinstance(opened, ReportOpened) and opened.due_at == datetime(2026, 3, 2, 18, 0, tzinfo=SHANGHAI)


@clauses("2.1.2.1")
def test_a_year_without_a_budget_has_no_report() -> None:
    told = report().knowing(*BOOK, BookStanding({2027: date(2026, 11, 28)}))
    told.when(OpenReport(month="2026-02"), by=SYSTEM, by_house=True).then()
    report().knowing(*BOOK, None).when(OpenReport(month="2026-02"), by=SYSTEM, by_house=True).then()


@clauses("2.1.2.1")
def test_it_is_opened_once() -> None:
    report(OPENED).when(OpenReport(month="2026-02"), by=SYSTEM, by_house=True).then()


@clauses("2.1.2.1")
def test_nothing_is_published_that_was_not_opened() -> None:
    report().when(publish(), by=SYSTEM, by_house=True).refused(ReportNotOpen)


@clauses("2.1.2.1", "2.1.2.2")
def test_what_was_compiled_is_published_with_the_lines_that_have_to_be_explained() -> None:
    told = report(OPENED).when(publish(1, over(1)), by=SYSTEM, by_house=True)
    told.then(
        ReportPublished(
            month="2026-02",
            year=2026,
            position=41,
            sha256="a" * 64,
            company=total(""),
            departments=(total("D000"),),
            categories=(total("administration"),),
            likely=2,
            overrun_lines=1,
            overruns=(over(1),),
        )
    ).because("2.1.2.2", outcome="overrun", basis="year_to_date", percent="0", overrun="1")
    report(OPENED, *told.events).when(publish(), by=SYSTEM, by_house=True).then()


@clauses("2.1.2.2")
def test_lines_within_the_tolerance_of_the_policy_need_no_explanation() -> None:
    tolerant = OPENED.model_copy(update={"overrun_percent": Decimal(10)})
    told = report(tolerant).when(publish(1, over(1, "110.01"), over(2, "110.00")), by=SYSTEM, by_house=True)
    assert isinstance(told.events[0], ReportPublished) and told.events[0].overruns == (over(1, "110.01"),)


@clauses("2.1.2.1")
def test_a_long_list_goes_on_in_further_events_that_each_fit_into_an_entry() -> None:
    many = [over(number) for number in range(2 * MANY + 1)]
    events = report(OPENED).when(publish(MANY + 1, *many), by=SYSTEM, by_house=True).events
    assert [type(each) for each in events] == [ReportPublished, ReportContinued, ReportContinued]
    told = [event for event in events if isinstance(event, ReportPublished | ReportContinued)]
    assert [each for event in told for each in event.overruns] == many
    assert len([each for event in told for each in event.departments]) == MANY + 1
    assert max(len(each.model_dump_json()) for each in events) < 48_000


@clauses("2.1.2.1")
def test_the_obligation_is_met_by_publishing_and_owed_by_the_finance_manager() -> None:
    (obligation,) = EXECUTION_REPORT.obligations
    assert obligation.opened_by is ReportOpened and obligation.fulfilled_by == (ReportPublished,)
    assert obligation.due(OPENED) == OPENED.due_at and obligation.owed_by(OPENED) == ("FAY",)


@clauses("2.1.2.1")
def test_published_it_is_met_and_left_open_past_the_third_working_day_it_is_missed() -> None:
    """The timers look at the same declaration: what is still open past its due time is missed."""
    (obligation,) = EXECUTION_REPORT.obligations
    published = report(OPENED).when(publish(), by=SYSTEM, by_house=True).events
    assert still_open(obligation, "", OPENED.due_at, (OPENED,))
    assert not still_open(obligation, "", OPENED.due_at, (OPENED, *published))


@clauses("2.1.2.1", "2.1.2.2")
def test_the_house_compiles_publishes_tells_and_asks_why() -> None:
    world = world_with_budget()
    world.now = MARCH_2
    lines = (line(actual=("1200.00", "900.00")), line("2026.D-IT.office", actual=("1000.00", "999.99")))
    world.figures = Told(lines)
    world.act("execution_report-2026-02", OpenReport(month="2026-02"), by=SYSTEM, by_house=True)
    world.react()
    (opened,), (published,) = world.happened(ReportOpened), world.happened(ReportPublished)
    assert isinstance(opened, ReportOpened) and isinstance(published, ReportPublished)
    found = compile_report("2026-02", 2026, lines, (), terms_of(opened))
    assert published.sha256 == digest(found) and published.company == total_of(found.company)
    assert world.figures.asked == [published.position]
    assert [each.line for each in published.overruns] == ["2026.D-SALES.office"]
    assert world.notices("budget_report") == [("FAY", "IAN", "SAM")]
    assert world.events("variance_explanation-2026.D-SALES.office.2026-02") == ["ExplanationDemanded"]
    assert world.events("variance_explanation-2026.D-IT.office.2026-02") == []
