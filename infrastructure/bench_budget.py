"""A budget year as a large company would have kept it 样例预算年度, for benchmarks: the same for the same seed.

Last year's lines with what was spent, this year's with everything that moved them, and purchases on a part of them, as
events in the journal; and how long the monthly report takes of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from uuid import UUID

from application.acts import Envelope
from application.figures import Figures
from application.journal import Appended, Draft, Submission
from domain.finance.accounts import STANDARD
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import BudgetLineMoved, BudgetLineOpened, Cause
from domain.finance.encumbrance_messages import FundsCommitted
from domain.finance.execution_report_compiling import canonical, compile_report
from domain.finance.execution_report_figures import Terms
from domain.finance.periods import first_day, months_of
from domain.finance.shares import divided
from domain.kernel import SYSTEM, Event, Stream
from domain.money import ZERO
from domain.operations.procurement.order_messages import OrderReceiptNoted, PurchaseOrderPlaced
from domain.operations.procurement.terms import LineQuantity, OrderedLine
from infrastructure.codec import Codec
from infrastructure.journal.postgres import PostgresJournal

YEAR, MONTH = 2025, "2025-10"
"""The year reported on, and the month: ten of twelve lie behind."""
DEPARTMENTS, LINES, ENTRIES, ORDERS = 50, 2_000, 200_000, 2_000
_AT_ONCE = 400
TERMS = Terms("seasonal_run_rate", ZERO, "year_to_date", ZERO)
VIEWS = ("budget_lines", "budget_movements", "purchases_by_line")


async def fill(
    journal: PostgresJournal,
    codec: Codec,
    *,
    lines: int = LINES,
    entries: int = ENTRIES,
    orders: int = ORDERS,
    seed: int = 1,
) -> None:
    """Into the journal: ``lines`` of two years, ``entries`` movements of this year's, ``orders`` of two lines each."""
    writer = _Writer(codec)
    batch: list[Draft] = []
    expected: dict[str, int] = {}
    for stream, at, event in _events(lines, entries, orders, Random(seed)):
        expected.setdefault(str(stream), writer.versions.get(stream, 0))
        batch.append(writer.draft(stream, at, event))
        if len(batch) == _AT_ONCE:
            await _append(journal, batch, expected)
            batch, expected = [], {}
    if batch:
        await _append(journal, batch, expected)


async def report_seconds(figures: Figures, up_to: int, year: int = YEAR, month: str = MONTH) -> float:
    """Seconds from the question to the canonical bytes of the report, SQL included."""
    began = time.perf_counter()
    lines = await figures.budget_lines(year, up_to)
    canonical(compile_report(month, year, lines, await figures.purchased(year, up_to), TERMS))
    return time.perf_counter() - began


class _Writer:
    """Encodes events as entries, numbered within their streams."""

    def __init__(self, codec: Codec) -> None:
        self.versions: dict[Stream, int] = {}
        self._codec = codec
        self._made = 0

    def draft(self, stream: Stream, at: datetime, event: Event) -> Draft:
        """The next entry of ``stream``."""
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        self._made += 1
        id = UUID(int=self._made)
        envelope = Envelope(
            event=event,
            subject=stream,
            version=version,
            event_id=id,
            command_id=id,
            occurred_at=at,
            recorded_at=at,
            actor=SYSTEM,
            acting_for=None,
            delegation=None,
            correlation=str(id),
            causation=None,
            basis=(),
            source=None,
        )
        return Draft(id, type(event).__name__, str(stream), version, at, SYSTEM, self._codec.encode(envelope))


async def _append(journal: PostgresJournal, batch: Sequence[Draft], expected: dict[str, int]) -> None:
    id = batch[0].event_id
    outcome = await journal.append(Submission(id, sha256(id.bytes).digest(), list(batch), dict(expected)))
    assert isinstance(outcome, Appended)


_Line = tuple[str, str, str]
"""Department, account, category."""


