"""The command and its error handling: whatever goes wrong is told in both languages, never as a stack trace."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import psycopg
import typer

import interfaces.cli as package
from application.journal import Unavailable
from domain.kernel import Refusal
from infrastructure.settings import SETTINGS, SettingError
from interfaces.cli.output import err, fail

_SETTINGS = "\n\n".join(f"{each.name} (default: {each.default}): {each.en} {each.zh}" for each in SETTINGS)

app = typer.Typer(
    name="guicheng",
    help="Guicheng 规程: a company's rulebook, running.",
    epilog=f"Settings 设置, by environment variable:\n\n{_SETTINGS}",
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
            app.add_typer(module.app, name=getattr(module, "NAME", found.name.replace("_", "-")))


_gather()


def main() -> None:
    """Run the command; the exit code is 0 where it did what was asked and what it checked holds."""
    try:
        app()
    except KeyboardInterrupt:
        err.print("stopped 已中止")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except SettingError as error:
        sys.exit(fail(error.en, error.zh, 2).exit_code)
    except Refusal as refusal:
        en = f"{refusal.sentence('en')} [{refusal.clause}] → {refusal.remedy('en')}"
        zh = f"{refusal.sentence('zh')}[{refusal.clause}]→ {refusal.remedy('zh')}"
        sys.exit(fail(en, zh).exit_code)
    except (Unavailable, psycopg.OperationalError) as error:
        en = f"The database cannot be reached: {error}. Start it and repeat; nothing acknowledged is lost."
        sys.exit(fail(en, "无法连接数据库；请启动后重试，已确认的数据不会丢失。", 3).exit_code)
