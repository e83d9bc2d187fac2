"""``-h`` everywhere: in both languages, and true to what there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from infrastructure.settings import SETTINGS
from interfaces.cli.main import app
from tests.interfaces.cli.command import Guicheng


def every() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its path, groups included."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), typer.main.get_command(app))]
    while waiting:
        path, command = waiting.pop()
        yield path, command
        waiting += [((*path, name), each) for name, each in getattr(command, "commands", {}).items()]


EVERY = dict(every())
ASKED = {
    *(("init",), ("demo",), ("serve",), ("work",), ("stop",), ("simulate",), ("bench",)),
    *(("import", each) for each in ("org", "approvals", "budget-actuals", "budget-lines")),
    *(("audit", each) for each in ("verify", "trail", "as-of", "replay", "checkpoint", "proof")),
    *(("rulebook", each) for each in ("list", "show", "coverage")),
    *(("views", each) for each in ("status", "rebuild")),
    ("stream", "tail"),
}


def chinese(text: str) -> bool:
    """Whether some of it is Chinese."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_command_that_was_asked_for_is_there() -> None:
    assert EVERY.keys() >= ASKED


@pytest.mark.parametrize("path", sorted(EVERY), ids=lambda path: " ".join(path) or "guicheng")
def test_help_is_in_both_languages(guicheng: Guicheng, path: tuple[str, ...]) -> None:
    command = EVERY[path]
    assert chinese(command.help) and command.help[0].isascii(), command.help
    context = typer.Context(command, info_name="guicheng")
    for parameter in command.get_params(context):
        assert chinese(parameter.help or "") and parameter.help[0].isascii(), (path, parameter.name, parameter.help)
    told = guicheng.done(*path, "-h").out
    assert " ".join(("Usage: guicheng", *path)) in told and "选项" in told
    assert guicheng.done(*path, "--help").out == told
    assert not guicheng.home.exists(), "help touches nothing"


def test_every_setting_is_told(guicheng: Guicheng) -> None:
    told = guicheng.done("--help").out
    assert all(each.name in told for each in SETTINGS)
