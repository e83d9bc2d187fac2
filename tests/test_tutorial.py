"""The pages that teach are true: their commands print what they tell, but for numbers that differ from run to run."""

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infrastructure.settings import Settings
from tests.database import Database
from tests.tutorial import PAGES, PRACTISED, Served, as_told, commands, company_at_work, practice_at_work, run_pages


def told(printed: str) -> list[str]:
    """Line by line, however wide the columns of a table came out."""
    return [" ".join(line.split()) for line in as_told(printed).splitlines() if line.strip(" ─")]


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation of the tutorial's own, on a database of its own."""
    return Settings(home=tmp_path, database_url=database.url)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the page for auditors uses openssl")
def test_the_pages_print_what_they_tell(settings: Settings) -> None:
    """Changed on purpose: ``python -m tests.tutorial``, and read the difference."""
    prints_what_it_tells(PAGES, company_at_work(settings, days=0), settings)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl")
def test_the_pages_of_the_budget_year_print_what_they_tell(settings: Settings) -> None:
    """The same, on a practice clock."""
    prints_what_it_tells(PRACTISED, practice_at_work(settings), settings)


def prints_what_it_tells(pages: Sequence[Path], at_work: AbstractContextManager[Served], settings: Settings) -> None:
    """Runs the pages one after the other and compares."""
    texts = [page.read_text("utf-8") for page in pages]
    with at_work as (url, passwords):
        printed = run_pages(texts, url, settings, passwords)
    page = [(asked, told(output)) for text in texts for asked, output in commands(text)]
    assert [(asked, told(output)) for (asked, _), output in zip(page, printed, strict=True)] == page
