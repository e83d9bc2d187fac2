"""Budgets as of any day and monthly reports over HTTP: what comes out, and who sees how much of it."""

import asyncio
import hashlib
import io
import json
import zipfile
from functools import partial
from typing import Any

import pytest

from application.reacting import Reactor
from domain.finance.budget_book import EnterYear
from domain.finance.budget_line_messages import BudgetLineMoved, MoveLine, OpenLine
from domain.finance.execution_report_messages import OpenReport, ReportPublished
from domain.history import Recorded
from domain.kernel import SYSTEM, Command, Event
from infrastructure.figures import FiguresInViews
from infrastructure.projecting.runner import Runner
from infrastructure.reaction_places import PostgresPlaces
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_views import project
from tests.spec import clauses

REPORT = "/api/budget/reports/2026-02"
AS_OF = "/api/budget/as-of"


async def does(site: Site, subject: str, command: Command) -> None:
    """The house does this."""
    await site.house.do(subject, command, SYSTEM, f"{subject} {command}", by_house=True)


async def budget(site: Site) -> None:
    """Sales and IT have a thousand a month for office; sales spent 2,500 in February."""
    await does(site, "budget_book-company", EnterYear(year=2026))
    for department in ("D-SALES", "D-IT"):
        line = {"year": 2026, "department": department, "account": "office"}
        opened = OpenLine.model_validate({**line, "category": "administration", "phasing": ("1000.00",) * 12})
        await does(site, f"budget_line-2026.{department}.office", opened)
    spent = {**line, "department": "D-SALES", "claim": "cost_period-2026-02", "cause": "book", "month": "2026-02"}
    await does(site, "budget_line-2026.D-SALES.office", MoveLine.model_validate({**spent, "actual": "2500.00"}))


async def published(site: Site) -> None:
    """The report of February, by the house itself."""
    await budget(site)
    await does(site, "execution_report-2026-02", OpenReport(month="2026-02"))
    url = site.house.url
    runner = partial(Runner, url, lambda: site.house.codec.event)
    async with FiguresInViews(url, runner) as figures, PostgresPlaces(url) as places:
        await Reactor(site.house.handler, places, figures=figures).drain()
    await asyncio.to_thread(project, site)


async def recorded(site: Site, kind: type[Event]) -> Recorded:
    """The event of a type, the only one."""
    (entry,) = await site.house.journal.read(-1, 10, [kind.__name__])
    return site.house.codec.decode_all([entry])[0]


async def rows(site: Site, who: str, **asked: Any) -> dict[str, dict[str, Any]]:
    """The budget by department, or as asked."""
    answer = await (await site.as_(who)).get(AS_OF, params={"year": 2026, **asked})
    assert answer.status_code == 200, answer.text
    return {each["key"]: each for each in answer.json()["rows"]}


@clauses("2.1.2.1", "2.1.2.2")
async def test_the_budget_is_shown_by_department_category_line_and_month(site: Site) -> None:
    await budget(site)
    project(site)
    sales = (await rows(site, "FAY"))["D-SALES"]
    assert sales == {
        "key": "D-SALES",
        "original": "12000.00",
        "budget": "12000.00",
        "reserved": "0.00",
        "committed": "0.00",
        "actual": "2500.00",
        "available": "9500.00",
        "forecast": "15000.00",
    }
    assert (await rows(site, "FAY", by="category"))["administration"]["actual"] == "2500.00"
    assert (await rows(site, "FAY", by="line"))["2026.D-IT.office"]["budget"] == "12000.00"
    months = await rows(site, "FAY", by="month")
    assert (months["2026-02"]["actual"], months["2026-02"]["available"]) == ("2500.00", "-500.00")
    assert (months["2026-03"]["budget"], months["2026-03"]["forecast"]) == ("2000.00", None)


@clauses("2.1.2.1")
async def test_the_budget_is_shown_as_of_a_position_and_a_day(site: Site) -> None:
    await budget(site)
    project(site)
    moved = await recorded(site, BudgetLineMoved)
    assert (await rows(site, "FAY", position=moved.position - 1))["D-SALES"]["actual"] == "0.00"
    assert (await rows(site, "FAY", position=moved.position))["D-SALES"]["actual"] == "2500.00"
    assert await rows(site, "FAY", day="2026-03-02") == {}
    assert (await rows(site, "FAY", day="2026-03-03"))["D-SALES"]["actual"] == "2500.00"


@clauses("4.3.2.1")
async def test_a_head_sees_his_department_and_nobody_else_sees_any(site: Site) -> None:
    await published(site)
    assert list(await rows(site, "SAM")) == ["D-SALES"]
    assert list(await rows(site, "AUDREY")) == ["D-IT", "D-SALES"]
    part = (await (await site.as_("SAM")).get(f"{REPORT}.json")).json()
    assert {each["department"] for each in part["lines"]} == {"D-SALES"}
    assert part["company"]["standing"]["budget"] == "12000.00"
    ann = await site.as_("ANN")
    assert [(await ann.get(path)).status_code for path in (f"{AS_OF}?year=2026", f"{REPORT}.json")] == [403, 403]
    assert [each.rule for each in await site.attempts()] == ["NotYoursToSee"]


@clauses("2.1.2.1")
async def test_a_report_comes_out_with_the_fingerprint_it_was_published_with(site: Site) -> None:
    await published(site)
    event = (await recorded(site, ReportPublished)).event
    assert isinstance(event, ReportPublished)
    spent = {"year": 2026, "department": "D-IT", "account": "office", "claim": "cost_period-2026-02", "cause": "book"}
    more = MoveLine.model_validate({**spent, "month": "2026-02", "actual": "9999.00"})
    await does(site, "budget_line-2026.D-IT.office", more)
    project(site)
    answer = await (await site.as_("FAY")).get(f"{REPORT}.json")
    assert hashlib.sha256(answer.content).hexdigest() == event.sha256 == answer.headers["x-report-sha256"]
    assert json.loads(answer.content)["over"][0]["over"] == "500.00"


@clauses("2.1.2.1")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_report_comes_as_workbook_and_as_pdf(site: Site, language: str) -> None:
    await published(site)
    client = await site.as_("FAY", language)
    workbook, again = [await client.get(f"{REPORT}.xlsx") for _ in range(2)]
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as parts:
        assert any(name.startswith("xl/charts/") for name in parts.namelist())
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert ("预算执行分析报告" if language == "zh" else "Budget execution report") in texts
    assert workbook.content == again.content
    paper = await client.get(f"{REPORT}.pdf")
    assert paper.content.startswith(b"%PDF") and paper.headers["content-type"] == "application/pdf"


async def test_what_is_not_there_is_told(site: Site) -> None:
    fay = await site.as_("FAY")
    assert (await fay.get("/api/budget/reports/2026-01.json")).status_code == 404
    assert (await fay.get("/api/budget/reports/2026-13.json")).status_code == 422
    assert (await fay.get(AS_OF, params={"year": 2026, "position": 10**6})).status_code == 422
