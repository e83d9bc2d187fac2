"""The pages of commands 命令, events 事件 and refusals 规则, by aggregate, from the catalogue."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from domain import catalogue
from domain.kernel import Aggregate, Command, Event, Refusal
from infrastructure.upcasts import upcasts
from interfaces.docs.clauses import clause_link
from interfaces.docs.markdown import heading, link, page, paragraphs, prose, table
from interfaces.docs.reach import refusals_of
from interfaces.docs.shapes import fields, messages_inside
from projections.catalogue import views

Found = Aggregate[Any, Any, Any]


def commands_page() -> str:
    """Every command, what it takes and which rules may refuse it."""
    shared = _shared("commands")
    parts = [_shared_commands(shared)]
    for aggregate in catalogue.aggregates().values():
        own = [kind for kind in aggregate.commands if kind not in shared]
        more = [kind for kind in aggregate.commands if kind in shared]
        told = [heading(2, f"a-{aggregate.name}", f"{aggregate.zh} `{aggregate.name}`"), _home(aggregate)]
        told += [_command(kind, [aggregate]) for kind in own]
        if more:
            told.append(f"And the commands of approvals 审批: {', '.join(_to('c', each) for each in more)}")
        parts.append("\n\n".join(told))
    parts.append(_parts_inside(kind for aggregate in catalogue.aggregates().values() for kind in aggregate.commands))
    return page("Commands 命令", COMMANDS, *parts)


COMMANDS = """What may be asked, by subject. Over HTTP a command is `POST
/api/<subject>/<number>/<command-in-kebab-case>` with its fields as JSON; without a number it begins a new subject.
Who acts is whoever is signed in; nothing about it stands in a command. The rules listed are read from the code of the
decider: whatever may refuse the command, in order of clause. Beside them, everybody who acts must be employed
([NotEmployed](refusals.md#r-NotEmployed)), whoever stands in for somebody needs a delegation
([NoDelegation](refusals.md#r-NoDelegation)), and commands *of the house* 系统命令 are issued by the software itself
only ([IssuedByTheHouse](refusals.md#r-IssuedByTheHouse))."""


def _shared_commands(shared: list[type[BaseModel]]) -> str:
    told = [heading(2, "a-approvals", "审批 approvals: one set of commands for all")]
    for kind in shared:
        assert issubclass(kind, Command)
        told.append(_command(kind, [each for each in catalogue.aggregates().values() if kind in each.commands]))
    return "\n\n".join(told)


def _command(kind: type[Command], aggregates: list[Found]) -> str:
    refusals = {rule for aggregate in aggregates for rule in refusals_of(aggregate, kind)}
    ordered = sorted(refusals, key=lambda each: (each.clause, each.__name__))
    house = "Of the house 系统命令." if kind.by_house else ""
    told = [heading(3, f"c-{kind.__name__}", f"{kind.zh} `{kind.__name__}`"), f"{prose(kind.__doc__)} {house}".strip()]
    told.append(_fields(kind))
    if ordered:
        told.append("May be refused by: " + ", ".join(f"{_to('r', each)} ({each.clause})" for each in ordered))
    return "\n\n".join(each for each in told if each)


def events_page() -> str:
    """Every event, what it holds, under which clause it happens and which views hear it."""
    shared = _shared("events")
    heard: dict[str, list[str]] = {}
    for name, view in views().items():
        for event in view.listens:
            heard.setdefault(event, []).append(link(name, "views.md", f"v-{name}"))
    parts = [heading(2, "a-approvals", "审批 approvals: one set of events for all")]
    parts += [_event(kind, heard) for kind in shared if issubclass(kind, Event)]
    for aggregate in catalogue.aggregates().values():
        parts += [heading(2, f"a-{aggregate.name}", f"{aggregate.zh} `{aggregate.name}`"), _obligations(aggregate)]
        parts += [_event(kind, heard) for kind in aggregate.events if kind not in shared]
        more = [_to("e", kind) for kind in aggregate.events if kind in shared]
        parts.append(f"And the events of approvals 审批: {', '.join(more)}" if more else "")
    parts.append(_parts_inside(kind for aggregate in catalogue.aggregates().values() for kind in aggregate.events))
    return page("Events 事件", EVENTS, *parts)


EVENTS = """What happens, by subject. Every event is stored under its name for ever, with the clause it happened
under, the rulings behind it (`basis` 依据), who acted for whom and when. The JSON Schema of each stored shape, one
file for each version ever written, lies in [docs/events](../events). Fields marked 🔒 are personal data 个人信息:
encrypted per person before they are hashed, unreadable once the person is erased."""


def _event(kind: type[Event], heard: dict[str, list[str]]) -> str:
    schema = f"[v{kind.schema_version}](../events/{kind.__name__}.v{kind.schema_version}.json)"
    older = [f"v{version}" for name, version in sorted(upcasts()) if name == kind.__name__]
    told = [
        heading(3, f"e-{kind.__name__}", f"{kind.zh} `{kind.__name__}`"),
        prose(kind.__doc__),
        f"Clause {clause_link(kind.clause)} · schema {schema}"
        + (f" · reads {', '.join(older)} as well" if older else "")
        + (f" · also stored as {', '.join(kind.aliases)}" if kind.aliases else ""),
        _fields(kind),
    ]
    if kind.__name__ in heard:
        told.append(f"Heard by the views {', '.join(heard[kind.__name__])}")
    return "\n\n".join(each for each in told if each)


def _obligations(aggregate: Found) -> str:
    told = [
        f"- Deadline 时限 {clause_link(each.clause)} {each.zh}: opened by {_to('e', each.opened_by)}, fulfilled by "
        + ", ".join(_to("e", kind) for kind in each.fulfilled_by)
        for each in aggregate.obligations
    ]
    told += [f"- Schedule 定期 {clause_link(each.clause)}: {each.zh}" for each in aggregate.schedules]
    return "\n".join(told)


def refusals_page() -> str:
    """Every rule that says no: the sentence, what to do, the clause, what it stands against."""
    against: dict[str, list[str]] = {}
    for aggregate in catalogue.aggregates().values():
        for command in aggregate.commands:
            for rule in refusals_of(aggregate, command):
                against.setdefault(rule.__name__, []).append(
                    link(command.__name__, "commands.md", f"c-{command.__name__}")
                )
    parts = [_refusal(rule, against.get(rule.__name__, ())) for rule in catalogue.refusals().values()]
    return page("Refusals 规则", REFUSALS, *parts)


REFUSALS = """Every rule that says no. The sentence is what people read, on the command line, over HTTP and on the
screen, in their language, with the facts that decided and what to do next. Rules marked *attempt* 越权 concern
authority, separation of duties and access: being refused by one of them is recorded in the journal as well."""


def _refusal(rule: type[Refusal], against: Iterable[str]) -> str:
    told = [
        heading(3, f"r-{rule.__name__}", f"`{rule.__name__}`"),
        f"{rule.rule('en')}\n{rule.rule('zh')}",
        f"→ {rule.remedy('en')} {rule.remedy('zh')}",
        f"Clause {clause_link(rule.clause)}" + (" · *attempt* 越权, journalled" if rule.attempt else ""),
    ]
    commands = list(dict.fromkeys(against))
    if commands:
        told.append(f"Stands against {', '.join(commands)}")
    return "\n\n".join(told)


def _shared(what: str) -> list[type[BaseModel]]:
    """What several aggregates have in common, in order."""
    counted: dict[type[BaseModel], int] = {}
    for aggregate in catalogue.aggregates().values():
        for kind in getattr(aggregate, what):
            counted[kind] = counted.get(kind, 0) + 1
    return [kind for kind, count in counted.items() if count > 1]


def _home(aggregate: Found) -> str:
    module = inspect.getmodule(aggregate.decide)
    return f"{paragraphs(module.__doc__ if module else '')}\n\nNumbers start with `{aggregate.prefix}`."


def _to(what: str, kind: type) -> str:
    pages = {"c": "commands.md", "e": "events.md", "r": "refusals.md"}
    return link(kind.__name__, pages[what], f"{what}-{kind.__name__}")


def _fields(kind: type[BaseModel]) -> str:
    personal = {name for name, field in kind.model_fields.items() if any(_personal(mark) for mark in field.metadata)}
    rows = [
        (
            f"`{each.name}`" + (" 🔒" if each.name in personal else ""),
            each.type,
            "yes 必填" if each.required else f"`{each.default}`" if each.default else "",
            each.help,
        )
        for each in fields(kind)
    ]
    return table(("field 字段", "type", "required or default", "meaning"), rows)


def _personal(mark: object) -> bool:
    return type(mark).__name__ == "Personal"


def _parts_inside(kinds: Iterable[type[BaseModel]]) -> str:
    inside: dict[str, type[BaseModel]] = {}
    for kind in kinds:
        inside |= messages_inside(kind)
    told = [heading(2, "parts", "Parts 组成")]
    for name, part in sorted(inside.items()):
        told.append("\n\n".join((heading(3, f"part-{name}", f"`{name}`"), prose(part.__doc__), _fields(part))))
    return "\n\n".join(told) if inside else ""
