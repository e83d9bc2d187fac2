"""The sample company's budget year: everything planted in it is found, and nothing else of the kind."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from application.simulator import planted
from application.simulator.agenda import Agenda
from application.simulator.company import DEPARTMENTS
from application.simulator.finance_plan import FIRST_YEAR, planned
from application.simulator.finance_year import BUDGET_YEAR_START
from application.simulator.savings import IDEAS
from domain.finance.budget_review_messages import BudgetReviewCompleted, OverrunsNoted
from domain.finance.budget_round_messages import BudgetPublished, NegotiationRecorded
from domain.finance.budget_transfer_messages import BudgetTransferred, TransferSubmitted
from domain.finance.carry_forward_messages import BudgetCarriedForward
from domain.finance.cost_alert_messages import AnomalyReportAccepted, AnomalyReportFiled, CostAlertRaised
from domain.finance.cost_calculation import CostsCalculated
from domain.finance.cost_period_messages import CostsBooked, CostTablePublished, PeriodClosed, SharedCostAllocated
from domain.finance.department_budget_messages import (
    DepartmentBudgetFiled,
    DepartmentBudgetRevised,
    GroundsRecorded,
)
from domain.finance.execution_report_messages import ReportPublished
from domain.finance.reserve_pool import PoolDrawn, PoolFunded
from domain.finance.savings_idea_messages import MeasureAdopted, PilotEndedWithLessons, SavingsIdeaDeclined
from domain.finance.variance_explanation_messages import (
    ExplanationAccepted,
    ExplanationDemanded,
    ExplanationFiled,
    ExplanationReturned,
    PoolDecided,
)
from domain.governance.approvals import ApprovalRejected
from domain.governance.obligation import ObligationMissed
from domain.history import Recorded
from domain.kernel import Event
from domain.working_time import SHANGHAI
from infrastructure.journal.verify import verify
from infrastructure.settings import Settings
from interfaces.bootstrap import running, set_up
from interfaces.cli.demo import let_work
from interfaces.cli.summary import summary
from tests.database import Clones

BUSY_DAYS = 10
"""Up to the yearly review in February 2026."""
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Lived:
    """What the journal says of the year, what was refused, and what is printed."""

    events: Sequence[Recorded]
    refused: Counter[tuple[str, str]]
    tables: dict[str, list[dict[str, Any]]]
    url: str

    def of(self, kind: type[E]) -> list[tuple[Recorded, E]]:
        """The events of a type, with their envelopes."""
        return [(each, each.event) for each in self.events if isinstance(each.event, kind)]

    def table(self, title: str) -> list[dict[str, Any]]:
        """The rows printed under a title."""
        return next(rows for name, rows in self.tables.items() if title in name)


@pytest.fixture(scope="module")
def lived(clones: Clones, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The budget year with few purchases, and the first busy days without any new ones."""
    home: Path = tmp_path_factory.mktemp("budget-year")
    with clones.clone() as database:
        settings = Settings(home=home, database_url=database.url)
        set_up(settings)
        yield asyncio.run(_lived(settings, database.url))


async def _lived(settings: Settings, url: str) -> Lived:
    agenda = Agenda(datetime.combine(BUDGET_YEAR_START, time(8), SHANGHAI))
    async with running(settings, clock=agenda) as house:
        simulation = await let_work(house, agenda, BUSY_DAYS, seed=5, needs=0, quiet=True, quiet_needs_percent=6)
        printed = await summary(house)
        found: list[Recorded] = []
        while entries := await house.journal.read(found[-1].position if found else -1, 5_000):
            found += house.codec.decode_all(entries)
    return Lived(found, simulation.refused, {each["title"]: each["rows"] for each in printed["tables"]}, url)


def day_of(each: Recorded) -> date:
    """The day something happened, in Shanghai."""
    return each.occurred_at.astimezone(SHANGHAI).date()


def test_both_years_are_published_one_of_them_late(lived: Lived) -> None:
    published = {told.year: (day_of(each), told.pool) for each, told in lived.of(BudgetPublished)}
    assert published == {year: (planted.PUBLISHED_ON[year], planted.POOL[year]) for year in (2025, 2026)}
    assert [told.amount for _, told in lived.of(PoolFunded)] == list(planted.POOL.values())


