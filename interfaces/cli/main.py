"""The command and its error handling: whatever goes wrong is told in both languages, never as a stack trace."""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
import sys
import tempfile
import traceback
from typing import Any, NamedTuple

import psycopg
import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperCommand, TyperGroup

import interfaces.cli as package
from application.acts import Busy, CommandIdReused, StaleVersion
from application.handler import UnknownSubject
from application.journal import EntryTooLarge, Unavailable
from domain.kernel import Refusal
from domain.working_time import NoCalendar
from infrastructure.codec import NewerJournal
from infrastructure.settings import SETTINGS, SettingError
from interfaces.cli.output import fail, tell

_SETTINGS = "\n\n".join(f"{each.name} (default: {each.default}): {each.en} {each.zh}" for each in SETTINGS)

REFUSED, WRONG, AWAY, INTERNAL, STOPPED = 1, 2, 3, 70, 130
"""Exit codes: refused, or what was checked does not hold; called or set up wrongly; no database; ours; interrupted."""

_ZH = {
    "--help": "显示帮助并退出。",
    "--install-completion": "为当前命令行安装自动补全。",
    "--show-completion": "显示自动补全脚本，供复制或修改。",
}
"""What Typer says in English of the options it adds."""


class _Command(TyperCommand):
    def get_params(self, ctx: Any) -> list[Any]:
        return _in_both_languages(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _title()
        super().format_help(ctx, formatter)


class _Group(TyperGroup):
    def get_params(self, ctx: Any) -> list[Any]:
        return _in_both_languages(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _title()
        super().format_help(ctx, formatter)


def _title() -> None:
    # Only help needs this, and it takes a while to load.
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments 参数"
    rich_utils.OPTIONS_PANEL_TITLE = "Options 选项"
    rich_utils.COMMANDS_PANEL_TITLE = "Commands 命令"


def _in_both_languages(parameters: list[Any]) -> list[Any]:
    for each in parameters:
        zh = next((_ZH[name] for name in each.opts if name in _ZH), None)
        if zh and zh not in each.help:
            each.help = f"{each.help} {zh}"
    return parameters


app = typer.Typer(
    name="guicheng",
    cls=_Group,
    help="Guicheng 规程: a company's rulebook, running 让公司制度运转起来。",
    epilog=f"Settings 设置, by environment variable 通过环境变量:\n\n{_SETTINGS}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _gather() -> None:
    """A module with an ``app`` is a group, called ``NAME`` or as the module; one with ``commands`` adds to the top."""
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        if found.name in ("main", "output", "running"):
            continue
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        if hasattr(module, "commands"):
            module.commands(app)
        elif hasattr(module, "app"):
            app.add_typer(module.app, name=getattr(module, "NAME", found.name.replace("_", "-")), cls=_Group)
    for typers in (app, *(group.typer_instance for group in app.registered_groups)):
        for command in typers.registered_commands if typers else ():
            command.cls = _Command


_gather()


def main() -> None:
    """Run the command; the exit code is 0 where it did what was asked and what it checked holds."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    # It tells of every attempt to connect again; what came of them is told by whoever waited.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    try:
        code = app(prog_name="guicheng", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = REFUSED
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        code = _told(error)
    if code == STOPPED:
        tell("stopped 已中止")
    sys.exit(code or 0)


class _Said(NamedTuple):
    en: str
    zh: str
    code: int = REFUSED


def _told(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return STOPPED
    if isinstance(error, typer.TyperException):
        return _usage(error)
    return int(fail(*_said(error)).exit_code)


def _usage(error: Any) -> int:
    """A command called wrongly; where it was called with nothing, its help has been shown already."""
    context = getattr(error, "ctx", None)
    if message := error.format_message():
        path = context.command_path if context else "guicheng"
        tell(f"{message.rstrip('.')}. `{path} -h` shows how it is used.", f"命令用法有误；`{path} -h` 显示用法。")
    return WRONG


def _said(error: BaseException) -> _Said:
    """What to tell of an error, and with which exit code."""
    match error:
        case SettingError():
            return _Said(error.en, error.zh, WRONG)
        case Refusal():
            en = f"{error.sentence('en')} [{error.clause}] → {error.remedy('en')}"
            return _Said(en, f"{error.sentence('zh')}[{error.clause}]→ {error.remedy('zh')}")
        case NewerJournal():
            return _Said(error.en, error.zh)
        case Unavailable():
            # Says by itself, in both languages, what to do.
            return _Said(str(error), "已确认的数据不会丢失。", AWAY)
        case psycopg.OperationalError() if "No space left" in str(error):
            en = f"The database's disk is full: {_line(error)}. Make room and repeat; nothing acknowledged is lost."
            return _Said(en, "数据库所在磁盘已满；请腾出空间后重试，已确认的数据不会丢失。", AWAY)
        case psycopg.OperationalError() | psycopg.InterfaceError():
            en = f"The database cannot be reached: {_line(error)}. Start it and repeat; nothing acknowledged is lost."
            return _Said(en, "无法连接数据库；请启动后重试，已确认的数据不会丢失。", AWAY)
        case DBAPIError(orig=psycopg.Error() as cause):
            return _said(cause)
        case psycopg.Error():
            en = f"The database does not do this: {_line(error)}. It needs the owner of the database, and its tables."
            return _Said(en, "数据库拒绝执行；需以数据库所有者身份连接，且其表结构完整。", AWAY)
        case NoCalendar():
            en = f"There is no working calendar for {error.year}. `guicheng init` publishes those of the years to come."
            return _Said(en, f"尚未发布{error.year}年工作日历；请运行 guicheng init。")
        case StaleVersion() | Busy() | CommandIdReused():
            return _Said(f"Somebody else changed it meanwhile: {error}. Repeat the command.", "数据已变动，请重试。")
        case UnknownSubject():
            return _Said(f"There is no subject {error}.", f"没有单据 {error}。")
        case EntryTooLarge():
            return _Said(str(error), "内容过大，请精简后重试。")
        case OSError(filename=str() as path):
            return _Said(f"{path}: {error.strerror}.", f"无法使用 {path}；请检查路径、权限与磁盘空间。", WRONG)
        case BaseExceptionGroup(exceptions=(first, *_)):
            return _said(first)
    return _unexpected(error)


def _unexpected(error: BaseException) -> _Said:
    with tempfile.NamedTemporaryFile("w", prefix="guicheng-", suffix=".log", encoding="utf-8", delete=False) as file:
        traceback.print_exception(error, file=file)
    what = f"{type(error).__name__}: {_line(error)}"
    en = f"Something went wrong that should not: {what}. Please report it with {file.name}."
    return _Said(en, f"发生意外错误；请附上 {file.name} 报告此问题。", INTERNAL)


def _line(error: BaseException) -> str:
    """An error's text in one line."""
    return " ".join(str(error).split()).rstrip(".")
