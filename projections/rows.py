"""The rows of a view while events are folded into them 行: loaded before, written after, plain dicts in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

Row = dict[str, Any]
Key = tuple[Any, ...]


class NotLoaded(RuntimeError):
    """A handler looks at rows that its view did not say it touches: a defect of the view."""


class RowMissing(LookupError):
    """A handler changes a row that is not there: the history and the view contradict each other."""


class Rows:
    """Rows of one table, of the partitions that the batch touches."""

    __slots__ = (
        "_by_partition",
        "_in_key",
        "_key",
        "_key_of",
        "_partition",
        "changed",
        "fetch",
        "found",
        "gone",
        "kept",
        "more",
        "stored",
        "table",
    )

    def __init__(self, table: Table, more: dict[str, Rows] | None = None) -> None:
        self.table = table
        self.kept: dict[Key, Row] = {}
        self.changed: dict[Key, Row] = {}
        """Rows to write: new ones and changed ones."""
        self.gone: set[Key] = set()
        """Keys to delete."""
        self.stored: set[Key] = set()
        """Keys that are in the table already, whatever they say there."""
        self.found: set[Any] = set()
        """Partitions known in full."""
        self.more = {} if more is None else more
        self._key = tuple(str(column.name) for column in table.primary_key.columns)
        self._partition: str = table.info["partition"]
        one = self._key[0]
        self._key_of: Callable[[Row], Key] = itemgetter(*self._key) if len(self._key) > 1 else lambda row: (row[one],)
        self._in_key = self._key.index(self._partition) if self._partition in self._key else -1
        self._by_partition: dict[Any, dict[Key, None]] = {}
        self.fetch: Callable[[Rows, Sequence[Any]], None] | None = None
        """Loads partitions at once; set by whoever has the database."""

    def of_table(self, table: Table) -> Rows:
        """The rows of another table of the same view."""
        return self.more[table.name]

    def get(self, *key: Any) -> Row | None:
        """The row of this primary key, to read; change it by ``put`` or ``change``."""
        row = self.kept.get(key)
        if row is None and self._in_key >= 0:
            self._check(key[self._in_key])
        return row

    def need(self, *partitions: Any) -> None:
        """Load these partitions now, if they are not: for those that only other rows name. ``touches`` is cheaper."""
        missing = [each for each in partitions if each not in self.found]
        if missing and self.fetch is not None:
            self.fetch(self, missing)

    def of(self, partition: Any) -> list[Row]:
        """Every row of a partition, in the order of their keys."""
        self._check(partition)
        keys = self._by_partition.get(partition)
        return [self.kept[key] for key in sorted(keys)] if keys else []

    def put(self, row: Row) -> None:
        """A whole row, new or in place of the one with its key."""
        key = self._key_of(row)
        if key not in self.kept:
            self._check(row[self._partition])
            self._by_partition.setdefault(row[self._partition], {})[key] = None
        self.kept[key] = row
        self.changed[key] = row
        if self.gone:
            self.gone.discard(key)

    def change(self, *key: Any, **values: Any) -> Row:
        """Other values in the row of this key; raises RowMissing where there is none."""
        row = self.kept.get(key)
        if row is None:
            if self._in_key >= 0:
                self._check(key[self._in_key])
            raise RowMissing(f"{self.table.name} has no row {', '.join(map(str, key))}")
        row.update(values)
        self.changed[key] = row
        return row

    def drop(self, *key: Any) -> None:
        """No row of this key any more."""
        row = self.kept.pop(key, None)
        if row is not None:
            del self._by_partition[row[self._partition]][key]
            self.changed.pop(key, None)
            if key in self.stored:
                self.gone.add(key)

    def add(self, row: Row, **amounts: Any) -> Row:
        """Count: the row of ``row``'s key with ``amounts`` added, made of ``row`` and them where it is new."""
        key = self._key_of(row)
        kept = self.kept.get(key)
        if kept is None:
            kept = {**row, **amounts}
            self.put(kept)
        else:
            for name, amount in amounts.items():
                kept[name] += amount
            self.changed[key] = kept
        return kept

    def _check(self, partition: Any) -> None:
        if partition not in self.found:
            raise NotLoaded(f"{self.table.name}: the rows of {partition!r} are not loaded; name them in touches")

    def load(self, rows: Iterable[Row], partitions: Iterable[Any]) -> None:
        """Take in what the table holds of these partitions."""
        for row in rows:
            key = self._key_of(row)
            self.kept[key] = row
            self.stored.add(key)
            self._by_partition.setdefault(row[self._partition], {})[key] = None
        self.found.update(partitions)

    def written(self) -> None:
        """What was changed is in the table now."""
        self.stored.update(self.changed)
        self.stored.difference_update(self.gone)
        self.changed = {}
        self.gone = set()

    def forget(self) -> None:
        """Know nothing any more; everything has to be loaded again."""
        self.changed = {}
        self.gone = set()
        self.stored = set()
        self.kept = {}
        self.found = set()
        self._by_partition = {}


class Added(Rows):
    """Rows of a table that only grows: nothing is loaded, nothing is kept, nothing is changed."""

    __slots__ = ("new",)

    def __init__(self, table: Table, more: dict[str, Rows]) -> None:
        super().__init__(table, more)
        self.new: list[Row] = []

    def put(self, row: Row) -> None:
        """One more row."""
        self.new.append(row)

    def forget(self) -> None:
        """None of them."""
        self.new = []

    def written(self) -> None:
        """They are in the table now."""
        self.new = []
