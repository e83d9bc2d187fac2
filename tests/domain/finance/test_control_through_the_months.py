"""What a line holds stays exact when purchases change, end, or move to other months 跨月预算控制 (clause 2.1.2.2)."""

from datetime import datetime
from decimal import Decimal

import pytest

from domain.finance.budget_line_messages import BudgetLineMoved, MoveLine, OverrunAllowed
from domain.finance.budget_line_rules import BudgetExceeded, ExplanationNeeded
from domain.governance.approvals import Withdraw
from domain.kernel import SYSTEM
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlaceDirectOrder
from domain.operations.procurement.requisition_messages import ReviseRequisition
from domain.working_time import SHANGHAI
from tests.domain.finance.samples import IT_LINE, world_with_budget
from tests.domain.finance.test_a_purchase_and_its_budget import amounts, approve, ask_for, line, order_directly
from tests.domain.procurement.samples import requested
from tests.domain.procurement.world import World
from tests.spec import clauses

MARCH, APRIL = (datetime(2026, month, 5, 10, tzinfo=SHANGHAI) for month in (3, 4))


def by_month(**policy: object) -> World:
    """A line of 100 a month, controlled by the month."""
    world = world_with_budget("1200")
    world.under("2.1.2.2", control_period="month", **policy)
    world.now = MARCH
    return world


def book(world: World, amount: str) -> None:
    """What a file books in March is never refused for want of budget."""
    move = MoveLine(
        year=2026,
        department="D-SALES",
        account="it_equipment",
        claim="cost_period-2026-03",
        cause="book",
        month="2026-03",
        actual=Decimal(amount),
    )
    world.act(IT_LINE, move, by=SYSTEM, by_house=True)


def revise(world: World, price: str) -> None:
    form = ReviseRequisition(lines=(requested(price=price, quantity="1"),), purpose="示例")
    world.act("requisition-PR9", form, by="ANN")


@clauses("2.1.2.2")
def test_an_order_is_cancelled_on_a_line_that_is_exceeded_meanwhile() -> None:
    world = world_with_budget("1200")
    ask_for(world, "800")
    approve(world)
    order_directly(world, "800")
    book(world, "900")
    world.act("purchase_order-PO9", CancelPurchaseOrder(reason="示例"), by="BUD")
    assert amounts(world) == ("800.00", "0.00", "900.00")
    assert world.events("encumbrance-PR9") == ["FundsReserved", "FundsCommitted", "FundsReserved"]
    assert line(world).claims == {"encumbrance-PR9": Decimal("800.00")}
    order_directly_again(world)
    assert amounts(world) == ("0.00", "800.00", "900.00")


def order_directly_again(world: World) -> None:
    again = PlaceDirectOrder(requisition="PR9", supplier="S1", prices=(Decimal("800"),), delivery_days=3)
    world.act("purchase_order-PO10", again, by="BUD")


@clauses("2.1.2.2")
def test_a_requisition_is_changed_for_less_on_a_line_that_is_exceeded_meanwhile_and_not_for_more() -> None:
    world = world_with_budget("1200")
    ask_for(world, "800")
    book(world, "900")
    revise(world, "600")
    assert amounts(world) == ("600.00", "0.00", "900.00")
    assert world.happened(BudgetLineMoved)[-1].reserved == Decimal("-200.00")  # type: ignore[attr-defined]
    with pytest.raises(BudgetExceeded) as refused:
        revise(world, "600.01")
    assert refused.value.facts["wanted"] == "0.01"


@clauses("2.1.2.2")
def test_what_march_gives_back_in_april_is_no_more_budget_for_april() -> None:
    world = by_month()
    ask_for(world, "100")
    world.now = APRIL
    world.act("requisition-PR9", Withdraw(), by="ANN")
    with pytest.raises(BudgetExceeded) as refused:
        ask_for(world, "100.01", "PR8")
    assert refused.value.facts["left"] == "100.00"
    ask_for(world, "100", "PR8")
    assert line(world).moved == {"2026-03": Decimal("0.00"), "2026-04": Decimal("100.00")}


@clauses("2.1.2.2")
def test_an_order_that_is_cheaper_in_april_gives_back_to_march() -> None:
    world = by_month()
    ask_for(world, "100")
    approve(world)
    world.now = APRIL
    order_directly(world, "80")
    assert line(world).moved == {"2026-03": Decimal("80.00")}
    assert line(world).left("2026-04", "month") == Decimal("100.00")


@clauses("2.1.2.2")
def test_what_an_order_takes_of_two_months_goes_back_to_the_later_one_first() -> None:
    world = by_month()
    ask_for(world, "100")
    world.now = APRIL
    revise(world, "150")
    assert line(world).moved == {"2026-03": Decimal("100.00"), "2026-04": Decimal("50.00")}
    revise(world, "90")
    assert line(world).moved == {"2026-03": Decimal("90.00"), "2026-04": Decimal("0.00")}


@clauses("2.1.2.2")
def test_no_month_gives_what_the_year_has_not_got() -> None:
    world = by_month()
    book(world, "1150")
    world.now = APRIL
    with pytest.raises(BudgetExceeded) as refused:
        ask_for(world, "50.01")
    assert refused.value.facts["left"] == "50.00"
    ask_for(world, "50")


@clauses("2.1.2.2")
def test_an_allowance_is_not_used_again_month_after_month() -> None:
    world = by_month(control={"materials": "explain"})
    world.given(IT_LINE, OverrunAllowed(explanation="示例", amount=Decimal(50), allowed=Decimal(50)))
    ask_for(world, "130")
    world.now = APRIL
    with pytest.raises(ExplanationNeeded) as refused:
        ask_for(world, "120.01", "PR8")
    assert refused.value.facts["over"] == "50.01"
    ask_for(world, "120", "PR8")
