"""The tutorial is true: its commands are run and print what it tells, but for numbers that differ from run to run."""

from pathlib import Path

import pytest

from infrastructure.settings import Settings
from tests.database import Database
from tests.tutorial import PAGE, as_told, commands, company_at_work, run_page


def told(printed: str) -> list[str]:
    """Line by line, however wide the columns of a table came out."""
    return [" ".join(line.split()) for line in as_told(printed).splitlines() if line.strip(" ─")]


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation of the tutorial's own, on a database of its own."""
    return Settings(home=tmp_path, database_url=database.url)


def test_the_tutorial_prints_what_it_tells(settings: Settings) -> None:
    """Changed on purpose: ``python -m tests.tutorial``, and read the difference."""
    text = PAGE.read_text("utf-8")
    with company_at_work(settings, days=0) as (url, passwords):
        printed = run_page(text, url, settings, passwords)
    page = [(asked, told(output)) for asked, output in commands(text)]
    assert [(asked, told(output)) for (asked, _), output in zip(page, printed, strict=True)] == page
