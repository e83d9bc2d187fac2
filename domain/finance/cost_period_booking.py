"""Booking the rows of a file 成本入账: what is wrong with them, and in which parts they are booked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.finance import cost_period_rules as rules
from domain.finance.accounts import Account, ChartStanding
from domain.finance.budget_book import binds
from domain.finance.budget_line import BudgetLineStanding, line_of
from domain.finance.chart_of_accounts import chart_in
from domain.finance.cost_period_messages import BookEntries, CostEntry, CostsBooked, EntryValues, FileEntry, Origin
from domain.finance.cost_period_state import CostPeriod
from domain.finance.costing_method import MethodStanding
from domain.kernel import Context, Decision, Refusal

PART = 200
"""Entries an event holds at most."""
PART_BYTES = 48 * 1024
"""Bytes of them at most, so that the whole entry of the journal stays under its limit."""
DIRECT = ("labour", "materials")
"""Headings under which a department that produces names the cost object."""
NAMED = 60
"""Rows and lines a refusal names; the rest are counted."""


class Fault(NamedTuple):
    """What is wrong with a row: its field, the rule it breaks, and the value that breaks it."""

    entry: FileEntry
    field: str
    rule: type[Refusal]
    value: str


def book(command: BookEntries, state: CostPeriod, context: Context) -> Decision:
    """The entries in parts."""
    found = list(faults(command.entries, state, context))
    if found:
        raise refusal(found)
    batch = batch_of(command.sha256)
    chart = chart_in(context)
    booked = [
        entry(each, f"{batch}:{each.line}.{each.part}", "import", chart, line=each.line) for each in command.entries
    ]
    parts = list(parted(booked))
    year = bound_year(state, context)
    return [
        CostsBooked(
            month=state.month,
            year=year,
            batch=batch,
            file=command.file,
            sha256=command.sha256,
            part=number,
            parts=len(parts),
            entries=each,
        )
        for number, each in enumerate(parts, 1)
    ]


def batch_of(sha256: str) -> str:
    """What the entries of a file are numbered by."""
    return sha256[:16]


def bound_year(state: CostPeriod, context: Context) -> int | None:
    """The fiscal year whose budget lines move with what is booked, None where no budget binds."""
    return state.fiscal_year if binds(state.fiscal_year, context) else None


def entry(
    values: EntryValues, id: str, origin: Origin, chart: ChartStanding, *, line: int = 0, original: str = ""
) -> CostEntry:
    """The entry as booked, under the category and heading its account has now, or had when it was closed."""
    account: Account | None = chart.known(values.account)
    return CostEntry(
        id=id,
        account=values.account,
        department=values.department,
        category=account.category if account else "",
        heading=account.heading if account else "",
        amount=values.amount,
        project=values.project,
        object=values.object,
        description=values.description,
        origin=origin,
        line=line,
        original=original,
    )


def parted(entries: Sequence[CostEntry]) -> Iterator[tuple[CostEntry, ...]]:
    """The entries in parts small enough for an event each."""
    part: list[CostEntry] = []
    size = 0
    for each in entries:
        length = len(each.model_dump_json().encode())
        if part and (len(part) == PART or size + length > PART_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(each)
        size += length
    if part:
        yield tuple(part)


def faults(entries: Sequence[FileEntry], state: CostPeriod, context: Context) -> Iterator[Fault]:
    """Everything that is wrong with the entries, in the order of the rules."""
    seen: set[tuple[int, int]] = set()
    for each in entries:
        if (each.line, each.part) in seen:
            yield Fault(each, "line", rules.RowTwice, f"{each.line}.{each.part}")
        seen.add((each.line, each.part))
    chart = chart_in(context)
    departments = context.directory.departments
    year = bound_year(state, context)
    for each in entries:
        budgeted = (
            year is not None
            and context.fact(BudgetLineStanding, *line_of(year, each.department, each.account)) is not None
        )
        # A department closed meanwhile still bears what it cost: its budget says that it was there.
        known = budgeted or each.department in departments
        yield from values_wrong(each, chart, known=known)
        account = chart.accounts.get(each.account)
        if account is None or not known:
            continue
        if year is not None and not budgeted:
            yield Fault(each, "account", rules.BudgetLinesMissing, f"{each.department}/{each.account}")
        method = context.fact(MethodStanding, "costing_method", each.department)
        if not object_fits(each, account, method):
            yield Fault(each, "object", rules.ObjectNotNamed, each.object or "–")


def values_wrong(each: FileEntry, chart: ChartStanding, *, known: bool) -> Iterator[Fault]:
    """Whether there is such an account, and such a department as far as is ``known``."""
    if each.account not in chart.accounts:
        yield Fault(each, "account", rules.AccountsUnknown, each.account)
    if not known:
        yield Fault(each, "department", rules.DepartmentsUnknown, each.department)


def refusal(found: Sequence[Fault]) -> Refusal:
    """The first rule broken, with every row that breaks it."""
    rule = min((each.rule for each in found), key=_order)
    broken = [each for each in found if each.rule is rule]
    places: dict[str, list[str]] = {}
    for each in broken:
        places.setdefault(each.value, []).append(str(each.entry.line))
    told = [f"{value} (rows {', '.join(dict.fromkeys(rows[:NAMED]))})" for value, rows in places.items()]
    more = f"; and {len(told) - NAMED} more" if len(told) > NAMED else ""
    return rule(field="entries", rows=len({each.entry.line for each in broken}), named="; ".join(told[:NAMED]) + more)


_RULES = (
    rules.RowTwice,
    rules.AccountsUnknown,
    rules.DepartmentsUnknown,
    rules.ObjectNotNamed,
    rules.BudgetLinesMissing,
)


def _order(rule: type[Refusal]) -> int:
    return _RULES.index(rule)


def object_fits(each: EntryValues, account: Account, method: MethodStanding | None) -> bool:
    """Whether it names a cost object of the department where its method wants one."""
    if method is None or not method.method:
        return True
    if not each.object:
        return account.heading not in DIRECT
    return each.object in method.objects