def test_every_year_has_its_one_conflict_solved_by_grounds_or_negotiation(lived: Lived) -> None:
    filed: list[DepartmentBudgetFiled | DepartmentBudgetRevised] = [told for _, told in lived.of(DepartmentBudgetFiled)]
    filed += [told for _, told in lived.of(DepartmentBudgetRevised)]
    found = {told.year: (told.department, told.conflicts[0].kind) for told in filed if told.conflicts}
    assert sum(bool(told.conflicts) for told in filed) == len(found)
    assert found == {year: (asked.department, asked.kind) for year, asked in planted.ASKED_TOO_MUCH.items()}
    assert [(told.category, told.last_year > 0) for _, told in lived.of(GroundsRecorded)] == [("marketing", True)]
    assert [told.departments for _, told in lived.of(NegotiationRecorded)] == [("D10",)]


def test_every_planted_overrun_is_demanded_and_no_other(lived: Lived) -> None:
    found = {(told.department, told.account, told.month): told.over for _, told in lived.of(ExplanationDemanded)}
    assert found == {line: each.over for line, each in planted.OVERRUNS.items()}
    listed = [
        (over.department, over.account, told.month) for _, told in lived.of(ReportPublished) for over in told.overruns
    ]
    assert sorted(listed) == sorted(planted.OVERRUNS)


def test_every_overrun_is_explained_reviewed_and_where_asked_decided_on(lived: Lived) -> None:
    filed = {(told.department, told.account, told.month): day_of(each) for each, told in lived.of(ExplanationFiled)}
    assert filed.keys() == planted.OVERRUNS.keys()
    late = {line: each.filed_on for line, each in planted.OVERRUNS.items() if each.filed_on}
    assert {line: filed[line] for line in late} == late
    assert len(lived.of(ExplanationAccepted)) == len(planted.OVERRUNS)
    assert len(lived.of(ExplanationReturned)) == sum(each.returned for each in planted.OVERRUNS.values())
    decided = [(told.asked, told.granted) for _, told in lived.of(PoolDecided)]
    assert decided == [(each.asked, each.granted) for each in planted.OVERRUNS.values() if each.asked]


def test_every_planted_alert_is_raised_and_no_other(lived: Lived) -> None:
    raised = {(told.department, told.month) for _, told in lived.of(CostAlertRaised)}
    assert raised == planted.ALERTS.keys()
    late = {(told.department, told.month) for _, told in lived.of(AnomalyReportFiled) if told.late}
    assert late == {alert for alert, told in planted.ALERTS.items() if told.filed_on}
    assert {(told.department, told.month) for _, told in lived.of(AnomalyReportAccepted)} == planted.ALERTS.keys()


def test_every_planted_deadline_is_missed_and_no_other_of_chapter_2(lived: Lived) -> None:
    missed = [(told.obliged_by, told.subject) for _, told in lived.of(ObligationMissed)]
    assert sorted(each for each in missed if each[0].startswith("2.")) == sorted(planted.MISSED)


def test_every_month_is_gathered_and_its_error_rate_judged(lived: Lived) -> None:
    closed = {told.month: told for _, told in lived.of(PeriodClosed)}
    assert sorted(closed) == [*(f"2024-{month}" for month in (10, 11, 12)), *months_of_2025()]
    assert {month for month, told in closed.items() if not told.within} == planted.ERRONEOUS
    assert {month: told.corrected for month, told in closed.items() if told.corrected} == planted.CORRECTED
    closed_on = {told.month: day_of(each) for each, told in lived.of(PeriodClosed) if day_of(each).day > 25}
    assert closed_on == planted.CLOSED_LATE
    assert {told.month for _, told in lived.of(CostTablePublished)} == closed.keys()
    for told in (told for _, told in lived.of(SharedCostAllocated)):
        assert sum(each.amount for each in told.entries) == 0


def test_every_row_of_a_file_is_booked_once_under_its_sha256(lived: Lived) -> None:
    files = {(told.file, told.sha256) for _, told in lived.of(CostsBooked)}
    assert len(files) == len({file for file, _ in files}) == 2 * 16
    places = [(told.batch, each.line) for _, told in lived.of(CostsBooked) for each in told.entries]
    assert len(places) == len(set(places))


