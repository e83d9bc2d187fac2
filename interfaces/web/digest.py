"""A subject in a few words 摘要: what a card or a heading tells of it, whatever kind it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain import catalogue
from domain.governance.approval_state import Approval
from domain.history import Recorded
from domain.kernel import SYSTEM, Stream
from interfaces.http.desk import Desk

_TITLES = ("purpose", "title", "name", "reason", "item", "meaning", "what", "summary", "grounds")
_AMOUNTS = ("amount", "total", "requested")
_LINES = 3


@dataclass(frozen=True, slots=True)
class Digest:
    """What it is about; ``lines`` are the first of its items, ``more`` how many there are beside."""

    title: str = ""
    amount: Decimal | None = None
    requester: str | None = None
    department: str | None = None
    lines: tuple[str, ...] = ()
    more: int = 0


async def read_subject(desk: Desk, subject: Stream) -> tuple[list[Recorded], Any]:
    """A subject's history, and the state it leads to."""
    history = await desk.handler.history(subject)
    return history, catalogue.aggregates()[subject.aggregate].fold(each.event for each in history)


def digest(history: Sequence[Recorded], state: Any) -> Digest:
    """From the state, else from the newest event that tells."""
    sources = (state, *(each.event for each in reversed(history)))
    amount = next(iter(_decimals(sources)), None)
    titles = (getattr(each, name, None) for name in _TITLES for each in sources)
    lines = next((value for each in sources if isinstance(value := getattr(each, "lines", None), tuple)), ())
    told = [text for each in lines if (text := _line(each))]
    return Digest(
        title=next((text for text in titles if isinstance(text, str) and text), ""),
        amount=amount,
        requester=_requester(history, state),
        department=next((d for each in sources if isinstance(d := getattr(each, "department", None), str) and d), None),
        lines=tuple(told[:_LINES]),
        more=max(0, len(told) - _LINES),
    )


def approval_of(state: Any) -> Approval | None:
    """The approval it is in, or was."""
    found = getattr(state, "approval", None)
    return found if isinstance(found, Approval) and found.status != "none" else None


def _decimals(sources: Iterable[Any]) -> Iterable[Decimal]:
    return (value for each in sources for name in _AMOUNTS if isinstance(value := getattr(each, name, None), Decimal))


def _line(line: Any) -> str:
    item = getattr(line, "item", None)
    if not isinstance(item, str):
        return ""
    quantity, unit = getattr(line, "quantity", None), getattr(line, "unit", "")
    told = " ".join(text for text in (item, getattr(line, "specification", "")) if text)
    return f"{told} × {quantity.normalize():f} {unit}".strip() if isinstance(quantity, Decimal) else told


def _requester(history: Sequence[Recorded], state: Any) -> str | None:
    approval = approval_of(state)
    if approval is not None and approval.requester:
        return approval.requester
    first = history[0]
    who = first.acting_for or first.actor
    return who if who != SYSTEM else None
