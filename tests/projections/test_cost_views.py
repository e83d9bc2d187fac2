"""Costs, labour shares, alerts, savings: what the views say of hand-made histories."""

from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from domain.money import ZERO
from projections import catalogue
from tests.database import Database
from tests.domain.finance import savings_samples as ideas
from tests.projections import budgeting, finance_control
from tests.projections.budget_year import money
from tests.projections.finance_control import DUE, IDEA, PERIOD
from tests.projections.history import History, project
from tests.projections.told import asked, below, shown, told
from tests.spec import clauses


def costed(history: History) -> None:
    """March is opened, budgeted, booked, corrected, allocated, closed and published."""
    finance_control.periods(history)
    budgeting.budgets(history)
    finance_control.close(history)


@clauses("2.2.1.1", "2.2.1.3")
def test_the_cost_table_shows_cost_beside_budget_by_month_department_and_account(database: Database) -> None:
    told(database, costed)
    project(database.url, "cost_table")
    columns = ("account", "heading", "amount", "budget", "entries", "corrected", "over_budget")
    with psycopg.connect(database.url) as connection:
        march, april = (
            [tuple(row[name] for name in columns) for row in page.rows]
            for page in (
                catalogue.view("cost_table").query(connection, filters={"month": month})
                for month in ("2026-03", "2026-04")
            )
        )
    assert march == [
        ("it_equipment", "materials", money("1000"), money("1000"), 1, 0, False),
        ("wages", "labour", money("3700"), money("3000"), 4, 1, True),
    ]
    assert april == [
        ("it_equipment", "", ZERO, money("1100"), 0, 0, False),
        ("wages", "", ZERO, money("3000"), 0, 0, False),
    ]


@clauses("2.2.1.1", "2.2.1.3", "2.2.1.4")
def test_the_cells_of_the_cost_table_are_the_sums_of_the_entries_below_them(database: Database) -> None:
    told(database, costed)
    project(database.url, "cost_table", "costs_of_departments")
    with psycopg.connect(database.url) as connection:
        cells = connection.execute(
            "select month, department, account, amount, imported + received + allocated + correction"
            " from views.cost_table where entries > 0 order by 1, 2, 3"
        ).fetchall()
        entries = connection.execute(
            "select month, department, account, sum(amount), sum(amount) from views.costs_of_departments"
            " group by 1, 2, 3 order by 1, 2, 3"
        ).fetchall()
    assert cells == entries and cells


@clauses("2.2.1.1", "2.2.1.4")
def test_a_cost_period_shows_its_error_rate_its_closing_and_the_table_as_published(database: Database) -> None:
    told(database, costed)
    columns = ("month", "status", "entries", "corrected", "error_rate", "within", "overdue", "late", "total")
    assert asked(database, "cost_periods", *columns, now=DUE) == [
        ("2026-03", "published", 4, 1, Decimal("25.0000"), False, False, False, money("4700"))
    ]
    assert below(database, "cost_periods", "cost_period_departments", "department", "labour") == [
        ("RND", money("3700"))
    ]
    files = ("file", "sha256", "entries", "amount")
    assert below(database, "cost_periods", "cost_period_files", *files) == [("payroll.csv", "b" * 64, 2, money("4000"))]


@clauses("2.2.1.1")
@pytest.mark.parametrize(("minutes", "overdue"), [(-1, False), (1, True)])
def test_an_open_period_is_overdue_after_the_25th(database: Database, minutes: int, overdue: bool) -> None:
    told(database, finance_control.periods)
    now = datetime.fromisoformat("2026-04-25T23:59:59+08:00") + timedelta(minutes=minutes)
    assert asked(database, "cost_periods", "subject", "overdue", now=now) == [(PERIOD, overdue)]


@clauses("2.2.1.2")
def test_unit_costs_are_those_of_the_last_calculation(database: Database) -> None:
    told(database, finance_control.products)
    assert shown(database, "unit_costs", "department", "month", "version", "total") == [
        ("RND", "2026-03", 2, money("10"))
    ]
    columns = ("object", "quantity", "finished", "unit_cost")
    assert below(database, "unit_costs", "unit_cost_objects", *columns) == [("A", 3, money("10"), Decimal("3.333333"))]


@clauses("2.2.2.1")
def test_labour_shares_stand_beside_those_of_the_budget_in_every_month_with_costs(database: Database) -> None:
    told(database, costed)
    columns = ("labour", "total", "share", "budget_share", "points_over")
    found = asked(database, "labour_shares", "month", *columns, now=DUE)
    shares = (Decimal("78.72"), Decimal("75.00"), Decimal("3.72"))
    assert found == [("2026-03", money("3700"), money("4700"), *shares)]


