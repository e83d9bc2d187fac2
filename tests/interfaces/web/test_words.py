"""Words 词语: no page says anything that is not translated; everything the model names has a name in Chinese."""

import dataclasses
import typing
from enum import Enum
from typing import Any

from babel.messages.extract import extract_from_dir
from pydantic import BaseModel

from domain import catalogue
from domain.kernel import Command, Event
from interfaces.web import formats, labels
from interfaces.web.words import CATALOGS, chinese

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "said": None, "ngettext": (1, 2)}


def test_every_message_of_every_page_is_translated_and_no_translation_is_left_over() -> None:
    found = extract_from_dir(CATALOGS.parent, METHODS, OPTIONS, KEYWORDS)
    said = {message[1] if isinstance(message, tuple) else message for _, _, message, _, _ in found}
    assert len(said) > 90
    known = {message for context, message in chinese() if not context}
    assert said - known == set()
    assert known - said == set()
    assert [key for key, text in chinese().items() if not text] == []


def test_every_command_event_and_aggregate_has_a_name_in_both_languages() -> None:
    for aggregate in catalogue.aggregates().values():
        assert _chinese(labels.of_aggregate(aggregate.name, "zh")) and labels.of_aggregate(aggregate.name, "en")
        named: list[type[Command] | type[Event]] = [*aggregate.commands, *aggregate.events]
        for kind in named:
            assert _chinese(labels.of_message(kind, "zh")), kind
            assert not _chinese(labels.of_message(kind, "en")), kind


def test_every_field_of_states_events_and_commands_has_a_name_in_both_languages() -> None:
    names = {name for kind in _kinds() for name in _fields(kind)}
    assert len(names) > 300
    assert sorted(name for name in names if not _chinese(labels.of_field(name, "zh").name)) == []
    assert sorted(name for name in names if _chinese(labels.of_field(name, "en").name)) == []


def test_every_value_of_an_enumeration_has_a_name_in_chinese() -> None:
    values = {value for kind in _kinds() for hint in _fields(kind).values() for value in _values(hint)}
    assert len(values) > 100
    assert sorted(value for value in values if not _chinese(labels.of_value(value, "zh"))) == []


def test_figures_and_times_are_written_as_people_there_write_them() -> None:
    assert formats.money("1234.5", "zh") == "¥1,234.50" == formats.money("1234.5", "en")
    assert formats.number("12000.500", "en") == "12,000.5"
    assert formats.moment("2026-03-03T02:00:00+00:00", "zh") == "2026年3月3日 10:00"
    assert formats.day("2026-03-03", "zh") == "2026年3月3日" and formats.day("2026-03-03", "en") == "3 Mar 2026"
    assert formats.span(7200, "zh") == "2小时" and formats.span(7200, "en") == "2 hours"


def test_a_description_is_split_into_name_and_help() -> None:
    en, zh = labels.split("Account that pays; none: that of the goods 预算科目(不填则按采购类别)")
    assert (en.name, en.help) == ("Account that pays", "none: that of the goods")
    assert (zh.name, zh.help) == ("预算科目", "不填则按采购类别")


def _kinds() -> list[Any]:
    """Every state, event and command, and what lies in them."""
    waiting: list[Any] = []
    for aggregate in catalogue.aggregates().values():
        waiting += [type(aggregate.initial), *aggregate.events, *(kind for kind in aggregate.commands)]
    found: dict[Any, None] = {}
    while waiting:
        each = waiting.pop()
        waiting.extend(typing.get_args(each))
        if isinstance(each, type) and each not in found and _fields(each):
            found[each] = None
            waiting.extend(_fields(each).values())
    return list(found)


def _fields(kind: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(kind):
        return {f.name: typing.get_type_hints(kind)[f.name] for f in dataclasses.fields(kind)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return {name: typing.get_type_hints(kind)[name] for name in getattr(kind, "_fields", ())}


def _values(hint: Any) -> list[str]:
    if typing.get_origin(hint) is typing.Literal:
        return [each for each in typing.get_args(hint) if isinstance(each, str)]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [each.value for each in hint]
    return [value for inner in typing.get_args(hint) for value in _values(inner)]


def _chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)
