"""Goods receipts 入库单 (clauses 4.1.3.1 - 4.1.3.3): checked in time, signed, photographed; faulty goods wait."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.operations.procurement.receipt import GOODS_RECEIPT
from domain.operations.procurement.receipt_messages import (
    AcceptGoods,
    EquipmentInstalled,
    ExchangeGoods,
    GoodsAccepted,
    GoodsArrived,
    GoodsChecked,
    GoodsExceptionFound,
    GoodsExchanged,
    GoodsReturned,
    InstallationAwaited,
    MarkInstalled,
    RecordArrival,
    ReturnGoods,
)
from domain.operations.procurement.receipt_rules import (
    AcceptedByAuthority,
    BinMissing,
    CheckedByAnother,
    CheckedByWarehouse,
    CheckIncomplete,
    ExceptionPhotographsMissing,
    FaultsExceedQuantity,
    InstalledByIt,
    LinesAsOrdered,
    NoOpenOrder,
    NoSuchException,
    NothingArrived,
    NothingToInstall,
    PhotographsMissing,
    ReceiptExists,
    SettledByBuyer,
    SettlementDoesNotFit,
)
from domain.operations.procurement.receiving import ReceivedLine
from domain.operations.procurement.terms import OpenLine
from domain.working_time import SHANGHAI
from tests.domain.procurement.samples import (
    IT,
    LAPTOPS,
    OFFICE,
    OTHER_PHOTO,
    PHOTO,
    check,
    checked,
    fault,
    on_order,
    ordered,
    requested,
)
from tests.spec import NOW, Spec, clauses, spec

ARRIVE = RecordArrival(order="PO1", delivery_note="示例-001")
DUE = NOW + timedelta(hours=4)
SETTLE_BY = datetime(2026, 3, 17, 18, tzinfo=SHANGHAI)


def arrived(**changes: Any) -> GoodsArrived:
    told: dict[str, Any] = {
        "order": "PO1",
        "requisition": "PR1",
        "supplier": "S1",
        "buyer": "BUD",
        "requester": "ANN",
        "department": "D-SALES",
        "delivery_note": "示例-001",
        "promised_on": on_order().promised_on,
        "arrived_at": NOW,
        "check_due_at": DUE,
        "keeper": "KIM",
    }
    return GoodsArrived(**{**told, **changes})


def here(*lines: OpenLine) -> Spec:
    """Goods arrived for BUD's order."""
    return spec(GOODS_RECEIPT, arrived()).knowing("purchase_order", "PO1", on_order(*lines))


def line(counted: str = "2", accepted: str | None = None, **changes: Any) -> ReceivedLine:
    told: dict[str, Any] = {
        "line": 1,
        "item": LAPTOPS.item,
        "specification": LAPTOPS.specification,
        "category": LAPTOPS.category,
        "unit": LAPTOPS.unit,
        "noted": Decimal(counted),
        "counted": Decimal(counted),
        "accepted": Decimal(accepted or counted),
        "bin": "A-01",
    }
    return ReceivedLine(**{**told, **changes})


def done(*lines: ReceivedLine, **changes: Any) -> GoodsChecked:
    told: dict[str, Any] = {
        "order": "PO1",
        "supplier": "S1",
        "promised_on": on_order().promised_on,
        "arrived_at": NOW,
        "lines": lines or (line(),),
        "photographs": (PHOTO,),
        "signature": "KIM",
        "checked_by": "KIM",
    }
    return GoodsChecked(**{**told, **changes})


def waits(quantity: str = "2") -> InstallationAwaited:
    return InstallationAwaited(
        order="PO1",
        department="D-SALES",
        line=1,
        item=LAPTOPS.item,
        specification=LAPTOPS.specification,
        quantity=Decimal(quantity),
        unit=LAPTOPS.unit,
        informed=("IRIS",),
    )


def wrong(kind: Any = "damaged", quantity: str = "1", **changes: Any) -> GoodsExceptionFound:
    told: dict[str, Any] = {
        "number": 1,
        "order": "PO1",
        "supplier": "S1",
        "buyer": "BUD",
        "line": 1,
        "item": LAPTOPS.item,
        "specification": LAPTOPS.specification,
        "category": IT,
        "unit": LAPTOPS.unit,
        "stocked": True,
        "kind": kind,
        "quantity": Decimal(quantity),
        "remark": "外箱破损",
        "photographs": (OTHER_PHOTO,),
        "informed": ("BUD",),
        "settle_due_at": SETTLE_BY,
    }
    return GoodsExceptionFound(**{**told, **changes})