def test_products_are_costed_every_month_to_the_last_fen(lived: Lived) -> None:
    calculated = {told.month: told for _, told in lived.of(CostsCalculated)}
    assert sorted(calculated) == months_of_2025()
    opening = Decimal(0)
    for _, told in sorted(calculated.items()):
        into = sum(each.opening + each.direct + each.indirect for each in told.costs)
        left = sum((each.in_progress_transferred + each.in_progress_own for each in told.costs), Decimal(0))
        assert into == told.total + opening == sum(each.finished for each in told.costs) + left
        opening = left


def test_transfers_end_as_planted(lived: Lived) -> None:
    wanted = {day: each for day, each in planted.TRANSFERS.items() if each.outcome != "refused"}
    assert {day_of(each): told.amount for each, told in lived.of(TransferSubmitted)} == {
        day: each.amount for day, each in wanted.items()
    }
    done = [told.amount for _, told in lived.of(BudgetTransferred)]
    assert done == [each.amount for each in wanted.values() if each.outcome == "approved"]
    rejected = [each for each, _ in lived.of(ApprovalRejected) if each.subject.aggregate == "budget_transfer"]
    assert len(rejected) == sum(each.outcome == "rejected" for each in wanted.values())
    drawn = sum(told.amount for _, told in lived.of(PoolDrawn))
    assert drawn == sum(each.amount for each in wanted.values() if each.source is None) + sum(
        each.granted for each in planted.OVERRUNS.values()
    )


def test_only_what_was_planted_is_refused_under_chapter_2(lived: Lived) -> None:
    assert {rule: times for rule, times in lived.refused.items() if rule[0].startswith("2.")} == planted.REFUSALS


def test_what_is_open_at_the_end_of_the_year_is_carried_forward(lived: Lived) -> None:
    carried = {told.department: told for _, told in lived.of(BudgetCarriedForward)}
    told = carried[planted.OPEN_AT_YEAR_END[1]]
    assert (told.from_year, told.to_year, told.total > 0) == (2025, 2026, True)


def test_the_review_of_february_finds_who_was_far_over_his_budget(lived: Lived) -> None:
    noted = [(each.department, each.account, each.beyond) for _, told in lived.of(OverrunsNoted) for each in told.lines]
    assert noted == [(*planted.SERIOUS, True)]
    assert [(told.year, told.serious) for _, told in lived.of(BudgetReviewCompleted)] == [(2025, (1,))]


def test_ideas_are_adopted_ended_with_lessons_or_declined(lived: Lived) -> None:
    assert [told.roi for _, told in lived.of(MeasureAdopted)] == [Decimal("150.00")]
    assert len(lived.of(PilotEndedWithLessons)) == 1
    assert len(lived.of(SavingsIdeaDeclined)) == sum(idea.pilot is None for idea in IDEAS.values())


def test_what_is_printed_adds_up(lived: Lived) -> None:
    rows = lived.table("部门预算执行")
    for year in ("2025", "2026"):
        of = [row for row in rows if row["year"] == year]
        assert len(of) == len(DEPARTMENTS) + 1
        for amount in ("original", "budget", "reserved", "committed", "actual", "available"):
            assert sum(Decimal(row[amount]) for row in of[:-1]) == Decimal(of[-1][amount])
        for row in of:
            taken = sum(Decimal(row[amount]) for amount in ("reserved", "committed", "actual", "available"))
            assert taken == Decimal(row["budget"])
    whole = sum(sum(months) for each in planned(FIRST_YEAR).values() for months in each.values())
    assert next(row["original"] for row in rows if row["department"] == "all 合计") == whole
    assert len(lived.table("差异说明")) == len(planted.OVERRUNS)
    assert len(lived.table("成本预警")) == len(planted.ALERTS)


def test_the_journal_holds_and_no_view_or_reaction_stopped(lived: Lived) -> None:
    assert verify(lived.url).holds
    with psycopg.connect(lived.url) as connection:
        assert connection.execute("select name from views.progress where error is not null").fetchall() == []
        assert connection.execute("select name from reactions.places where error is not null").fetchall() == []


def months_of_2025() -> list[str]:
    """Its months, as they are written."""
    return [f"2025-{month:02}" for month in range(1, 13)]
