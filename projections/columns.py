"""Columns and tables of the views 视图列: SQLAlchemy Core, schema ``views``; columns are titled in Chinese and English.

``info["kind"]`` says what a column holds, so that HTTP, CLI, forms and docs know how to filter and show it.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

SCHEMA = "views"
METADATA = MetaData(schema=SCHEMA)

Kind = Literal[
    "text", "texts", "number", "decimal", "percent", "price", "money", "quantity", "moment", "day", "flag", "json",
    "subject", "employee", "employees", "department", "clause",
]  # fmt: skip
"""What a column holds. ``money`` is CNY with two places, ``quantity`` has three, ``percent`` as many as it was given
and, as growth may be anything, no bound; so has ``price``, CNY a unit; moments are UTC instants."""

_TEXT = Text(collation="C")
_TYPES: dict[str, Any] = {
    "number": BigInteger(),
    "decimal": Numeric(7, 2),
    "percent": Numeric(),
    "price": Numeric(),
    "money": Numeric(17, 2),
    "quantity": Numeric(15, 3),
    "moment": DateTime(timezone=True),
    "day": Date(),
    "flag": Boolean(),
    "json": JSONB(),
    "texts": ARRAY(_TEXT),
    "employees": ARRAY(_TEXT),
}
LISTS = frozenset({"texts", "employees"})
ORDERED = frozenset({"number", "decimal", "percent", "price", "money", "quantity", "moment", "day"})


def column(kind: Kind, name: str, zh: str, en: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    """A column."""
    info = {"kind": kind, "zh": zh, "en": en}
    type_ = Integer() if kind == "number" and key else _TYPES.get(kind, _TEXT)
    return Column(name, type_, primary_key=key, nullable=null, info=info, comment=f"{zh} {en}", autoincrement=False)


def table(
    name: str, *columns: Column[Any], partition: str = "subject", indexes: Sequence[tuple[str, ...]] = ()
) -> Table:
    """A table of a view.

    ``partition`` is the column by which rows are loaded to be changed: a handler sees all rows of the partitions its
    event touches. ``indexes`` are further ones; those of the key and the partition come by themselves.
    """
    made = Table(name, METADATA, *columns, info={"partition": partition})
    key = [each.name for each in made.primary_key.columns]
    if key[0] != partition:
        indexes = ((partition,), *indexes)
    for number, names in enumerate(indexes, 1):
        using = "gin" if made.c[names[0]].info["kind"] in LISTS else "btree"
        Index(f"{name}_{number}", *(made.c[each] for each in names), postgresql_using=using)
    return made
