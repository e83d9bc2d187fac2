"""Deadlines as a view finds them open 未结时限: the rows the timers work on, and what a declaration says about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.kernel import Event, Obligation, Stream
from domain.policy import Policy


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


def reminded_at(declared: Obligation, due_at: datetime, policy: Policy) -> datetime | None:
    """When whoever owes it is reminded, None where the policy has no reminder of it."""
    hours = _hours(declared, "remind_before_hours", policy)
    return due_at - timedelta(hours=hours) if hours else None


def escalated_at(declared: Obligation, due_at: datetime, policy: Policy) -> datetime:
    """When a miss goes to the superior."""
    return due_at + timedelta(hours=_hours(declared, "escalate_after_hours", policy))


def _hours(declared: Obligation, name: str, policy: Policy) -> int:
    """What the deadline's own clause says, else what holds in general (5.1)."""
    own = policy.parameters.get(declared.clause, {})
    return int(own[name] if name in own else policy.value("5.1", f"obligation_{name}"))


def _ends(declared: Obligation, key: str, event: Event) -> bool:
    if isinstance(event, declared.fulfilled_by):
        return bool(declared.key(event) == key)
    return isinstance(event, declared.closed_by) and declared.key(event) in ("", key)
