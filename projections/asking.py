"""Asking a view 查询: filters, order, pages and who may see what, all derived from its columns.

A filter is ``column=value``, for ordered columns also ``column_from`` and ``column_to`` (both inclusive). A page ends
with a cursor that goes on exactly where it ended, whatever was added meanwhile.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import ColumnElement, DateTime, Select, and_, false, literal, or_, select
from sqlalchemy import tuple_ as row_of
from sqlalchemy.dialects.postgresql import psycopg as postgresql_psycopg

from domain.working_time import SHANGHAI
from projections.columns import LISTS, ORDERED

if TYPE_CHECKING:
    from projections.view import View

MOST = 1000
"""Rows a page may have."""


class BadQuestion(ValueError):
    """A filter, order, cursor or limit that cannot be read; ``field`` names it, the message says what is right."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        self.field, self.en, self.zh = field, en, zh
        super().__init__(f"{field}: {en} {zh}")


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see: ``own`` rows, those of his ``department`` (or departments) as well, or ``all``."""

    kind: Literal["own", "department", "all"]
    employee: str = ""
    departments: frozenset[str] = frozenset()


EVERYTHING = Scope("all")


class Shown(NamedTuple):
    """A column as a page shows it; ``kind`` as in ``projections.columns.Kind``."""

    name: str
    kind: str
    zh: str
    en: str
    null: bool


class Filter(NamedTuple):
    """A filter that may be asked for: ``column`` compared by ``op`` with a value of ``kind``."""

    name: str
    column: str
    op: Literal["is", "holds", "from", "to"]
    kind: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, each with its lines under their table's name; ``next`` is the cursor of the next page or None."""

    rows: list[dict[str, Any]]
    next: str | None = None


def columns(view: View) -> tuple[Shown, ...]:
    """Every column of a page, computed ones last."""
    return (*_shown(view.table.columns), *(Shown(c.name, c.kind, c.zh, c.en, False) for c in view.computed))


def lines(view: View) -> dict[str, tuple[Shown, ...]]:
    """The columns of the lines below a row, by table name; those of the key stand in the row already."""
    key = set(view.table.primary_key.columns.keys())
    return {
        child.table.name: _shown([c for c in child.table.columns if c.name not in key])
        for child in view.children
        if not child.hidden
    }


def filters(view: View) -> dict[str, Filter]:
    """Every filter that may be asked for, by name."""
    found: dict[str, Filter] = {}
    for c in columns(view):
        if c.kind == "json":
            continue
        element = {"texts": "text", "employees": "employee"}.get(c.kind, c.kind)
        found[c.name] = Filter(c.name, c.name, "holds" if c.kind in LISTS else "is", element, c.zh, c.en)
        if c.kind in ORDERED:
            found[f"{c.name}_from"] = Filter(f"{c.name}_from", c.name, "from", c.kind, f"{c.zh}起", f"{c.en} from")
            found[f"{c.name}_to"] = Filter(f"{c.name}_to", c.name, "to", c.kind, f"{c.zh}止", f"{c.en} to")
    return found


