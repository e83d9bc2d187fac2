"""A purchase and its budget line 采购与预算占用: both move together, or neither (clause 2.1.2.2)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.finance.budget_line import BUDGET_LINE, BudgetLine
from domain.finance.budget_line_messages import MoveLine, OpenLine, OverrunAllowed
from domain.finance.budget_line_rules import BudgetExceeded, ExplanationNeeded, LineExists, NoBudgetLine
from domain.finance.chart_of_accounts import NoSuchAccount
from domain.finance.encumbrance import NoAccount
from domain.finance.encumbrance_messages import FundsReleased
from domain.governance.approvals import Approve, Reject, Return, Withdraw
from domain.kernel import SYSTEM, IssuedByTheHouse, Stream
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlaceDirectOrder
from domain.operations.procurement.receipt_messages import AcceptGoods, ExchangeGoods, ReturnGoods
from domain.operations.procurement.requisition_messages import (
    CancelRequisition,
    ReviseRequisition,
    SubmitRequisition,
)
from domain.working_time import SHANGHAI
from tests.domain.finance.samples import IT_LINE, opened, world_with_budget
from tests.domain.procurement.samples import (
    LAPTOPS,
    OFFICE,
    arrive,
    buy,
    check,
    checked,
    fault,
    requested,
    world_with_suppliers,
)
from tests.domain.procurement.world import World
from tests.spec import clauses, spec

OFFICE_LINE = "budget_line-2026.D-SALES.office"


def line(world: World, name: str = IT_LINE) -> BudgetLine:
    found = world.state(name)
    assert isinstance(found, BudgetLine)
    return found


def amounts(world: World, name: str = IT_LINE) -> tuple[str, str, str]:
    """What is reserved, committed and spent."""
    found = line(world, name)
    return (str(found.reserved), str(found.committed), str(found.spent))


def ask_for(world: World, price: str, id: str = "PR9", quantity: str = "1", **more: Any) -> None:
    lines = (requested(price=price, quantity=quantity),)
    form = SubmitRequisition(department="D-SALES", lines=lines, purpose="示例", **more)
    world.act(f"requisition-{id}", form, by="ANN")


def approve(world: World, id: str = "PR9") -> None:
    while (waiting := world.state(f"requisition-{id}").approval.waits_for) != ():
        world.act(f"requisition-{id}", Approve(), by=waiting[0])


def order_directly(world: World, price: str) -> None:
    """BUD orders what PR9 asks for, without quotes."""
    world.under("4.1.2.3", required_over=Decimal(10000))
    order = PlaceDirectOrder(requisition="PR9", supplier="S1", prices=(Decimal(price),), delivery_days=3)
    world.act("purchase_order-PO9", order, by="BUD")


def moving(amount: str) -> MoveLine:
    """What a requisition of this amount asks of the line."""
    return MoveLine(
        year=2026,
        department="D-SALES",
        account="it_equipment",
        claim="encumbrance-PR9",
        cause="reserve",
        month="2026-03",
        reserved=Decimal(amount),
    )


@clauses("2.1.2.2")
def test_a_requisition_reserves_an_order_commits_a_receipt_spends() -> None:
    world = world_with_budget()
    ask_for(world, "3000", "PR1", "2")
    assert amounts(world) == ("6000.00", "0.00", "0.00")
    world = world_with_budget()
    buy(world, LAPTOPS)
    assert amounts(world) == ("0.00", "5400.00", "0.00")
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1)), by="KIM")
    assert amounts(world) == ("0.00", "0.00", "5400.00")
    assert line(world).actual == {"2026-03": Decimal("5400.00")}
    assert line(world).available == Decimal("114600.00")
    assert line(world).claims == {}
    assert world.events("encumbrance-PR1") == ["FundsReserved", "FundsCommitted", "CostIncurred"]


@clauses("2.1.2.2")
def test_what_exceeds_the_line_is_refused_and_leaves_no_trace() -> None:
    world = world_with_budget("1200")
    ask_for(world, "1200.00", "PR8")
    with pytest.raises(BudgetExceeded) as refused:
        ask_for(world, "0.01")
    assert refused.value.facts["left"] == "0.00"
    assert world.events("requisition-PR9") == []
    assert line(world).reserved == Decimal("1200.00")


@clauses("2.1.2.2")
@pytest.mark.parametrize(
    "account, missing", [("office", {"department": "D-SALES", "account": "office", "year": "2026"})]
)
def test_a_missing_line_is_an_error_that_says_which(account: str, missing: dict[str, str]) -> None:
    world = world_with_budget()
    with pytest.raises(NoBudgetLine) as refused:
        ask_for(world, "10.00", account=account)
    assert refused.value.facts == missing


@clauses("2.1.2.2")
def test_a_missing_account_is_an_error_that_says_which() -> None:
    world = world_with_budget()
    with pytest.raises(NoSuchAccount) as unknown:
        ask_for(world, "10.00", account="nothing-like-it")
    assert unknown.value.facts == {"account": "nothing-like-it"}
    world.under("4.1.2.1", categories=("office_supplies", "it_equipment", "services", "vehicles"))
    with pytest.raises(NoAccount) as none:
        world.act(
            "requisition-PR9",
            SubmitRequisition(department="D-SALES", lines=(requested(category="vehicles"),), purpose="示例"),
            by="ANN",
        )
    assert none.value.facts == {"goods": "vehicles"}


@clauses("2.1.2.2")
def test_an_account_named_on_the_requisition_is_used_to_the_end() -> None:
    world = world_with_budget()
    world.given(OFFICE_LINE, opened("1200", account="office", category="administration"))
    ask_for(world, "500", account="office")
    approve(world)
    order_directly(world, "480")
    assert (amounts(world), amounts(world, OFFICE_LINE)) == (("0.00", "0.00", "0.00"), ("0.00", "480.00", "0.00"))


@clauses("2.1.2.2")
def test_before_the_first_budget_nothing_is_controlled_unless_the_policy_wants_it_at_once() -> None:
    world = world_with_suppliers()
    ask_for(world, "9000000")
    assert world.events("encumbrance-PR9") == []
    world.under("2.1.2.2", control_starts="at_once")
    with pytest.raises(NoBudgetLine):
        ask_for(world, "1", "PR10")


@clauses("2.1.2.2")
def test_what_was_asked_for_before_there_were_budgets_is_checked_when_it_is_ordered() -> None:
    world = world_with_suppliers()
    ask_for(world, "500")
    approve(world)
    budget = world_with_budget("480")
    world.streams |= {stream: events for stream, events in budget.streams.items() if stream.aggregate[:6] == "budget"}
    with pytest.raises(BudgetExceeded):
        order_directly(world, "500")
    order_directly(world, "480")
    assert amounts(world) == ("0.00", "480.00", "0.00")


@clauses("2.1.2.2")
@pytest.mark.parametrize(
    "command, by, reason",
    [
        (Reject(reason="不需要"), "SAM", "rejected"),
        (Return(reason="请补充说明"), "SAM", "returned"),
        (Withdraw(reason="写错了"), "ANN", "withdrawn"),
        (CancelRequisition(reason="不再需要"), "ANN", "cancelled"),
    ],
)
def test_what_is_not_bought_gives_its_reservation_back(command: Any, by: str, reason: str) -> None:
    world = world_with_budget()
    ask_for(world, "700")
    world.act("requisition-PR9", command, by=by)
    assert amounts(world) == ("0.00", "0.00", "0.00")
    released = world.streams[Stream("encumbrance", "PR9")][-1]
    assert isinstance(released, FundsReleased) and released.reason == reason


@clauses("2.1.2.2")
def test_a_return_to_an_earlier_step_keeps_the_reservation() -> None:
    world = world_with_budget()
    ask_for(world, "1500")
    world.act("requisition-PR9", Approve(), by="SAM")
    world.act("requisition-PR9", Return(reason="请部门主管再核对", to_step=1), by="FAY")
    assert amounts(world)[0] == "1500.00"


@clauses("2.1.2.2")
def test_a_change_asks_only_for_the_difference() -> None:
    world = world_with_budget("1200")
    ask_for(world, "1000")
    change = ReviseRequisition(lines=(requested(price="1200", quantity="1"),), purpose="示例")
    world.act("requisition-PR9", change, by="ANN")
    assert amounts(world)[0] == "1200.00"
    too_much = ReviseRequisition(lines=(requested(price="1200.01", quantity="1"),), purpose="示例")
    with pytest.raises(BudgetExceeded):
        world.act("requisition-PR9", too_much, by="ANN")
    assert amounts(world)[0] == "1200.00"


@clauses("2.1.2.2")
def test_a_change_of_category_moves_the_reservation_to_the_other_line() -> None:
    world = world_with_budget()
    world.given(OFFICE_LINE, opened("1200", account="office", category="administration"))
    ask_for(world, "700")
    change = ReviseRequisition(lines=(requested(price="650", quantity="1", category=OFFICE),), purpose="示例")
    world.act("requisition-PR9", change, by="ANN")
    assert (amounts(world)[0], amounts(world, OFFICE_LINE)[0]) == ("0.00", "650.00")


@clauses("2.1.2.2")
def test_a_dearer_order_within_the_tolerance_still_needs_the_budget_for_it() -> None:
    world = world_with_budget("480")
    ask_for(world, "480")
    approve(world)
    world.under("4.1.1.2", price_tolerance_percent=Decimal(5))
    with pytest.raises(BudgetExceeded):
        order_directly(world, "481")
    assert amounts(world) == ("480.00", "0.00", "0.00")


@clauses("2.1.2.2")
def test_an_order_cancelled_whole_leaves_its_requisition_reserved_and_the_rest_goes_with_it() -> None:
    world = world_with_budget()
    buy(world, LAPTOPS)
    world.act("purchase_order-PO1", CancelPurchaseOrder(reason="供应商停产"), by="BUD")
    assert amounts(world) == ("5400.00", "0.00", "0.00")
    world.act("requisition-PR1", CancelRequisition(reason="不再需要"), by="ANN")
    assert amounts(world) == ("0.00", "0.00", "0.00")


@clauses("2.1.2.2")
def test_no_cancellation_fails_for_want_of_budget() -> None:
    world = world_with_budget("6000")
    buy(world, LAPTOPS)
    ask_for(world, "600", "PR7")
    world.act("purchase_order-PO1", CancelPurchaseOrder(reason="供应商停产"), by="BUD")
    assert (amounts(world)[0], str(line(world).available)) == ("6000.00", "0.00")


@clauses("2.1.2.2")
def test_what_does_not_come_goes_back_when_the_rest_is_cancelled() -> None:
    world = world_with_budget()
    buy(world, LAPTOPS)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1, counted="1")), by="KIM")
    assert amounts(world) == ("0.00", "2700.00", "2700.00")
    world.act("purchase_order-PO1", CancelPurchaseOrder(reason="余量不再需要"), by="BUD")
    assert amounts(world) == ("0.00", "0.00", "2700.00")


@clauses("2.1.2.2")
@pytest.mark.parametrize(
    "settle, by, after",
    [
        (ReturnGoods(exception=1, reason="破损"), "BUD", ("0.00", "0.00", "2700.00")),
        (ExchangeGoods(exception=1, reason="换新"), "BUD", ("0.00", "2700.00", "2700.00")),
        (AcceptGoods(exception=1, reason="不影响使用", bin="A-01"), "SAM", ("0.00", "0.00", "5400.00")),
    ],
)
def test_faulty_goods_are_returned_exchanged_or_paid_for(settle: Any, by: str, after: tuple[str, str, str]) -> None:
    world = world_with_budget()
    buy(world, LAPTOPS)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(faults=(fault(),))), by="KIM")
    assert amounts(world) == ("0.00", "2700.00", "2700.00")
    world.act("goods_receipt-GR1", settle, by=by)
    assert amounts(world) == after


@clauses("2.1.2.2")
def test_a_category_may_be_warned_of_or_allowed_as_far_as_an_explanation_goes() -> None:
    sales = spec(BUDGET_LINE, opened("1200"))
    warned = sales.under("2.1.2.2", control={"materials": "warn"}).when(moving("1500"), by="ANN", by_house=True)
    warned.because("2.1.2.2", outcome="warned", over="300.00")
    explained = sales.under("2.1.2.2", control={"materials": "explain"})
    explained.when(moving("1500"), by="ANN", by_house=True).refused(ExplanationNeeded, over="300.00", allowed="0.00")
    allowed = explained.given(OverrunAllowed(explanation="VE1", amount=Decimal(300), allowed=Decimal(300)))
    allowed.when(moving("1500"), by="ANN", by_house=True).because("2.1.2.2", outcome="explained", over="300.00")
    allowed.when(moving("1500.01"), by="ANN", by_house=True).refused(ExplanationNeeded)
    unnamed = sales.under("2.1.2.2", control={"labour": "warn"})
    unnamed.when(moving("1500"), by="ANN", by_house=True).refused(BudgetExceeded, left="1200.00")


@clauses("2.1.2.2")
def test_a_line_moves_only_with_what_moves_it() -> None:
    spec(BUDGET_LINE, opened("1200")).when(moving("1"), by="FAY").refused(IssuedByTheHouse)


@clauses("2.1.2.2")
@pytest.mark.parametrize("period, room", [("year", "12000"), ("year_to_date", "3000"), ("month", "1000")])
def test_a_line_is_controlled_by_the_year_by_the_months_so_far_or_by_the_month(period: str, room: str) -> None:
    world = world_with_budget("12000")
    world.under("2.1.2.2", control_period=period)
    with pytest.raises(BudgetExceeded):
        ask_for(world, str(Decimal(room) + Decimal("0.01")))
    ask_for(world, room)
    assert amounts(world)[0] == f"{room}.00"


@clauses("2.1.2.2")
def test_what_comes_after_the_year_counts_in_its_last_month() -> None:
    world = world_with_budget()
    buy(world, LAPTOPS)
    world.now = datetime(2027, 1, 5, 10, tzinfo=SHANGHAI)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1)), by="KIM")
    assert line(world).actual == {"2026-12": Decimal("5400.00")}


@clauses("2.1.1.1", "2.1.2.2")
def test_a_fiscal_year_may_start_in_another_month() -> None:
    world = world_with_budget()
    world.under("2.1.1.1", fiscal_year_start=4)
    ask_for(world, "100")
    assert world.events("encumbrance-PR9") == []
    world.now = datetime(2026, 4, 1, 10, tzinfo=SHANGHAI)
    ask_for(world, "100", "PR10")
    assert world.events("encumbrance-PR10") == ["FundsReserved"]


@clauses("2.1.1.6")
def test_a_line_is_opened_once() -> None:
    found = opened("1200")
    again = OpenLine(
        year=2026, department="D-SALES", account=found.account, category=found.category, phasing=found.phasing
    )
    line_id = IT_LINE.removeprefix("budget_line-")
    spec(BUDGET_LINE, found).where(id=line_id).when(again, by=SYSTEM, by_house=True).refused(LineExists, line=line_id)
