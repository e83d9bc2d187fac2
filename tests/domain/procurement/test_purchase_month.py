"""Repeat purchases 重复采购预警 (clause 4.1.1.3): the same item, month after month, warned of by itself."""

from datetime import date, datetime
from typing import Any

from domain.kernel import IssuedByTheHouse
from domain.operations.procurement.purchase_month import (
    PURCHASE_MONTH,
    DropRequest,
    MonthRequests,
    MonthReviewed,
    Noted,
    NoteRequest,
    NoteRequestApproved,
    RepeatPurchaseWarned,
    RequestApprovalNoted,
    RequestDropped,
    RequestedItem,
    RequestNoted,
    ReviewMonth,
)
from domain.operations.procurement.requisition_messages import CancelRequisition, ReviseRequisition, SubmitRequisition
from domain.working_time import SHANGHAI
from tests.company import POLICY, WORKING_TIME
from tests.domain.procurement.samples import DOCKS, LAPTOPS, requested
from tests.domain.procurement.world import World
from tests.spec import Spec, clauses, spec

MONTHS = ("2026-01", "2026-02", "2026-03")
REVIEW = ReviewMonth(month="2026-03")


def items(*names: str) -> tuple[RequestedItem, ...]:
    return tuple(RequestedItem(item=name, specification="示例规格") for name in names)


def noted(requisition: str, *names: str, department: str = "D-SALES") -> RequestNoted:
    return RequestNoted(requisition=requisition, department=department, items=items(*names))


def month(**requests: Noted) -> MonthRequests:
    return MonthRequests(requests)


def asked(*names: str, department: str = "D-SALES", approved: bool = True) -> Noted:
    return Noted(department, items(*names), approved)


def march(*events: Any, january: MonthRequests | None = None, february: MonthRequests | None = None) -> Spec:
    """March is over; toner was asked for in January and February too, unless said otherwise."""
    given = spec(PURCHASE_MONTH, *events).where(id="2026-03")
    given = given.knowing("purchase_month", "2026-01", january or month(PR1=asked("硒鼓")))
    return given.knowing("purchase_month", "2026-02", february or month(PR2=asked("硒鼓")))


def warned(item: str = "硒鼓", **changes: Any) -> RepeatPurchaseWarned:
    told: dict[str, Any] = {
        "department": "D-SALES",
        "item": item,
        "months": MONTHS,
        "requisitions": ("PR1", "PR2", "PR3"),
        "informed": ("FAY",),
    }
    return RepeatPurchaseWarned(**{**told, **changes})


def reviewed(requests: int, warnings: int, months: tuple[str, ...] = MONTHS) -> MonthReviewed:
    return MonthReviewed(months=months, requests=requests, warnings=warnings)


def review(given: Spec) -> Any:
    return given.when(REVIEW, by="SYSTEM", by_house=True)


@clauses("4.1.1.3")
def test_the_same_item_in_three_consecutive_months_is_warned_of() -> None:
    found = review(march(noted("PR3", "硒鼓", "打印纸")))
    found.then(warned(), reviewed(1, 1)).because("4.1.1.3", outcome="warned", months="3", scope="department")


@clauses("4.1.1.3")
def test_two_months_or_a_gap_are_not_three_in_a_row() -> None:
    review(march(noted("PR3", "硒鼓"), february=month(PR2=asked("打印纸")))).then(reviewed(1, 0))
    review(march(noted("PR3", "硒鼓"), january=month())).then(reviewed(1, 0))
    review(march()).then(reviewed(0, 0))


@clauses("4.1.1.3")
def test_a_first_month_has_no_months_before_it() -> None:
    review(spec(PURCHASE_MONTH, noted("PR3", "硒鼓"))).then(reviewed(1, 0))


@clauses("4.1.1.3")
def test_names_are_compared_whatever_their_width_case_and_spacing() -> None:
    other = march(
        noted("PR3", "a4  纸"), january=month(PR1=asked("Ａ４ 纸")), february=month(PR2=asked("A4 纸", "硒鼓"))
    )
    review(other).then(warned("a4 纸"), reviewed(1, 1))


@clauses("4.1.1.3")
def test_departments_are_counted_apart_unless_the_policy_counts_the_company() -> None:
    other = march(noted("PR3", "硒鼓", department="D-IT"))
    review(other).then(reviewed(1, 0))
    review(other.under("4.1.1.3", scope="company")).then(warned(department=None), reviewed(1, 1))


@clauses("4.1.1.3")
def test_number_of_months_sameness_and_what_counts_are_the_policys() -> None:
    two = march(noted("PR3", "硒鼓"), january=month()).under("4.1.1.3", consecutive_months=2)
    review(two).then(
        warned(months=MONTHS[1:], requisitions=("PR2", "PR3")),
        reviewed(1, 1, MONTHS[1:]),
    )
    strict = march(noted("PR3", "硒鼓")).under("4.1.1.3", same_item="item_and_specification")
    review(strict).then(warned("硒鼓 示例规格"), reviewed(1, 1))
    approved_only = march(noted("PR3", "硒鼓")).under("4.1.1.3", counted="approved")
    review(approved_only).then(reviewed(1, 0))
    review(approved_only.given(RequestApprovalNoted(requisition="PR3"))).then(warned(), reviewed(1, 1))


