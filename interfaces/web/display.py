"""Values as a page shows them 显示: any state or event as labels with texts, links, lists and tables."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from pydantic import BaseModel

from domain import catalogue
from domain.directory import Directory
from domain.governance.approval_state import Approval
from domain.governance.regulation import clauses
from domain.kernel import SYSTEM, Stream
from interfaces.http.languages import Language
from interfaces.web import formats, labels
from interfaces.web.words import said
from projections.asking import columns, lines
from projections.catalogue import views

_AMOUNTS = re.compile(r"(^|_)(amount|price|cost|budget|reserved|committed|actual|spent|total)$")
_ROWS_FROM = 2
MOST = 100
"""Rows of one list that a page shows."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value to show: a ``text`` (with ``href`` or as ``clause``), ``items``, labelled ``pairs`` or a table."""

    kind: str
    text: str = ""
    href: str | None = None
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[str, Node], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Node, ...], ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Display:
    """How somebody reads values: in his language, with the people and departments of today."""

    directory: Directory
    language: Language
    owners: tuple[type[BaseModel], ...] = ()
    """Commands whose descriptions name the fields before anything else does: those of the aggregate shown."""

    def pairs(self, value: Any, *, without: Iterable[str] = ()) -> tuple[tuple[str, Node], ...]:
        """The labelled fields of a state, an event or a row, without what is empty and without approvals."""
        return tuple(
            (self._label(name, value), self.node(each, name))
            for name, each in _fields(value).items()
            if name not in without and not name.startswith("_") and not _empty(each) and not isinstance(each, Approval)
        )

    def node(self, value: Any, name: str = "") -> Node:
        """One value; ``name`` is its field's, which says whether a number is money."""
        match value:
            case bool():
                return Node("text", said("yes", self.language) if value else said("no", self.language))
            case Enum():
                return self.node(value.value, name)
            case str():
                return self._text(value, name)
            case Decimal() | int():
                return Node("number", self._number(value, name))
            case datetime():
                return Node("text", formats.moment(value, self.language))
            case date():
                return Node("text", formats.day(value, self.language))
            case None:
                return Node("text", "—")
            case Stream():
                return self._text(str(value), name)
            case Mapping():
                return self._mapping(value)
            case set() | frozenset():
                return self._list(sorted(value, key=str), name)
            case tuple() if hasattr(value, "_fields"):
                return Node("pairs", pairs=self.pairs(value))
            case list() | tuple():
                return self._list(value, name)
        if isinstance(value, BaseModel) or dataclasses.is_dataclass(value):
            return Node("pairs", pairs=self.pairs(value))
        return Node("text", str(value))

    def _label(self, name: str, of: Any) -> str:
        owners = (type(of) if isinstance(of, BaseModel) else BaseModel, *self.owners)
        return labels.of_field(name, self.language, *owners).name

    def _number(self, value: Decimal | int, name: str) -> str:
        if isinstance(value, Decimal) and (name in _money_names() or _AMOUNTS.search(name)):
            return formats.money(value, self.language)
        return str(value) if name.endswith(("year", "version")) else formats.number(value, self.language)

    def _text(self, text: str, name: str) -> Node:
        if text in self.directory.employees:
            return Node("text", f"{self.directory.employees[text].name} {text}")
        if text == SYSTEM:
            return Node("text", said("the system", self.language))
        if text in self.directory.departments and "department" in name:
            department = self.directory.departments[text]
            english = department.name_en or department.name
            return Node("text", f"{english if self.language == 'en' else department.name} {text}")
        if text in clauses():
            return Node("clause", text)
        if (subject := subject_of(text)) is not None:
            return Node("link", text, href=f"/subjects/{subject.aggregate}/{subject.id}")
        return Node("text", labels.of_value(text, self.language))

    def _list(self, value: Any, name: str) -> Node:
        left_out = max(0, len(value) - MOST)
        shown = value[:MOST]
        records = [_fields(each) for each in shown if _is_record(each)]
        if records and len(records) == len(shown):
            names = [
                n for n in records[0] if any(not _empty(each.get(n)) for each in records) and not n.startswith("_")
            ]
            if len(names) > 1:
                return Node(
                    "table",
                    heads=tuple(self._label(each, shown[0]) for each in names),
                    rows=tuple(tuple(self.node(record.get(each), each) for each in names) for record in records),
                    left_out=left_out,
                )
        return Node("items", items=tuple(self.node(each, name) for each in shown), left_out=left_out)

    def _mapping(self, value: Mapping[Any, Any]) -> Node:
        shown = list(value.items())[:MOST]
        left_out = max(0, len(value) - MOST)
        pairs = tuple((self._key(key), self.node(each, str(key))) for key, each in shown if not _empty(each))
        return Node("pairs", pairs=pairs, left_out=left_out)

    def _key(self, key: Any) -> str:
        if isinstance(key, tuple):
            return " · ".join(self._key(each) for each in key)
        return self.node(key).text or str(key)


def subject_of(text: str) -> Stream | None:
    """The subject a text names: by its full name, or by a number such as PR261124-7K3Q9."""
    kind, dash, id = text.partition("-")
    if dash and id and kind in catalogue.aggregates():
        return Stream(kind, id)
    found = re.fullmatch(r"([A-Z]{1,4})\d{6}-[0-9A-Z]{4,8}", text)
    aggregate = _prefixes().get(found[1]) if found else None
    return Stream(aggregate, text) if aggregate else None


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {str(name): each for name, each in value.items()}
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {name: getattr(value, name) for name in getattr(value, "_fields", ())}


def _is_record(value: Any) -> bool:
    return (
        isinstance(value, BaseModel | Mapping)
        or (dataclasses.is_dataclass(value) and not isinstance(value, type))
        or hasattr(value, "_fields")
    )


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, tuple | list | dict | frozenset | set) and not value)


@cache
def _prefixes() -> Mapping[str, str]:
    return {aggregate.prefix: aggregate.name for aggregate in catalogue.aggregates().values()}


@cache
def _money_names() -> frozenset[str]:
    every = (
        shown for view in views().values() for shown in (*columns(view), *(c for b in lines(view).values() for c in b))
    )
    return frozenset(shown.name for shown in every if shown.kind == "money")
