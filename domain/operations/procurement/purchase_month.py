"""What was requested in a month 月度采购统计, and the warning of repeat purchases 重复采购预警 (clause 4.1.1.3).

A month's stream is numbered ``2026-03``; every requisition is noted in the month it was filed in. When the month is
over the calendar has it reviewed together with the months before: what was requested in each of them is warned of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Message, Ruled, Schedule, Stream
from domain.operations.goods import same_name
from domain.operations.procurement.duties import players
from domain.policy import Policy
from domain.working_time import WorkingTime

CLAUSE = "4.1.1.3"
MOST_MONTHS = 12
"""Months that can be looked at together; the policy's number is at most this."""


class RequestedItem(Message):
    """An item that was requested 申请物品."""

    item: str
    specification: str


class NoteRequest(Command):
    """A requisition was filed, or changed 登记采购申请; issued by the house."""

    zh: ClassVar[str] = "登记月度采购申请"
    by_house: ClassVar[bool] = True
    requisition: str
    department: str
    items: tuple[RequestedItem, ...]


class NoteRequestApproved(Command):
    """A requisition was approved 登记申请获批; issued by the house."""

    zh: ClassVar[str] = "登记采购申请获批"
    by_house: ClassVar[bool] = True
    requisition: str


class DropRequest(Command):
    """A requisition was cancelled or withdrawn, so it counts no more 撤销登记; issued by the house."""

    zh: ClassVar[str] = "撤销采购申请登记"
    by_house: ClassVar[bool] = True
    requisition: str


class ReviewMonth(Command):
    """Look for repeat purchases now that the month is over 检查重复采购; issued by the calendar."""

    zh: ClassVar[str] = "检查重复采购"
    by_house: ClassVar[bool] = True
    month: str = Field(pattern=r"^\d{4}-\d{2}$", description="Month, e.g. 2026-03 月份")


MonthCommand = NoteRequest | NoteRequestApproved | DropRequest | ReviewMonth


class RequestNoted(Event):
    """A requisition counts in the month 采购申请已登记."""

    zh: ClassVar[str] = "月度采购申请已登记"
    clause: ClassVar[str] = CLAUSE
    requisition: str
    department: str
    items: tuple[RequestedItem, ...]


class RequestApprovalNoted(Event):
    """A requisition of the month was approved 申请获批已登记."""

    zh: ClassVar[str] = "采购申请获批已登记"
    clause: ClassVar[str] = CLAUSE
    requisition: str


class RequestDropped(Event):
    """A requisition counts no more 采购申请登记已撤销."""

    zh: ClassVar[str] = "采购申请登记已撤销"
    clause: ClassVar[str] = CLAUSE
    requisition: str


class RepeatPurchaseWarned(Event):
    """The same item was requested month after month 重复采购预警; ``department`` is None counted company-wide."""

    zh: ClassVar[str] = "重复采购预警"
    clause: ClassVar[str] = CLAUSE
    department: str | None
    item: str
    months: tuple[str, ...]
    requisitions: tuple[str, ...]
    informed: tuple[str, ...]


class MonthReviewed(Event):
    """A month was looked at for repeat purchases 月度检查已完成."""

    zh: ClassVar[str] = "重复采购检查已完成"
    clause: ClassVar[str] = CLAUSE
    months: tuple[str, ...]
    requests: int
    warnings: int


MonthEvent = RequestNoted | RequestApprovalNoted | RequestDropped | RepeatPurchaseWarned | MonthReviewed


@dataclass(frozen=True, slots=True)
class Noted:
    """A requisition of the month."""

    department: str
    items: tuple[RequestedItem, ...]
    approved: bool = False


@dataclass(frozen=True, slots=True)
class MonthRequests(Fact):
    """What was requested in a month, by requisition."""

    requests: Mapping[str, Noted]


@dataclass(frozen=True, slots=True)
class Month:
    """The requisitions of a month, and whether it was reviewed."""

    requests: Mapping[str, Noted] = field(default_factory=dict)
    reviewed: bool = False


