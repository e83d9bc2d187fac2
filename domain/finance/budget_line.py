"""Budget line 预算行 (clauses 2.1.2.2, 2.1.3.1): what a department may spend on an account in a fiscal year.

A line is moved only in the transaction of what moves it: a requisition reserves, an order commits, a receipt is spent,
what is given up or cheaper gives back. Whatever takes more than is left is stopped, warned of, or allowed as far as an
accepted explanation goes, as the policy says for the category of cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.finance import budget_line_rules as rules
from domain.finance.budget_line_messages import (
    CLAUSE_CONTROL,
    CLAUSE_TRANSFER,
    AdjustLine,
    AllowOverrun,
    BudgetLineAdjusted,
    BudgetLineMoved,
    BudgetLineOpened,
    LineCommand,
    LineEvent,
    MoveLine,
    OpenLine,
    OverrunAllowed,
)
from domain.finance.periods import fiscal_start, months_of
from domain.finance.shares import spread
from domain.kernel import Aggregate, Basis, Context, Decision, Fact, Stream
from domain.money import ZERO, total


def line_of(year: int, department: str, account: str) -> Stream:
    """The stream of a line, e.g. ``budget_line-2026.D06.office``."""
    return Stream("budget_line", f"{year}.{department}.{account}")


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line as its history left it; amounts in CNY."""

    year: int = 0
    department: str = ""
    account: str = ""
    category: str = ""
    months: tuple[str, ...] = ()
    phasing: tuple[Decimal, ...] = ()
    reserved: Decimal = ZERO
    committed: Decimal = ZERO
    actual: Mapping[str, Decimal] = field(default_factory=dict)
    """Spent, by month."""
    moved: Mapping[str, Decimal] = field(default_factory=dict)
    """What was reserved, committed and spent net, by the month whose budget it takes."""
    claims: Mapping[str, Decimal] = field(default_factory=dict)
    """What is reserved and committed, by claim; nothing is kept of those that are through."""
    taken: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """Of which months these claims took: what they give back goes there."""
    allowed: Decimal = ZERO
    """By how much it may be exceeded."""

    @property
    def budget(self) -> Decimal:
        """The year's budget."""
        return total(self.phasing)

    @property
    def spent(self) -> Decimal:
        """What was spent in the year."""
        return total(self.actual.values())

    @property
    def available(self) -> Decimal:
        """What is left of the year's budget; below zero where it is exceeded."""
        return self.budget - self.reserved - self.committed - self.spent

    def left(self, month: str, period: str) -> Decimal:
        """What is left in ``month``, controlled by ``year``, ``year_to_date`` or ``month`` 控制期间."""
        if period == "year" or month not in self.months:
            return self.available
        place = self.months.index(month)
        if period == "month":
            # Never what the year has not got: other months may have taken more than their own.
            return min(self.phasing[place] - self.moved.get(month, ZERO), self.available)
        return total(self.phasing[: place + 1]) - self.reserved - self.committed - self.spent

    def beyond(self, wanted: Decimal, month: str, period: str) -> Decimal:
        """How far it is exceeded with ``wanted`` more in ``month``, what other months are over their own included."""
        over = wanted - self.left(month, period)
        if period != "month" or month not in self.months:
            return over
        shares = zip(self.months, self.phasing, strict=True)
        others = total(max(self.moved.get(each, ZERO) - share, ZERO) for each, share in shares if each != month)
        own = wanted + self.moved.get(month, ZERO) - self.phasing[self.months.index(month)]
        return max(over, max(own, ZERO) + others)


@dataclass(frozen=True, slots=True)
class BudgetLineStanding(Fact):
    """What a line tells of itself 预算行概况, in CNY."""

    year: int
    department: str
    account: str
    category: str
    months: tuple[str, ...]
    phasing: tuple[Decimal, ...]
    reserved: Decimal
    committed: Decimal
    spent: Decimal
    available: Decimal
    actual: Mapping[str, Decimal]
    claims: Mapping[str, Decimal]


