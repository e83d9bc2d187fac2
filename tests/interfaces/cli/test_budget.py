"""``guicheng budget``: the budget as of any day, and the report of a month, published by the house by itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from application.acts import Act
from domain.finance.budget_book import BOOK, EnterYear
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import MoveLine, OpenLine
from domain.finance.execution_report_messages import OpenReport
from domain.finance.periods import first_day, fiscal_year, month_after, month_of
from domain.kernel import SYSTEM, Command, Stream
from domain.working_time import SHANGHAI
from infrastructure.settings import Settings
from interfaces.bootstrap import House, running
from tests.interfaces.cli.command import Guicheng
from tests.spec import clauses

MONTH = month_after(month_of(datetime.now(SHANGHAI).date()), -1)
YEAR = fiscal_year(MONTH)


@pytest.fixture
def budget(guicheng: Guicheng) -> Guicheng:
    """A company with two lines, one of them over, and the report of last month."""
    guicheng.done("init")
    assert guicheng.database is not None
    url = guicheng.database.url
    asyncio.run(_fill(Settings(home=guicheng.home, database_url=url, keys_database_url=url)))
    return guicheng


async def _fill(settings: Settings) -> None:
    async with running(settings) as house:
        await house.handler.standing.refresh(house.journal, house.codec)
        await _does(house, BOOK, EnterYear(year=YEAR))
        for department, spent in (("D-IT", "50.00"), ("D-SALES", "15000.00")):
            line = {"year": YEAR, "department": department, "account": "office"}
            opened = OpenLine.model_validate({**line, "category": "administration", "phasing": ("1000.00",) * 12})
            moved = {"claim": "cost_period-1", "cause": "book", "month": MONTH, "actual": spent}
            await _does(house, line_of(YEAR, department, "office"), opened)
            await _does(house, line_of(YEAR, department, "office"), MoveLine.model_validate({**line, **moved}))
        await _does(house, Stream("execution_report", MONTH), OpenReport(month=MONTH))
        await house.reactor.drain()


async def _does(house: House, subject: Stream, command: Command) -> None:
    await house.handler.handle(Act(subject, command, SYSTEM, uuid4(), by_house=True))


@clauses("2.1.2.1")
def test_the_budget_is_shown_now_and_as_of_a_day_or_a_position(budget: Guicheng) -> None:
    found = budget.done("budget", "show", "--year", YEAR, "--json").json
    assert [(row["key"], row["budget"], row["actual"]) for row in found["rows"]] == [
        ("D-IT", "12000.00", "50.00"),
        ("D-SALES", "12000.00", "15000.00"),
    ]
    assert found["total"]["available"] == "8950.00"
    earlier = first_day(MONTH).isoformat()
    assert budget.done("budget", "show", "--year", YEAR, "--as-of", earlier, "--json").json["rows"] == []
    assert budget.done("budget", "show", "--year", YEAR, "--as-of", "1", "--json").json["rows"] == []
    told = budget.done("budget", "show", "--year", YEAR, "--by", "line").out
    assert f"{YEAR}.D-SALES.office" in told and "-3,000.00" in told


@clauses("2.1.2.1")
def test_the_house_published_the_report_and_it_comes_out_again(budget: Guicheng, tmp_path: Path) -> None:
    told = budget.done("budget", "report").out
    assert MONTH in told and "seasonality" in told
    report = budget.done("budget", "report", "--month", MONTH, "--json").json
    assert [each["line"] for each in report["over"]] == [f"{YEAR}.D-SALES.office"]
    for kind, start in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        file = tmp_path / f"report.{kind}"
        budget.done("budget", "report", "--month", MONTH, "--format", kind, "--out", file)
        assert file.read_bytes().startswith(start)
    sha256 = hashlib.sha256((tmp_path / "report.json").read_bytes()).hexdigest()
    assert sha256 in told and json.loads((tmp_path / "report.json").read_text()) == report


def test_what_is_not_there_or_cannot_be_read_is_told(guicheng: Guicheng) -> None:
    guicheng.done("init")
    guicheng("budget", "report").said("No budget report was published yet")
    guicheng("budget", "report", "--month", "2020-01").said("2020-01")
    guicheng("budget", "report", "--month", "2020-01", "--format", "pdf").said("--out")
    guicheng("budget", "show", "--as-of", "yesterday").said("2026-03-31")
    assert guicheng.done("budget", "show", "--as-of", date(2026, 3, 31), "--json").json["rows"] == []
