"""``guicheng practice``: a clock that stands still until it is moved, and never that of an installation at work."""

from __future__ import annotations

from pathlib import Path

from tests.interfaces.cli.command import EXAMPLES, Guicheng

ORGANISATION = EXAMPLES / "budget-year" / "organisation.csv"


def test_the_days_that_pass_do_what_they_would_have_done(guicheng: Guicheng) -> None:
    begun = guicheng.done("practice", "begin", "2024-09-30", "--org", ORGANISATION)
    assert "E004" in begun.out and "finance_manager 财务经理" in begun.out
    told = guicheng.done("practice", "until", "2024-10-08").out
    assert told.startswith("2024-10-08 10:00 · ") and " 0 events" not in told
    opened = guicheng.done("audit", "trail", "budget_round-2025").out
    assert "BudgetRoundOpened" in opened and "2024-10-08 10:00" in opened


def test_time_only_goes_on(guicheng: Guicheng) -> None:
    guicheng.done("practice", "begin", "2024-09-30", "--org", ORGANISATION)
    guicheng("practice", "until", "2024-09-30").said("time only goes on")
    guicheng("practice", "until", "tomorrow").said("is no day")


def test_a_file_that_is_wrong_begins_nothing(guicheng: Guicheng, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(ORGANISATION.read_text("utf-8").replace("总经理,,2020", "总管,,2020"), "utf-8")
    failed = guicheng("practice", "begin", "2024-09-30", "--org", wrong)
    assert failed.code == 1 and "nothing was applied" in failed.out
    guicheng.done("practice", "begin", "2024-09-30", "--org", ORGANISATION)


def test_an_installation_at_work_keeps_the_real_time(guicheng: Guicheng) -> None:
    guicheng.done("init")
    guicheng("practice", "begin", "2024-09-30", "--org", ORGANISATION).said("There is a journal here already")
    guicheng("practice", "until", "2024-10-08").said("goes by the real time")
