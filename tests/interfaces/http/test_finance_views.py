"""Finance views over HTTP: a budget round acted out by the real handler, seen by those whom it concerns."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from application.reacting import Reactor
from domain.finance.budget_round_messages import ExcludeDepartment, PublishBudget, SetTotal
from domain.finance.budget_transfer_messages import LineRef, SubmitTransfer, TransferTarget
from domain.finance.department_budget_messages import RecordGrounds, ReviseBudget
from domain.governance.approvals import Approve
from infrastructure.reaction_places import PostgresPlaces
from projections import catalogue
from tests.application.test_budget_round import OCTOBER, ROUND, SalesOnRecord, approved, filed, ticked
from tests.domain.finance.budget_round_samples import DEPARTMENTS, SALES, line
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_views import project
from tests.spec import clauses

DEPARTMENT_HEAD, FINANCE, AUDITOR, CLERK = "SAM", "FAY", "AUDREY", "ANN"


async def round_of_2027(site: Site) -> None:
    """The calendar opened it; only sales and finance take part, and sales may spend 70,000."""
    await ticked(site.house, OCTOBER)
    for department in DEPARTMENTS:
        if department not in (SALES, "D-FIN"):
            await site.house.do(ROUND, ExcludeDepartment(department=department, reason="示例:不参与"), FINANCE)
    await site.house.do(ROUND, SetTotal(department=SALES, total=Decimal(70000), reason="示例"), FINANCE)


async def seen(site: Site, who: str, view: str, **filters: str) -> list[dict[str, Any]]:
    """The rows of a view as somebody sees them."""
    answer = await (await site.as_(who)).get(f"/api/views/{view}", params=filters)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


@clauses("2.1.1.1", "2.1.1.6", "2.1.2.2")
async def test_a_head_sees_his_department_finance_and_the_auditor_all_of_a_published_budget(site: Site) -> None:
    await round_of_2027(site)
    await approved(site.house)
    await site.house.do(ROUND, PublishBudget(), FINANCE)
    await asyncio.to_thread(project, site)
    departments = {
        who: sorted(row["department"] for row in await seen(site, who, "consolidation", included="true"))
        for who in (DEPARTMENT_HEAD, FINANCE, AUDITOR, CLERK)
    }
    both = ["D-FIN", "D-SALES"]
    assert departments == {DEPARTMENT_HEAD: ["D-SALES"], FINANCE: both, AUDITOR: both, CLERK: []}
    (sales,) = await seen(site, DEPARTMENT_HEAD, "consolidation")
    stands = ("status", "version", "asked", "set_total", "last_year", "conflicts", "deliberated_on")
    assert [sales[name] for name in stands] == [
        "published", 1, "60000.00", "70000.00", "60000.00", 0, "2026-11-10"
    ]  # fmt: skip
    (version,) = await seen(site, DEPARTMENT_HEAD, "budget_versions")
    assert (version["status"], version["budget_version_lines"][0]["phasing"][0]) == ("published", "5000.00")
    (pool,) = await seen(site, FINANCE, "reserve_pool")
    assert (pool["balance"], pool["reserve_pool_movements"][0]["by"]) == ("5000.00", ROUND)
    cells = await seen(site, DEPARTMENT_HEAD, "cost_table", month="2027-01")
    assert [(row["account"], row["budget"], row["over_budget"]) for row in cells] == [("advertising", "5000.00", False)]


@clauses("2.1.1.4")
async def test_a_conflict_is_seen_until_the_grounds_are_recorded(site: Site) -> None:
    await round_of_2027(site)
    await filed(site.house, SALES, DEPARTMENT_HEAD, line(amount="90000"))
    await asyncio.to_thread(project, site)
    (sales,) = await seen(site, DEPARTMENT_HEAD, "consolidation")
    assert (sales["conflicts"], sales["above_total"], sales["growth"], sales["growth_limit"]) == (
        2, True, "50.00", "30"
    )  # fmt: skip
    subject = sales["subject"]
    await site.house.do(subject, RecordGrounds(category="marketing", grounds="示例合同"), DEPARTMENT_HEAD)
    await site.house.do(ROUND, SetTotal(department=SALES, total=Decimal(90000), reason="示例"), FINANCE)
    await asyncio.to_thread(project, site)
    (sales,) = await seen(site, DEPARTMENT_HEAD, "consolidation")
    assert (sales["conflicts"], sales["above_total"], sales["grounded"]) == (0, False, 1)
    revised = ReviseBudget(lines=(line(amount="80000"),), reason="示例")
    await site.house.do(subject, revised, DEPARTMENT_HEAD)
    await asyncio.to_thread(project, site)
    versions = await seen(site, DEPARTMENT_HEAD, "budget_versions")
    assert [(row["version"], row["status"], row["total"]) for row in versions] == [
        (2, "open", "80000.00"),
        (1, "superseded", "90000.00"),
    ]


@clauses("2.1.3.1")
async def test_a_transfer_is_seen_from_its_application_until_it_took_effect(site: Site) -> None:
    await round_of_2027(site)
    await approved(site.house)
    await site.house.do(ROUND, PublishBudget(), FINANCE)
    target = TransferTarget(department=SALES, account="office", amount=Decimal(600), calculation="示例测算")
    source = LineRef(department=SALES, account="advertising")
    asked = SubmitTransfer(year=2027, source=source, targets=(target,), to_pool=Decimal(0), grounds="示例依据")
    await site.house.do("budget_transfer-BT1", asked, DEPARTMENT_HEAD)
    await asyncio.to_thread(project, site)
    (row,) = await seen(site, DEPARTMENT_HEAD, "budget_transfers")
    assert (row["status"], row["authority"], row["left"]) == ("open", "finance_manager", "60000.00")
    site.house.clock.now += timedelta(days=60)
    for who in (FINANCE, "VICE"):
        await site.house.do("budget_transfer-BT1", Approve(comment="确有必要"), who)
    await asyncio.to_thread(project, site)
    (row,) = await seen(site, DEPARTMENT_HEAD, "budget_transfers", departments=SALES)
    assert (row["status"], row["month"], row["assessment"]) == ("transferred", "2027-01", "确有必要")
    assert row["budget_transfer_targets"][0]["opens"] is True
    cells = {row["account"]: row["budget"] for row in await seen(site, FINANCE, "cost_table", month="2027-01")}
    assert cells["office"] == "50.00"


async def test_every_finance_view_is_served_to_finance_with_its_schema(site: Site) -> None:
    await round_of_2027(site)
    async with PostgresPlaces(site.house.url) as places:
        await Reactor(site.house.handler, places, figures=SalesOnRecord()).drain()
    await asyncio.to_thread(project, site)
    listed = {each["name"]: each for each in (await (await site.as_(FINANCE)).get("/api/views")).json()["views"]}
    finance = [name for name, view in catalogue.views().items() if view.clauses[0].startswith("2.")]
    assert set(finance) <= set(listed)
    for name in finance:
        await seen(site, FINANCE, name)