@clauses("4.1.3.1")
def test_an_arrival_starts_four_hours_on_the_clock() -> None:
    given = spec(GOODS_RECEIPT).knowing("purchase_order", "PO1", on_order())
    given.when(ARRIVE, by="KIM").then(arrived()).because("4.1.3.1", hours="4", hours_counted="clock")
    evening = NOW.replace(hour=16)
    by_clock = arrived(arrived_at=evening, check_due_at=NOW.replace(hour=20))
    given.when(ARRIVE, by="KIM", at=evening).then(by_clock)


@clauses("4.1.3.1")
def test_the_hours_and_how_they_count_are_the_policys() -> None:
    given = spec(GOODS_RECEIPT).knowing("purchase_order", "PO1", on_order())
    given.under("4.1.3.1", hours=2).when(ARRIVE, by="KIM").then(arrived(check_due_at=NOW + timedelta(hours=2)))
    evening = NOW.replace(hour=16)
    working = given.under("4.1.3.1", hours_counted="working").when(ARRIVE, by="KIM", at=evening)
    # 16:00 to 18:00, then 9:00 to 11:00 of the next day
    working.then(arrived(arrived_at=evening, check_due_at=datetime(2026, 3, 4, 11, tzinfo=SHANGHAI)))


@clauses("4.1.3.1")
def test_the_check_is_owed_by_the_keeper_until_the_goods_are_checked() -> None:
    owed = next(each for each in GOODS_RECEIPT.obligations if each.clause == "4.1.3.1")
    assert (owed.opened_by, owed.fulfilled_by) == (GoodsArrived, (GoodsChecked,))
    assert (owed.due(arrived()), owed.owed_by(arrived())) == (DUE, ("KIM",))


@clauses("4.1.3.1")
def test_a_check_says_whether_it_was_in_time() -> None:
    here().when(check(), by="KIM", at=DUE).because("4.1.3.1", outcome="in time", due_at=DUE.isoformat())
    here().when(check(), by="KIM", at=DUE + timedelta(seconds=1)).because("4.1.3.1", outcome="late")


@clauses("4.1.3.1")
def test_goods_arrive_for_an_open_order_at_a_keeper_who_did_not_buy_them() -> None:
    given = spec(GOODS_RECEIPT).knowing("purchase_order", "PO1", on_order())
    given.when(ARRIVE, by="BUD").refused(CheckedByWarehouse)
    given.when(ARRIVE, by="WES").refused(CheckedByWarehouse)
    own = given.knowing("purchase_order", "PO1", on_order(buyer="KIM"))
    own.when(ARRIVE, by="KIM").refused(CheckedByAnother, buyer="KIM")
    given.when(ARRIVE, by="BUD", acting_for="KIM").refused(CheckedByAnother)
    given.given(arrived()).when(ARRIVE, by="KIM").refused(ReceiptExists)


@clauses("4.1.3.2")
def test_goods_are_received_on_an_order() -> None:
    for order in (None, on_order(status="closed"), on_order(status="cancelled")):
        spec(GOODS_RECEIPT).knowing("purchase_order", "PO1", order).when(ARRIVE, by="KIM").refused(NoOpenOrder)


@clauses("4.1.3.1", "4.1.3.2")
def test_sound_goods_are_accepted_into_their_bin_and_equipment_waits_for_installation() -> None:
    here().when(check(), by="KIM").then(waits(), done())
    office = OpenLine(ordered(requested("打印纸", "20", "2", OFFICE), "20"), Decimal("2"))
    plain = here(office).when(check(), by="KIM").events
    assert [type(each).__name__ for each in plain] == ["GoodsChecked"]


@clauses("4.1.3.2")
def test_what_waits_for_installation_is_the_policys() -> None:
    none = here().under("4.1.3.2", install_categories=(OFFICE,)).when(check(), by="KIM")
    none.then(done())
    told = here().under("4.1.3.2", install_informed=("it", "department_head")).when(check(), by="KIM").events[0]
    assert getattr(told, "informed", ()) == ("IRIS", "SAM")


@clauses("4.1.3.1")
def test_every_line_is_checked_for_quantity_condition_and_specification() -> None:
    hasty = checked(checked=("quantity", "condition"))
    here().when(check(hasty), by="KIM").refused(CheckIncomplete, missing="line 1 specification")
    here().under("4.1.3.1", checks=("quantity",)).when(check(hasty), by="KIM").then(waits(), done())


@clauses("4.1.3.1")
def test_a_check_is_photographed() -> None:
    here().when(check(photographs=()), by="KIM").refused(PhotographsMissing, have="0", need="1")
    two = here().under("4.1.3.1", photographs_minimum=2)
    two.when(check(photographs=(PHOTO, PHOTO)), by="KIM").refused(PhotographsMissing, have="1", need="2")


