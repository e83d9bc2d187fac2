"""Stock 库存 (clauses 4.1.3.2, 4.1.3.3): in bins, held apart where something is wrong, never below zero."""

from decimal import Decimal
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel import IssuedByTheHouse
from domain.operations.goods import same_name, stock_number
from domain.operations.inventory.stock import STOCK
from domain.operations.inventory.stock_messages import (
    GoodsHeld,
    HeldReleased,
    HeldSentBack,
    HoldGoods,
    IssueStock,
    MoveStock,
    ReceiveIntoStock,
    ReleaseHeld,
    SendHeldBack,
    StockIssued,
    StockMoved,
    StockReceived,
    StockTakenBack,
    TakeBack,
)
from domain.operations.inventory.stock_rules import KeptByWarehouse, NothingHandedOut, NothingHeld, NotInStock
from tests.spec import clauses, spec

GOODS: dict[str, Any] = {"item": "笔记本电脑", "specification": "14英寸", "unit": "台"}
RECEIVED = StockReceived(**GOODS, receipt="GR1", order="PO1", quantity=Decimal("2"), bin="A-01")
HELD = GoodsHeld(**GOODS, receipt="GR1", exception=1, quantity=Decimal("1"))


def issue(quantity: str, bin: str = "A-01") -> IssueStock:
    return IssueStock(quantity=Decimal(quantity), bin=bin, to="ANN", purpose="入职")


def issued(quantity: str, bin: str = "A-01") -> StockIssued:
    return StockIssued(quantity=Decimal(quantity), bin=bin, to="ANN", purpose="入职")


@clauses("4.1.3.2")
def test_accepted_goods_come_in_with_their_receipt_and_order_into_a_bin() -> None:
    receive = ReceiveIntoStock(**GOODS, receipt="GR1", order="PO1", quantity=Decimal("2"), bin="A-01")
    spec(STOCK).when(receive, by="KIM", by_house=True).then(RECEIVED)
    spec(STOCK).when(receive, by="KIM").refused(IssuedByTheHouse)


@clauses("4.1.3.2")
def test_nothing_leaves_a_bin_that_does_not_lie_in_it() -> None:
    spec(STOCK, RECEIVED).when(issue("2"), by="KIM").then(issued("2"))
    spec(STOCK, RECEIVED).when(issue("2.001"), by="KIM").refused(NotInStock, available="2.000", asked="2.001")
    spec(STOCK, RECEIVED).when(issue("1", "A-02"), by="KIM").refused(NotInStock, available="0")
    spec(STOCK, RECEIVED, issued("2")).when(issue("0.001"), by="KIM").refused(NotInStock)


@clauses("4.1.3.2")
def test_only_a_keeper_hands_out_takes_back_and_moves() -> None:
    take_back = TakeBack(quantity=Decimal("1"), bin="A-01", giver="ANN", reason="离职")
    move = MoveStock(quantity=Decimal("1"), source="A-01", target="A-02")
    for command in (issue("1"), take_back, move):
        spec(STOCK, RECEIVED, issued("1")).when(command, by="ANN").refused(KeptByWarehouse)


@clauses("4.1.3.3")
def test_held_goods_are_not_available_until_they_are_released() -> None:
    hold = HoldGoods(**GOODS, receipt="GR1", exception=1, quantity=Decimal("1"))
    spec(STOCK).when(hold, by="KIM", by_house=True).then(HELD)
    held = spec(STOCK, RECEIVED, HELD)
    held.when(issue("3"), by="KIM").refused(NotInStock, available="2.000", held="1.000")
    release = ReleaseHeld(receipt="GR1", exception=1, bin="A-01")
    released = HeldReleased(receipt="GR1", exception=1, quantity=Decimal("1"), bin="A-01")
    held.when(release, by="SAM", by_house=True).then(released).and_then().when(issue("3"), by="KIM").then(issued("3"))


@clauses("4.1.3.3")
def test_held_goods_go_back_once() -> None:
    back = SendHeldBack(receipt="GR1", exception=1)
    gone = spec(STOCK, RECEIVED, HELD).when(back, by="BUD", by_house=True)
    gone.then(HeldSentBack(receipt="GR1", exception=1, quantity=Decimal("1")))
    gone.and_then().when(back, by="BUD", by_house=True).refused(NothingHeld)
    gone.and_then().when(ReleaseHeld(receipt="GR1", exception=1, bin="A-01"), by="SAM", by_house=True).refused(
        NothingHeld
    )


@clauses("4.1.3.2")
def test_what_was_handed_out_may_come_back_and_no_more() -> None:
    take_back = TakeBack(quantity=Decimal("1"), bin="A-02", giver="ANN", reason="离职")
    taken = StockTakenBack(quantity=Decimal("1"), bin="A-02", giver="ANN", reason="离职")
    out = spec(STOCK, RECEIVED, issued("1"))
    out.when(take_back, by="KIM").then(taken)
    out.given(taken).when(take_back, by="KIM").refused(NothingHandedOut, handed_out="0.000")


@clauses("4.1.3.2")
def test_goods_move_between_bins() -> None:
    move = MoveStock(quantity=Decimal("1"), source="A-01", target="B-01")
    moved = StockMoved(quantity=Decimal("1"), source="A-01", target="B-01")
    after = spec(STOCK, RECEIVED).when(move, by="KIM").then(moved).and_then()
    after.when(issue("2"), by="KIM").refused(NotInStock, available="1.000")
    after.when(issue("1", "B-01"), by="KIM").then(issued("1", "B-01"))


@clauses("4.1.3.2")
def test_what_a_stock_tells_of_itself() -> None:
    assert STOCK.fact is not None
    told: Any = STOCK.fact(STOCK.fold((RECEIVED, HELD, issued("0.5"))))
    assert (told.item, told.available, told.held) == ("笔记本电脑", Decimal("1.500"), Decimal("1.000"))


def test_the_same_goods_have_the_same_number_however_they_are_written() -> None:
    assert stock_number("ThinkBook  14", "16GB", "台") == stock_number("thinkbook 14", "１６ＧＢ", "台")
    assert stock_number("A", "BC", "台") != stock_number("AB", "C", "台")
    assert same_name("  Ａ4  纸 ") == "a4 纸"


MOVES = st.lists(st.tuples(st.sampled_from(("in", "out", "back", "move")), st.integers(1, 5)), max_size=30)


@for_all(MOVES)
def test_no_bin_ever_falls_below_zero_and_nothing_is_lost(moves: list[tuple[str, int]]) -> None:
    situation = spec(STOCK)
    received = handed_out = 0
    for kind, number in moves:
        quantity = Decimal(number)
        command: Any = {
            "in": ReceiveIntoStock(**GOODS, receipt="GR1", order="PO1", quantity=quantity, bin="A-01"),
            "out": issue(str(number)),
            "back": TakeBack(quantity=quantity, bin="A-01", giver="ANN", reason="示例"),
            "move": MoveStock(quantity=quantity, source="A-01", target="B-01"),
        }[kind]
        outcome = situation.when(command, by="KIM", by_house=kind == "in")
        if outcome.refusal is None:
            situation = outcome.and_then()
            received += number if kind == "in" else 0
            handed_out += {"out": number, "back": -number}.get(kind, 0)
    state = situation.aggregate.fold(situation.history)
    assert all(quantity > 0 for quantity in state.bins.values())
    assert state.available == received - handed_out
