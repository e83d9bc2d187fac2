"""Asking a view: what may be asked, who sees what, and errors that name the field and say what would be right."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from projections import catalogue
from projections.asking import BadQuestion, Page, Scope, may_see
from projections.catalogue import NoSuchView
from tests.database import Clones, Database
from tests.projections.buying import DOCK, given, opened, submitted
from tests.projections.history import NINE, History, project


@pytest.fixture(scope="module")
def told(clones: Clones) -> Iterator[Database]:
    """Requisitions of two departments; one waits for VICE, the others for HEAD."""
    with clones.clone() as database:
        history = History()
        for number, (who, department) in enumerate((("ANN", "RND"), ("BOB", "RND"), ("CAT", "OPS")), 1):
            due = NINE + timedelta(hours=8)
            filed = submitted(who, *([DOCK] if who == "BOB" else []), department=department)
            history.happens(f"requisition-{number}", filed, opened(1, due=due), by=who)
        history.happens("requisition-3", given(1, "HEAD"), opened(3), by="HEAD").write(database.url)
        project(database.url, "requisitions", "what_waits_for_me", "timeline")
        yield database


def asked(database: Database, view: str, **question: Any) -> Page:
    with psycopg.connect(database.url) as connection:
        return catalogue.view(view).query(connection, **question)


def subjects(database: Database, view: str = "requisitions", **question: Any) -> list[str]:
    return [row["subject"] for row in asked(database, view, **question).rows]


def test_filters_compare_hold_and_bound(told: Database) -> None:
    assert subjects(told, filters={"requester": "BOB"}) == ["requisition-2"]
    assert subjects(told, filters={"requester": ["ANN", "CAT"]}, order=("subject",)) == [
        "requisition-1",
        "requisition-3",
    ]
    assert subjects(told, filters={"amount_from": "600.00", "amount_to": "600"}) == ["requisition-2"]
    assert subjects(told, filters={"submitted_at_to": "2026-03-02"}) == []
    assert len(subjects(told, filters={"submitted_at_from": "2026-03-03", "submitted_at_to": "2026-03-03"})) == 3
    assert subjects(told, filters={"order": ""}, order=("subject",)) == [f"requisition-{n}" for n in (1, 2, 3)]
    assert len(subjects(told, "timeline", filters={"clauses": "9.9"})) == 0


def test_order_goes_both_ways_and_missing_values_come_last(told: Database) -> None:
    view = "what_waits_for_me"
    assert subjects(told, view, order=("due_at", "-subject")) == ["requisition-2", "requisition-1", "requisition-3"]
    assert subjects(told, view, order=("-due_at",))[-1] == "requisition-3"
    first = asked(told, view, order=("due_at",), limit=2)
    assert [row["subject"] for row in asked(told, view, order=("due_at",), limit=2, cursor=first.next).rows] == [
        "requisition-3"
    ]


def test_lines_come_with_their_row(told: Database) -> None:
    row = asked(told, "requisitions", filters={"subject": "requisition-1"}).rows[0]
    assert [(line["line"], line["item"], str(line["amount"])) for line in row["requisition_lines"]] == [
        (1, "笔记本电脑", "5400.00"),
        (2, "扩展坞", "600.00"),
    ]


def test_computed_columns_look_from_the_moment_of_asking(told: Database) -> None:
    question: dict[str, Any] = {"filters": {"overdue": "true"}, "order": ("subject",)}
    assert subjects(told, "what_waits_for_me", now=NINE, **question) == []
    late = NINE + timedelta(hours=9)
    assert subjects(told, "what_waits_for_me", now=late, **question) == ["requisition-1", "requisition-2"]


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope("own", "ANN"), [1]),
        (Scope("own", "HEAD"), []),
        (Scope("department", "ANN", frozenset({"RND"})), [1, 2]),
        (Scope("department", "CAT", frozenset()), [3]),
        (Scope("all", "HEAD"), [1, 2, 3]),
    ],
)
def test_4_3_2_1_everybody_sees_his_own_his_department_or_all(told: Database, scope: Scope, seen: list[int]) -> None:
    assert subjects(told, scope=scope, order=("subject",)) == [f"requisition-{number}" for number in seen]


def test_4_3_2_1_an_inbox_is_its_owners(told: Database) -> None:
    assert subjects(told, "what_waits_for_me", scope=Scope("own", "VICE")) == ["requisition-3"]
    assert subjects(told, "what_waits_for_me", scope=Scope("department", "ANN", frozenset({"RND"}))) == []
    assert not may_see(catalogue.view("time_at_each_step"), Scope("own", "ANN"))


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"filters": {"colour": "red"}}, "colour"),
        ({"filters": {"amount_from": "NaN"}}, "amount_from"),
        ({"filters": {"amount": "1e30"}}, "amount"),
        ({"filters": {"round": "9" * 30}}, "round"),
        ({"filters": {"round": "1.5"}}, "round"),
        ({"filters": {"submitted_at_from": "yesterday"}}, "submitted_at_from"),
        ({"filters": {"submitted_at_to": "9999-12-31"}}, "submitted_at_to"),
        ({"filters": {"purpose": "a\0b"}}, "purpose"),
        ({"order": ("colour",)}, "order"),
        ({"order": ("-",)}, "order"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"cursor": "%%%"}, "cursor"),
        ({"cursor": "e30"}, "cursor"),
        ({"cursor": "W1siLXN1Ym1pdHRlZF9hdCIsIi1zdWJqZWN0Il0sWyJub3QgYSB0aW1lIiwieCJdXQ"}, "cursor"),
    ],
)
def test_what_cannot_be_read_is_named(told: Database, question: dict[str, Any], field: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        asked(told, "requisitions", **question)
    assert refused.value.field == field
    assert refused.value.en and refused.value.zh


def test_a_cursor_belongs_to_its_order(told: Database) -> None:
    page = asked(told, "requisitions", limit=1)
    with pytest.raises(BadQuestion):
        asked(told, "requisitions", limit=1, cursor=page.next, order=("amount",))


def test_there_is_no_such_view() -> None:
    with pytest.raises(NoSuchView, match="who_did_it"):
        catalogue.view("who_did_it")