@clauses("4.1.3.1")
def test_a_keeper_checks_once_what_arrived_and_never_what_he_bought() -> None:
    here().when(check(), by="BUD").refused(CheckedByWarehouse)
    spec(GOODS_RECEIPT).when(check(), by="KIM").refused(NothingArrived)
    here().given(done()).when(check(), by="KIM").refused(ReceiptExists, status="checked")
    own = spec(GOODS_RECEIPT, arrived(buyer="KIM")).knowing("purchase_order", "PO1", on_order())
    own.when(check(), by="KIM").refused(CheckedByAnother)


@clauses("4.1.3.1")
def test_lines_are_those_of_the_order_each_once() -> None:
    here().when(check(checked(2)), by="KIM").refused(LinesAsOrdered, field="lines")
    here().when(check(checked(1), checked(1)), by="KIM").refused(LinesAsOrdered)
    here().when(check(checked(faults=(fault(quantity="3"),))), by="KIM").refused(FaultsExceedQuantity)


@clauses("4.1.3.2")
def test_accepted_goods_need_a_bin_services_need_none() -> None:
    here().when(check(checked(bin=None)), by="KIM").refused(BinMissing, line="1")
    assert here().under("4.1.3.2", bin_required=False).when(check(checked(bin=None)), by="KIM").events
    service = OpenLine(ordered(requested("打印机维护", "200", "2", "services"), "200"), Decimal("2"))
    (event,) = here(service).when(check(checked(bin=None)), by="KIM").events
    assert isinstance(event, GoodsChecked)
    assert [(each.stocked, each.bin) for each in event.lines] == [(False, None)]


@clauses("4.1.3.3")
def test_damaged_goods_are_photographed_the_buyer_told_and_only_the_sound_accepted() -> None:
    found = here().when(check(checked(faults=(fault(),))), by="KIM")
    found.then(wrong(), waits("1"), done(line(accepted="1"), faults={"damaged": Decimal("1")}))
    bare = fault().model_copy(update={"photographs": ()})
    here().when(check(checked(faults=(bare,))), by="KIM").refused(ExceptionPhotographsMissing, need="1")
    more = here().under("4.1.3.3", informed=("buyer", "finance_manager"))
    first = more.when(check(checked(faults=(fault(),))), by="KIM").events[0]
    assert getattr(first, "informed", ()) == ("BUD", "FAY")


@clauses("4.1.3.3")
def test_too_many_wait_and_too_few_are_told() -> None:
    many = here().when(check(checked(counted="3")), by="KIM")
    surplus = wrong("excess", remark="", photographs=(PHOTO,))
    many.then(surplus, waits(), done(line("3", "2"), faults={"excess": Decimal("1")}))
    few = here().when(check(checked(counted="1", noted="2")), by="KIM")
    short = wrong("shortage", remark="", photographs=(PHOTO,))
    few.then(short, waits("1"), done(line("1", noted=Decimal("2")), faults={"shortage": Decimal("1")}))
    part = here().when(check(checked(counted="1")), by="KIM")
    part.then(waits("1"), done(line("1")))


@clauses("4.1.3.1")
def test_over_delivery_is_accepted_within_the_policys_tolerance() -> None:
    lenient = here().under("4.1.3.1", over_delivery_percent=Decimal(50))
    lenient.when(check(checked(counted="3")), by="KIM").then(waits("3"), done(line("3")))


@clauses("4.1.3.3")
def test_goods_may_be_both_damaged_and_too_many() -> None:
    outcome = here().when(check(checked(counted="4", faults=(fault(),))), by="KIM")
    found = [each for each in outcome.events if isinstance(each, GoodsExceptionFound)]
    assert [(each.number, each.kind, each.quantity) for each in found] == [
        (1, "damaged", Decimal("1.000")),
        (2, "excess", Decimal("1.000")),
    ]


@clauses("4.1.3.3")
def test_miscounted_millions_are_an_exception_like_any_other() -> None:
    both = (OpenLine(ordered(), Decimal("2")), OpenLine(ordered(number=2), Decimal("2")))
    many = check(checked(1, "999999999"), checked(2, "999999999"))
    last = here(*both).when(many, by="KIM").events[-1]
    assert isinstance(last, GoodsChecked)
    assert last.faults == {"excess": Decimal("1999999994.000")}


# ── settling ────────────────────────────────────────────────────────────────────────────────────────────────


def pending(kind: Any = "damaged") -> Spec:
    return here().given(wrong(kind), done(line(accepted="1")))


def settled(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": 1,
        "order": "PO1",
        "item": LAPTOPS.item,
        "specification": LAPTOPS.specification,
        "unit": LAPTOPS.unit,
        "stocked": True,
        "kind": "damaged",
        "quantity": Decimal("1"),
        "reason": "示例",
    }
    return {**told, **changes}