def may_see(view: View, scope: Scope) -> bool:
    """Whether ``scope`` can see anything of this view at all."""
    return (
        scope.kind == "all" or view.everyone or bool(view.own) or (scope.kind == "department" and bool(view.department))
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A view asked. ``run`` and ``arun`` give the page."""

    view: View
    select: Select[Any]
    order: tuple[str, ...]
    limit: int
    key: tuple[str, ...] = field(default=())

    def run(self, connection: psycopg.Connection[Any]) -> Page:
        """The page, from the database."""
        with connection.cursor(row_factory=dict_row) as cursor:
            page = self.page(cursor.execute(*_compiled(self.select)).fetchall())
            for name, statement in self.of_lines(page):
                self.with_lines(page, name, cursor.execute(*_compiled(statement)).fetchall())
        return page

    async def arun(self, connection: psycopg.AsyncConnection[Any]) -> Page:
        """``run`` on an asynchronous connection."""
        async with connection.cursor(row_factory=dict_row) as cursor:
            page = self.page(await (await cursor.execute(*_compiled(self.select))).fetchall())
            for name, statement in self.of_lines(page):
                self.with_lines(page, name, await (await cursor.execute(*_compiled(statement))).fetchall())
        return page

    def page(self, found: Sequence[Mapping[Any, Any]]) -> Page:
        """The page of the rows found (one more than the limit were asked for)."""
        rows = [dict(row) for row in found[: self.limit]]
        more = len(found) > self.limit
        return Page(rows, _cursor(self.order, rows[-1]) if more else None)

    def of_lines(self, page: Page) -> list[tuple[str, Select[Any]]]:
        """What to select to put the lines below the page's rows."""
        keys = [tuple(row[name] for name in self.key) for row in page.rows]
        if not keys:
            return []
        return [
            (
                child.table.name,
                select(child.table)
                .where(row_of(*(child.table.c[name] for name in self.key)).in_(keys))
                .order_by(*child.table.primary_key.columns),
            )
            for child in self.view.children
            if not child.hidden
        ]

    def with_lines(self, page: Page, name: str, found: Sequence[Mapping[Any, Any]]) -> None:
        """Puts lines below their rows."""
        below: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for line in found:
            rest = {column: value for column, value in line.items() if column not in self.key}
            below.setdefault(tuple(line[each] for each in self.key), []).append(rest)
        for row in page.rows:
            row[name] = below.get(tuple(row[each] for each in self.key), [])


def ask(
    view: View,
    *,
    filters: Mapping[str, str | Sequence[str]] | None = None,
    order: Sequence[str] = (),
    limit: int = 50,
    cursor: str | None = None,
    scope: Scope = EVERYTHING,
    now: datetime | None = None,
) -> Question:
    """The question in SQL. Values are as people write them; several values of one filter mean any of them.

    ``now`` is the moment computed columns look from (default: the clock). Raises BadQuestion.
    """
    if not 1 <= limit <= MOST:
        raise BadQuestion("limit", f"must be from 1 to {MOST}", f"应为 1 到 {MOST}")
    base = view.table
    moment = literal(now or datetime.now(UTC), DateTime(timezone=True))
    every: dict[str, ColumnElement[Any]] = {c.name: c for c in base.columns}
    every |= {c.name: c.expression(base, moment).label(c.name) for c in view.computed}
    statement = select(*every.values())
    known = _filters_of(view)
    for name, value in (filters or {}).items():
        if name not in known:
            raise BadQuestion(name, f"{view.name} has no such filter", f"{view.name} 没有此筛选项")
        values = [value] if isinstance(value, str) else list(value)
        statement = statement.where(
            or_(*(_compared(known[name], every, each) for each in values)) if values else false()
        )
    statement = statement.where(_visible(view, scope))
    key = tuple(c.name for c in base.primary_key.columns)
    wanted = _order(view, tuple(order) or view.order, key)
    if cursor is not None:
        statement = statement.where(_after(wanted, every, _values(cursor, wanted)))
    for name in wanted:
        expression = _bare(every[name.removeprefix("-")])
        statement = statement.order_by(
            expression.desc().nulls_last() if name.startswith("-") else expression.asc().nulls_last()
        )
    return Question(view, statement.limit(limit + 1), wanted, limit, key)


def _compiled(statement: Select[Any]) -> tuple[bytes, dict[str, Any]]:
    made = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return made.string.encode(), dict(made.params)


_DIALECT = postgresql_psycopg.dialect()  # type: ignore[no-untyped-call]
_filters_of = filters  # ``ask`` names an argument like it


def _shown(found: Any) -> tuple[Shown, ...]:
    return tuple(Shown(c.name, c.info["kind"], c.info["zh"], c.info["en"], bool(c.nullable)) for c in found)


def _bare(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    return getattr(expression, "element", expression)


def _visible(view: View, scope: Scope) -> ColumnElement[bool]:
    if scope.kind == "all" or view.everyone:
        return literal(True)
    allowed: list[ColumnElement[bool]] = []
    for name in view.own:
        held = view.table.c[name]
        allowed.append(held.contains([scope.employee]) if held.info["kind"] in LISTS else held == scope.employee)
    if scope.kind == "department" and view.department:
        held, theirs = view.table.c[view.department], sorted(scope.departments)
        allowed.append(held.overlap(theirs) if held.info["kind"] in LISTS else held.in_(theirs))
    return or_(*allowed) if allowed else false()


def _compared(wanted: Filter, every: Mapping[str, ColumnElement[Any]], text: str) -> ColumnElement[bool]:
    expression = _bare(every[wanted.column])
    if wanted.op == "is" and text == "" and wanted.kind not in ("flag",):
        return expression.is_(None)
    value = _read(wanted, text)
    compared: ColumnElement[bool]
    match wanted.op:
        case "holds":
            compared = expression.contains([value])
        case "is":
            compared = expression == value
        case "from":
            compared = expression >= value
        case "to" if wanted.kind == "moment" and len(text) == 10:
            compared = expression < value
        case "to":
            compared = expression <= value
    return compared


def _read(wanted: Filter, text: str) -> Any:
    """The value of a filter from what was written."""
    try:
        match wanted.kind:
            case "number":
                value = int(text)
                if abs(value) >= 2**63:
                    raise ValueError
                return value
            case "decimal" | "percent" | "price" | "money" | "quantity":
                number = Decimal(text)
                if not number.is_finite() or abs(number) >= Decimal(10) ** 20:
                    raise ValueError
                return number
            case "day":
                return date.fromisoformat(text)
            case "moment":
                moment = datetime.fromisoformat(text)
                if wanted.op == "to" and len(text) == 10:
                    moment += timedelta(days=1)  # the whole of the day
                return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment
            case "flag":
                return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
            case _:
                if "\0" in text:
                    raise ValueError
                return text
    except (ValueError, KeyError, InvalidOperation, OverflowError):
        en, zh = _WANTED.get(wanted.kind, ("text", "文字"))
        raise BadQuestion(wanted.name, f"{text[:60]!r} is not {en}", f"应为{zh}") from None


_WANTED = {
    "number": ("a whole number", "整数"),
    "decimal": ("a number", "数字"),
    "price": ("CNY a unit, e.g. 0.003500", "单价，如 0.003500"),
    "percent": ("a percentage, e.g. 12.5", "百分数，如 12.5"),
    "money": ("an amount, e.g. 1200.50", "金额，如 1200.50"),
    "quantity": ("a quantity, e.g. 3.5", "数量，如 3.5"),
    "day": ("a date, e.g. 2026-03-03", "日期，如 2026-03-03"),
    "moment": ("a time, e.g. 2026-03-03T09:00+08:00", "时间，如 2026-03-03T09:00+08:00"),
    "flag": ("true or false", "true 或 false"),
}


def _order(view: View, wanted: tuple[str, ...], key: tuple[str, ...]) -> tuple[str, ...]:
    sortable = {c.name for c in columns(view) if c.kind not in LISTS and c.kind != "json"}
    for name in wanted:
        if name.removeprefix("-") not in sortable:
            raise BadQuestion(
                "order", f"{view.name} cannot be ordered by {name!r}", f"{view.name} 不能按 {name!r} 排序"
            )
    there = {name.removeprefix("-") for name in wanted}
    descending = bool(wanted) and wanted[-1].startswith("-")
    return (*wanted, *(f"-{name}" if descending else name for name in key if name not in there))


def _cursor(order: tuple[str, ...], row: Mapping[str, Any]) -> str:
    last = [_text(row[name.removeprefix("-")]) for name in order]
    return base64.urlsafe_b64encode(orjson.dumps([list(order), last])).decode().rstrip("=")


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _values(cursor: str, order: tuple[str, ...]) -> list[str | None]:
    try:
        told, last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        sound = told == list(order) and len(last) == len(order) and all(v is None or isinstance(v, str) for v in last)
    except (ValueError, TypeError, binascii.Error):
        sound = False
    if not sound:
        raise BadQuestion("cursor", "take it as given, with the same order", "请原样使用返回的游标，且排序不变")
    return list(last)


def _after(
    order: tuple[str, ...], every: Mapping[str, ColumnElement[Any]], last: Sequence[str | None]
) -> ColumnElement[bool]:
    """Rows that come after the cursor's: lexicographic, missing values last."""
    alternatives: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for name, text in zip(order, last, strict=True):
        bare = name.removeprefix("-")
        expression = _bare(every[bare])
        if text is None:
            same.append(expression.is_(None))
            continue
        value = _of_cursor(expression, text)
        beyond = expression < value if name.startswith("-") else expression > value
        alternatives.append(and_(*same, or_(beyond, expression.is_(None))))
        same.append(expression == value)
    return or_(*alternatives) if alternatives else false()


def _of_cursor(expression: ColumnElement[Any], text: str) -> Any:
    kind = getattr(expression, "info", {}).get("kind") or _KINDS.get(expression.type.__class__.__name__, "text")
    try:
        return _read(Filter("cursor", "", "is", kind, "", ""), text)
    except BadQuestion:
        raise BadQuestion("cursor", "take it as given, with the same order", "请原样使用返回的游标") from None


_KINDS = {"Boolean": "flag", "DateTime": "moment", "Date": "day", "BigInteger": "number", "Integer": "number"}