def _lines(count: int) -> list[_Line]:
    """Every department has the same accounts; the standard ones several times, numbered."""
    found = []
    for number in range(count):
        account = STANDARD[number // DEPARTMENTS % len(STANDARD)]
        turn = number // (DEPARTMENTS * len(STANDARD))
        code = f"{account.code}_{turn}" if turn else account.code
        found.append((f"D{number % DEPARTMENTS:02}", code, account.category))
    return found


def _events(lines: int, entries: int, orders: int, random: Random) -> Iterator[tuple[Stream, datetime, Event]]:
    every = _lines(lines)
    for year in (YEAR - 1, YEAR):
        for line in every:
            yield _of(year, line), _noon(date(year - 1, 11, 28)), _opened(year, line, random)
    for line in every:
        for month in months_of(YEAR - 1):
            yield _of(YEAR - 1, line), _noon(first_day(month)), _moved(random, month, "book")
    behind = months_of(YEAR)[: months_of(YEAR).index(MONTH) + 1]
    for number in range(entries):
        month = behind[number * len(behind) // entries]
        yield _of(YEAR, random.choice(every)), _noon(first_day(month)), _moved(random, month, "incur")
    for number in range(orders):
        yield from _purchase(number, random.choice(every), random.choice(behind), random)


def _of(year: int, line: _Line) -> Stream:
    return line_of(year, line[0], line[1])


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _opened(year: int, line: _Line, random: Random) -> BudgetLineOpened:
    department, account, category = line
    amount = Decimal(random.randrange(100_000, 10_000_000)).quantize(Decimal("0.01"))
    return BudgetLineOpened(
        year=year,
        department=department,
        account=account,
        category=category,
        months=months_of(year),
        phasing=divided(amount, [Decimal(1)] * 12),
        amount=amount,
    )


def _moved(random: Random, month: str, cause: Cause) -> BudgetLineMoved:
    actual = Decimal(random.randrange(100, 2_000_000)).scaleb(-2)
    released = min(actual, Decimal(random.randrange(0, 100_000)).scaleb(-2))
    return BudgetLineMoved(
        claim=f"encumbrance-PR{random.randrange(10**7):07}",
        cause=cause,
        month=month,
        committed=-released if cause == "incur" else ZERO,
        actual=actual,
        available=Decimal("1000000.00"),
    )


def _purchase(number: int, line: _Line, month: str, random: Random) -> Iterator[tuple[Stream, datetime, Event]]:
    department, account, _ = line
    order, at = f"PO{number:07}", _noon(first_day(month))
    ordered = tuple(
        OrderedLine(
            number=each,
            item="示例物品",
            specification="标准",
            category="office_supplies",
            quantity=Decimal(random.randrange(1, 20)),
            unit="件",
            price=Decimal(random.randrange(1_000, 500_000)).scaleb(-2),
        )
        for each in (1, 2)
    )
    amount = sum((each.amount for each in ordered), ZERO)
    placed = PurchaseOrderPlaced(
        requisition=f"PR{number:07}",
        rfq=None,
        supplier="S001",
        buyer="BUY1",
        requester="E001",
        department=department,
        category="office_supplies",
        lines=ordered,
        amount=amount,
        approved_amount=amount,
        ordered_on=at.date(),
        promised_on=at.date() + timedelta(days=random.randrange(5, 40)),
    )
    yield Stream("purchase_order", order), at, placed
    funds = FundsCommitted(
        year=YEAR, department=department, account=account, month=month, order=order, amount=amount, released=ZERO
    )
    yield Stream("encumbrance", f"PR{number:07}"), at, funds
    accepted = tuple(LineQuantity(line=each.number, quantity=each.quantity) for each in ordered)
    came = at + timedelta(days=random.randrange(3, 50))
    noted = OrderReceiptNoted(receipt=f"GR{number:07}", accepted=accepted)
    yield Stream("purchase_order", order), came, noted
