"""Deadlines as a view finds them open 未结时限: the rows the timers work on, and what a declaration says about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.kernel import Event, Obligation, Stream


@dataclass(frozen=True, slots=True)
class OpenObligation:
    """A deadline as a view finds it open. ``opened_by`` is the type of the event that opened it."""

    subject: Stream
    clause: str
    key: str
    opened_by: str
    due_at: datetime
    owed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """An approval step 审批步骤 with a time limit, as a view finds it open."""

    subject: Stream
    round: int
    step: int
    signers: tuple[str, ...]
    remind_at: datetime | None
    due_at: datetime | None


def still_open(declared: Obligation, key: str, due_at: datetime, history: Iterable[Event]) -> bool:
    """Whether the deadline ``declared`` opened with ``key`` and ``due_at`` is open after a subject's ``history``."""
    found = False
    for event in history:
        if isinstance(event, declared.opened_by) and declared.key(event) == key:
            found = declared.due(event) == due_at
        elif _ends(declared, key, event):
            found = False
    return found


def reminded_at(declared: Obligation, due_at: datetime) -> datetime | None:
    """When whoever owes it is reminded, None where the deadline declares no reminder."""
    return due_at - timedelta(hours=declared.remind_before_hours) if declared.remind_before_hours else None


def escalated_at(declared: Obligation, due_at: datetime) -> datetime:
    """When a miss goes to the superior."""
    return due_at + timedelta(hours=declared.escalate_after_hours)


def _ends(declared: Obligation, key: str, event: Event) -> bool:
    if isinstance(event, declared.fulfilled_by):
        return bool(declared.key(event) == key)
    return isinstance(event, declared.closed_by) and declared.key(event) in ("", key)
