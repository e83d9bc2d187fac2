"""Cost period 成本期间 (clauses 2.2.1.1, 2.2.1.3, 2.2.1.4): the costs of a calendar month, gathered by finance in time.

What receipts cost is booked by itself, the rest from files, all of a file or nothing. An entry is never changed: a
correction is its reversal and the right entry, and counts into the error rate. Once everything has an account and
shared costs are allocated, finance closes the month; its cost table is then published on the day the policy says. A
period has the number of its month.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from domain.directory import Role
from domain.finance import cost_period_rules as rules
from domain.finance.accounts import Heading
from domain.finance.allocation_key import KEYS
from domain.finance.budget_book import BOOK
from domain.finance.budget_line import line_of
from domain.finance.chart_of_accounts import CHART, chart_in
from domain.finance.cost_period_booking import book, entry
from domain.finance.cost_period_changes import allocate, correct, not_allocated
from domain.finance.cost_period_messages import (
    CLAUSE_ERRORS,
    CLAUSE_GATHERED,
    AllocateShared,
    BookEntries,
    BookReceipt,
    ClosePeriod,
    CorrectEntry,
    CorrectionNoted,
    CostTablePublished,
    EntryValues,
    NoteCorrection,
    OpenPeriod,
    PeriodClosed,
    PeriodCommand,
    PeriodOpened,
    PublishTable,
    ReceiptCostBooked,
    ReceiptCostDeferred,
)
from domain.finance.cost_period_state import CostPeriod, PeriodStanding, evolve, standing
from domain.finance.costing import department_costs
from domain.finance.periods import first_day, fiscal_start, fiscal_year, month_after, month_of
from domain.kernel import SYSTEM, Aggregate, Context, Decision, Event, Obligation, Ruled, Schedule, Stream
from domain.money import total
from domain.policy import Policy
from domain.working_time import SHANGHAI, WorkingTime

__all__ = ["COST_PERIOD", "CostPeriod", "PeriodStanding", "decide", "evolve", "period_of", "table_day"]


def period_of(month: str) -> Stream:
    """The stream of a month's period, e.g. ``cost_period-2026-03``."""
    return Stream("cost_period", month)


def table_day(month: str, policy: Policy) -> date:
    """The day a month's costs are due and its table is published: of the next month, at most its last."""
    first = first_day(month_after(month))
    day = int(policy.value(CLAUSE_GATHERED, "day_of_month"))
    last = (first_day(month_after(month, 2)) - first).days
    return first.replace(day=min(day, last))


