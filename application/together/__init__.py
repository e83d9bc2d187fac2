"""What has to happen in the same transaction, one file a sentence.

Rules across two streams (stock and order, budget and requisition) hold because both are written together or not at all:
a hook names the event that calls for it and yields what is asked of the other subject. The other's refusal refuses the
whole act.

    @together(PurchaseOrderPlaced)
    def mark_the_requisition_ordered(placed: PurchaseOrderPlaced, context: Context) -> Iterable[Asked]:
        yield Asked(Stream("requisition", placed.requisition), MarkOrdered(order=context.subject.id))

A hook with a third parameter is given the state of the event's subject after the event as well.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from domain.kernel import Command, Context, Event, Stream


class Asked(NamedTuple):
    """What is asked of which subject."""

    subject: Stream
    command: Command


@dataclass(frozen=True, slots=True)
class Together:
    """A hook: ``ask(event, context)`` or ``ask(event, context, state)``, with the context the event was decided in."""

    event: type[Event]
    ask: Callable[..., Iterable[Asked]]
    _with_state: bool = field(init=False)

    def __post_init__(self) -> None:
        """Look once whether it wants the state."""
        object.__setattr__(self, "_with_state", len(inspect.signature(self.ask).parameters) > 2)

    def asks(self, event: Event, context: Context, state: Any) -> Iterable[Asked]:
        """What it asks; ``state`` is the subject's after the event."""
        return self.ask(event, context, state) if self._with_state else self.ask(event, context)


def together(event: type[Event]) -> Callable[[Callable[..., Iterable[Asked]]], Together]:
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
