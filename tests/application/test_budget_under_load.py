"""Many people, one budget line, a real database 并发占用预算: nobody takes the last yuan twice (clause 2.1.2.2)."""

import asyncio
from decimal import Decimal

from domain.finance.budget_book import BOOK, EnterYear
from domain.finance.budget_line import BudgetLine, line_of
from domain.finance.budget_line_messages import OpenLine
from domain.finance.budget_line_rules import BudgetExceeded
from domain.finance.encumbrance_messages import ReserveFunds
from domain.kernel import SYSTEM, Command, Stream
from domain.operations.procurement.requisition_messages import CancelRequisition, SubmitRequisition
from tests.database import Database
from tests.domain.procurement.samples import requested
from tests.house import TestHouse, house
from tests.spec import TODAY, clauses

LINE = line_of(2026, "D-SALES", "it_equipment")
CLIENTS = 32


def ask_for(price: str) -> SubmitRequisition:
    return SubmitRequisition(department="D-SALES", lines=(requested(price=price, quantity="1"),), purpose="示例")


async def with_budget(company: TestHouse, amount: str) -> None:
    await company.do(str(BOOK), EnterYear(year=2026), SYSTEM, by_house=True)
    line = OpenLine(
        year=2026,
        department="D-SALES",
        account="it_equipment",
        category="materials",
        phasing=(Decimal(amount), *(Decimal(0),) * 11),
    )
    await company.do(str(LINE), line, SYSTEM, by_house=True)


async def tried(company: TestHouse, subject: str, command: Command) -> bool:
    """Whether there was budget for it."""
    try:
        await company.do(subject, command, "ANN", key=subject + type(command).__name__)
    except BudgetExceeded:
        return False
    return True


async def line(company: TestHouse) -> BudgetLine:
    state, _ = await company.handler.state(LINE)
    assert isinstance(state, BudgetLine)
    return state


@clauses("2.1.2.2")
async def test_32_clients_never_take_more_than_the_line_has(company: TestHouse) -> None:
    await with_budget(company, "1000")
    took = await asyncio.gather(
        *(tried(company, f"requisition-PR{client}-{one}", ask_for("70")) for client in range(CLIENTS) for one in (1, 2))
    )
    assert sum(took) == 14
    assert (await line(company)).available == Decimal("20.00")
    await company.do("requisition-LAST", ask_for("20"), "ANN")
    assert (await line(company)).available == 0


@clauses("2.1.2.2")
async def test_two_processes_share_a_line_and_one_sees_at_once_what_the_other_gave_back(
    company: TestHouse, database: Database
) -> None:
    await with_budget(company, "1000")
    async with house(database.app_url) as other:
        halves = [(company, client) if client % 2 else (other, client) for client in range(CLIENTS)]
        took = await asyncio.gather(
            *(tried(where, f"requisition-PR{client}", ask_for("60")) for where, client in halves)
        )
        assert sum(took) == 16
        assert not await tried(company, "requisition-NEXT", ask_for("60"))
        given_back = next(client for (_, client), had in zip(halves, took, strict=True) if had)
        await other.do(f"requisition-PR{given_back}", CancelRequisition(reason="不再需要"), "ANN", key="cancel")
        assert await tried(company, "requisition-AGAIN", ask_for("60"))
    assert (await line(company)).available == Decimal("40.00")
    assert (await line(company)).reserved == Decimal("960.00")


@clauses("2.1.2.2")
async def test_a_refused_requisition_leaves_neither_a_requisition_nor_a_reservation(company: TestHouse) -> None:
    await with_budget(company, "10")
    assert not await tried(company, "requisition-PR1", ask_for("10.01"))
    assert await company.events("requisition-PR1") == []
    assert await company.events("encumbrance-PR1") == []
    assert await company.events(str(LINE)) == ["BudgetLineOpened"]
    reserve = ReserveFunds(department="D-SALES", goods="it_equipment", amount=Decimal("10.00"), on=TODAY)
    await company.do("encumbrance-PR1", reserve, SYSTEM, by_house=True)
    assert (await line(company)).claims == {str(Stream("encumbrance", "PR1")): Decimal("10.00")}
