"""The event feed: pull and push, from any position, with a cursor that moves on."""

import json
from typing import Any

import httpx
import pytest
from cloudevents.core.formats.json import JSONFormat

from domain.governance.attempt import RecordAttempt
from domain.kernel import SYSTEM
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.listening import listening
from tests.interfaces.http.test_commands import submit
from tests.spec import clauses


async def pull(client: httpx.AsyncClient, **parameters: Any) -> tuple[list[dict[str, Any]], int]:
    answer = await client.get("/api/feed", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    return answer.json(), int(answer.headers["guicheng-cursor"])


async def test_everything_is_there_once_and_in_order_whatever_the_size_of_the_batch(site: Site) -> None:
    await submit(site)
    reader = await site.with_key("AUDREY", "feed")
    size = await site.house.journal.size()
    positions: list[int] = []
    cursor = -1
    while cursor < size - 1:
        events, cursor = await pull(reader, after=cursor, limit=7)
        positions += [int(each["sequence"]) for each in events]
    assert positions == list(range(size))


async def test_events_are_cloudevents_that_cite_their_clauses(site: Site) -> None:
    id = await submit(site)
    reader = await site.with_key("AUDREY", "feed")
    (told,), _ = await pull(reader, types="RequisitionSubmitted")
    event = JSONFormat().read(None, json.dumps(told))
    assert event.get_specversion() == "1.0"
    assert event.get_type() == "guicheng.RequisitionSubmitted"
    assert event.get_subject() == f"requisition-{id}"
    assert event.get_source() == site.house.settings.origin
    assert event.get_extension("clauses") == "4.1.1.1,4.1.1.2"
    assert event.get_extension("actor") == "ANN"
    data = event.get_data()
    assert isinstance(data, dict) and data["amount"] == "245.00"


async def test_the_cursor_moves_on_where_nothing_matches(site: Site) -> None:
    reader = await site.with_key("AUDREY", "feed")
    size = await site.house.journal.size()
    for wanted in ({"types": "RequisitionSubmitted"}, {"stream": "requisition"}):
        events, cursor = await pull(reader, **wanted)
        assert (events, cursor) == ([], size - 1)
    id = await submit(site)
    for wanted in ({"types": "RequisitionSubmitted,ApprovalStepOpened"}, {"stream": f"requisition-{id}"}):
        events, after = await pull(reader, after=cursor, **wanted)
        assert [each["type"] for each in events] == ["guicheng.RequisitionSubmitted", "guicheng.ApprovalStepOpened"]
        assert after == size + 1


async def test_the_next_batch_is_linked_with_its_filters(site: Site) -> None:
    reader = await site.with_key("AUDREY", "feed")
    answer = await reader.get("/api/feed", params={"limit": 2, "stream": "organisation"})
    link = answer.headers["link"].partition(">")[0].removeprefix("<")
    following = await reader.get(link)
    first, then = ([int(each["sequence"]) for each in found.json()] for found in (answer, following))
    assert then == [first[-1] + 1, first[-1] + 2]


async def test_a_position_beyond_the_end_waits_there(site: Site) -> None:
    reader = await site.with_key("AUDREY", "feed")
    assert await pull(reader, after=10**12) == ([], 10**12)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"after": "-2"}, "after"),
        ({"after": "x"}, "after"),
        ({"after": "9" * 30}, "after"),
        ({"limit": "1001"}, "limit"),
        ({"types": "UnicornBought"}, "types"),
        ({"types": ""}, "types"),
        ({"stream": "unicorn"}, "stream"),
        ({"stream": "requisition-\0"}, "stream"),
    ],
)
async def test_what_cannot_be_asked_names_the_parameter(site: Site, parameters: dict[str, str], field: str) -> None:
    reader = await site.with_key("AUDREY", "feed")
    for path in ("/api/feed", "/api/feed/stream"):
        if path.endswith("stream") and field == "limit":
            continue
        answer = await reader.get(path, params=parameters)
        assert (answer.status_code, answer.json()["field"]) == (422, f"query.{field}")


@clauses("4.3.2.1")
async def test_the_whole_feed_is_for_those_who_see_everything_and_ones_own_subject_for_oneself(site: Site) -> None:
    id = await submit(site)
    ann = await site.with_key("ANN", "feed")
    answer = await ann.get("/api/feed")
    assert (answer.status_code, answer.json()["rule"]) == (403, "NeedsTheRole")
    events, _ = await pull(ann, stream=f"requisition-{id}")
    assert len(events) == 2
    bob = await site.with_key("BOB", "feed")
    answer = await bob.get("/api/feed", params={"stream": f"requisition-{id}"})
    assert (answer.status_code, answer.json()["rule"]) == (403, "NotYoursToSee")
    assert [(each.who, each.rule) for each in await site.attempts()] == [
        ("ANN", "NeedsTheRole"),
        ("BOB", "NotYoursToSee"),
    ]


@clauses("4.3.2.1")
async def test_a_key_without_the_scope_follows_nothing(site: Site) -> None:
    answer = await (await site.with_key("AUDREY", "read")).get("/api/feed")
    assert (answer.status_code, answer.json()["rule"]) == (403, "BeyondTheKey")
    assert answer.json()["facts"] == {"needs": "feed", "has": "read"}


async def test_a_listener_hears_what_happens_and_goes_on_where_it_was_cut_off(site: Site) -> None:
    token, _ = await site.desk.access.issue_key("AUDREY", "listener", ["feed"])
    first = await submit(site)
    path = "/api/feed/stream?types=RequisitionSubmitted"
    async with listening(site.app, path, token) as listener:
        status, headers = await listener.started()
        assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        heard = await listener.next()
        assert json.loads(heard.data)["subject"] == f"requisition-{first}"
        caught_up = await listener.next()
        assert (caught_up.event, int(caught_up.id)) == ("cursor", await site.house.journal.size() - 1)
        second = await submit(site)
        heard = await listener.next()
        assert json.loads(heard.data)["subject"] == f"requisition-{second}"
    third = await submit(site)
    async with listening(site.app, path, token, last_event_id=heard.id) as listener:
        await listener.started()
        assert json.loads((await listener.next()).data)["subject"] == f"requisition-{third}"


async def test_a_listener_is_told_how_far_the_journal_got_though_nothing_matched(site: Site) -> None:
    token, _ = await site.desk.access.issue_key("AUDREY", "listener", ["feed"])
    size = await site.house.journal.size()
    async with listening(site.app, f"/api/feed/stream?stream=requisition&after={size - 1}", token) as listener:
        await listener.started()
        attempt = RecordAttempt(who="BOB", subject="x", command="y", rule="z", decided_under="5.1")
        await site.house.do("attempt-1", attempt, SYSTEM, key="attempt", by_house=True)
        heard = await listener.next()
        assert (heard.event, heard.id) == ("cursor", str(size))


@clauses("4.3.2.1")
async def test_a_listener_whose_key_is_revoked_hears_no_more(site: Site) -> None:
    token, key = await site.desk.access.issue_key("AUDREY", "listener", ["feed"])
    size = await site.house.journal.size()
    async with listening(site.app, f"/api/feed/stream?after={size - 1}", token) as listener:
        await listener.started()
        await site.desk.access.revoke_key("AUDREY", key.id)
        await submit(site)
        await listener.ends()
        assert listener.sent.empty()
