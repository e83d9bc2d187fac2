"""Installations to try the command in: ``guicheng``, fresh; ``demo``, where the sample company has worked two days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.database import Clones, Database
from tests.interfaces.cli.command import Guicheng, on


@pytest.fixture
def guicheng(database: Database, tmp_path: Path) -> Guicheng:
    """A fresh installation on a database of its own."""
    return on(database, tmp_path / "home")


@pytest.fixture(scope="session")
def demo(clones: Clones, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Guicheng, dict[str, Any]]]:
    """The sample company after two days, with what the command printed of it. Shared: read it, change nothing."""
    with clones.clone() as database:
        guicheng = on(database, tmp_path_factory.mktemp("demo") / "home")
        yield guicheng, guicheng.done("demo", "--days", "2", "--no-serve", "--json").json


@pytest.fixture
def company(demo: tuple[Guicheng, dict[str, Any]]) -> Guicheng:
    """The command where the sample company has worked two days. Shared: change nothing."""
    return demo[0]
