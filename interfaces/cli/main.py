"""The command and its error handling: whatever goes wrong is told in both languages, never as a stack trace."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import click
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
    """A module of this package with an ``app`` is a group (``NAME``, else its own); one with ``commands`` adds to the top."""
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
        code = app(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as misuse:
        misuse.show()
        code = misuse.exit_code
    except (click.Abort, KeyboardInterrupt):
        err.print("stopped 已中止")
        code = 130
    except SettingError as error:
        code = fail(error.en, error.zh, 2).exit_code
    except Refusal as refusal:
        code = fail(
            f"{refusal.sentence('en')} [{refusal.clause}] → {refusal.remedy('en')}",
            f"{refusal.sentence('zh')}[{refusal.clause}]→ {refusal.remedy('zh')}",
        ).exit_code
    except Unavailable as error:
        code = fail(
            f"The database cannot be reached: {error}. Start it and repeat; nothing acknowledged is lost.",
            "无法连接数据库；请启动后重试，已确认的数据不会丢失。",
            3,
        ).exit_code
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
