"""A view 视图: a question people ask, the tables that hold its answer, and what each event changes in them.

    WAITS = table("what_waits_for_me", column("subject", "subject", "单据", "Subject", key=True), …)
    VIEW = View(WAITS, zh="待我处理", en="What waits for me", clauses=("5.1",), own=("signer",))

    @VIEW.on(ApprovalStepOpened)
    def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None: ...

Everything else derives from the declaration: the runner, the rebuild, HTTP, CLI and docs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, overload

import psycopg
from sqlalchemy import ColumnElement, FromClause, Select, Table

from domain.kernel import Event
from projections.asking import Page, ask
from projections.happened import Happened
from projections.rows import Rows

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Event)
G = TypeVar("G", bound=Event)
H = TypeVar("H", bound=Event)
Handle = Callable[[E, Happened, Rows], None]
HandleAny = Callable[[Happened, Rows], None]
Touches = Callable[[E, Happened], Iterable[Any]]
"""The partitions whose rows a handler reads or changes."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What an event changes. ``touches`` is None where it is the rows of the event's own subject."""

    handle: Callable[[Any, Happened, Rows], None]
    touches: Callable[[Any, Happened], Iterable[Any]] | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A column worked out when asked 计算列, from the row and the moment of asking, e.g. whether it is overdue."""

    name: str
    kind: str
    zh: str
    en: str
    expression: Callable[[FromClause, Any], ColumnElement[Any]]
    """Given the table and the moment of asking as an SQL value."""


@dataclass(frozen=True, slots=True)
class Child:
    """A table of lines below the rows of the main one 明细; its key starts with the main table's key."""

    table: Table
    zh: str
    en: str
    hidden: bool = False
    """Kept for the handlers alone; no page shows it."""


class View:
    """One question. ``name`` is the main table's; ``clauses`` are those it serves.

    Who may see a row: ``own`` are the columns that name the employees it belongs to, ``department`` the column that
    names its department or departments, ``everyone`` says that anybody may see all of it. ``order`` sorts pages unless
    asked otherwise, a minus sign first for descending. ``appends`` says that rows are only ever added, so nothing has
    to be loaded.
    ``drawn`` makes a view without handlers of the tables of others.
    """

    def __init__(
        self,
        table: Table,
        *,
        zh: str,
        en: str,
        clauses: tuple[str, ...],
        children: Sequence[Child] = (),
        own: tuple[str, ...] = (),
        department: str | None = None,
        everyone: bool = False,
        order: tuple[str, ...] = (),
        computed: Sequence[Computed] = (),
        appends: bool = False,
        drawn: Callable[[], Select[Any]] | None = None,
        weight: int = 1,
    ) -> None:
        self.table = table
        self.name = str(table.name)
        self.zh, self.en, self.clauses = zh, en, clauses
        self.children = tuple(children)
        self.own, self.department, self.everyone = own, department, everyone
        self.order = order
        self.computed = tuple(computed)
        self.appends = appends
        self.drawn = drawn
        self.weight = weight
        """How heavy it is to fill, beside others; the rebuild spreads its processes by it."""
        self.handlers: dict[type[Event], list[Handler]] = {}
        self.always: HandleAny | None = None
        self.always_touches: Callable[[Happened], Iterable[Any]] | None = None
        self.asks_catalogue: Callable[[View], None] | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """The main table and those of its lines."""
        return (self.table, *(child.table for child in self.children))

    @overload
    def on(self, one: type[E], /, *, touches: Touches[E] | None = ...) -> Callable[[Handle[E]], Handle[E]]: ...

    @overload
    def on(
        self, one: type[E], two: type[F], /, *, touches: Touches[E | F] | None = ...
    ) -> Callable[[Handle[E | F]], Handle[E | F]]: ...

    @overload
    def on(
        self, one: type[E], two: type[F], three: type[G], /, *, touches: Touches[E | F | G] | None = ...
    ) -> Callable[[Handle[E | F | G]], Handle[E | F | G]]: ...

    @overload
    def on(
        self,
        one: type[E],
        two: type[F],
        three: type[G],
        four: type[H],
        /,
        *,
        touches: Touches[E | F | G | H] | None = ...,
    ) -> Callable[[Handle[E | F | G | H]], Handle[E | F | G | H]]: ...

    def on(self, *events: type[Event], touches: Touches[Any] | None = None) -> Callable[[Handle[Any]], Handle[Any]]:
        """Declares what events of these types change."""

        def declare(handle: Handle[Any]) -> Handle[Any]:
            for event in events:
                self.handlers.setdefault(event, []).append(Handler(handle, touches))
            return handle

        return declare

    def on_every(self, handle: HandleAny) -> HandleAny:
        """Declares what every event changes, whatever its type; only the envelope is at hand without decoding."""
        self.always = handle
        return handle

    def on_every_of(self, touches: Callable[[Happened], Iterable[Any]]) -> Callable[[HandleAny], HandleAny]:
        """``on_every`` for rows that are changed: ``touches`` gives the partitions of their rows."""

        def declare(handle: HandleAny) -> HandleAny:
            self.always, self.always_touches = handle, touches
            return handle

        return declare

    def declared_by(self, declare: Callable[[View], None]) -> Callable[[View], None]:
        """Declares handlers from the catalogue, once every aggregate is known: ``declare(view)`` calls ``view.on``."""
        self.asks_catalogue = declare
        return declare

    @cached_property
    def listens(self) -> dict[str, tuple[Handler, ...]]:
        """Its handlers by stored name, aliases included; empty where it hears every event."""
        if self.asks_catalogue is not None:
            self.asks_catalogue(self)
        return {
            name: tuple(handlers)
            for event, handlers in self.handlers.items()
            for name in (event.__name__, *event.aliases)
        }

    def query(self, connection: psycopg.Connection[Any], **asked: Any) -> Page:
        """A page of rows; the arguments are those of ``projections.asking.ask``. Raises its BadQuestion."""
        return ask(self, **asked).run(connection)

    async def aquery(self, connection: psycopg.AsyncConnection[Any], **asked: Any) -> Page:
        """``query`` on an asynchronous connection."""
        return await ask(self, **asked).arun(connection)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the tables or the events it hears do: what was filled before is then filled again."""
        shape = [
            (table.name, [(c.name, str(c.type), c.nullable, c.primary_key) for c in table.columns], _indexes(table))
            for table in self.tables
        ]
        heard = sorted(self.listens) if self.always is None else ["*"]
        if self.drawn is not None:
            heard = [str(self.drawn())]
        return hashlib.sha256(repr((shape, heard)).encode()).hexdigest()[:16]


def _indexes(table: Table) -> list[list[str]]:
    return sorted([column.name for column in index.columns] for index in table.indexes)
