"""成本警戒 (2.2.2.1): when the calendar looks at the labour shares of a month, and of which months."""

from datetime import date, timedelta
from decimal import Decimal

from domain.finance.cost_alert_messages import CostAlertRaised, MonthFigures, NoteShares
from domain.finance.cost_period_messages import PeriodClosed
from domain.finance.cost_watch import COST_WATCH, CostWatchOpened, OpenCostWatch
from domain.finance.figures import LabourShare
from domain.kernel import IssuedByTheHouse, Stream
from domain.policy import Policy
from tests.company import POLICY, WORKING_TIME
from tests.domain.finance.figures import Told
from tests.domain.procurement.world import World
from tests.spec import NOW, clauses, spec

OPENED = CostWatchOpened(month="2026-03", months=("2026-02", "2026-03"), table_due_on=date(2026, 4, 25))
OPEN = OpenCostWatch(month="2026-03")
APRIL_22 = NOW.replace(month=4, day=22)


def days(policy: Policy) -> list[date]:
    """The days from March to May on which the calendar opens a watch."""
    (schedule,) = COST_WATCH.schedules
    every = (date(2026, 3, 1) + timedelta(days=each) for each in range(92))
    return [day for day in every if schedule.due_on(day, policy, WORKING_TIME)]


@clauses("2.2.2.1")
def test_a_month_is_watched_three_days_before_its_table_is_due() -> None:
    assert days(POLICY) == [date(2026, 3, 22), date(2026, 4, 22), date(2026, 5, 22)]
    (schedule,) = COST_WATCH.schedules
    assert schedule.act(date(2026, 4, 22)) == ("2026-03", OPEN)
    assert schedule.period(date(2026, 1, 22)) == "2025-12"


@clauses("2.2.2.1", "2.2.1.1")
def test_how_many_days_ahead_is_the_policys_yet_never_before_the_month_is_over() -> None:
    given = spec(COST_WATCH).under("2.2.1.1", day_of_month=10)
    assert days(given.under("2.2.2.1", ahead_days=4).policy) == [date(2026, month, 6) for month in (3, 4, 5)]
    assert days(given.under("2.2.2.1", ahead_days=12).policy) == [date(2026, month, 1) for month in (3, 4, 5)]


@clauses("2.2.2.1")
def test_the_watch_names_the_months_in_a_row_and_the_day_of_the_table() -> None:
    opened = spec(COST_WATCH).when(OPEN, by="SYSTEM", by_house=True)
    opened.then(OPENED).because("2.2.2.1", outcome="opened", ahead_days="3", months="2")
    four = spec(COST_WATCH).under("2.2.2.1", consecutive_months=4).under("2.2.1.1", day_of_month=20)
    four.when(OpenCostWatch(month="2026-02"), by="SYSTEM", by_house=True).then(
        CostWatchOpened(
            month="2026-02",
            months=("2025-11", "2025-12", "2026-01", "2026-02"),
            table_due_on=date(2026, 3, 20),
        )
    )


@clauses("2.2.2.1")
def test_a_month_is_watched_once_and_by_the_house_alone() -> None:
    spec(COST_WATCH, OPENED).when(OPEN, by="SYSTEM", by_house=True).then()
    spec(COST_WATCH).when(OPEN, by="FAY").refused(IssuedByTheHouse)


def share(department: str, month: str, labour: str, budget: str = "40") -> LabourShare:
    """Labour out of 100 spent, and out of 100 budgeted."""
    hundred = Decimal(100)
    return LabourShare(department, month, Decimal(labour), hundred, Decimal(budget), hundred)


def closed() -> PeriodClosed:
    """All costs of March are gathered."""
    return PeriodClosed.model_validate(
        {
            "month": "2026-03",
            "entries": 10,
            "corrected": 0,
            "error_rate": "0.00",
            "limit": "1.00",
            "within": True,
            "total": "200.00",
            "by": "FAY",
        }
    )


def company(*shares: LabourShare) -> World:
    """On 22 April, with what the views say of February and March."""
    return World(now=APRIL_22, figures=Told(shares=shares))


@clauses("2.2.2.1")
def test_every_department_over_in_both_months_is_warned_of_and_no_other() -> None:
    world = company(
        share("D-SALES", "2026-02", "45"),
        share("D-SALES", "2026-03", "50"),
        share("D-IT", "2026-02", "44.99"),
        share("D-IT", "2026-03", "60"),
        share("D-WH", "2026-03", "90"),
    )
    world.act("cost_watch-2026-03", OPEN, by="SYSTEM", by_house=True)
    world.react()
    (raised,) = world.happened(CostAlertRaised)
    assert isinstance(raised, CostAlertRaised)
    assert (raised.department, raised.owed_by, raised.informed) == ("D-SALES", ("SAM",), ("SAM", "FAY"))
    assert world.events("cost_alert-D-SALES.2026-03") == ["CostAlertRaised"]
    assert world.notices("cost_alert") == [("SAM", "FAY")]


@clauses("2.2.2.1")
def test_a_month_closed_before_it_was_watched_opens_its_watch() -> None:
    world = company(share("D-SALES", "2026-02", "46"), share("D-SALES", "2026-03", "46"))
    world.now = NOW.replace(month=4, day=10)
    record(world, closed())
    world.react()
    assert world.events("cost_watch-2026-03") == ["CostWatchOpened"]
    assert world.events("cost_alert-D-SALES.2026-03") == ["CostAlertRaised"]
    world.act("cost_watch-2026-03", OPEN, by="SYSTEM", by_house=True)
    world.react()
    assert len(world.happened(CostAlertRaised)) == 1


@clauses("2.2.2.1")
def test_a_month_closed_after_it_was_watched_is_judged_again_on_all_its_costs() -> None:
    early = company(share("D-SALES", "2026-02", "46"))
    early.act("cost_watch-2026-03", OPEN, by="SYSTEM", by_house=True)
    early.react()
    assert early.happened(CostAlertRaised) == []
    early.figures = Told(shares=(share("D-SALES", "2026-02", "46"), share("D-SALES", "2026-03", "46")))
    record(early, closed())
    early.react()
    assert early.events("cost_alert-D-SALES.2026-03") == ["CostAlertRaised"]
    record(early, closed())
    early.react()
    assert len(early.happened(CostAlertRaised)) == 1


@clauses("2.2.2.1")
def test_a_department_without_a_head_is_answered_for_by_management() -> None:
    note = NoteShares(
        department="D-NEW",
        month="2026-03",
        looked_at=("2026-03",),
        months=(
            MonthFigures(
                month="2026-03",
                labour=Decimal(50),
                total=Decimal(100),
                budget_labour=Decimal(40),
                budget_total=Decimal(100),
            ),
        ),
        table_due_on=date(2026, 4, 25),
    )
    world = company()
    world.under("2.2.2.1", consecutive_months=1)
    (raised,) = world.act("cost_alert-D-NEW.2026-03", note, by="SYSTEM", by_house=True)
    assert isinstance(raised, CostAlertRaised)
    assert raised.owed_by == ("CLEO", "GINA", "VICE")
    assert raised.informed == ("CLEO", "GINA", "VICE", "FAY")


def record(world: World, event: PeriodClosed) -> None:
    """It is in the journal, for the reactions to read."""
    stream = Stream("cost_period", event.month)
    world.streams.setdefault(stream, []).append(event)
    world.log.append(world._recorded(stream, event, "SYSTEM"))
