"""Correcting entries and dividing shared costs 更正与分摊 (clauses 2.2.1.3, 2.2.1.4)."""

from decimal import Decimal

from domain.finance import cost_period_rules as rules
from domain.finance.allocation_key import KEYS, AllocationKey, KeysStanding
from domain.finance.chart_of_accounts import NoSuchAccount, chart_in
from domain.finance.cost_period_booking import bound_year, entry, object_fits
from domain.finance.cost_period_messages import (
    CLAUSE_ERRORS,
    AllocateShared,
    CorrectEntry,
    CostEntry,
    EntryCorrected,
    EntryValues,
    SharedCostAllocated,
)
from domain.finance.cost_period_state import CostPeriod, PeriodStanding
from domain.finance.costing_method import MethodStanding
from domain.finance.shares import divided
from domain.kernel import Context, Decision, Event, Ruled


def correct(command: CorrectEntry, state: CostPeriod, context: Context) -> Decision:
    """The reversal and the right entry, of this month or of an earlier one that is closed."""
    month = command.month or state.month
    original, corrected = _original(command.entry, month, state, context)
    if original is None or corrected:
        raise rules.NoSuchEntry(field="entry", entry=command.entry, month=month)
    right = command.right
    if right is not None:
        if all(getattr(original, name) == getattr(right, name) for name in EntryValues.model_fields):
            raise rules.NothingCorrected(field="right", entry=original.id)
        if right.account not in chart_in(context).accounts:
            raise NoSuchAccount(field="right.account", account=right.account)
        if right.department not in (original.department, *context.directory.departments):
            raise rules.DepartmentsUnknown(field="right.department", named=right.department)
        method = context.fact(MethodStanding, "costing_method", right.department)
        if not object_fits(right, chart_in(context).accounts[right.account], method):
            raise rules.ObjectNotNamed(field="right.object", named=right.object or "–")
    number = state.corrections + 1
    where = f"{month}/{original.id}"
    reversal = original.model_copy(
        update={
            "id": f"correction-{number}:reversal",
            "amount": -original.amount,
            "origin": "correction",
            "original": where,
            "line": 0,
        }
    )
    booked = None
    if right is not None:
        booked = entry(right, f"correction-{number}:right", "correction", chart_in(context), original=where)
    event = EntryCorrected(
        month=state.month,
        year=bound_year(state, context),
        original=original.id,
        original_month=month,
        reversal=reversal,
        right=booked,
        reason=command.reason,
        by=context.actor,
    )
    inputs = {"entry": where, "was": original.amount, "is": booked.amount if booked else "0.00"}
    return [event.under(context.basis(CLAUSE_ERRORS, "correction", "corrected", **inputs))]


def _original(id: str, month: str, state: CostPeriod, context: Context) -> tuple[CostEntry | None, bool]:
    """The entry, and whether it was corrected before: a reversal stands with what was booked instead."""
    if month == state.month:
        return state.entry(id), id in state.corrected or state.entry(_instead_of(id)) is not None
    told = context.fact(PeriodStanding, "cost_period", month)
    if told is None:
        return None, False
    if told.status != "closed":
        raise rules.CorrectedThere(field="month", month=month)
    return told.entry(id), id in told.corrected or told.entry(_instead_of(id)) is not None


def _instead_of(id: str) -> str:
    """The id of what was booked instead, where ``id`` is that of a reversal; empty for every other entry."""
    correction, _, kind = id.rpartition(":")
    return f"{correction}:right" if kind == "reversal" else ""


def allocate(command: AllocateShared, state: CostPeriod, context: Context) -> Decision:
    """What the shared department bears, account by account, to those the key names, to the last fen."""
    found = keys_in(context).get(command.key)
    if found is None or not found[0].holds_in(state.month) or not set(command.accounts) <= set(found[0].accounts):
        raise rules.NoKeyForMonth(
            field="key", key=command.key, month=state.month, accounts=", ".join(command.accounts) or "–"
        )
    key, version = found
    events: list[Event | Ruled] = []
    for account in command.accounts or key.accounts:
        amount = state.balance(key.department, account)
        if amount:
            number = len(state.pages) + len(events) + 1
            events.append(_allocated(key, version, account, amount, number, state, context))
    if not events:
        raise rules.NothingToAllocate(key=key.code, department=key.department)
    return events


def _allocated(
    key: AllocationKey, version: int, account: str, amount: Decimal, number: int, state: CostPeriod, context: Context
) -> Ruled:
    shares = divided(amount, [each.weight for each in key.weights])
    parts = [(key.department, -amount), *zip((each.department for each in key.weights), shares, strict=True)]
    chart = chart_in(context)
    entries = tuple(
        entry(
            EntryValues(
                account=account, department=department, amount=share, description=f"{key.zh} {key.basis}"[:120]
            ),
            f"allocation-{number}:{department}",
            "allocation",
            chart,
            original=f"{key.code}/{version}",
        )
        for department, share in parts
        if share
    )
    event = SharedCostAllocated(
        month=state.month,
        year=bound_year(state, context),
        key=key.code,
        key_version=version,
        department=key.department,
        account=account,
        amount=amount,
        entries=entries,
    )
    inputs = {"key": key.code, "version": version, "account": account, "amount": amount, "departments": len(shares)}
    return event.under(context.basis(CLAUSE_ERRORS, "largest_remainder", "allocated", **inputs))


def keys_in(context: Context) -> dict[str, tuple[AllocationKey, int]]:
    """The keys as a decision that consults ``KEYS`` sees them."""
    told = context.fact(KeysStanding, *KEYS)
    return dict(told.keys) if told else {}


def not_allocated(state: CostPeriod, context: Context) -> list[str]:
    """What keys of the month still have to distribute, e.g. ``AK1: D09/rent 1200.00``."""
    return [
        f"{code}: {key.department}/{account} {balance}"
        for code, (key, _) in sorted(keys_in(context).items())
        if key.holds_in(state.month)
        for account in key.accounts
        if (balance := state.balance(key.department, account))
    ]
