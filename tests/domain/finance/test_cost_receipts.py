"""Specs of what receipts cost 入库成本 (clauses 2.2.1.1, 2.2.1.4): booked by itself, or waiting for an account."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from domain.finance import cost_period_rules as rules
from domain.finance.chart_of_accounts import AssignGoods, CloseAccount
from domain.finance.cost_period_messages import (
    BookReceipt,
    ClosePeriod,
    CorrectEntry,
    CostEntry,
    PeriodClosed,
    ReceiptCostBooked,
)
from domain.finance.figures import CostFigures, LabourShare, LineFigures, PurchasedGoods
from domain.kernel import SYSTEM
from domain.operations.procurement.receipt_messages import AcceptGoods
from tests.domain.finance.cost_samples import APRIL_1, MARCH, closed, spent, values, world_with_costs
from tests.domain.procurement.samples import LAPTOPS, arrive, buy, check, checked, fault
from tests.domain.procurement.world import World
from tests.spec import clauses


def received(world: World, *faults: Any) -> None:
    """Two laptops ordered and received, some of them faulty."""
    buy(world, LAPTOPS)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1, faults=tuple(faults))), by="KIM")
    world.react()


@clauses("2.2.1.4")
def test_what_a_receipt_costs_is_booked_by_itself_and_moves_no_line_twice() -> None:
    world = world_with_costs("D-SALES/it_equipment")
    received(world)
    order = world.state("purchase_order-PO1")
    (booked,) = world.happened(ReceiptCostBooked)
    assert isinstance(booked, ReceiptCostBooked)
    assert (booked.entry.amount, booked.entry.account) == (order.received_amount, "it_equipment")
    assert (booked.entry.origin, booked.entry.original, booked.receipt) == ("receipt", "PO1", "GR1")
    assert spent(world, "it_equipment") == order.received_amount


@clauses("2.2.1.4")
def test_goods_accepted_later_are_booked_when_they_are_accepted() -> None:
    world = world_with_costs("D-SALES/it_equipment")
    received(world, fault("damaged", "1", "a" * 64))
    world.act("goods_receipt-GR1", AcceptGoods(exception=1, reason="示例", bin="A-01"), by="SAM")
    world.react()
    order = world.state("purchase_order-PO1")
    amounts = [each.entry.amount for each in world.happened(ReceiptCostBooked)]  # type: ignore[attr-defined]
    assert amounts == [order.received_amount / 2] * 2
    assert spent(world, "it_equipment") == order.received_amount


@clauses("2.2.1.4")
def test_a_receipt_opens_the_month_where_no_working_day_did() -> None:
    world = world_with_costs("D-SALES/it_equipment")
    world.streams = {stream: events for stream, events in world.streams.items() if stream.aggregate != "cost_period"}
    received(world)
    assert world.events(MARCH) == ["PeriodOpened", "ReceiptCostBooked"]


@clauses("2.2.1.4")
def test_a_receipt_without_an_account_waits_for_one_and_keeps_the_month_open() -> None:
    world = world_with_costs(budget=False)
    world.given("cost_period-2026-03", unassigned())
    world.now = APRIL_1
    with pytest.raises(rules.AccountsUnassigned) as refused:
        world.act(MARCH, ClosePeriod(), by="FAY")
    assert refused.value.facts == {"count": "1", "entries": "PO1:3"}
    right = CorrectEntry(entry="PO1:3", right=values("office", "50.00"), reason="指定科目")
    world.act(MARCH, right, by="FRED")
    assert isinstance(world.act(MARCH, ClosePeriod(), by="FAY")[0], PeriodClosed)


@clauses("2.2.1.4")
def test_what_was_ordered_before_its_account_was_closed_still_arrives_on_it() -> None:
    world = world_with_costs("D-SALES/it_equipment")
    buy(world, LAPTOPS)
    arrive(world)
    chart = "chart_of_accounts-company"
    world.act(chart, AssignGoods(goods="it_equipment", code="materials"), by="FRED")
    world.act(chart, CloseAccount(code="it_equipment", reason="示例"), by="FRED")
    world.act("goods_receipt-GR1", check(checked(1)), by="KIM")
    world.react()
    (booked,) = world.happened(ReceiptCostBooked)
    assert isinstance(booked, ReceiptCostBooked)
    shown = (booked.entry.account, booked.entry.category, booked.entry.heading)
    assert shown == ("it_equipment", "materials", "materials")
    assert spent(world, "it_equipment") == world.state("purchase_order-PO1").received_amount


def unassigned() -> ReceiptCostBooked:
    entry = CostEntry(
        id="PO1:3",
        account="",
        department="D-SALES",
        category="",
        heading="",
        amount=Decimal("50.00"),
        origin="receipt",
        original="PO1",
    )
    return ReceiptCostBooked(month="2026-03", order="PO1", receipt="GR1", goods="toys", entry=entry)


class NothingSpent:
    """Views that have nothing to tell."""

    async def budget_lines(self, year: int, up_to: int) -> Sequence[LineFigures]:
        """None."""
        return ()

    async def purchased(self, year: int, up_to: int) -> Sequence[PurchasedGoods]:
        """None."""
        return ()

    async def labour_shares(self, months: Sequence[str], up_to: int) -> Sequence[LabourShare]:
        """None."""
        return ()

    async def costs(self, month: str, up_to: int) -> Sequence[CostFigures]:
        """None."""
        return ()

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        """None."""
        return {}


@clauses("2.2.1.1")
def test_a_receipt_told_after_the_month_is_closed_counts_in_the_next() -> None:
    world = world_with_costs("D-SALES/it_equipment")
    buy(world, LAPTOPS)
    arrive(world)
    world.act("goods_receipt-GR1", check(checked(1)), by="KIM")
    closed(world)
    world.figures = NothingSpent()
    world.react()
    assert world.events(MARCH)[-1] == "ReceiptCostDeferred"
    assert world.events("cost_period-2026-04") == ["PeriodOpened", "ReceiptCostBooked"]


@clauses("2.2.1.4")
def test_finance_is_told_of_what_has_no_account_and_of_an_error_rate_that_is_not_met() -> None:
    world = world_with_costs(budget=False)
    without = BookReceipt(
        month="2026-03",
        id="PO1:3",
        order="PO1",
        receipt="GR1",
        department="D-SALES",
        goods="toys",
        amount=Decimal("50.00"),
    )
    world.act(MARCH, without, by=SYSTEM, by_house=True)
    world.react()
    assert world.notices("cost_without_account") == [("FAY", "FRED")]
    world.act(MARCH, CorrectEntry(entry="PO1:3", right=values("office", "50.00"), reason="指定科目"), by="FRED")
    closed(world)
    world.figures = NothingSpent()
    world.react()
    assert world.notices("cost_error_rate") == [("FAY", "FRED")]