@clauses("4.1.3.3")
def test_the_buyer_has_goods_returned_or_exchanged() -> None:
    pending().when(ReturnGoods(exception=1, reason="示例"), by="BUD").then(GoodsReturned(**settled()))
    pending().when(ExchangeGoods(exception=1, reason="示例"), by="BUD").then(GoodsExchanged(**settled()))
    pending().when(ReturnGoods(exception=1, reason="示例"), by="KIM").refused(SettledByBuyer)
    pending().when(ExchangeGoods(exception=1, reason="示例"), by="SAM").refused(SettledByBuyer)


@clauses("4.1.3.3")
def test_the_head_of_the_using_department_accepts_goods_as_they_are() -> None:
    accept = AcceptGoods(exception=1, reason="示例", bin="A-02")
    accepted = GoodsAccepted(accepted_by="SAM", bin="A-02", **settled())
    pending().when(accept, by="SAM").then(accepted, waits("1")).because("4.1.3.3", outcome="accepted", by="SAM")
    for person in ("ANN", "KIM", "BUD", "PAT"):
        pending().when(accept, by=person).refused(AcceptedByAuthority)
    pending().when(accept, by="KIM", acting_for="SAM").refused(AcceptedByAuthority)
    pending().when(accept, by="BUD", acting_for="SAM").refused(AcceptedByAuthority)
    pending().when(AcceptGoods(exception=1, reason="示例"), by="SAM").refused(BinMissing)


@clauses("4.1.3.3")
def test_a_shortage_is_accepted_without_a_bin_and_installs_nothing() -> None:
    accept = AcceptGoods(exception=1, reason="示例")
    pending("shortage").when(accept, by="SAM").then(GoodsAccepted(accepted_by="SAM", **settled(kind="shortage")))


@clauses("4.1.3.3")
def test_an_exception_is_settled_once() -> None:
    once = pending().when(ReturnGoods(exception=1, reason="示例"), by="BUD").and_then()
    once.when(ReturnGoods(exception=1, reason="示例"), by="BUD").refused(NoSuchException)
    once.when(AcceptGoods(exception=1, reason="示例", bin="A-02"), by="SAM").refused(NoSuchException)
    pending().when(ReturnGoods(exception=2, reason="示例"), by="BUD").refused(NoSuchException, exception="2")


@clauses("4.1.3.3")
def test_what_did_not_come_cannot_go_back_and_the_policy_may_forbid_a_way() -> None:
    pending("shortage").when(ReturnGoods(exception=1, reason="示例"), by="BUD").refused(SettlementDoesNotFit)
    pending("excess").when(ExchangeGoods(exception=1, reason="示例"), by="BUD").refused(SettlementDoesNotFit)
    no_acceptance = pending().under("4.1.3.3", settlements=("return", "exchange"))
    accept = AcceptGoods(exception=1, reason="示例", bin="A-02")
    no_acceptance.when(accept, by="SAM").refused(SettlementDoesNotFit, settlement="acceptance")


@clauses("4.1.3.3")
def test_an_exception_is_owed_by_the_buyer_for_ten_working_days() -> None:
    owed = next(each for each in GOODS_RECEIPT.obligations if each.clause == "4.1.3.3")
    assert (owed.due(wrong()), owed.owed_by(wrong()), owed.key(wrong())) == (SETTLE_BY, ("BUD",), "1")
    assert owed.fulfilled_by == (GoodsReturned, GoodsExchanged, GoodsAccepted)
    assert owed.key(GoodsReturned(**settled())) == "1"
    soon = here().under("4.1.3.3", settle_working_days=1).when(check(checked(faults=(fault(),))), by="KIM").events[0]
    assert getattr(soon, "settle_due_at", None) == datetime(2026, 3, 4, 18, tzinfo=SHANGHAI)


@clauses("4.1.3.2")
@pytest.mark.parametrize("quantity", ["1", "2"])
def test_it_marks_equipment_installed_as_far_as_it_waits(quantity: str) -> None:
    waiting = here().given(waits(), done())
    install = MarkInstalled(line=1, quantity=Decimal(quantity))
    installed = EquipmentInstalled(line=1, quantity=Decimal(quantity), installed_by="IRIS")
    waiting.when(install, by="IRIS").then(installed)
    waiting.when(install, by="KIM").refused(InstalledByIt)
    waiting.given(installed).when(MarkInstalled(line=1, quantity=Decimal("2")), by="IRIS").refused(NothingToInstall)
    waiting.when(MarkInstalled(line=2, quantity=Decimal("1")), by="IRIS").refused(NothingToInstall, waiting="0")
