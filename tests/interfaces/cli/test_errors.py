"""Whatever goes wrong inside a command is told in both languages, with what to do; a stack trace goes into a file."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
import sqlalchemy.exc

from application.acts import Busy
from application.handler import UnknownSubject
from application.journal import EntryTooLarge, Unavailable
from domain.working_time import NoCalendar
from interfaces.cli import rulebook
from tests.interfaces.cli.command import EXAMPLES, Guicheng


def _away() -> Exception:
    return psycopg.OperationalError("connection\n  refused")


@pytest.mark.parametrize(
    ("error", "code", "named"),
    [
        (NoCalendar(2031), 1, "no working calendar for 2031. `guicheng init`"),
        (Busy("requisition-1"), 1, "requisition-1"),
        (UnknownSubject("requisition-1"), 1, "no subject requisition-1"),
        (EntryTooLarge("the reason would be 70000 bytes"), 1, "70000 bytes"),
        (Unavailable("the database is away"), 3, "已确认的数据不会丢失"),
        (_away(), 3, "connection refused"),
        (sqlalchemy.exc.OperationalError("select", {}, _away()), 3, "connection refused"),
        (psycopg.errors.DiskFull("No space left on device"), 3, "磁盘"),
        (psycopg.errors.InsufficientPrivilege("permission denied for schema"), 3, "permission denied for schema"),
        (PermissionError(13, "Permission denied", "/kept"), 2, "/kept: Permission denied"),
        (ExceptionGroup("several", [_away(), ValueError("other")]), 3, "connection refused"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_told_with_what_to_do(
    guicheng: Guicheng, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, named: str
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(rulebook, "clauses", fails)
    result = guicheng("rulebook", "list", "--json")
    result.said(named)
    assert (result.code, result.out) == (code, "")


def test_what_nobody_expected_is_told_and_its_stack_trace_kept(
    guicheng: Guicheng, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise ZeroDivisionError("an error [/of] ours")

    monkeypatch.setattr(rulebook, "clauses", fails)
    result = guicheng("rulebook", "list")
    result.said("ZeroDivisionError: an error [/of] ours", "意外错误")
    assert result.code == 70
    found = re.search(r"Please report it with (\S+\.log)\.", result.err)
    assert found is not None
    kept = Path(found[1])
    assert "in fails" in kept.read_text(encoding="utf-8")
    kept.unlink()


def test_a_refusal_says_the_rule_its_clause_and_what_to_do(guicheng: Guicheng) -> None:
    result = guicheng("import", "org", EXAMPLES / "organisation.csv", "--by", "E999")
    result.said("E999", "[", "→")
    assert result.code == 1
