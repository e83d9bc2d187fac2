"""``guicheng rulebook``: the clauses, one clause, and what enforces each."""

from __future__ import annotations

import pytest

from tests.interfaces.cli.command import Guicheng


@pytest.fixture
def rulebook(guicheng: Guicheng) -> Guicheng:
    """It asks no database: none is named here."""
    return Guicheng(guicheng.home)


def test_every_clause_is_listed_and_a_prefix_selects_whole_numbers(rulebook: Guicheng) -> None:
    every = rulebook.done("rulebook", "list", "--json").json
    assert len(every) == 106
    under = rulebook.done("rulebook", "list", "4.1.1", "--json").json
    assert [each["id"] for each in under] == [each["id"] for each in every if each["id"].startswith("4.1.1.")]
    assert rulebook.done("rulebook", "list", "4.1.*", "--json").json == [
        each for each in every if each["id"].startswith("4.1.")
    ]
    assert not rulebook.home.exists()


def test_a_clause_is_shown_with_its_parameters_and_both_texts(rulebook: Guicheng) -> None:
    clause = rulebook.done("rulebook", "show", "4.1.2.3", "--json").json
    assert clause["control"] == "preventive" and clause["parameters"]
    told = rulebook.done("rulebook", "show", "4.1.2.3").out
    assert clause["zh"] in told and clause["en"] in told
    assert all(name in told for name in clause["parameters"])


def test_coverage_has_the_shape_that_is_promised(rulebook: Guicheng) -> None:
    found = rulebook.in_process("rulebook", "coverage", "--json").json
    assert set(found) == {"total", "enforced", "clauses"}
    assert found["total"] == len(found["clauses"]) == 106
    assert found["enforced"] == sum(each["enforced"] for each in found["clauses"])
    for each in found["clauses"]:
        assert {"id", "control", "enforced_by", "specs"} <= set(each)
        assert isinstance(each["specs"], int) and isinstance(each["enforced_by"], list)
        assert not each["enforced"] or (each["enforced_by"] and each["specs"])


@pytest.mark.parametrize("wrong", [("list", "9"), ("show", "9.9"), ("show", "4.1"), ("coverage", "12")])
def test_a_clause_that_is_none_is_named(rulebook: Guicheng, wrong: tuple[str, str]) -> None:
    result = rulebook("rulebook", *wrong)
    result.said(wrong[1], "条款")
    assert result.code == 1