def decide(command: LineCommand, state: BudgetLine, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenLine():
            if state.year:
                raise rules.LineExists(line=context.subject.id)
            return [
                BudgetLineOpened(
                    year=command.year,
                    department=command.department,
                    account=command.account,
                    category=command.category,
                    months=months_of(command.year, fiscal_start(context.policy)),
                    phasing=command.phasing,
                    amount=total(command.phasing),
                )
            ]
        case MoveLine():
            return _move(command, state, context)
        case AdjustLine():
            return _adjust(command, state, context)
        case AllowOverrun(explanation=explanation, amount=amount):
            _check_open(state, context)
            return [OverrunAllowed(explanation=explanation, amount=amount, allowed=state.allowed + amount)]


def evolve(state: BudgetLine, event: LineEvent) -> BudgetLine:
    """The line after ``event``."""
    match event:
        case BudgetLineOpened():
            return BudgetLine(
                year=event.year,
                department=event.department,
                account=event.account,
                category=event.category,
                months=event.months,
                phasing=event.phasing,
            )
        case BudgetLineMoved():
            return _moved(state, event)
        case BudgetLineAdjusted():
            return replace(state, phasing=event.phasing)
        case OverrunAllowed():
            return replace(state, allowed=event.allowed)


def _moved(state: BudgetLine, event: BudgetLineMoved) -> BudgetLine:
    open_change = event.reserved + event.committed
    actual, claims = state.actual, state.claims
    if event.actual:
        actual = {**actual, event.month: actual.get(event.month, ZERO) + event.actual}
    if open_change:
        claims = dict(claims)
        claims[event.claim] = claims.get(event.claim, ZERO) + open_change
        if not claims[event.claim]:
            del claims[event.claim]
    moved, taken = state.moved, state.taken
    if net := open_change + event.actual:
        by_month = _by_month(net, event.month, state.taken.get(event.claim, {}))
        moved = _added(moved, by_month)
        taken = {**taken, event.claim: _added(taken.get(event.claim, {}), by_month)}
    if event.claim in taken and event.claim not in claims:
        taken = dict(taken)
        del taken[event.claim]
    return replace(
        state,
        reserved=state.reserved + event.reserved,
        committed=state.committed + event.committed,
        actual=actual,
        claims=claims,
        moved=moved,
        taken=taken,
    )


def _by_month(net: Decimal, month: str, taken: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What a move takes of which month: what is given back goes to the months it was taken of, latest first."""
    found: dict[str, Decimal] = {}
    for each in sorted(taken, reverse=True):
        if net < 0 and taken[each] > 0:
            found[each] = max(net, -taken[each])
            net -= found[each]
    if net:
        found[month] = found.get(month, ZERO) + net
    return found


def _added(amounts: Mapping[str, Decimal], more: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {**amounts, **{month: amounts.get(month, ZERO) + amount for month, amount in more.items()}}


def _move(command: MoveLine, state: BudgetLine, context: Context) -> Decision:
    if not state.year:
        raise rules.NoBudgetLine(
            field="account", department=command.department, account=command.account, year=command.year
        )
    wanted = command.reserved + command.committed + command.actual
    moved = BudgetLineMoved(
        claim=command.claim,
        cause=command.cause,
        month=command.month,
        reserved=command.reserved,
        committed=command.committed,
        actual=command.actual,
        available=state.available - wanted,
    )
    if not (command.reserved or command.committed or command.actual):
        return []
    return [moved.under(_control(command, wanted, state, context))]


def _control(command: MoveLine, wanted: Decimal, state: BudgetLine, context: Context) -> Basis:
    """Whether it may take so much more; the ruling behind it."""
    value = context.policy.value
    period = value(CLAUSE_CONTROL, "control_period")
    left = state.left(command.month, period)
    told = {"line": context.subject.id, "wanted": wanted, "left": left, "period": period}
    if wanted <= left:
        return context.basis(CLAUSE_CONTROL, "control", "within", **told)
    over = wanted - left
    if wanted <= 0 or command.cause not in ("reserve", "commit"):
        return context.basis(CLAUSE_CONTROL, "control", "recorded", **told, over=over)
    control = value(CLAUSE_CONTROL, "control").get(state.category, "stop")
    if control == "warn":
        return context.basis(CLAUSE_CONTROL, "control", "warned", **told, over=over)
    if control == "explain":
        if (beyond := state.beyond(wanted, command.month, period)) > state.allowed:
            raise rules.ExplanationNeeded(field="amount", **told, over=beyond, allowed=state.allowed)
        return context.basis(CLAUSE_CONTROL, "control", "explained", **told, over=over, allowed=state.allowed)
    raise rules.BudgetExceeded(
        field="amount",
        **told,
        budget=state.budget,
        reserved=state.reserved,
        committed=state.committed,
        spent=state.spent,
    )


def _adjust(command: AdjustLine, state: BudgetLine, context: Context) -> Decision:
    _check_open(state, context)
    if command.month not in state.months:
        raise rules.NotOfThisYear(field="month", month=command.month, year=state.year)
    available = state.available + command.amount
    # Costs taken back can leave more available than there ever was of budget; only budget is given.
    may_go_negative = context.policy.value(CLAUSE_TRANSFER, "source_may_go_negative")
    left = state.budget if may_go_negative else min(state.available, state.budget)
    if command.amount < 0 and left + command.amount < 0:
        raise rules.NeverBelowZero(field="amount", line=context.subject.id, available=left, wanted=-command.amount)
    changes = spread(command.amount, state.phasing, state.months.index(command.month))
    phasing = tuple(before + change for before, change in zip(state.phasing, changes, strict=True))
    adjusted = BudgetLineAdjusted(
        cause=command.cause,
        amount=command.amount,
        by=command.by,
        month=command.month,
        phasing=phasing,
        budget=total(phasing),
        available=available,
    )
    return [
        adjusted.under(
            context.basis(CLAUSE_TRANSFER, "line", command.cause, amount=command.amount, available=state.available)
        )
    ]


def _check_open(state: BudgetLine, context: Context) -> None:
    if not state.year:
        year, department, account = (*context.subject.id.split(".", 2), "", "")[:3]
        raise rules.NoBudgetLine(department=department, account=account, year=year)


def standing(state: BudgetLine) -> BudgetLineStanding:
    """What others may know of it."""
    return BudgetLineStanding(
        year=state.year,
        department=state.department,
        account=state.account,
        category=state.category,
        months=state.months,
        phasing=state.phasing,
        reserved=state.reserved,
        committed=state.committed,
        spent=state.spent,
        available=state.available,
        actual=state.actual,
        claims=state.claims,
    )


def department(command: LineCommand, state: BudgetLine, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return state.department or None


BUDGET_LINE = Aggregate(
    name="budget_line",
    zh="预算行",
    prefix="BL",
    initial=BudgetLine(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    department=department,
)
