"""What has to happen in the same transaction, one file a sentence.

Rules across two streams (stock and order, budget and requisition) hold because both are written together or not at all:
a hook names the event that calls for it and yields what is asked of the other subject. The other's refusal refuses the
whole act.

    @together(PurchaseOrderPlaced)
    def mark_the_requisition_ordered(placed: PurchaseOrderPlaced, context: Context) -> Iterable[Asked]:
        yield Asked(Stream("requisition", placed.requisition), MarkOrdered(order=context.subject.id))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from domain.kernel import Command, Context, Event, Stream


class Asked(NamedTuple):
    """What is asked of which subject."""

    subject: Stream
    command: Command


@dataclass(frozen=True, slots=True)
class Together:
    """A hook: ``ask(event, context)`` is called with the context the event was decided in."""

    event: type[Event]
    ask: Callable[[Any, Context], Iterable[Asked]]


def together(event: type[Event]) -> Callable[[Callable[[Any, Context], Iterable[Asked]]], Together]:
    """Declares a hook on ``event``."""
    return lambda ask: Together(event, ask)


@cache
def hooks() -> dict[type[Event], tuple[Together, ...]]:
    """Every hook by the event that calls for it."""
    import application.together as package
    from application.discovery import declared

    found: dict[type[Event], tuple[Together, ...]] = {}
    for hook in declared(package, Together):
        found[hook.event] = (*found.get(hook.event, ()), hook)
    return found
