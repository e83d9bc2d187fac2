"""A purchase and its budget line 采购与预算占用: both move together, or neither (clause 2.1.2.2)."""

from decimal import Decimal

import pytest

from domain.finance.budget_line import BudgetLine
from domain.finance.budget_line_rules import BudgetExceeded, NoBudgetLine
from domain.operations.procurement.requisition_messages import SubmitRequisition
from tests.domain.finance.samples import IT_LINE, world_with_budget
from tests.domain.procurement.samples import LAPTOPS, arrive, buy, check, checked, requested
from tests.domain.procurement.world import World
from tests.spec import clauses


def line(world: World) -> BudgetLine:
    found = world.state(IT_LINE)
    assert isinstance(found, BudgetLine)
    return found


def amounts(world: World) -> list[str]:
    """What is reserved, committed and spent."""
    return [str(each) for each in (line(world).reserved, line(world).committed, line(world).spent)]


def ask_for(world: World, price: str, id: str = "PR9", **more: str) -> None:
    form = SubmitRequisition(
        department="D-SALES", lines=(requested(price=price, quantity="1"),), purpose="示例", **more
    )
    world.act(f"requisition-{id}", form, by="ANN")


@clauses("2.1.2.2")
def test_a_requisition_reserves_an_order_commits_a_receipt_spends() -> None:
    world = world_with_budget()
    buy(world, LAPTOPS)
    order = world.state("purchase_order-PO1")
    assert amounts(world) == ["0.00", str(order.amount), "0.00"]
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1)), by="KIM")
    assert amounts(world) == ["0.00", "0.00", str(order.amount)]
    assert line(world).actual == {"2026-03": order.amount}
    assert line(world).available == 120000 - order.amount
    assert world.events("encumbrance-PR1") == ["FundsReserved", "FundsCommitted", "CostIncurred"]


@clauses("2.1.2.2")
def test_what_exceeds_the_line_is_refused_and_leaves_no_trace() -> None:
    world = world_with_budget("1200")
    ask_for(world, "1200.00", "PR8")
    with pytest.raises(BudgetExceeded):
        ask_for(world, "0.01")
    assert world.events("requisition-PR9") == []
    assert line(world).reserved == Decimal("1200.00")


@clauses("2.1.2.2")
def test_a_missing_line_is_an_error_that_says_which() -> None:
    world = world_with_budget()
    with pytest.raises(NoBudgetLine) as refused:
        ask_for(world, "10.00", account="office")
    assert refused.value.facts == {"department": "D-SALES", "account": "office", "year": "2026"}
