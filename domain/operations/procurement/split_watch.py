"""Watch for split purchases 拆分采购监控 (clause 4.1.1.2): small ones that together pass a limit they stay under.

One stream for each requester or supplier and category, e.g. ``requester.E1.office_supplies``. Each purchase is noted as
it happens; where it and others within a rolling window each stay within a limit and together exceed it, it is flagged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from domain.governance.parameters import limits
from domain.kernel import Aggregate, Command, Context, Decision, Event, Ruled
from domain.money import Money, total
from domain.operations.procurement.duties import players

CLAUSE = "4.1.1.2"
KEPT_DAYS = 3660
"""Purchases older than the longest window a policy may name are forgotten."""

Grouping = Literal["requester_category", "supplier_category"]


class NotePurchase(Command):
    """A purchase was requested or ordered, or its amount changed 登记采购; issued by the house."""

    zh: ClassVar[str] = "登记采购"
    by_house: ClassVar[bool] = True
    grouping: Grouping
    who: str
    category: str
    purchase: str
    amount: Money
    on: date


class DropPurchase(Command):
    """A purchase came to nothing 撤销采购登记; issued by the house."""

    zh: ClassVar[str] = "撤销采购登记"
    by_house: ClassVar[bool] = True
    purchase: str


SplitCommand = NotePurchase | DropPurchase


class PurchaseNoted(Event):
    """A purchase counts 采购已登记."""

    zh: ClassVar[str] = "采购已登记"
    clause: ClassVar[str] = CLAUSE
    grouping: Grouping
    who: str
    category: str
    purchase: str
    amount: Money
    on: date


class PurchaseDropped(Event):
    """A purchase counts no more 采购登记已撤销."""

    zh: ClassVar[str] = "采购登记已撤销"
    clause: ClassVar[str] = CLAUSE
    purchase: str


class SplitPurchaseFlagged(Event):
    """Purchases that each stay within a limit exceed it together 疑似拆分采购."""

    zh: ClassVar[str] = "疑似拆分采购"
    clause: ClassVar[str] = CLAUSE
    grouping: Grouping
    who: str
    category: str
    window_days: int
    limit: Money
    amount: Money
    purchases: tuple[str, ...]
    informed: tuple[str, ...]


SplitEvent = PurchaseNoted | PurchaseDropped | SplitPurchaseFlagged


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that counts."""

    id: str
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Watched:
    """The purchases of one requester or supplier in one category, and what was flagged already."""

    purchases: Mapping[str, Purchase] = field(default_factory=dict)
    flagged: frozenset[tuple[Decimal, tuple[str, ...]]] = frozenset()


def decide(command: SplitCommand, state: Watched, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case NotePurchase():
            purchase = Purchase(command.purchase, command.amount, command.on)
            if state.purchases.get(command.purchase) == purchase:
                return []
            noted = PurchaseNoted(**dict(command))
            return [noted, *_flags(purchase, noted, evolve(state, noted), context)]
        case DropPurchase(purchase=id):
            return [PurchaseDropped(purchase=id)] if id in state.purchases else []


def evolve(state: Watched, event: SplitEvent) -> Watched:
    """What is watched after ``event``."""
    match event:
        case PurchaseNoted(purchase=id, amount=amount, on=on):
            since = on - timedelta(days=KEPT_DAYS)
            kept = {each.id: each for each in state.purchases.values() if each.on > since and each.id != id}
            return replace(state, purchases={**kept, id: Purchase(id, amount, on)})
        case PurchaseDropped(purchase=id):
            return replace(state, purchases={each: p for each, p in state.purchases.items() if each != id})
        case SplitPurchaseFlagged(limit=limit, purchases=purchases):
            return replace(state, flagged=state.flagged | {(limit, purchases)})


def _flags(new: Purchase, noted: PurchaseNoted, state: Watched, context: Context) -> Iterable[Ruled]:
    """One flag for each limit the new purchase helps to stay under, for the shortest window that shows it."""
    policy = context.policy
    if noted.grouping not in policy.value(CLAUSE, "split_groupings"):
        return
    windows = policy.value(CLAUSE, "split_windows_days")
    bounds = limits(policy.value(CLAUSE, "tiers"))
    for limit in bounds[:1] if policy.value(CLAUSE, "split_limits") == "lowest_tier" else bounds:
        found = next(((days, group) for days in windows if (group := _group(new, limit, days, state))), None)
        if found is None:
            continue
        days, group = found
        ids = tuple(each.id for each in group)
        if (limit, ids) in state.flagged:
            continue
        flagged = SplitPurchaseFlagged(
            grouping=noted.grouping,
            who=noted.who,
            category=noted.category,
            window_days=days,
            limit=limit,
            amount=total(each.amount for each in group),
            purchases=ids,
            informed=players(policy.value(CLAUSE, "split_informed"), None, context.directory),
        )
        ruling = context.basis(
            CLAUSE, "split", "flagged", limit=limit, amount=flagged.amount, window_days=days, purchases=", ".join(ids)
        )
        yield flagged.under(ruling)


def _group(new: Purchase, limit: Decimal, days: int, state: Watched) -> tuple[Purchase, ...]:
    """The dearest window of ``days`` days with ``new`` in it whose purchases, each within ``limit``, exceed it."""
    if new.amount > limit:
        return ()
    small = sorted((p for p in state.purchases.values() if p.amount <= limit), key=lambda p: (p.on, p.id))
    span = timedelta(days=days)
    ends = sorted({p.on for p in small if new.on <= p.on < new.on + span})
    windows = (tuple(p for p in small if end - span < p.on <= end) for end in ends)
    dearest = max(windows, key=lambda group: total(p.amount for p in group), default=())
    return dearest if total(p.amount for p in dearest) > limit else ()


SPLIT_WATCH = Aggregate(
    name="split_watch",
    zh="拆分采购监控",
    prefix="SW",
    initial=Watched(),
    decide=decide,
    evolve=evolve,
)
