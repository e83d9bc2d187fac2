"""Split purchases 拆分采购 (clause 4.1.1.2): each within a limit, together above it, within 7, 30 or 90 days."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.operations.procurement.requisition_messages import (
    CancelRequisition,
    ReviseRequisition,
    SubmitRequisition,
)
from domain.operations.procurement.split_watch import (
    SPLIT_WATCH,
    DropPurchase,
    NotePurchase,
    PurchaseDropped,
    PurchaseNoted,
    SplitPurchaseFlagged,
)
from domain.working_time import SHANGHAI
from tests.domain.procurement.samples import IT, OFFICE, buy, requested, world_with_suppliers
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

MARCH = date(2026, 3, 1)


def purchase(number: int, amount: str, day: int) -> NotePurchase:
    """Purchase PR<number> of ANN's, so many days after the first of March."""
    return NotePurchase(
        grouping="requester_category",
        who="ANN",
        category=OFFICE,
        purchase=f"PR{number}",
        amount=Decimal(amount),
        on=MARCH + timedelta(days=day),
    )


def noted(number: int, amount: str, day: int) -> PurchaseNoted:
    return PurchaseNoted(**dict(purchase(number, amount, day)))


def flagged(limit: str, amount: str, days: int, *numbers: int, **changes: Any) -> SplitPurchaseFlagged:
    told: dict[str, Any] = {
        "grouping": "requester_category",
        "who": "ANN",
        "category": OFFICE,
        "window_days": days,
        "limit": Decimal(limit),
        "amount": Decimal(amount),
        "purchases": tuple(f"PR{number}" for number in numbers),
        "informed": ("FAY",),
    }
    return SplitPurchaseFlagged(**{**told, **changes})


def note(given: Spec, number: int, amount: str, day: int) -> Any:
    return given.when(purchase(number, amount, day), by="SYSTEM", by_house=True)


ONE = spec(SPLIT_WATCH, noted(1, "600", 0))


@clauses("4.1.1.2")
def test_two_purchases_within_a_week_that_pass_a_limit_together_are_flagged() -> None:
    found = note(ONE, 2, "600", 6)
    found.then(noted(2, "600", 6), flagged("1000", "1200", 7, 1, 2))
    found.because("4.1.1.2", outcome="flagged", limit="1000.00", amount="1200.00", window_days="7")


@clauses("4.1.1.2")
def test_the_shortest_window_that_shows_it_is_named() -> None:
    note(ONE, 2, "600", 7).then(noted(2, "600", 7), flagged("1000", "1200", 30, 1, 2))
    note(ONE, 2, "600", 29).then(noted(2, "600", 29), flagged("1000", "1200", 30, 1, 2))
    note(ONE, 2, "600", 30).then(noted(2, "600", 30), flagged("1000", "1200", 90, 1, 2))
    note(ONE, 2, "600", 89).then(noted(2, "600", 89), flagged("1000", "1200", 90, 1, 2))
    note(ONE, 2, "600", 90).then(noted(2, "600", 90))


@clauses("4.1.1.2")
def test_together_exactly_at_the_limit_or_one_above_it_is_no_split() -> None:
    note(ONE, 2, "400", 1).then(noted(2, "400", 1))
    note(ONE, 2, "400.01", 1).then(noted(2, "400.01", 1), flagged("1000", "1000.01", 7, 1, 2))
    note(ONE, 2, "1000", 1).then(noted(2, "1000", 1), flagged("1000", "1600", 7, 1, 2))
    note(ONE, 2, "1000.01", 1).then(noted(2, "1000.01", 1))


@clauses("4.1.1.2")
def test_every_limit_that_is_kept_under_is_named() -> None:
    three = ONE.given(noted(2, "900", 1))
    note(three, 3, "900", 2).then(
        noted(3, "900", 2), flagged("1000", "2400", 7, 1, 2, 3), flagged("2000", "2400", 7, 1, 2, 3)
    )
    lowest = three.under("4.1.1.2", split_limits="lowest_tier")
    note(lowest, 3, "900", 2).then(noted(3, "900", 2), flagged("1000", "2400", 7, 1, 2, 3))


@clauses("4.1.1.2")
def test_windows_groupings_and_who_is_told_are_the_policys() -> None:
    note(ONE.under("4.1.1.2", split_windows_days=(3,)), 2, "600", 3).then(noted(2, "600", 3))
    note(ONE.under("4.1.1.2", split_groupings=("supplier_category",)), 2, "600", 1).then(noted(2, "600", 1))
    told = note(ONE.under("4.1.1.2", split_informed=("finance_manager", "auditor")), 2, "600", 1)
    told.then(noted(2, "600", 1), flagged("1000", "1200", 7, 1, 2, informed=("AUDREY", "FAY")))


