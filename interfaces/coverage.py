"""Which clause is enforced by what, and proved by how many specs 条款覆盖, read from the code itself.

A preventive clause is enforced where a rule refuses what breaks it; a detective one where an obligation, a schedule, a
rule or an event measures it. Either counts only with at least one collected spec that names it.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import domain
from domain import catalogue
from domain.governance.regulation import clauses


@dataclass(frozen=True, slots=True)
class Coverage:
    """One clause: what enforces it and how many specs prove it."""

    id: str
    control: str
    enforced: bool
    enforced_by: tuple[str, ...]
    specs: int


def coverage(specs: Counter[str] | None = None) -> list[Coverage]:
    """Every clause of the regulation, in its order."""
    counted = collected_specs() if specs is None else specs
    rules, measures = _rules(), _measures()
    found = []
    for id, clause in clauses().items():
        by = (*rules.get(id, ()), *measures.get(id, ()))
        needed = rules.get(id) if clause.control == "preventive" else by
        found.append(Coverage(id, clause.control, bool(needed) and counted[id] > 0, by, counted[id]))
    return found


def report(specs: Counter[str] | None = None) -> dict[str, Any]:
    """As JSON: ``{"total", "enforced", "clauses": [{"id", "control", "enforced", "enforced_by", "specs"}]}``."""
    found = coverage(specs)
    return {
        "total": len(found),
        "enforced": sum(each.enforced for each in found),
        "clauses": [{**asdict(each), "enforced_by": list(each.enforced_by)} for each in found],
    }


def collected_specs() -> Counter[str]:
    """How many collected tests name each clause by ``@clauses``; none where the tests are not installed."""
    folder = Path(domain.__file__).parents[1] / "tests"
    if not folder.is_dir():
        return Counter()
    import pytest

    class Collector:
        counts: Counter[str] = Counter()

        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            for item in items:
                named = {id for mark in item.iter_markers("clauses") for id in mark.args}
                self.counts.update(named)

    collector = Collector()
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", str(folder)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*arguments, f"--rootdir={folder.parent}"], plugins=[collector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the specs cannot be collected 无法收集测试:\n{said.getvalue()[-2000:]}")
    return collector.counts


def _rules() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, refusal in catalogue.refusals().items():
        found[refusal.clause] = (*found.get(refusal.clause, ()), f"refusal {name}")
    return found


def _measures() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for aggregate in catalogue.aggregates().values():
        for obligation in aggregate.obligations:
            found.setdefault(obligation.clause, []).append(f"obligation {obligation.opened_by.__name__}")
        for schedule in aggregate.schedules:
            found.setdefault(schedule.clause, []).append(f"schedule {schedule.zh}")
        for event in aggregate.events:
            found.setdefault(event.clause, []).append(f"event {event.__name__}")
    return {id: tuple(dict.fromkeys(names)) for id, names in found.items()}
