"""What follows from what happened, one file a sentence: event in, what is asked next out.

Reactions run after the fact, from a position they keep; each thing they ask has an id made from the event's, so that
reading an event twice asks nothing twice. An error stops the reaction and tells; it never skips.

    @after(GoodsReceived)
    async def tell_it_to_install(received: Recorded, known: Known) -> list[Asked]: ...
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from application.figures import Figures
from application.together import Asked
from domain.history import Recorded
from domain.kernel import Event, Stream

__all__ = ["Asked", "Known", "Reaction", "after", "reactions"]


class Known(Protocol):
    """What a reaction may look up."""

    async def state(self, subject: Stream, up_to_position: int | None = None) -> Any:
        """The state of a subject after the entries up to and including a position; now, if none is given.

        What a reaction asks must come out the same when it reads its event again, so what may change is looked up as it
        stood with that event.
        """

    def directory(self) -> Any:
        """The organisation today (``domain.directory.Directory``)."""

    @property
    def figures(self) -> Figures:
        """What the views answer to the house itself, as of a position 取数; give that of the event reacted to."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """``react`` is called once for every event of these types, in order."""

    name: str
    events: tuple[type[Event], ...]
    react: Callable[[Recorded, Known], Awaitable[Sequence[Asked]]]


def after(*events: type[Event]) -> Callable[[Callable[[Recorded, Known], Awaitable[Sequence[Asked]]]], Reaction]:
    """Declares a reaction on ``events``; its name is the function's."""
    return lambda react: Reaction(react.__name__, events, react)


@cache
def reactions() -> tuple[Reaction, ...]:
    """Every reaction, in order of file name."""
    import application.reactions as package
    from application.discovery import declared

    return tuple(declared(package, Reaction))