@clauses("4.1.1.2")
def test_the_same_purchases_are_flagged_once_and_a_dropped_one_no_more() -> None:
    after = note(ONE, 2, "600", 1).and_then()
    note(after, 2, "600", 1).then()
    note(after, 2, "650", 1).then(noted(2, "650", 1))
    dropped = after.when(DropPurchase(purchase="PR1"), by="SYSTEM", by_house=True)
    dropped.then(PurchaseDropped(purchase="PR1"))
    note(dropped.and_then(), 3, "400", 2).then(noted(3, "400", 2))
    dropped.and_then().when(DropPurchase(purchase="PR1"), by="SYSTEM", by_house=True).then()


def test_what_no_window_can_reach_any_more_is_forgotten() -> None:
    after = note(ONE.given(noted(2, "1", 1)), 3, "1", 3660).and_then()
    assert sorted(after.aggregate.fold(after.history).purchases) == ["PR2", "PR3"]


PURCHASES = st.lists(st.tuples(st.integers(1, 250000), st.integers(0, 120)), min_size=1, max_size=12)


@for_all(PURCHASES)
def test_whatever_is_flagged_is_a_split_and_no_purchase_that_splits_is_missed(found: list[tuple[int, int]]) -> None:
    given, flags = spec(SPLIT_WATCH), []
    bought = [(number, Decimal(fen).scaleb(-2), day) for number, (fen, day) in enumerate(found)]
    for number, amount, day in bought:
        outcome = note(given, number, str(amount), day)
        flags += [each for each in outcome.events if isinstance(each, SplitPurchaseFlagged)]
        given = outcome.and_then()
    amounts = {f"PR{number}": (amount, day) for number, amount, day in bought}
    for flag in flags:
        members = [amounts[id] for id in flag.purchases]
        days = [day for _, day in members]
        assert all(amount <= flag.limit for amount, _ in members)
        assert sum(amount for amount, _ in members) == flag.amount > flag.limit
        assert max(days) - min(days) < flag.window_days
    for number, amount, day in bought:
        for _, amount2, day2 in bought[:number]:
            split = max(amount, amount2) <= 1000 < amount + amount2 and abs(day - day2) < 90
            assert not split or any(f"PR{number}" in flag.purchases for flag in flags)


@clauses("4.1.1.2")
def test_requisitions_of_one_person_in_one_category_reach_finance() -> None:
    world = World()
    for number, (price, category) in enumerate((("300", OFFICE), ("300", OFFICE), ("300", IT)), 1):
        world.now = datetime(2026, 3, 3 + number, 10, tzinfo=SHANGHAI)
        submit = SubmitRequisition(
            department="D-SALES", lines=(requested(price=price, category=category),), purpose="示例"
        )
        world.act(f"requisition-PR{number}", submit, by="ANN")
        world.react()
    assert world.happened(SplitPurchaseFlagged) == [flagged("1000", "1200", 7, 1, 2)]
    assert world.notices("split_purchase") == [("FAY",)]
    world.act("requisition-PR1", CancelRequisition(reason="不要了"), by="ANN")
    world.react()
    assert list(world.state(f"split_watch-requester.ANN.{OFFICE}").purchases) == ["PR2"]


@clauses("4.1.1.2")
def test_a_requisition_moved_to_another_category_counts_there_alone() -> None:
    world = World()
    submit = SubmitRequisition(department="D-SALES", lines=(requested(price="400"),), purpose="示例")
    world.act("requisition-PR1", submit, by="ANN")
    revise = ReviseRequisition(lines=(requested(price="400", category=OFFICE),), purpose="示例")
    world.act("requisition-PR1", revise, by="ANN")
    world.react()
    world.act("requisition-PR2", submit, by="ANN")
    world.react()
    assert world.happened(SplitPurchaseFlagged) == []
    watched = [list(world.state(f"split_watch-requester.ANN.{each}").purchases) for each in (IT, OFFICE)]
    assert watched == [["PR2"], ["PR1"]]


@clauses("4.1.1.2")
def test_orders_of_one_supplier_in_one_category_reach_finance() -> None:
    world = world_with_suppliers()
    for number in ("1", "2"):
        buy(world, requested(price="400"), number=number)
    world.react()
    by_supplier = [each for each in world.happened(SplitPurchaseFlagged) if getattr(each, "who", "") == "S1"]
    assert [(getattr(each, "purchases", ()), getattr(each, "amount", 0)) for each in by_supplier] == [
        (("PO1", "PO2"), Decimal("1440.00"))
    ]
