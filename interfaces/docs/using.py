"""The pages of the command line 命令行, the settings 设置 and HTTP 接口, from what the programs themselves declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import EnumType
from pathlib import Path
from typing import Any, get_args

import typer
from fastapi.routing import APIRoute

from domain import catalogue
from infrastructure.settings import SETTINGS
from interfaces.cli.main import app as command_line
from interfaces.docs.markdown import heading, page, prose, table
from interfaces.http.application import build
from interfaces.http.problems import TITLES


def cli_page() -> str:
    """Every command of ``guicheng`` with its arguments and options."""
    root = typer.main.get_command(command_line)
    context = typer.Context(root, info_name="guicheng")
    return page("Command line 命令行", CLI, *_command(root, context, ()))


CLI = """`guicheng --help` says the same. Output is a table for people; `--json` prints JSON for programs. Messages
are in Chinese and English. Exit codes: 0 it was done and what was checked holds; 1 it was refused, or what was
checked does not hold; 2 it was called wrongly or set up wrongly; 3 the database cannot be reached."""


def _command(command: Any, context: typer.Context, path: tuple[str, ...]) -> Iterator[str]:
    inside = command.list_commands(context) if hasattr(command, "list_commands") else ()
    if path:
        name = " ".join(("guicheng", *path))
        told = [heading(min(len(path) + 1, 3), f"cli-{'-'.join(path)}", f"`{name}`"), prose(command.help)]
        if not inside:
            told.append(f"```\n{' '.join((name, *_usage(command)))}\n```")
            told.append(table(("argument or option", "takes", "default", "meaning"), _parameters(command, context)))
        yield "\n\n".join(each for each in told if each)
    for name in sorted(inside):
        inner = command.get_command(context, name)
        if not inner.hidden:
            yield from _command(inner, typer.Context(inner, info_name=name, parent=context), (*path, name))


def _usage(command: Any) -> Iterator[str]:
    for each in command.params:
        if each.param_type_name == "argument":
            yield each.name.upper() if each.required else f"[{each.name.upper()}]"
    yield "[OPTIONS]"


def _parameters(command: Any, context: typer.Context) -> Iterator[tuple[str, str, str, str]]:
    for each in command.get_params(context):
        if each.name == "help":
            continue
        argument = each.param_type_name == "argument"
        names = each.name.upper() if argument else " / ".join((*each.opts, *each.secondary_opts))
        default = each.default
        plain = "" if default is None or callable(default) or default in ((), [], False, "") else f"`{default}`"
        takes = "" if getattr(each, "is_flag", False) else _takes(each)
        yield f"`{names}`", takes, "required 必填" if each.required else plain, prose(each.help)


def _takes(parameter: Any) -> str:
    annotation = parameter.type_descriptor.annotation
    members: Iterable[Any] = annotation if isinstance(annotation, EnumType) else get_args(annotation)
    choices = [getattr(each, "value", each) for each in members]
    known = {str: "text", int: "integer", float: "number", Path: "path", datetime: "time"}
    words = " · ".join(f"`{each}`" for each in choices) or known.get(annotation, "")
    return words + (", several" if parameter.multiple or parameter.nargs == -1 else "")


def settings_page() -> str:
    """Every environment variable."""
    rows = [(f"`{each.name}`", each.default, f"{each.en} {each.zh}") for each in SETTINGS]
    return page("Settings 设置", SETTINGS_TEXT, table(("variable", "default", "meaning"), rows))


SETTINGS_TEXT = """All by environment variable; a variable set to nothing counts as not set, and one that starts with
`GUICHENG_` and is not listed here is an error, so that a slip of the pen is noticed."""


def http_page() -> str:
    """Every route beside those made from the catalogue, and every kind of problem."""
    known = catalogue.aggregates()
    found: dict[str, list[tuple[str, str, str]]] = {}
    for route in _routes(build().routes):
        aggregate = re.match(r"/api/([a-z_]+)/", route.path)
        if aggregate and aggregate[1] in known:
            continue
        tag = str(route.tags[0]) if route.tags else "Other 其他"
        summary = route.summary or prose(route.description).partition(".")[0]
        for method in sorted(route.methods or ()):
            found.setdefault(tag, []).append((method, f"`{route.path}`", summary))
    parts = []
    for number, (tag, routes) in enumerate(sorted(found.items())):
        routes.sort(key=lambda route: (route[1], route[0]))
        parts.append(heading(2, f"tag-{number}", tag))
        parts.append(table(("method", "path", "what"), routes))
    problems = [(f"`/problems/{kind}`", en, zh) for kind, (en, zh) in sorted(TITLES.items())]
    return page(
        "HTTP", HTTP, *parts, heading(2, "problems", "Problems 错误"), table(("type", "title", "标题"), problems)
    )


def _routes(found: Iterable[Any]) -> Iterator[APIRoute]:
    """Every documented route, those of included routers as well."""
    for each in found:
        if isinstance(each, APIRoute) and each.include_in_schema:
            yield each
        elif (router := getattr(each, "original_router", None)) is not None:
            yield from _routes(router.routes)


HTTP = """`/openapi.json` describes every route exactly. Commands are at `/api/<subject>/<number>/<command>`, one for
each command of [the catalogue](commands.md); `GET /api/<subject>/<number>` shows a subject, `…/history` its events.
Views are at `/api/views/<name>`, one for each of [the views](views.md). Sign in with `POST /session`, or send an API
key as `Authorization: Bearer …`. Whatever goes wrong is an RFC 9457 problem (`application/problem+json`) in the
language of `Accept-Language`; a refusal is 409 with the rule's sentence, its clause and what to do. `Idempotency-Key`
makes a command repeatable, `If-Match` refuses it where the subject moved on."""
