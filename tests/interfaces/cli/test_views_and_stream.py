"""``guicheng views`` and ``stream``: how far the views are, filling them again, and the journal as it grows."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from projections import catalogue
from tests.interfaces.cli.command import Guicheng


def tables(guicheng: Guicheng) -> dict[str, list[Any]]:
    """Every row of every table of every view."""
    assert guicheng.database is not None
    found = {}
    with psycopg.connect(guicheng.database.url) as connection:
        for view in catalogue.views().values():
            for table in view.tables if view.drawn is None else ():
                rows = connection.execute(f'select to_jsonb(t) from views."{table.name}" t'.encode())
                found[table.name] = sorted(json.dumps(row[0], sort_keys=True) for row in rows)
    return found


def test_every_view_is_up_to_date_after_a_simulation(company: Guicheng) -> None:
    found = company.done("views", "status", "--json").json
    filled = {name for name, view in catalogue.views().items() if view.drawn is None}
    assert {each["view"] for each in found} == filled
    assert all(each["lag"] == 0 and each["error"] is None and not each["stale"] for each in found)
    told = company.done("views", "status").out
    assert all(name in told for name in filled)


def test_filled_again_they_are_what_they_were(company: Guicheng) -> None:
    before = tables(company)
    assert sum(len(rows) for rows in before.values()) > 500
    found = company.done("views", "rebuild", "requisitions", "stock", "--json").json
    assert set(found["views"]) == {"requisitions", "stock"} and found["entries"] > 300
    assert tables(company) == before


def test_a_view_that_stopped_is_shown_and_the_exit_code_says_so(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as owner:
        owner.execute("update views.progress set error = 'division [by] zero', failed_at = 1 where name = 'stock'")
    result = guicheng("views", "status", "--json")
    assert result.code == 1
    assert [each["view"] for each in result.json if each["error"]] == ["stock"]
    assert "division [by] zero" in guicheng("views", "status").out
    guicheng.done("views", "rebuild", "stock")
    assert guicheng("views", "status").code == 0


def test_the_last_events_are_printed_or_all_from_a_position(company: Guicheng) -> None:
    every = [json.loads(line) for line in company.done("stream", "tail", "--after", "-1", "--json").out.splitlines()]
    assert [each["position"] for each in every] == list(range(len(every)))
    last = [json.loads(line) for line in company.done("stream", "tail", "--json").out.splitlines()]
    assert last == every[-20:]
    some = company.done(
        "stream", "tail", "--after", "9", "--type", "YearPublished", "--type", "ApprovalGiven", "--json"
    )
    kinds = ("YearPublished", "ApprovalGiven")
    wanted = [each for each in every[10:] if each["type"] in kinds]
    assert [json.loads(line) for line in some.out.splitlines()] == wanted
    told = company.done("stream", "tail").out.splitlines()
    assert len(told) == 20 and all(each["subject"] in line for each, line in zip(last, told, strict=True))


def test_followed_the_journal_is_printed_as_it_grows(guicheng: Guicheng) -> None:
    process = guicheng.start("stream", "tail", "--after", "-1", "--follow", "--json")
    assert process.stdout is not None
    guicheng.done("init")
    size = guicheng.done("audit", "verify", "--json").json["size"]
    positions = [json.loads(process.stdout.readline())["position"] for _ in range(size)]
    assert positions == list(range(size))
    process.terminate()
    assert process.wait(30) == 130


@pytest.mark.parametrize(
    ("arguments", "named", "code"),
    [
        (("stream", "tail", "--type", "RequisitionApproved"), "RequisitionApproved", 1),
        (("stream", "tail", "--after", "-2"), "--after", 2),
        (("stream", "tail", "--after", "soon"), "--after", 2),
        (("views", "rebuild", "requisition"), "requisition; known: arrivals_due", 1),
        (("views", "rebuild", "compliance_by_clause", "x; drop table"), "x; drop table", 1),
        (("views", "nosuch"), "nosuch", 2),
    ],
)
def test_what_is_asked_wrongly_is_named(company: Guicheng, arguments: tuple[str, ...], named: str, code: int) -> None:
    result = company(*arguments)
    result.said(named)
    assert result.code == code
    assert result.out == ""


def test_a_position_that_is_far_away_is_simply_not_there_yet(company: Guicheng) -> None:
    assert company.done("stream", "tail", "--after", "9" * 30).out == ""