@clauses("4.1.1.3")
def test_a_year_has_twelve_months_before_january_too() -> None:
    given = spec(PURCHASE_MONTH, noted("PR3", "硒鼓")).where(id="2026-01")
    given = given.knowing("purchase_month", "2025-12", month(PR2=asked("硒鼓")))
    given = given.knowing("purchase_month", "2025-11", month(PR1=asked("硒鼓")))
    outcome = given.when(ReviewMonth(month="2026-01"), by="SYSTEM", by_house=True)
    months = ("2025-11", "2025-12", "2026-01")
    outcome.then(warned(months=months), reviewed(1, 1, months))


@clauses("4.1.1.3")
def test_a_month_is_reviewed_once_and_by_the_calendar_only() -> None:
    review(march(noted("PR3", "硒鼓")).given(reviewed(1, 0))).then()
    march().when(REVIEW, by="FAY").refused(IssuedByTheHouse)


@clauses("4.1.1.3")
def test_the_calendar_reviews_last_month_on_the_first_working_day() -> None:
    (schedule,) = PURCHASE_MONTH.schedules
    days = [date(2026, 3, day) for day in range(1, 8)]
    assert [day for day in days if schedule.due_on(day, POLICY, WORKING_TIME)] == [date(2026, 3, 2)]
    assert schedule.act(date(2026, 3, 2)) == ("2026-02", ReviewMonth(month="2026-02"))
    assert schedule.act(date(2026, 1, 4)) == ("2025-12", ReviewMonth(month="2025-12"))
    assert schedule.period(date(2026, 3, 2)) == "2026-02"
    third = spec(PURCHASE_MONTH).under("4.1.1.3", warning_working_day=3).policy
    assert [day for day in days if schedule.due_on(day, third, WORKING_TIME)] == [date(2026, 3, 4)]


@clauses("4.1.1.3")
def test_a_requisition_counts_as_it_stands_and_not_once_it_is_dropped() -> None:
    note = NoteRequest(requisition="PR3", department="D-SALES", items=items("硒鼓"))
    given = spec(PURCHASE_MONTH)
    first = given.when(note, by="SYSTEM", by_house=True).then(noted("PR3", "硒鼓")).and_then()
    first.when(note, by="SYSTEM", by_house=True).then()
    approve = NoteRequestApproved(requisition="PR3")
    approved = first.when(approve, by="SYSTEM", by_house=True).then(RequestApprovalNoted(requisition="PR3"))
    approved.and_then().when(approve, by="SYSTEM", by_house=True).then()
    # Filed again after its approval, it waits for a new one.
    approved.and_then().when(note, by="SYSTEM", by_house=True).then(noted("PR3", "硒鼓"))
    drop = DropRequest(requisition="PR3")
    dropped = first.when(drop, by="SYSTEM", by_house=True).then(RequestDropped(requisition="PR3")).and_then()
    dropped.when(drop, by="SYSTEM", by_house=True).then()


@clauses("4.1.1.3")
def test_from_three_months_of_requests_to_a_notice_to_finance() -> None:
    world = World()
    for number, day in enumerate((date(2026, 1, 12), date(2026, 2, 3), date(2026, 3, 30)), 1):
        world.now = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
        submit = SubmitRequisition(department="D-SALES", lines=(requested(price="10"),), purpose="示例")
        world.act(f"requisition-PR{number}", submit, by="ANN")
        world.react()
    world.now = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
    world.act("purchase_month-2026-03", REVIEW, by="SYSTEM", by_house=True)
    world.react()
    assert world.happened(RepeatPurchaseWarned) == [warned(LAPTOPS.item)]
    assert world.notices("repeat_purchase") == [("FAY",)]


@clauses("4.1.1.3")
def test_a_revision_counts_in_the_month_of_the_first_filing_and_a_cancelled_one_nowhere() -> None:
    world = World()
    world.act("requisition-PR1", SubmitRequisition(department="D-SALES", lines=(LAPTOPS,), purpose="示例"), by="ANN")
    world.react()
    world.now = datetime(2026, 4, 7, 9, tzinfo=SHANGHAI)
    world.act("requisition-PR1", ReviseRequisition(lines=(DOCKS,), purpose="示例"), by="ANN")
    world.react()
    assert [each.items[0].item for each in world.state("purchase_month-2026-03").requests.values()] == [DOCKS.item]
    assert world.events("purchase_month-2026-04") == []
    world.act("requisition-PR1", CancelRequisition(reason="不要了"), by="ANN")
    world.react()
    assert world.state("purchase_month-2026-03").requests == {}
