"""A subject's page 单据: what it is, what one may do and which rule forbids the rest, without anything being stored."""

import pytest

from domain import catalogue
from domain.kernel import Stream
from interfaces.web import trying
from tests.interfaces.http.conftest import PAPER, Site
from tests.interfaces.http.test_commands import submit
from tests.interfaces.web.conftest import browser
from tests.spec import clauses


@clauses("4.1.1.2")
async def test_it_shows_state_path_actions_rules_and_timeline(site: Site) -> None:
    id = await submit(site)
    for language, words in (
        ("zh", ("采购申请", "审批进程", "等待 示例SAM", "当前内容", "采购明细", "¥24.50", "可办事项", "撤回", "时间线",
                "采购申请已提交", "§4.1.1.1", "2026.1", "详情与依据")),
        ("en", ("Requisition", "Approval", "waits for 示例SAM", "What is wanted", "Withdraw", "What happened",
                "Requisition submitted", "Details and basis")),
    ):  # fmt: skip
        page = (await (await browser(site, "ANN", language)).get(f"/subjects/requisition/{id}")).text
        for word in words:
            assert word in page, word
    assert f'href="/subjects/requisition/{id}/withdraw"' in page
    assert f'href="/subjects/requisition/{id}/approve"' not in page
    forbidden = page.partition("not open to me")[2]
    assert "Approve" in forbidden and catalogue.refusals()["OwnRequest"].rule("en") in forbidden.replace("&#39;", "'")


async def test_looking_stores_nothing_and_journals_no_attempt(site: Site) -> None:
    id = await submit(site)
    size = await site.house.journal.size()
    bob, sam = await browser(site, "AUDREY"), await browser(site, "SAM")
    for client in (bob, sam):
        assert (await client.get(f"/subjects/requisition/{id}")).status_code == 200
        assert (await client.get("/new")).status_code == 200
    assert await site.house.journal.size() == size


@clauses("4.3.2.1")
async def test_who_may_not_look_reads_the_rule_and_it_is_journalled(site: Site) -> None:
    id = await submit(site)
    answer = await (await browser(site, "IRIS", "zh")).get(f"/subjects/requisition/{id}")
    assert answer.status_code == 403 and "员工可查看本人提交或审批的单据" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert [each.rule for each in await site.attempts()] == ["NotYoursToSee"]


@pytest.mark.parametrize("path", ["/subjects/unicorn/1", "/subjects/requisition/PR000000-00000"])
async def test_what_is_not_there_is_said_so(site: Site, path: str) -> None:
    answer = await (await browser(site, "ANN")).get(path)
    assert answer.status_code == 404 and "<h1>" in answer.text


async def test_every_subject_there_is_can_be_looked_at_in_both_languages(site: Site) -> None:
    await submit(site)
    streams = {
        str(each.subject)
        for each in site.house.codec.decode_all(await site.house.journal.read(-1, 1000))
        if each.subject.aggregate in catalogue.aggregates()
    }
    assert {Stream.parse(each).aggregate for each in streams} >= {"organisation", "rulebook", "calendar", "requisition"}
    for language in ("zh", "en"):
        fay = await browser(site, "FAY", language)
        for stream in sorted(streams):
            subject = Stream.parse(stream)
            answer = await fay.get(f"/subjects/{subject.aggregate}/{subject.id}")
            assert answer.status_code == 200, (stream, answer.text[:500])


async def test_what_people_wrote_is_shown_and_never_run(site: Site) -> None:
    evil = '<script>alert("1")</script>'
    line = {
        "item": evil,
        "specification": evil,
        "category": "office_supplies",
        "quantity": "1",
        "estimated_price": "1.00",
    }
    client = await site.as_("ANN")
    body = {**PAPER, "lines": [line], "purpose": evil, "supplier_suggested": evil, "supplier_reason": evil}
    id = (await client.post("/api/requisition/submit-requisition", json=body)).json()["id"]
    ann = await browser(site, "ANN")
    for path in (f"/subjects/requisition/{id}", f"/subjects/requisition/{id}/revise-requisition", f"/lists/{evil}"):
        page = (await ann.get(path, headers={"Accept": "text/html"})).text
        assert "<script>" not in page, path


async def test_a_command_open_to_the_signer_is_refused_to_who_asked(site: Site) -> None:
    subject = Stream("requisition", await submit(site))
    now = site.house.clock()
    mine = {each.command.__name__: each.refusal for each in await _actions(site, subject, "ANN")}
    his = {each.command.__name__: each.refusal for each in await _actions(site, subject, "SAM")}
    assert his["Approve"] is None and his["Reject"] is None and his["Withdraw"] is not None
    assert mine["Withdraw"] is None and type(mine["Approve"]).__name__ == "OwnRequest"
    begun = await trying.beginnings(site.desk.handler, "ANN", now)
    assert "SubmitRequisition" in {kind.__name__ for kind in begun["requisition"]}
    assert "Approve" not in {kind.__name__ for kinds in begun.values() for kind in kinds}


async def _actions(site: Site, subject: Stream, who: str) -> list[trying.Action]:
    return await trying.actions(site.desk.handler, subject, who, (), site.house.clock())
