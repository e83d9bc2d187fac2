"""Subjects over HTTP: as they are, as they were, their history, and who may look."""

import pytest

from interfaces.http.withholding import WITHHELD
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_commands import submit
from tests.spec import clauses


async def test_a_subject_shows_what_its_events_made_of_it(site: Site) -> None:
    id = await submit(site)
    answer = await (await site.as_("ANN")).get(f"/api/requisition/{id}")
    shown = answer.json()
    assert (shown["version"], answer.headers["etag"]) == (2, '"2"')
    state = shown["state"]
    assert (state["status"], state["requester"], state["amount"]) == ("open", "ANN", "245.00")
    assert state["lines"][0]["quantity"] == "10.000"
    assert state["approval"]["path"][0]["authority"] == "department_head"


async def test_an_unchanged_subject_is_not_sent_again(site: Site) -> None:
    id = await submit(site)
    ann = await site.as_("ANN")
    answer = await ann.get(f"/api/requisition/{id}", headers={"If-None-Match": '"1", W/"2"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert (await ann.get(f"/api/requisition/{id}", headers={"If-None-Match": '"1"'})).status_code == 200


async def test_a_subject_is_seen_as_it_was(site: Site) -> None:
    id = await submit(site)
    submitted_at = site.house.clock()
    position = await site.house.journal.size() - 1
    site.house.clock.pass_(hours=1)
    sam = await site.as_("SAM")
    await sam.post(f"/api/requisition/{id}/approve", json={})
    path = f"/api/requisition/{id}"
    now = (await sam.get(path)).json()
    for as_of in (str(position), submitted_at.isoformat(), "2026-03-03T02:30:00Z"):
        then = (await sam.get(path, params={"as_of": as_of})).json()
        assert (then["version"], then["state"]["approval"]["status"]) == (2, "open")
        assert now["version"] > then["version"]
    assert (await sam.get(path, params={"as_of": "0"})).status_code == 404
    assert (await sam.get(path, params={"as_of": "2020-01-01T00:00:00Z"})).status_code == 404


async def test_the_history_says_who_decided_what_under_which_clause_page_by_page(site: Site) -> None:
    id = await submit(site)
    await (await site.as_("SAM")).post(f"/api/requisition/{id}/approve", json={"comment": "同意"})
    ann = await site.as_("ANN", "zh")
    path = f"/api/requisition/{id}/history"
    first = (await ann.get(path, params={"limit": 2})).json()
    rest = (await ann.get(path, params={"after": first["next"]})).json()
    events = first["events"] + rest["events"]
    assert [each["version"] for each in events] == list(range(1, first["version"] + 1))
    assert rest["next"] is None
    given = next(each for each in events if each["type"] == "ApprovalGiven")
    assert (given["actor"], given["name"], given["data"]["comment"]) == ("SAM", "已同意", "同意")
    assert given["basis"][0]["clause"] == "4.1.1.2"


@clauses("4.3.2.1")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ANN", 200),  # made it
        ("SAM", 200),  # signs it
        ("VICE", 200),  # is in charge of the department
        ("BUD", 200),  # buys
        ("FAY", 200), ("GINA", 200), ("CLEO", 200), ("AUDREY", 200), ("ADA", 200),  # see everything
        ("BOB", 403), ("IRIS", 403), ("IAN", 403), ("HAL", 403),
    ],
)  # fmt: skip
async def test_one_sees_what_one_made_or_signs_or_answers_for(site: Site, who: str, status: int) -> None:
    id = await submit(site)
    client = await site.as_(who)
    for path in (f"/api/requisition/{id}", f"/api/requisition/{id}/history"):
        answer = await client.get(path)
        assert answer.status_code == status
        assert status == 200 or answer.json()["clause"] == "4.3.2.1"
    refused = {(each.who, each.rule, each.subject) for each in await site.attempts()}
    assert refused == (set() if status == 200 else {(who, "NotYoursToSee", f"requisition-{id}")})


async def test_the_same_refused_look_is_journalled_once_an_hour(site: Site) -> None:
    id = await submit(site)
    bob = await site.as_("BOB")
    for _ in range(3):
        await bob.get(f"/api/requisition/{id}")
    assert len(await site.attempts()) == 1
    site.house.clock.pass_(hours=1)
    await bob.get(f"/api/requisition/{id}")
    assert len(await site.attempts()) == 2


async def test_everybody_may_read_the_rules(site: Site) -> None:
    bob = await site.as_("BOB")
    for path in ("/api/rulebook/company", "/api/organisation/company", "/api/calendar/CN"):
        answer = await bob.get(path)
        assert answer.status_code == 200, answer.text


async def test_personal_data_of_others_are_withheld_from_whoever_has_no_need_of_them(site: Site) -> None:
    path = "/api/organisation/company/history"
    hired = {}
    for who in ("BOB", "HAL"):
        events = (await (await site.as_(who)).get(path)).json()["events"]
        hired[who] = {
            each["data"]["employee"]: (each["data"]["name"], each["withheld"])
            for each in events
            if each["type"] == "EmployeeHired"
        }
    assert hired["BOB"]["ANN"] == (WITHHELD, True)
    assert hired["BOB"]["BOB"] == ("示例BOB", False)
    assert hired["HAL"]["ANN"] == ("示例ANN", False)
