"""Folds what happened into the rows of several views at once: decoded once, each event handed to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from projections.happened import Happened
from projections.rows import Added, Rows
from projections.view import View


class ViewFailed(Exception):
    """A handler of a view raised; ``position`` is the entry it did not understand."""

    def __init__(self, view: str, position: int, error: BaseException) -> None:
        self.view, self.position, self.error = view, position, error
        super().__init__(f"{view} stopped at {position}: {type(error).__name__}: {error}")


class Fold:
    """Rows of these views, by view and table, and what each event changes in them."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = {view.name: view for view in views if view.drawn is None}
        self.rows: dict[str, dict[str, Rows]] = {}
        self.position: int | None = None
        """Up to which entry the rows in memory stand; None where that is unknown."""
        self.fresh: set[str] = set()
        """Views whose rows belong to their event's own subject, so that a first event finds none before it."""
        always: list[_Call] = []
        by_type: dict[str, list[_Call]] = {}
        for name, view in self.views.items():
            tables: dict[str, Rows] = {}
            for table in view.tables:
                tables[table.name] = Added(table, tables) if view.appends else Rows(table, tables)
            self.rows[name] = tables
            main = tables[view.table.name]
            if view.always is not None:
                always.append((view.always, None, main, name))
            handlers = view.listens
            for type_, each in handlers.items():
                by_type.setdefault(type_, []).extend((h.handle, h, main, name) for h in each)
            if all(handler.touches is None for each in handlers.values() for handler in each):
                self.fresh.add(name)
        self.types: frozenset[str] | None = None if always else frozenset(by_type)
        """The types any of them hears; None means every one."""
        self._always = tuple(always)
        self._always_touches = [
            (name, view.always_touches) for name, view in self.views.items() if view.always_touches is not None
        ]
        self._calls = {type_: (*always, *calls) for type_, calls in by_type.items()}

    def wanted(self, batch: Sequence[Happened]) -> list[tuple[Rows, list[Any]]]:
        """The partitions that have to be loaded before ``batch`` is applied. Raises ViewFailed."""
        needed: dict[str, dict[Any, None]] = {name: {} for name, view in self.views.items() if not view.appends}
        begun: dict[str, set[str]] = {name: set() for name in self.fresh}
        name, position = "", -1
        try:
            for at in batch:
                for _, handler, _, name in self._calls.get(at.type, ()):
                    partitions = needed.get(name)
                    if handler is None or partitions is None:
                        continue
                    if handler.touches is None:
                        if at.version == 1 and name in begun and at.subject not in partitions:
                            begun[name].add(at.subject)
                        partitions[at.subject] = None
                    else:
                        position = at.position
                        for partition in handler.touches(at.event, at):
                            partitions[partition] = None
            for name, touches in self._always_touches:
                needed[name].update(dict.fromkeys({each for at in batch for each in touches(at)}))
        except Exception as error:
            raise ViewFailed(name, position, error) from error
        found: list[tuple[Rows, list[Any]]] = []
        for name, partitions in needed.items():
            new = begun.get(name, ())
            for rows in self.rows[name].values():
                rows.found.update(new)
                missing = [partition for partition in partitions if partition not in rows.found]
                if missing:
                    found.append((rows, missing))
        return found

    def apply(self, batch: Sequence[Happened]) -> None:
        """Hands every event to its handlers, in order. Raises ViewFailed."""
        calls, always = self._calls, self._always
        name, position = "", -1
        try:
            for at in batch:
                position = at.position
                for handle, handler, rows, name in calls.get(at.type, always):  # noqa: B007
                    if handler is None:
                        handle(at, rows)
                    else:
                        handle(at.event, at, rows)
        except Exception as error:
            raise ViewFailed(name, position, error) from error

    def all_rows(self) -> Iterable[Rows]:
        """The rows of every table."""
        for tables in self.rows.values():
            yield from tables.values()

    @property
    def kept(self) -> int:
        """How many rows are in memory."""
        return sum(len(rows.kept) for rows in self.all_rows())

    def forget(self) -> None:
        """Know no rows any more; they are loaded again when they are touched."""
        for rows in self.all_rows():
            rows.forget()


_Call = tuple[Callable[..., None], Any, Rows, str]
