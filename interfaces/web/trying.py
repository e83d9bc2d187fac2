"""What somebody may do with a subject now 可办事项: every command tried without storing anything, and the rule that
forbids the others.

A command is tried with two sets of placeholders. Forbidden is what one and the same rule refuses both times, without
naming a field or a placeholder: then it is the state or the authority, and not what would be typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import NAMESPACE_OID

from pydantic import BaseModel

from application.acts import Act, StaleVersion
from application.handler import Handler
from application.journal import Unavailable
from domain import catalogue
from domain.kernel import Aggregate, Command, Refusal, Stream
from interfaces.http.commands import SINGLE, open_commands

_MARKS = ("⁇", "⁈")
"""Text nobody types."""
_NEW = "new"


@dataclass(frozen=True, slots=True)
class Action:
    """A command, and the rule that forbids it now, None where it is open; ``acting_for`` whom it needs one to be."""

    command: type[Command]
    refusal: Refusal | None = None
    acting_for: str | None = None


async def actions(
    handler: Handler, subject: Stream, who: str, principals: Sequence[str], now: datetime
) -> list[Action]:
    """Every command people may issue to this kind of subject, those first that are open to ``who``.

    What is refused to him may be open to him on behalf of one of ``principals``.
    """
    kinds = open_commands(catalogue.aggregates()[subject.aggregate])
    found = await asyncio.gather(*(_action(handler, subject, kind, who, principals, now) for kind in kinds))
    return sorted(found, key=lambda each: each.refusal is not None)


async def beginnings(handler: Handler, who: str, now: datetime) -> dict[str, list[type[Command]]]:
    """The commands with which ``who`` may begin something new, by kind of subject."""

    async def of(aggregate: Aggregate[Any, Any, Any]) -> list[type[Command]]:
        subject = Stream(aggregate.name, _NEW)
        kinds = open_commands(aggregate)
        return [kind for kind in kinds if await barred(handler, subject, kind, who, None, now, sure=True) is None]

    kinds = [each for each in catalogue.aggregates().values() if each.name not in SINGLE]
    found = await asyncio.gather(*map(of, kinds))
    return {aggregate.name: commands for aggregate, commands in zip(kinds, found, strict=True) if commands}


async def _action(
    handler: Handler, subject: Stream, kind: type[Command], who: str, principals: Sequence[str], now: datetime
) -> Action:
    found = await barred(handler, subject, kind, who, None, now)
    refusal = found if isinstance(found, Refusal) else None
    if refusal is None or not refusal.attempt:
        return Action(kind, refusal)
    for principal in principals:
        if await barred(handler, subject, kind, who, principal, now) is None:
            return Action(kind, None, principal)
    return Action(kind, refusal)


async def barred(
    handler: Handler,
    subject: Stream,
    kind: type[Command],
    who: str,
    acting_for: str | None,
    now: datetime,
    *,
    sure: bool = False,
) -> Exception | None:
    """What forbids this command whatever would be typed; None where nothing is known to. Raises Unavailable.

    It is the Refusal, or with ``sure`` also what went wrong with placeholders where it cannot be told.
    """
    seen: Refusal | None = None
    for which in (0, 1):
        act = Act(subject, _placed(kind, which, now), who, NAMESPACE_OID, acting_for=acting_for, at=now)
        try:
            await handler.foresee(act)
        except Refusal as refusal:
            about_what_is_typed = refusal.field is not None or any(
                mark in fact for fact in refusal.facts.values() for mark in _MARKS
            )
            if about_what_is_typed or (seen is not None and seen != refusal):
                return None
            if refusal.attempt:
                return refusal
            seen = refusal
        except Unavailable:
            raise
        except StaleVersion:
            return None
        except Exception as error:
            # Placeholders are no values of the business: what stumbles over them says nothing about the command.
            return error if sure else None
        else:
            return None
    return seen


def _placed(kind: type[Any], which: int, now: datetime) -> Any:
    """A message with placeholders in what it requires; its bounds do not matter here."""
    values = {
        name: field.get_default(call_default_factory=True)
        if not field.is_required()
        else _placeholder(field.annotation, which, now)
        for name, field in kind.model_fields.items()
    }
    return kind.model_construct(**values)


def _placeholder(wanted: Any, which: int, now: datetime) -> Any:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return _placeholder(arguments[0], which, now)
    if origin is Literal:
        return arguments[min(which, len(arguments) - 1)]
    if origin in (Union, UnionType):
        return _placeholder(arguments[0], which, now)
    if origin in (tuple, list, frozenset, set, Sequence):
        return (_placeholder(arguments[0], which, now),) if arguments else ()
    if origin in (dict, Mapping):
        return {}
    if not isinstance(wanted, type):
        return _MARKS[which]
    if issubclass(wanted, Enum):
        return next(iter(wanted))
    if issubclass(wanted, BaseModel):
        return _placed(wanted, which, now)
    simple: dict[type, Any] = {
        bool: True,
        int: 1 + which,
        Decimal: Decimal(1 + which),
        datetime: now + timedelta(days=30 * which),
        date: now.date() + timedelta(days=30 * which),
    }
    return simple.get(wanted, None if is_dataclass(wanted) else _MARKS[which])