def decide(command: PeriodCommand, state: CostPeriod, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenPeriod():
            return [] if state.month else [_opened(context)]
        case BookReceipt():
            return _receipt(command, state, context)
        case NoteCorrection(entry=id, by=by):
            if state.entry(id) is None or id in state.corrected:
                raise rules.NoSuchEntry(field="entry", entry=id, month=state.month)
            return [CorrectionNoted(entry=id, by_month=by)]
        case PublishTable():
            return _publish(state, context)
        case _:
            return _by_finance(command, state, context)


def _by_finance(
    command: BookEntries | CorrectEntry | AllocateShared | ClosePeriod, state: CostPeriod, context: Context
) -> Decision:
    holds = context.directory.holds
    # The operator at the machine imports files as the house does.
    if context.actor != SYSTEM and not (
        holds(context.principal, Role.FINANCE) or holds(context.principal, Role.FINANCE_MANAGER)
    ):
        raise rules.GatheredByFinance()
    if isinstance(command, BookEntries) and command.sha256 in state.batches:
        return []
    if isinstance(command, BookEntries) and not state.month and _may_open(command, context):
        # Where the calendar did not run on the month's first working day, the first file opens it.
        opened = _opened(context)
        assert isinstance(opened.event, PeriodOpened)
        return [opened, *book(command, evolve(state, opened.event), context)]
    named = command.month if isinstance(command, BookEntries) else None
    if not state.is_open or named not in (None, state.month):
        status = "closed" if state.closed else "open" if state.month else "none"
        raise rules.PeriodNotOpen(month=named or context.subject.id, status=status)
    match command:
        case BookEntries():
            return book(command, state, context)
        case CorrectEntry():
            return correct(command, state, context)
        case AllocateShared():
            return allocate(command, state, context)
        case ClosePeriod():
            return _close(state, context)


def _opened(context: Context) -> Ruled:
    month = context.subject.id
    directory = context.directory
    owed_by = sorted({*directory.holders(Role.FINANCE), *directory.holders(Role.FINANCE_MANAGER)})
    due_on = table_day(month, context.policy)
    opened = PeriodOpened(
        month=month,
        fiscal_year=fiscal_year(month, fiscal_start(context.policy)),
        due_at=datetime.combine(due_on, time(23, 59, 59), SHANGHAI),
        owed_by=tuple(owed_by),
    )
    return opened.under(context.basis(CLAUSE_GATHERED, "day_of_month", "due", day_of_month=due_on.day))


def _may_open(command: BookEntries, context: Context) -> bool:
    """Whether it names this month, which has begun and may still be gathered in time."""
    if command.month != context.subject.id:
        return False
    today = context.now.astimezone(SHANGHAI).date()
    return command.month <= month_of(today) and today <= table_day(command.month, context.policy)


def _receipt(command: BookReceipt, state: CostPeriod, context: Context) -> Decision:
    if state.entry(command.id) is not None or command.id in state.deferred:
        return []
    if state.closed:
        deferred = {**dict(command), "month": state.month, "to_month": month_after(state.month)}
        return [ReceiptCostDeferred.model_validate(deferred)]
    chart = chart_in(context)
    code = command.account or chart.goods.get(command.goods, "")
    if chart.known(code) is None:
        code = ""
    values = EntryValues.model_construct(
        account=code,
        department=command.department,
        amount=command.amount,
        project="",
        object="",
        description=command.goods[:120],
    )
    booked = ReceiptCostBooked(
        month=context.subject.id,
        order=command.order,
        receipt=command.receipt,
        goods=command.goods,
        entry=entry(values, command.id, "receipt", chart, original=command.order),
    )
    ruling = context.basis(
        CLAUSE_ERRORS, "from_receipts", "booked" if code else "unassigned", goods=command.goods, account=code or "–"
    )
    before: list[Event | Ruled] = [] if state.month else [_opened(context)]
    return [*before, booked.under(ruling)]


def _close(state: CostPeriod, context: Context) -> Decision:
    """Closed late, its table is published at once."""
    ruled = _closed(state, context)
    assert isinstance(ruled.event, PeriodClosed)
    return [ruled, *_publish(evolve(state, ruled.event), context)]


def _closed(state: CostPeriod, context: Context) -> Ruled:
    today = context.now.astimezone(SHANGHAI).date()
    if month_of(today) <= state.month:
        raise rules.MonthNotOver(month=state.month)
    if state.unassigned:
        raise rules.AccountsUnassigned(count=len(state.unassigned), entries=", ".join(state.unassigned[:60]))
    waiting = not_allocated(state, context)
    if waiting:
        raise rules.SharesNotAllocated(keys="; ".join(waiting))
    entries, corrected = state.counted, state.corrections
    limit = Decimal(context.policy.value(CLAUSE_ERRORS, "error_rate_percent"))
    within = error_within(corrected, entries, limit)
    closed = PeriodClosed(
        month=state.month,
        entries=entries,
        corrected=corrected,
        error_rate=error_rate(corrected, entries),
        limit=limit,
        within=within,
        total=total(each.amount for each in state.entries),
        by=context.actor,
    )
    gathered = context.basis(
        CLAUSE_GATHERED, "day_of_month", "gathered", on=today, due_on=table_day(state.month, context.policy)
    )
    judged = context.basis(
        CLAUSE_ERRORS,
        "error_rate_percent",
        "within" if within else "exceeded",
        entries=entries,
        corrected=corrected,
        error_rate=closed.error_rate,
        limit=limit,
    )
    return closed.under(gathered, judged)


def error_rate(corrected: int, entries: int) -> Decimal:
    """Corrected over all entries in percent, four places; 100 where there is nothing but corrections."""
    if not entries:
        return Decimal(100 if corrected else 0)
    return (Decimal(100 * corrected) / entries).quantize(Decimal("0.0001"))


def error_within(corrected: int, entries: int, limit: Decimal) -> bool:
    """Whether the rate stays under ``limit`` percent, exactly; a month without corrections does."""
    return not corrected or 100 * corrected < limit * entries


def _publish(state: CostPeriod, context: Context) -> Decision:
    today = context.now.astimezone(SHANGHAI).date()
    due_on = table_day(state.month, context.policy) if state.month else today
    if state.published or state.closed is None or today < due_on:
        return []
    departments = department_costs(state.entries)
    published = CostTablePublished(
        month=state.month,
        departments=departments,
        total=state.closed.total,
        error_rate=state.closed.error_rate,
        within=state.closed.within,
    )
    shown: tuple[Heading, ...] = context.policy.value("2.2.1.3", "shown_apart")
    return [
        published.under(
            context.basis(CLAUSE_ERRORS, "table", "published", due_on=due_on, on=today),
            context.basis("2.2.1.3", "shown_apart", "shown", headings=", ".join(shown)),
        )
    ]


def consults(command: PeriodCommand, state: CostPeriod) -> Iterable[Stream]:
    """The chart, the book, the budget lines that will move, the methods of the departments, the keys."""
    match command:
        case BookEntries(entries=entries, sha256=sha256):
            if sha256 in state.batches:
                return
            yield from (CHART, BOOK)
            for year in _years(command, state):
                yield from (line_of(year, *pair) for pair in dict.fromkeys((e.department, e.account) for e in entries))
            yield from (Stream("costing_method", each) for each in dict.fromkeys(e.department for e in entries))
        case BookReceipt():
            yield CHART
        case CorrectEntry(month=month, right=right):
            yield from (CHART, BOOK)
            if right is not None:
                yield Stream("costing_method", right.department)
            if month is not None and month != state.month:
                yield period_of(month)
        case AllocateShared():
            yield from (CHART, BOOK, KEYS)
        case ClosePeriod():
            yield KEYS


def _years(command: BookEntries, state: CostPeriod) -> tuple[int, ...]:
    """The fiscal year of the period; the two its month may lie in before it is open."""
    if state.month or command.month is None:
        return (state.fiscal_year,)
    calendar_year = int(command.month[:4])
    return (calendar_year, calendar_year - 1)


def department(command: PeriodCommand, state: CostPeriod, context: Context) -> str | None:
    """No department's own: the period is the company's."""
    return None


def _opens_on(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    return day == working_time.nth_working_day(day.year, day.month, 1)


def _publishes_from(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    return day >= table_day(month_before(day), policy)


def month_before(day: date) -> str:
    """The month before that of ``day``."""
    return month_after(month_of(day), -1)


COST_PERIOD = Aggregate(
    name="cost_period",
    zh="成本期间",
    prefix="CP",
    initial=CostPeriod(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    department=department,
    obligations=(
        Obligation(
            clause=CLAUSE_GATHERED,
            zh="按期完成上月成本归集",
            opened_by=PeriodOpened,
            fulfilled_by=(PeriodClosed,),
            due=lambda opened: opened.due_at,
            owed_by=lambda opened: opened.owed_by,
        ),
    ),
    schedules=(
        Schedule(
            clause=CLAUSE_GATHERED,
            zh="开启成本期间",
            due_on=_opens_on,
            period=month_of,
            act=lambda day: (month_of(day), OpenPeriod(month=month_of(day))),
        ),
        Schedule(
            clause=CLAUSE_ERRORS,
            zh="发布部门成本分析表",
            due_on=_publishes_from,
            period=lambda day: f"{day}",
            act=lambda day: (month_before(day), PublishTable()),
        ),
    ),
)
"""Both happen by the calendar; the table is asked for every day from the policy's day on, until it is published."""
