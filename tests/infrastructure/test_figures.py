"""Figures of the budget as of a position 预算取数, on a real database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from functools import partial

import psycopg
import pytest

from domain.finance.cost_period_messages import CostsBooked, PeriodClosed, PeriodOpened
from domain.finance.execution_report_compiling import canonical, compile_report
from domain.finance.execution_report_figures import Terms
from domain.finance.figures import CostFigures, LabourShare, LineFigures, PurchasedGoods
from domain.finance.periods import months_of
from infrastructure.figures import LAST, FiguresInViews
from infrastructure.projecting.progress import status
from infrastructure.projecting.runner import Runner
from tests.database import Clones, Database
from tests.projections.budgeting import LINE, at, budgets, entry, moved
from tests.projections.history import History, opener, project
from tests.spec import clauses

TERMS = Terms("run_rate", Decimal(0), "year_to_date", Decimal(0))
MONTHS = months_of(2026)


@pytest.fixture
def told(clones: Clones) -> Iterator[Database]:
    """A budget and what became of it, in the journal; nobody has projected it."""
    with clones.clone() as database:
        budgets(History()).write(database.url)
        yield database


@asynccontextmanager
async def figures(database: Database) -> AsyncIterator[FiguresInViews]:
    """Figures from its views."""
    async with FiguresInViews(database.app_url, partial(Runner, database.app_url, opener)) as made:
        yield made


def lines(database: Database, up_to: int = LAST, before: datetime | None = None) -> dict[str, LineFigures]:
    """The lines of 2026."""

    async def asked() -> dict[str, LineFigures]:
        async with figures(database) as made:
            return {each.account: each for each in await made.budget_lines(2026, up_to, before)}

    return asyncio.run(asked())


def purchased(database: Database, year: int = 2026, up_to: int = LAST) -> list[PurchasedGoods]:
    """What was bought on the lines of a year."""

    async def asked() -> list[PurchasedGoods]:
        async with figures(database) as made:
            return list(await made.purchased(year, up_to))

    return asyncio.run(asked())


def position_of(database: Database, day: str) -> int:
    """The last entry that happened up to the end of a day."""
    with psycopg.connect(database.url) as connection:
        found = connection.execute(
            "select max(position) from journal.entries where occurred_at < %s", [at(day).replace(hour=23)]
        ).fetchone()
    assert found is not None
    return int(found[0])


def fen(amount: str | int) -> Decimal:
    """An amount."""
    return Decimal(amount)


@clauses("2.1.2.1")
def test_a_line_is_planned_changed_spent_and_compared_with_the_year_before(told: Database) -> None:
    line = lines(told)["it_equipment"]
    assert (line.line, line.department, line.category, line.months) == (
        "2026.RND.it_equipment", "RND", "materials", MONTHS,
    )  # fmt: skip
    assert line.original == (fen("1000.00"),) * 12
    assert line.budget == (*(fen("1000.00"),) * 3, *(fen("1100.00"),) * 9)
    assert (line.reserved, line.committed) == (fen("0.00"), fen("16510.00"))
    assert line.actual[3] == sum(line.actual) == fen("5300.00")
    assert line.last_year is not None and line.last_year[1] == sum(line.last_year) == fen("500.00")
    assert lines(told)["wages"].last_year is None


@clauses("2.1.2.1")
def test_as_of_a_position_or_a_day_a_line_is_as_it_was_then(told: Database) -> None:
    then = lines(told, position_of(told, "2026-03-04"))["it_equipment"]
    assert (then.reserved, then.committed, sum(then.actual)) == (fen(22200), fen(0), fen(0))
    assert sum(then.budget) == sum(then.original) == 12000
    by_day = lines(told, before=at("2026-03-05").replace(hour=0))["it_equipment"]
    assert by_day == then
    assert lines(told, before=at("2025-11-01")) == {}


@clauses("2.1.2.1")
def test_what_is_asked_as_of_a_position_comes_out_the_same_whatever_happens_later(told: Database) -> None:
    position = position_of(told, "2026-04-02")

    async def report() -> bytes:
        async with figures(told) as made:
            found = await made.budget_lines(2026, position), await made.purchased(2026, position)
            return canonical(compile_report("2026-04", 2026, *found, TERMS))

    before = asyncio.run(report())
    more = History()
    more._versions[LINE] = 6
    more.happens(LINE, moved("2026-04", "0.00", actual="1.00"), at=at("2026-04-01")).write(told.url)
    assert lines(told)["it_equipment"].actual[3] == fen("5301.00")
    assert asyncio.run(report()) == before


@clauses("2.1.2.1")
def test_purchases_know_planned_price_price_promise_and_what_came(told: Database) -> None:
    laptop, dock = purchased(told, up_to=position_of(told, "2026-04-03"))
    assert laptop == PurchasedGoods(
        line="2026.RND.it_equipment",
        order="POB",
        number=1,
        planned_price=fen("5400.00"),
        price=fen("5300.00"),
        ordered=fen("3.000"),
        promised="2026-03",
        accepted=(("2026-04", fen("1.000")), ("2026-04", fen("1.000"))),
    )
    assert (dock.planned_price, dock.price, dock.ordered, dock.accepted) == (fen(600), fen(610), fen(0), ())
    ordered, _ = purchased(told, up_to=position_of(told, "2026-03-05"))
    assert (ordered.ordered, ordered.accepted) == (fen(4), ())


@clauses("2.1.2.1", "2.1.3.1")
def test_a_purchase_carried_to_the_next_year_goes_on_there(told: Database) -> None:
    old, _ = purchased(told)
    assert (old.ordered, [quantity for _, quantity in old.accepted]) == (fen(2), [fen(1), fen(1)])
    (new,) = purchased(told, 2027, position_of(told, "2026-12-31"))
    assert (new.line, new.ordered, new.accepted) == ("2027.RND.it_equipment", fen(1), ())
    assert purchased(told, 2027)[0].ordered == 0
    assert purchased(told, 2027, position_of(told, "2026-12-01")) == []


@clauses("2.2.1.1", "2.2.1.4")
def test_costs_stand_beside_their_budget_with_entries_and_corrections(told: Database) -> None:
    async def asked() -> list[CostFigures]:
        async with figures(told) as made:
            return list(await made.costs("2026-03", LAST))

    found = {(each.account, each.project): each for each in asyncio.run(asked())}
    wages = found["wages", ""]
    assert (wages.amount, wages.budget, wages.entries, wages.corrected) == (fen(3000), fen(3000), 3, 1)
    assert (wages.category, wages.heading) == ("labour", "labour")
    project = found["wages", "P1"]
    assert (project.amount, project.budget, project.entries, project.corrected) == (fen(700), fen(0), 1, 0)
    assert (found["it_equipment", ""].amount, found["it_equipment", ""].budget) == (fen(1000), fen(1000))


@clauses("2.2.2.1")
def test_labour_has_its_share_of_what_was_spent_and_budgeted(told: Database) -> None:
    async def asked() -> list[LabourShare]:
        async with figures(told) as made:
            return list(await made.labour_shares(("2026-03", "2026-05"), LAST))

    march, may = asyncio.run(asked())
    assert march == LabourShare("RND", "2026-03", fen("3700.00"), fen("4700.00"), fen("3000.00"), fen("4000.00"))
    assert may == LabourShare("RND", "2026-05", fen("0.00"), fen("0.00"), fen("3000.00"), fen("4100.00"))


@clauses("2.1.1.1")
def test_a_year_is_summed_by_department_and_category(told: Database) -> None:
    async def asked() -> dict[tuple[str, str], Decimal]:
        async with figures(told) as made:
            return dict(await made.yearly_actuals(2025, LAST))

    assert asyncio.run(asked()) == {("RND", "materials"): 500}


@clauses("2.1.1.1")
@pytest.mark.parametrize("gathered, found", [(12, {("RND", "labour"): Decimal("1200.00")}), (11, {})])
def test_a_year_without_a_budget_is_summed_from_its_cost_periods_once_all_are_closed(
    clones: Clones, gathered: int, found: dict[tuple[str, str], Decimal]
) -> None:
    history = History()
    for number, month in enumerate(months_of(2025)):
        period = f"cost_period-{month}"
        due_at = at("2026-02-25")
        history.happens(period, PeriodOpened(month=month, fiscal_year=2025, due_at=due_at, owed_by=("FINN",)))
        booked = {"month": month, "year": None, "batch": "1", "file": "a.csv", "sha256": "b" * 64, "part": 1}
        history.happens(
            period, CostsBooked.model_validate({**booked, "parts": 1, "entries": (entry("1-2", "100.00", line=2),)})
        )
        if number < gathered:
            closed = {"month": month, "entries": 1, "corrected": 0, "error_rate": "0", "limit": "1", "within": True}
            history.happens(period, PeriodClosed.model_validate({**closed, "total": "100.00", "by": "FINN"}))
    with clones.clone() as database:
        history.write(database.url)

        async def asked() -> dict[tuple[str, str], Decimal]:
            async with figures(database) as made:
                return dict(await made.yearly_actuals(2025, LAST))

        assert asyncio.run(asked()) == found


def test_views_that_nobody_projects_are_read_on_those_somebody_does_are_waited_for(told: Database) -> None:
    lines(told)
    with psycopg.connect(told.url) as connection:
        read = {each.name: each.lag for each in status(connection)}
    assert (read["budget_lines"], read["budget_movements"]) == (0, 0) and read["open_orders"] > 0
    project(told.url)
    assert lines(told)["wages"].budget == (fen("3000.00"),) * 12
