"""Labels 名称: what commands, events, fields, columns and values are called, from the catalogue and the models' docs.

The Chinese of a field is in its description (``"Purpose 用途"``), of a column beside its name, of a command or event in
``zh``; what the model names by code alone has its Chinese in ``catalogs/model.po``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from domain import catalogue
from domain.governance import regulation
from domain.kernel import Aggregate, Command, Event
from interfaces.http.languages import Language
from interfaces.http.problems import kebab
from interfaces.web.words import chinese
from projections.asking import columns, lines
from projections.catalogue import views

_ENDS = re.compile(r"\s*[;；:：（(，,]\s*|\s+[—–]\s+")


class Label(NamedTuple):
    """A name and what more there is to know, in one language."""

    name: str
    help: str = ""


def of_aggregate(name: str, language: Language) -> str:
    """采购申请, Requisition."""
    known = catalogue.aggregates().get(name)
    return known.zh if known is not None and language == "zh" else _capital(name.replace("_", " "))


def of_message(kind: type[Command] | type[Event], language: Language) -> str:
    """提交采购申请, Submit requisition: a command or an event."""
    return kind.zh if language == "zh" and kind.zh else _capital(kebab(kind.__name__).replace("-", " "))


def of_event_name(name: str, language: Language) -> str:
    """An event by its stored name."""
    kind = catalogue.events().get(name)
    return of_message(kind, language) if kind else name


def of_field(name: str, language: Language, *owners: type[BaseModel]) -> Label:
    """A field: as its first owner describes it; else by its code; else as other owners, or whoever, describe it."""
    plain = Label(_capital(name.replace("_", " ")))
    own = _described(owners[0]).get(name) if owners else None
    if own is None and (code := chinese().get(("field", name))):
        return Label(code) if language == "zh" else plain
    lent = next((found for owner in owners if (found := _described(owner).get(name))), None)
    told = own or lent or _known_fields().get(name)
    label = told[1 if language == "zh" else 0] if told else plain
    return label if label.name else plain


def of_value(value: str, language: Language) -> str:
    """A value of an enumeration: 审批中, open. What is no code stays as it is."""
    if language == "zh":
        return chinese().get(("value", value), value)
    return value.replace("_", " ") if ("value", value) in chinese() else value


def of_clause(id: str, language: Language) -> str:
    """What a clause says, in short; empty for no clause of ours."""
    clause = regulation.clauses().get(id)
    return "" if clause is None else clause.zh if language == "zh" else clause.en


def split(description: str) -> tuple[Label, Label]:
    """``"Account that pays; none: that of the goods 预算科目(不填则按类别)"`` as its English and Chinese label."""
    found = re.search(r"[\u4e00-\u9fff《]", description)
    at = found.start() if found else len(description)
    return _label(description[:at]), _label(description[at:])


def area_of(aggregate: Aggregate[Any, Any, Any]) -> str:
    """The area of the house it lives in, e.g. ``procurement``; named in ``catalogs/model.po``."""
    return aggregate.decide.__module__.split(".")[-2]


def _label(text: str) -> Label:
    name, _, rest = text.strip(" .。").partition("\n")
    parts = _ENDS.split(name, maxsplit=1)
    return Label(parts[0].strip(), (parts[1] if len(parts) > 1 else rest).strip(" )）"))


@cache
def _described(owner: type[BaseModel]) -> Mapping[str, tuple[Label, Label]]:
    return {name: split(field.description) for name, field in owner.model_fields.items() if field.description}


@cache
def _known_fields() -> Mapping[str, tuple[Label, Label]]:
    """Names described somewhere: columns first, they are short; then fields of commands."""
    found: dict[str, tuple[Label, Label]] = {}
    for view in views().values():
        for shown in (*columns(view), *(each for below in lines(view).values() for each in below)):
            found.setdefault(shown.name, (Label(shown.en), Label(shown.zh)))
    waiting: list[Any] = [kind for each in catalogue.aggregates().values() for kind in (*each.commands, *each.events)]
    seen: set[Any] = set()
    while waiting:
        kind = waiting.pop()
        waiting.extend(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            for name, label in _described(kind).items():
                found.setdefault(name, label)
            waiting.extend(field.annotation for field in kind.model_fields.values())
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
