"""Specs of cost periods 成本期间 (clauses 2.2.1.1, 2.2.1.3, 2.2.1.4)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance import cost_period_rules as rules
from domain.finance.accounts import STANDARD
from domain.finance.cost_period import COST_PERIOD
from domain.finance.cost_period_booking import PART, PART_BYTES, parted
from domain.finance.cost_period_messages import (
    ClosePeriod,
    CorrectEntry,
    CostEntry,
    CostsBooked,
    CostTablePublished,
    OpenPeriod,
    PeriodClosed,
    PublishTable,
)
from domain.finance.costing import department_costs, shown_apart
from domain.kernel import SYSTEM, Stream
from domain.money import ZERO, total
from domain.working_time import SHANGHAI
from tests.company import POLICY, WORKING_TIME
from tests.domain.finance.cost_samples import (
    APRIL_20,
    APRIL_25,
    APRIL_28,
    FILE,
    MARCH,
    OPENED,
    OTHER_FILE,
    closed,
    cost,
    file_of,
    spent,
    values,
    world_with_costs,
)
from tests.spec import clauses, spec

BATCH = FILE[:16]
WAGES = cost("wages", "9000.00")


# ── Opened by the calendar, gathered in time ───────────────────────────────────────────────────────────────


@clauses("2.2.1.1")
def test_a_period_opens_by_the_calendar_and_is_due_on_the_25th_of_the_next_month() -> None:
    spec(COST_PERIOD).where(id="2026-03").when(OpenPeriod(month="2026-03"), by=SYSTEM, by_house=True).then(OPENED)
    opens, publishes = COST_PERIOD.schedules
    days = [date(2026, 1, day) for day in range(1, 32)]
    assert [day for day in days if opens.due_on(day, POLICY, WORKING_TIME)] == [date(2026, 1, 4)]
    assert opens.act(date(2026, 3, 2)) == ("2026-03", OpenPeriod(month="2026-03"))
    assert [day for day in days if publishes.due_on(day, POLICY, WORKING_TIME)] == days[24:]
    assert publishes.act(date(2026, 1, 25)) == ("2025-12", PublishTable())


@clauses("2.2.1.1")
def test_gathered_by_the_25th_meets_the_deadline_and_later_misses_it() -> None:
    (deadline,) = COST_PERIOD.obligations
    assert deadline.opened_by is type(OPENED)
    assert deadline.fulfilled_by == (PeriodClosed,)
    assert deadline.owed_by(OPENED) == ("FAY", "FRED")
    in_time = spec(COST_PERIOD, OPENED).where(id="2026-03", now=APRIL_25).when(ClosePeriod(), by="FRED")
    assert in_time.because("2.2.1.1", outcome="gathered", on="2026-04-25", due_on="2026-04-25")
    assert APRIL_25 <= deadline.due(OPENED) < APRIL_28
    late = spec(COST_PERIOD, OPENED).where(id="2026-03", now=APRIL_28).when(ClosePeriod(), by="FRED")
    late.because("2.2.1.1", outcome="gathered", on="2026-04-28", due_on="2026-04-25")


@clauses("2.2.1.1")
def test_a_month_is_not_closed_before_it_is_over() -> None:
    spec(COST_PERIOD, OPENED).when(ClosePeriod(), by="FAY").refused(rules.MonthNotOver, month="2026-03")


@clauses("2.2.1.1")
def test_only_finance_gathers_costs() -> None:
    for command in (file_of(WAGES), ClosePeriod(), CorrectEntry(entry="x", reason="示例")):
        spec(COST_PERIOD, OPENED).when(command, by="SAM").refused(rules.GatheredByFinance)


@clauses("2.2.1.1")
def test_nothing_is_booked_before_the_period_opens_or_after_it_closes() -> None:
    spec(COST_PERIOD).where(id="2026-03").when(file_of(WAGES), by="FRED").refused(rules.PeriodNotOpen, status="none")
    world = world_with_costs("D-SALES/wages")
    closed(world)
    with pytest.raises(rules.PeriodNotOpen):
        world.act(MARCH, file_of(WAGES), by="FRED")
    assert spent(world, "wages") == ZERO


# ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────


@clauses("2.2.1.4", "2.1.2.2")
def test_a_file_is_booked_row_by_row_and_moves_every_line_once() -> None:
    world = world_with_costs("D-SALES/wages", "D-SALES/travel")
    rows = (WAGES, cost("wages", "1000.00", line=3), cost("travel", "88.50", line=4, project="P1"))
    booked, *moved = world.act(MARCH, file_of(*rows), by="FRED")
    assert isinstance(booked, CostsBooked)
    assert (booked.file, booked.sha256, booked.part, booked.parts) == ("工资表.csv", FILE, 1, 1)
    assert booked.entries[2] == CostEntry(
        id=f"{BATCH}:4.1",
        account="travel",
        department="D-SALES",
        category="administration",
        heading="operating",
        amount=Decimal("88.50"),
        project="P1",
        origin="import",
        line=4,
    )
    assert [each.actual for each in moved] == [Decimal("88.50"), Decimal("10000.00")]  # type: ignore[attr-defined]
    assert {(each.claim, each.cause, each.month) for each in moved} == {  # type: ignore[attr-defined]
        (MARCH, "book", "2026-03")
    }


@clauses("2.2.1.1", "2.2.1.4")
def test_a_department_closed_meanwhile_still_bears_its_last_costs_on_its_budget() -> None:
    world = world_with_costs("D-OLD/wages")
    with pytest.raises(rules.DepartmentsUnknown):
        world.act(MARCH, file_of(cost("travel", "10.00", "D-OLD")), by="FRED")
    world.act(MARCH, file_of(cost("wages", "900.00", "D-OLD")), by="FRED")
    right = CorrectEntry(entry=f"{BATCH}:2.1", right=values("wages", "800.00", "D-OLD"), reason="示例")
    world.act(MARCH, right, by="FRED")
    assert spent(world, "wages", "D-OLD") == Decimal("800.00")


@clauses("2.2.1.4", "2.1.2.2")
def test_a_long_file_is_booked_in_parts_and_still_moves_a_line_once() -> None:
    world = world_with_costs("D-SALES/wages")
    *parts, moved = world.act(MARCH, file_of(*(cost("wages", "1.00", line=n) for n in range(2, 452))), by="FRED")
    assert [(each.part, each.parts, len(each.entries)) for each in parts] == [  # type: ignore[attr-defined]
        (1, 3, 200),
        (2, 3, 200),
        (3, 3, 50),
    ]
    assert moved.actual == Decimal("450.00")  # type: ignore[attr-defined]


@clauses("2.2.1.4")
def test_the_same_file_a_second_time_changes_nothing() -> None:
    world = world_with_costs("D-SALES/wages")
    world.act(MARCH, file_of(WAGES), by="FRED")
    assert world.act(MARCH, file_of(WAGES, name="又一份.csv"), by="FRED") == ()
    assert spent(world, "wages") == Decimal("9000.00")
    closed(world)
    assert world.act(MARCH, file_of(WAGES), by="FRED") == ()


@clauses("2.2.1.4", "2.1.2.2")
def test_every_missing_line_is_named_with_its_rows_and_nothing_is_booked() -> None:
    world = world_with_costs("D-SALES/wages")
    rows = (WAGES, cost("rent", "1", line=3), cost("wages", "1", "D-IT", line=4), cost("rent", "2", line=5))
    with pytest.raises(rules.BudgetLinesMissing) as refused:
        world.act(MARCH, file_of(*rows), by="FRED")
    assert refused.value.facts == {"rows": "3", "named": "D-SALES/rent (rows 3, 5); D-IT/wages (rows 4)"}
    assert world.events(MARCH) == ["PeriodOpened"]
    assert spent(world, "wages") == ZERO


@clauses("2.2.1.4")
def test_before_budgets_bind_no_line_is_asked_for() -> None:
    world = world_with_costs(budget=False)
    (booked,) = world.act(MARCH, file_of(WAGES), by="FRED")
    assert isinstance(booked, CostsBooked)
    assert booked.year is None


@clauses("2.2.1.1")
def test_the_first_file_opens_a_month_the_calendar_did_not_while_it_can_be_gathered_in_time() -> None:
    unopened = spec(COST_PERIOD).where(id="2026-03", facts={})
    named = file_of(WAGES).model_copy(update={"month": "2026-03"})
    first, booked = unopened.when(named, by="FRED", at=APRIL_25).events
    assert (first, booked.year) == (OPENED, None)  # type: ignore[attr-defined]
    unopened.when(named, by="FRED", at=APRIL_28).refused(rules.PeriodNotOpen, status="none")
    future = spec(COST_PERIOD).where(id="2026-04")
    future.when(named.model_copy(update={"month": "2026-04"}), by="FRED").refused(rules.PeriodNotOpen, status="none")
    other = spec(COST_PERIOD, OPENED).where(id="2026-03").when(named.model_copy(update={"month": "2026-02"}), by="FRED")
    other.refused(rules.PeriodNotOpen, month="2026-02", status="open")


@clauses("2.1.2.2")
def test_the_first_file_of_a_month_moves_the_lines_of_its_fiscal_year() -> None:
    world = world_with_costs("D-SALES/wages")
    world.streams.pop(Stream.parse(MARCH))
    world.act(MARCH, file_of(WAGES).model_copy(update={"month": "2026-03"}), by="FRED")
    assert world.events(MARCH) == ["PeriodOpened", "CostsBooked"]
    assert spent(world, "wages") == Decimal("9000.00")


@clauses("2.1.2.2")
def test_a_cost_is_a_fact_and_an_exceeded_line_is_recorded_not_refused() -> None:
    world = world_with_costs("D-SALES/wages")
    world.act(MARCH, file_of(cost("wages", "500000.00")), by="FRED")
    assert world.state("budget_line-2026.D-SALES.wages").available == Decimal("-380000.00")


@clauses("2.2.1.4")
def test_unknown_accounts_departments_and_rows_named_twice_are_refused_by_row() -> None:
    march = spec(COST_PERIOD, OPENED)
    unknown = file_of(WAGES, cost("nothing", "1", line=7))
    march.when(unknown, by="FRED").refused(rules.AccountsUnknown, named="nothing (rows 7)")
    elsewhere = file_of(WAGES, cost("wages", "1", "D-MOON", line=8))
    march.when(elsewhere, by="FRED").refused(rules.DepartmentsUnknown, named="D-MOON (rows 8)")
    march.when(file_of(WAGES, WAGES), by="FRED").refused(rules.RowTwice, named="2.1 (rows 2)")


@clauses("2.2.1.4")
def test_an_entry_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="金额不得为零"):
        cost("wages", "0.00")


@given(st.lists(st.integers(1, 120), min_size=1, max_size=900))
def test_parts_are_small_and_hold_everything_in_order(lengths: list[int]) -> None:
    entries = [
        CostEntry(
            id=f"b:{number}.1",
            account="wages",
            department="D-SALES",
            category="labour",
            heading="labour",
            amount=Decimal(1),
            description="注" * length,
            origin="import",
        )
        for number, length in enumerate(lengths)
    ]
    parts = list(parted(entries))
    assert [each for part in parts for each in part] == entries
    assert all(len(part) <= PART for part in parts)
    assert all(sum(len(e.model_dump_json().encode()) for e in part) <= PART_BYTES for part in parts)


# ── The table ──────────────────────────────────────────────────────────────────────────────────────────────


@clauses("2.2.1.4")
def test_the_table_comes_on_the_policys_day_or_as_soon_as_the_month_is_closed() -> None:
    world = world_with_costs("D-SALES/wages", "D-IT/rent")
    world.act(MARCH, file_of(WAGES, cost("rent", "600.00", "D-IT", line=3)), by="FRED")
    publish: dict[str, Any] = {"by": SYSTEM, "by_house": True}
    world.now = APRIL_25
    assert world.act(MARCH, PublishTable(), **publish) == ()
    closed(world)
    world.now = APRIL_20
    assert world.act(MARCH, PublishTable(), **publish) == ()
    world.now = APRIL_25
    (table,) = world.act(MARCH, PublishTable(), **publish)
    assert isinstance(table, CostTablePublished)
    told = [(each.department, each.labour, each.operating) for each in table.departments]
    assert told == [("D-IT", ZERO, Decimal("600.00")), ("D-SALES", Decimal("9000.00"), ZERO)]
    assert table.total == Decimal("9600.00")
    assert world.act(MARCH, PublishTable(), **publish) == ()


@clauses("2.2.1.4")
def test_a_month_closed_after_the_day_publishes_its_table_in_the_same_act() -> None:
    late = spec(COST_PERIOD, OPENED).where(id="2026-03", now=APRIL_28).when(ClosePeriod(), by="FAY")
    assert [type(each).__name__ for each in late.events] == ["PeriodClosed", "CostTablePublished"]
    early = spec(COST_PERIOD, OPENED).where(id="2026-03", now=APRIL_20).when(ClosePeriod(), by="FAY")
    assert [type(each).__name__ for each in early.events] == ["PeriodClosed"]


@clauses("2.2.1.3")
def test_labour_materials_operating_and_period_costs_are_shown_apart() -> None:
    world = world_with_costs(budget=False)
    rows = (
        cost("wages", "100", line=2),
        cost("social_insurance", "20", line=3),
        cost("materials", "30", "D-IT", line=4, project="P1"),
        cost("depreciation", "40", line=5),
        cost("advertising", "50", line=6, project="P1"),
        cost("advertising", "5", line=7),
    )
    world.act(MARCH, file_of(*rows), by="FRED")
    assert shown_apart(world.state(MARCH).entries) == {
        "labour": {("D-SALES", "wages"): 100, ("D-SALES", "social_insurance"): 20},
        "materials": {("D-IT", ""): 30},
        "operating": {("D-SALES", "depreciation"): 40},
        "period": {("D-SALES", "P1"): 50, ("D-SALES", ""): 5},
    }


_ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(STANDARD),
        st.sampled_from(["D-SALES", "D-IT", "D-WH"]),
        st.integers(-10_000_000, 10_000_000).filter(bool),
    ),
    max_size=60,
)


@given(_ENTRIES)
def test_what_is_shown_apart_adds_up_to_the_whole(found: list[Any]) -> None:
    entries = [
        CostEntry(
            id=f"b:{number}.1",
            account=account.code,
            department=department,
            category=account.category,
            heading=account.heading,
            amount=Decimal(fens) / 100,
            origin="import",
        )
        for number, (account, department, fens) in enumerate(found)
    ]
    whole = total(each.amount for each in entries)
    assert total(amount for shown in shown_apart(entries).values() for amount in shown.values()) == whole
    rows = department_costs(entries)
    assert total(each.labour + each.materials + each.operating + each.period for each in rows) == whole


def test_the_deadline_is_the_months_last_day_where_it_has_no_such_day() -> None:
    ruled = spec(COST_PERIOD).under("2.2.1.1", day_of_month=31).where(id="2026-01")
    (event,) = ruled.when(OpenPeriod(month="2026-01"), by=SYSTEM, by_house=True).events
    assert event.due_at == datetime(2026, 2, 28, 23, 59, 59, tzinfo=SHANGHAI)  # type: ignore[attr-defined]


def test_two_files_are_told_apart_by_what_is_in_them() -> None:
    world = world_with_costs("D-SALES/wages")
    world.act(MARCH, file_of(WAGES), by="FRED")
    world.act(MARCH, file_of(WAGES, sha256=OTHER_FILE), by="FRED")
    assert spent(world, "wages") == Decimal("18000.00")