@clauses("2.2.2.1", "2.2.2.2", "2.2.2.3")
def test_an_alert_shows_its_months_its_root_cause_and_the_report_that_answers_it(database: Database) -> None:
    told(database, finance_control.alerts)
    columns = ("department", "status", "share", "budget_share", "over", "whys", "version", "late", "returned", "review")
    assert shown(database, "cost_alerts", *columns) == [
        ("RND", "accepted", Decimal(60), Decimal(50), Decimal(10), 1, 2, True, 1, "认可")
    ]
    assert below(database, "cost_alerts", "cost_alert_months", "month", "share") == [
        ("2026-02", Decimal(60)),
        ("2026-03", Decimal(60)),
    ]
    assert below(database, "cost_alerts", "cost_alert_causes", "level", "explains", "cause") == [(1, 0, "加班多")]
    assert below(database, "cost_alerts", "cost_alert_measures", "number", "responsible") == [(1, "HEAD")]


@clauses("2.2.2.3")
@pytest.mark.parametrize(("minutes", "overdue"), [(-1, False), (1, True)])
def test_an_alert_without_a_report_is_overdue_once_it_is_due(database: Database, minutes: int, overdue: bool) -> None:
    history = History()
    finance_control.alerts(history)
    history.submissions = history.submissions[:1]
    history.write(database.url)
    assert asked(database, "cost_alerts", "overdue", now=DUE + timedelta(minutes=minutes)) == [(overdue,)]


@clauses("2.2.3.1", "2.2.3.2", "2.2.3.3")
def test_savings_show_each_pilot_with_its_return_and_the_idea_with_that_of_the_last(database: Database) -> None:
    told(database, finance_control.savings)
    columns = ("status", "pilots", "target", "saving", "roi", "works", "adopted_by", "reward")
    assert shown(database, "savings", *columns) == [
        ("standard", 2, money("2000"), money("3000"), Decimal("200.00"), True, ["OPS", "RND"], money("500")),
        ("declined", 0, None, None, None, None, [], None),
    ]
    pilots = ("number", "saving", "roi", "works", "outcome", "lessons")
    assert below(database, "savings", "savings_pilots", *pilots) == [
        (1, money("500"), Decimal("-50.00"), False, "lessons", "供应商涨价"),
        (2, money("3000"), Decimal("200.00"), True, "adopted", None),
    ]
    by_call = ("call", "ideas", "accepted", "piloted", "adopted", "saving", "investment", "roi", "rewards")
    assert asked(database, "savings_by_call", *by_call, now=DUE) == [
        ("2026-Q1", 2, 1, 1, 1, money("3000"), money("1000"), Decimal("200.00"), money("500"))
    ]


@clauses("2.2.3.2", "2.2.3.3")
def test_while_another_pilot_runs_its_target_stands_and_what_the_last_one_came_to_stands_below(
    database: Database,
) -> None:
    history = told(database, lambda history: history.happens(IDEA, ideas.PROPOSED, ideas.ACCEPTED, by="ANN"))
    history.happens(IDEA, ideas.PLANNED, ideas.DID_NOT_PAY, by="FRED").write(database.url)
    columns = ("status", "saving", "roi", "works")
    assert shown(database, "savings", *columns) == [("ended", money("500"), Decimal("-50.00"), False)]
    history.happens(IDEA, ideas.PLANNED.model_copy(update={"number": 2}), by="FRED").write(database.url)
    assert shown(database, "savings", *columns) == [("piloted", None, None, None)]
    assert [each for (each,) in below(database, "savings", "savings_pilots", "saving")] == [money("500"), None]
    due = ideas.PLANNED.evaluate_by
    for moment, overdue in ((due - timedelta(minutes=1), False), (due + timedelta(minutes=1), True)):
        assert asked(database, "savings", "overdue", now=moment) == [(overdue,)]


@clauses("2.2.3.1")
@pytest.mark.parametrize(("moment", "taken"), [("2026-03-31T23:59+08:00", True), ("2026-04-01T00:00+08:00", False)])
def test_a_call_is_open_to_the_end_of_its_last_day(database: Database, moment: str, taken: bool) -> None:
    told(database, finance_control.savings)
    now = datetime.fromisoformat(moment)
    assert asked(database, "savings_calls", "call", "open", now=now) == [("2026-Q1", taken)]
