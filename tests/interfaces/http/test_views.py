"""Views over HTTP: what one may see, filters and pages, and seeing what one has just done."""

import re

import psycopg
import pytest

from infrastructure.projecting.runner import Runner
from tests.database import Database
from tests.interfaces.http.conftest import PAPER, Site
from tests.interfaces.http.test_commands import submit
from tests.spec import clauses

WAITS = "/api/views/what_waits_for_me"


def project(site: Site) -> None:
    """The views read the journal to its end."""
    Runner(site.house.url, lambda: site.house.codec.event).finish()


async def test_views_are_listed_with_their_headings_in_the_callers_language(site: Site) -> None:
    for language, title, column in (("en", "What waits for me", "Subject"), ("zh", "待我处理", "单据")):
        ann = await site.as_("ANN", language)
        listed = {each["name"]: each for each in (await ann.get("/api/views")).json()["views"]}
        waits = listed["what_waits_for_me"]
        assert (waits["title"], waits["columns"][0]["title"]) == (title, column)
        assert {"due_at_from", "signer"} <= {each["name"] for each in waits["filters"]}


@clauses("4.3.2.1")
async def test_everybody_sees_his_own_the_head_his_department_and_the_auditor_everything(site: Site) -> None:
    await submit(site, "ANN")
    await submit(site, "BOB")
    project(site)
    seen = {}
    for who in ("ANN", "SAM", "AUDREY", "IRIS"):
        page = (await (await site.as_(who)).get("/api/views/requisitions")).json()
        seen[who] = sorted(row["requester"] for row in page["rows"])
    assert seen == {"ANN": ["ANN"], "SAM": ["ANN", "BOB"], "AUDREY": ["ANN", "BOB"], "IRIS": []}


@clauses("4.3.2.1")
async def test_a_buyer_sees_what_is_to_be_bought(site: Site) -> None:
    await submit(site, "ANN")
    project(site)
    page = (await (await site.as_("BUD")).get("/api/views/requisitions")).json()
    assert [row["requester"] for row in page["rows"]] == ["ANN"]


async def test_the_inbox_shows_what_waits_and_why(site: Site) -> None:
    id = await submit(site)
    project(site)
    (row,) = (await (await site.as_("SAM")).get(WAITS, params={"signer": "SAM"})).json()["rows"]
    assert (row["subject"], row["authority"], row["clause"]) == (f"requisition-{id}", "department_head", "4.1.1.2")


async def test_pages_go_on_where_they_ended(site: Site) -> None:
    numbers = {await submit(site) for _ in range(5)}
    project(site)
    sam = await site.as_("SAM")
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await sam.get(WAITS, params={"limit": 2, **cursor})).json()
        found += [row["subject"].partition("-")[2] for row in page["rows"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == 5 and set(found) == numbers


async def test_rows_come_in_the_order_asked_for(site: Site) -> None:
    ann = await site.as_("ANN")
    for price in ("20.00", "30.00", "10.00"):
        lines = [{**PAPER["lines"][0], "estimated_price": price}]  # type: ignore[dict-item]
        await ann.post("/api/requisition/submit-requisition", json={**PAPER, "lines": lines})
    project(site)
    asked = {"order_by": "-amount", "amount_from": "200", "amount_to": "300", "requester": "ANN"}
    page = (await ann.get("/api/views/requisitions", params=asked)).json()
    assert [row["amount"] for row in page["rows"]] == ["300.00", "200.00"]
    assert [line["item"] for line in page["rows"][0]["requisition_lines"]] == ["复印纸"]


async def test_a_column_named_like_a_parameter_of_every_view_is_still_a_filter(site: Site) -> None:
    auditor = await site.as_("AUDREY")
    path = "/api/views/repeat_and_split_purchases"
    assert (await auditor.get(path, params={"limit": "1", "limit_is": "5000.00"})).json()["rows"] == []
    answer = await auditor.get(path, params={"limit_is": "much"})
    assert (answer.status_code, answer.json()["field"]) == (422, "query.limit_is")


async def test_one_sees_what_one_has_just_done(site: Site) -> None:
    ann = await site.as_("ANN")
    done = (await ann.post("/api/requisition/submit-requisition", json=PAPER)).json()
    project(site)
    answer = await ann.get("/api/views/requisitions", params={"min_position": done["position"]})
    assert [row["subject"] for row in answer.json()["rows"]] == [done["subject"]]
    assert answer.json()["position"] >= done["position"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"cursor": "bm90IGEgY3Vyc29y"}, "cursor"),
        ({"cursor": "é%00"}, "cursor"),
        ({"order_by": "salary"}, "order_by"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"colour": "red"}, "colour"),
        ({"round": "NaN"}, "round"),
        ({"round": "1" * 40}, "round"),
        ({"due_at_from": "yesterday"}, "due_at_from"),
        ({"signer": "A\0B"}, "signer"),
        ({"min_position": "999999"}, "min_position"),
        ({"min_position": "-2"}, "min_position"),
    ],
)
async def test_a_question_that_cannot_be_read_names_the_parameter(
    site: Site, parameters: dict[str, str], field: str
) -> None:
    for language, hint in (("en", r"[a-z]"), ("zh", r"[\u4e00-\u9fff]")):
        answer = await (await site.as_("ANN", language)).get(WAITS, params=parameters)
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == f"query.{field}"
        assert re.search(hint, answer.json()["detail"]) and re.search(hint, answer.json()["remedy"])


async def test_a_view_that_was_never_filled_says_so(site: Site, database: Database) -> None:
    with psycopg.connect(database.url) as owner:
        owner.execute("drop table views.requisitions cascade")
    answer = await (await site.as_("ANN")).get("/api/views/requisitions")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


@clauses("4.3.2.1")
async def test_a_view_that_is_not_for_one_is_refused_and_journalled(site: Site) -> None:
    from domain.governance.access_rules import Sight
    from interfaces.http.views import scope_of
    from projections.asking import may_see
    from projections.catalogue import views

    closed = [view.name for view in views().values() if not may_see(view, scope_of(Sight("ANN"), view))]
    for name in closed:
        answer = await (await site.as_("ANN")).get(f"/api/views/{name}")
        assert (answer.status_code, answer.json()["rule"]) == (403, "NotYoursToSee")
    assert [each.subject for each in await site.attempts()] == [f"views/{name}" for name in closed]
