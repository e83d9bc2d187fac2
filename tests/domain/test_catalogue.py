"""The whole catalogue: whatever is said is said in both languages under a clause there is, and nothing is forgotten."""

import ast
import inspect
import re
import typing
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, JsonValue

from domain import catalogue
from domain.governance.regulation import clauses
from domain.kernel import Aggregate, Command, Event, Personal, Refusal
from tests.spec import NOW

AGGREGATES = list(catalogue.aggregates().values())
EVENTS = {event.__name__: event for aggregate in AGGREGATES for event in aggregate.events}
COMMANDS = {command.__name__: command for aggregate in AGGREGATES for command in aggregate.commands}
REFUSALS = catalogue.refusals()
HOUSE = Path(__file__).parents[2]
USED_NAMES = {
    node.attr if isinstance(node, ast.Attribute) else node.id
    for folder in ("domain", "application", "infrastructure", "interfaces")
    for path in (HOUSE / folder).rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Name | ast.Attribute)
}
HAN = re.compile("[一-鿿]")


def named(kinds: Iterable[type]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.__name__)


@named(REFUSALS.values())
def test_a_refusal_says_rule_and_remedy_in_both_languages_under_a_clause(kind: type[Refusal]) -> None:
    english, chinese = (kind.rule(), kind.remedy()), (kind.rule("zh"), kind.remedy("zh"))
    for sentence in english:
        assert sentence.endswith(".") and sentence[0].isupper(), sentence
        assert not HAN.search(re.sub(r"《.*?》|\S*[一-鿿]\S*", "", sentence))
    for sentence in chinese:
        assert sentence.endswith("。") and HAN.search(sentence), sentence
    assert len({*english, *chinese}) == 4
    assert kind.clause in clauses(), kind.clause


@named(kind for kind in REFUSALS.values() if not kind.__subclasses__())
def test_a_rule_is_raised_somewhere(kind: type[Refusal]) -> None:
    """A docstring nobody raises is no rule: it is used as a value, beyond its definition and its imports."""
    assert kind.__name__ in USED_NAMES


@named(COMMANDS.values())
def test_a_command_has_a_chinese_name_and_says_what_it_is(kind: type[Command]) -> None:
    assert HAN.search(kind.zh), kind.zh
    assert inspect.getdoc(kind) and kind.__doc__ != Command.__doc__


@named(EVENTS.values())
def test_an_event_has_a_chinese_name_a_clause_and_says_what_it_is(kind: type[Event]) -> None:
    assert HAN.search(kind.zh), kind.zh
    assert kind.clause in clauses(), kind.clause
    assert kind.schema_version >= 1
    assert inspect.getdoc(kind) and kind.__doc__ != Event.__doc__


@named([*EVENTS.values(), *COMMANDS.values()])
def test_personal_data_says_whose_it_is(kind: type[BaseModel]) -> None:
    for name, field in kind.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Personal):
                assert mark.of in kind.model_fields, f"{name} is of {mark.of}, which {kind.__name__} does not have"
                assert mark.purpose


def test_every_event_and_command_found_in_the_source_belongs_to_an_aggregate() -> None:
    for base, known in ((Event, EVENTS), (Command, COMMANDS)):
        written = {kind for kind in _below(base) if kind.__module__.startswith("domain.")}
        assert {kind.__name__ for kind in written if not kind.__subclasses__()} == set(known)


def _below(kind: type) -> set[type]:
    children: list[type] = kind.__subclasses__()
    return {each for child in children for each in (child, *_below(child))}


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda aggregate: aggregate.name)
def test_an_aggregate_is_named_and_its_deadlines_stand_in_the_regulation(aggregate: Aggregate[Any, Any, Any]) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*", aggregate.name)
    assert HAN.search(aggregate.zh)
    assert re.fullmatch(r"[A-Z]{1,4}", aggregate.prefix)
    for clause, zh in ((declared.clause, declared.zh) for declared in aggregate.obligations):
        assert clause in clauses() and HAN.search(zh)
    for clause, zh in ((declared.clause, declared.zh) for declared in aggregate.schedules):
        assert clause in clauses() and HAN.search(zh)
    for obligation in aggregate.obligations:
        assert {obligation.opened_by, *obligation.fulfilled_by, *obligation.closed_by} <= set(aggregate.events)


def test_names_and_prefixes_are_unique() -> None:
    assert len({aggregate.prefix for aggregate in AGGREGATES}) == len(AGGREGATES)
    for aggregate in AGGREGATES:
        names = [command.__name__ for command in aggregate.commands]
        assert len(set(names)) == len(names)


def test_two_events_of_one_name_are_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    first = AGGREGATES[0]
    namesake = type(first.events[0].__name__, (Event,), {"__module__": "tests"})

    def evolve(state: Any, event: Any) -> Any:
        return state

    evolve.__annotations__["event"] = namesake
    twins = {"a": first, "b": replace(first, evolve=evolve)}
    monkeypatch.setattr(catalogue, "aggregates", lambda: twins)
    with pytest.raises(ValueError, match="two events are called"):
        catalogue.events.__wrapped__()


# ── Unions are closed ──────────────────────────────────────────────────────────────────────────────────────

SAMPLES: dict[Any, Any] = {
    str: "x",
    int: 1,
    bool: True,
    float: 1.0,
    bytes: b"x",
    Decimal: Decimal("1.00"),
    date: date(2026, 3, 3),
    datetime: NOW,
    AwareDatetime: NOW,
    JsonValue: "x",
    UUID: UUID(int=1),
    Any: "x",
}


def sample(kind: Any) -> Any:
    """Some value of an annotation, nested messages whole."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in SAMPLES:
        return SAMPLES[kind]
    if origin is typing.Annotated:
        return sample(arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    if origin in (Union, UnionType):
        return sample(next(each for each in arguments if each is not type(None)))
    if origin in (tuple, frozenset, list):
        return origin([sample(arguments[0])])
    if origin is not None and issubclass(origin, typing.Mapping):
        return {sample(arguments[0]): sample(arguments[1])}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        hints = typing.get_type_hints(kind, include_extras=True)
        return kind.model_construct(**{name: sample(hints[name]) for name in kind.model_fields})
    raise AssertionError(f"no sample of {kind!r}; say one in SAMPLES")


PAIRS = [(aggregate, event) for aggregate in AGGREGATES for event in aggregate.events]


@pytest.mark.parametrize(("aggregate", "event"), PAIRS, ids=[f"{a.name}-{e.__name__}" for a, e in PAIRS])
def test_every_event_of_an_aggregate_is_remembered(aggregate: Aggregate[Any, Any, Any], event: type[Event]) -> None:
    """A forgotten case would fall through the match and give nothing.

    A case that was found may speak of something this history does not hold.
    """
    with suppress(LookupError, StopIteration):
        assert aggregate.evolve(aggregate.initial, sample(event)) is not None


def test_no_two_refusals_share_a_name() -> None:
    """A problem's address and the reference name a rule by its class."""
    catalogue.aggregates()
    rules = [rule for rule in _refusals(Refusal) if rule.__module__.startswith("domain.")]
    names = Counter(rule.__name__ for rule in rules)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(rules) > 200


def _refusals(kind: type[Refusal]) -> set[type[Refusal]]:
    return {each for rule in kind.__subclasses__() for each in (rule, *_refusals(rule))}
