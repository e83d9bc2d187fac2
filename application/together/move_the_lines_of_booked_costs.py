"""With costs that are booked, corrected or divided their budget lines move, or nothing is stored (2.1.2.2, 2.2.1.4).

What receipts cost moved its line with the receipt. A file moves each line once, with its last part.
"""

from collections.abc import Iterable
from decimal import Decimal

from application.together import Asked, Together, together
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import MoveLine
from domain.finance.cost_period_booking import batch_of
from domain.finance.cost_period_messages import (
    BookReceipt,
    CostEntry,
    CostsBooked,
    EntryCorrected,
    NoteCorrection,
    ReceiptCostDeferred,
    SharedCostAllocated,
)
from domain.finance.cost_period_state import CostPeriod
from domain.kernel import Context, Stream
from domain.money import ZERO


@together(CostsBooked)
def move_the_lines_of_a_file(booked: CostsBooked, context: Context, period: CostPeriod) -> Iterable[Asked]:
    """Once for every line, with the sum of what the file books on it."""
    if booked.part == booked.parts:
        places = period.places[batch_of(booked.sha256)]
        yield from _moves((each for place in places for each in period.pages[place]), booked, context)


@together(EntryCorrected)
def move_the_lines_of_a_correction(corrected: EntryCorrected, context: Context) -> Iterable[Asked]:
    """Back on the wrong line, on the right one; a closed month learns that it was corrected."""
    entries = (corrected.reversal,) if corrected.right is None else (corrected.reversal, corrected.right)
    yield from _moves(entries, corrected, context)
    if corrected.original_month != corrected.month:
        note = NoteCorrection(entry=corrected.original, by=corrected.month)
        yield Asked(Stream("cost_period", corrected.original_month), note)


def _allocated(allocated: SharedCostAllocated, context: Context) -> Iterable[Asked]:
    yield from _moves(allocated.entries, allocated, context)


@together(ReceiptCostDeferred)
def book_it_in_the_next_month(deferred: ReceiptCostDeferred, context: Context) -> Iterable[Asked]:
    """What a receipt costs is never lost to a month that is closed."""
    book = BookReceipt(
        month=deferred.to_month,
        id=deferred.id,
        order=deferred.order,
        receipt=deferred.receipt,
        department=deferred.department,
        goods=deferred.goods,
        account=deferred.account,
        amount=deferred.amount,
    )
    yield Asked(Stream("cost_period", deferred.to_month), book)


def _moves(
    entries: Iterable[CostEntry], event: CostsBooked | EntryCorrected | SharedCostAllocated, context: Context
) -> Iterable[Asked]:
    if event.year is None:
        return
    sums: dict[tuple[str, str], Decimal] = {}
    for each in entries:
        key = (each.department, each.account)
        sums[key] = sums.get(key, ZERO) + each.amount
    for (department, account), amount in sorted(sums.items()):
        if not amount or not account:
            continue
        move = MoveLine(
            year=event.year,
            department=department,
            account=account,
            claim=str(context.subject),
            cause="book",
            month=event.month,
            actual=amount,
        )
        yield Asked(line_of(event.year, department, account), move)


move_the_lines_of_shared_costs = Together(SharedCostAllocated, _allocated)