def decide(command: MonthCommand, state: Month, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case NoteRequest(requisition=requisition, department=department, items=items):
            known = state.requests.get(requisition)
            if known is not None and known.items == items and not known.approved:
                return []
            return [RequestNoted(requisition=requisition, department=department, items=items)]
        case NoteRequestApproved(requisition=requisition):
            known = state.requests.get(requisition)
            return [] if known is None or known.approved else [RequestApprovalNoted(requisition=requisition)]
        case DropRequest(requisition=requisition):
            return [RequestDropped(requisition=requisition)] if requisition in state.requests else []
        case ReviewMonth(month=month):
            return [] if state.reviewed else _review(month, state, context)


def evolve(state: Month, event: MonthEvent) -> Month:
    """The month after ``event``."""
    match event:
        case RequestNoted(requisition=requisition, department=department, items=items):
            return replace(state, requests={**state.requests, requisition: Noted(department, items)})
        case RequestApprovalNoted(requisition=requisition):
            approved = replace(state.requests[requisition], approved=True)
            return replace(state, requests={**state.requests, requisition: approved})
        case RequestDropped(requisition=requisition):
            return replace(state, requests={id: noted for id, noted in state.requests.items() if id != requisition})
        case RepeatPurchaseWarned():
            return state
        case MonthReviewed():
            return replace(state, reviewed=True)


def _review(month: str, state: Month, context: Context) -> Decision:
    policy = context.policy
    count = int(policy.value(CLAUSE, "consecutive_months"))
    scope = policy.value(CLAUSE, "scope")
    months = (*reversed(_months_before(month, count - 1)), month)
    groups = [_by_item(_requests(each, month, state, context), scope, policy) for each in months]
    repeated = sorted(set(groups[0]).intersection(*groups[1:]))
    informed = players(policy.value(CLAUSE, "informed"), None, context.directory)
    found: list[Event | Ruled] = []
    for department, name in repeated:
        requisitions = tuple(id for group in groups for id in group[department, name])
        warned = RepeatPurchaseWarned(
            department=department or None, item=name, months=months, requisitions=requisitions, informed=informed
        )
        ruling = context.basis(
            CLAUSE, "consecutive_months", "warned", item=name, scope=scope, department=department, months=count
        )
        found.append(warned.under(ruling))
    reviewed = MonthReviewed(months=months, requests=len(state.requests), warnings=len(repeated))
    return [*found, reviewed.under(context.basis(CLAUSE, "monthly", "reviewed", months=count, scope=scope))]


def _requests(each: str, month: str, state: Month, context: Context) -> Mapping[str, Noted]:
    if each == month:
        return state.requests
    told = context.fact(MonthRequests, "purchase_month", each)
    return told.requests if told else {}


def _by_item(requests: Mapping[str, Noted], scope: str, policy: Policy) -> dict[tuple[str, str], list[str]]:
    """Requisitions by department (empty where the scope is the company) and name of the item."""
    only_approved = policy.value(CLAUSE, "counted") == "approved"
    with_specification = policy.value(CLAUSE, "same_item") == "item_and_specification"
    groups: dict[tuple[str, str], list[str]] = {}
    for requisition, noted in requests.items():
        if only_approved and not noted.approved:
            continue
        for each in noted.items:
            name = f"{each.item} {each.specification}" if with_specification else each.item
            key = (noted.department if scope == "department" else "", same_name(name))
            if requisition not in groups.setdefault(key, []):
                groups[key].append(requisition)
    return groups


def _months_before(month: str, count: int) -> tuple[str, ...]:
    """The ``count`` months before ``month``, the latest first."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1
    return tuple(f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(number - 1, number - 1 - count, -1))


def consults(command: MonthCommand, state: Month) -> Iterable[Stream]:
    """The months before the one that is reviewed."""
    if isinstance(command, ReviewMonth):
        yield from (Stream("purchase_month", each) for each in _months_before(command.month, MOST_MONTHS - 1))


def standing(state: Month) -> MonthRequests | None:
    """What the review of a later month looks at."""
    return MonthRequests(state.requests)


def warning_day(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """Whether ``day`` is the working day of the month on which the policy has the last month looked at."""
    return day == working_time.nth_working_day(day.year, day.month, int(policy.value(CLAUSE, "warning_working_day")))


def last_month(day: Any) -> str:
    """The month before that of ``day``."""
    return _months_before(f"{day:%Y-%m}", 1)[0]


def _review_of(day: Any) -> tuple[str, Command]:
    return last_month(day), ReviewMonth(month=last_month(day))


PURCHASE_MONTH = Aggregate(
    name="purchase_month",
    zh="月度采购统计",
    prefix="PM",
    initial=Month(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    schedules=(
        Schedule(
            clause=CLAUSE,
            zh="重复采购预警",
            due_on=warning_day,
            period=last_month,
            act=_review_of,
        ),
    ),
)
