"""Book the costs of a file 成本导入 (clause 2.2.1.4): payroll, rent, depreciation, travel, by a stated mapping.

The whole file is one act: every row is traced to the file's name, its line and the file's sha256; one wrong row, and
nothing of it is booked; the same file a second time changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from application.acts import Act, Done
from application.cost_mapping import CostMapping, Made, mapped
from application.handler import Handler
from application.tables import BadRows, RowError, Table
from domain import catalogue
from domain.finance.cost_period import COST_PERIOD, period_of
from domain.finance.cost_period_booking import Fault, faults
from domain.finance.cost_period_messages import BookEntries
from domain.finance.cost_period_state import CostPeriod
from domain.finance.periods import fiscal_start, fiscal_year
from domain.kernel import Context, Fact, Stream
from domain.money import ZERO, total

_NAMES = UUID("8c1b8f4e-0e5d-5f0e-9b61-2f7c3d9a5e17")

_TOLD = {
    "RowTwice": ("The line stands here twice.", "行号重复。"),
    "AccountsUnknown": ("There is no account {value} in use.", "没有启用的科目 {value}。"),
    "DepartmentsUnknown": ("There is no department {value}.", "没有部门 {value}。"),
    "ObjectNotNamed": (
        "{value} is no cost object of the department; name one.",
        "{value} 不是该部门的成本对象，请填写。",
    ),
    "BudgetLinesMissing": ("There is no budget line {value}.", "没有预算行 {value}。"),
}


@dataclass(frozen=True, slots=True)
class ImportedCosts:
    """What came of an import: ``done`` is None where it was only tried, or the file was booked before."""

    month: str
    file: str
    sha256: str
    rows: int
    entries: int
    total: Decimal
    lines_moved: int
    already_booked: bool
    done: Done | None


async def import_costs(
    handler: Handler,
    table: Table,
    mapping: CostMapping,
    *,
    month: str,
    file: str,
    sha256: str,
    actor: str,
    dry_run: bool = False,
) -> ImportedCosts:
    """Book a table into ``month``'s period. Raises BadTable, BadRows naming every wrong row, the period's refusals, and
    what ``Handler.handle`` raises.
    """
    await handler.standing.refresh(handler.journal, handler.codec)
    period = period_of(month)
    state: CostPeriod = (await handler.state(period))[0]
    found = mapped(table, mapping, month)
    errors = list(found.errors)
    if sha256 in state.batches:
        return _told(month, file, sha256, found.made, 0, None, booked_before=True)
    command: BookEntries | None = None
    if found.made:
        entries = tuple(each.entry for each in found.made)
        command = BookEntries(month=month, file=file, sha256=sha256, entries=entries)
        context = await _context(handler, period, command, state, actor)
        errors.extend(_row_errors(_faults(command, state, context), found.made))
    if errors:
        raise BadRows(errors)
    assert command is not None
    if dry_run:
        # Decided as it would be, with whatever refuses it; nothing is stored.
        COST_PERIOD.decided(command, state, context)
        return _told(month, file, sha256, found.made, 0, None)
    act = Act(period, command, actor, uuid5(_NAMES, f"{month} {sha256}"), source=f"{file} sha256:{sha256}")
    done = await handler.handle(act)
    moved = sum(each.subject.aggregate == "budget_line" for each in done.events)
    return _told(month, file, sha256, found.made, moved, done, booked_before=done.repeated or not done.events)


def _told(
    month: str, file: str, sha256: str, made: Sequence[Made], moved: int, done: Done | None, booked_before: bool = False
) -> ImportedCosts:
    return ImportedCosts(
        month=month,
        file=file,
        sha256=sha256,
        rows=len({each.entry.line for each in made}),
        entries=len(made),
        total=total(each.entry.amount for each in made) if made else ZERO,
        lines_moved=moved,
        already_booked=booked_before,
        done=done,
    )


def _faults(command: BookEntries, state: CostPeriod, context: Context) -> list[Fault]:
    """What is wrong with the entries, in the period as it is or as this file opens it."""
    if not state.month:
        year = fiscal_year(context.subject.id, fiscal_start(context.policy))
        state = CostPeriod(month=context.subject.id, fiscal_year=year)
    return list(faults(command.entries, state, context)) if state.is_open else []


def _row_errors(found: Sequence[Fault], made: Sequence[Made]) -> list[RowError]:
    columns = {(each.entry.line, each.entry.part): each.columns for each in made}
    errors = []
    for each in found:
        en, zh = _TOLD[each.rule.__name__]
        column = columns[each.entry.line, each.entry.part].get(each.field, each.field)
        errors.append(RowError(each.entry.line, column, en.format(value=each.value), zh.format(value=each.value)))
    return errors


async def _context(handler: Handler, period: Stream, command: BookEntries, state: CostPeriod, actor: str) -> Context:
    """What the period would be decided under now."""
    now = handler.clock()
    facts: dict[Stream, Fact | None] = {}
    for stream in COST_PERIOD.consults(command, state):
        known, version = await handler.state(stream)
        aggregate = catalogue.aggregates()[stream.aggregate]
        assert aggregate.fact is not None
        facts[stream] = aggregate.fact(known) if version else None
    return Context(
        subject=period,
        actor=actor,
        now=now,
        policy=handler.standing.policy(now),
        directory=handler.standing.directory(now),
        working_time=handler.standing.working_time(),
        facts=facts,
    )
