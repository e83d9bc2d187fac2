"""My work 我的工作: what waits and why, decided on the card; what is refused keeps what was typed."""

import re
from datetime import date

from domain.governance.delegation import GrantDelegation
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_commands import submit
from tests.interfaces.http.test_views import project
from tests.interfaces.web.conftest import HTMX, browser
from tests.spec import clauses


async def test_a_card_says_what_is_asked_by_whom_and_why_it_reached_me(site: Site) -> None:
    id = await submit(site)
    project(site)
    for language, words in (
        ("zh", ("待我审批", "采购申请", "¥245.00", "复印纸 A4 × 10 件", "日常办公", "部门主管", "§4.1.1.2", "同意")),
        ("en", ("Waits for me", "Requisition", "¥245.00", "department head", "§4.1.1.2", "Approve")),
    ):
        page = (await (await browser(site, "SAM", language)).get("/")).text
        assert id in page
        for word in words:
            assert word in page, word
    ann = (await (await browser(site, "ANN")).get("/")).text
    assert "Nothing waits for you" in ann and "waits for 示例SAM" in ann and id in ann


@clauses("4.1.1.2")
async def test_approved_on_the_card_and_told_what_comes_next(site: Site) -> None:
    id = await submit(site)
    project(site)
    sam = await browser(site, "SAM")
    version = _hidden((await sam.get("/")).text, "version")
    answer = await sam.post(
        f"/decide/requisition/{id}/approve", data={"version": version, "text": "fine"}, headers=HTMX
    )
    assert answer.status_code == 200 and "Approved" in answer.text and 'hx-swap-oob="beforeend:#results"' in answer.text
    assert "ApprovalGiven" in await site.house.events(f"requisition-{id}")
    project(site)
    assert id not in (await sam.get("/")).text


async def test_the_same_decision_sent_twice_counts_once(site: Site) -> None:
    id = await submit(site)
    project(site)
    sam = await browser(site, "SAM")
    page = (await sam.get("/")).text
    sent = {"version": _hidden(page, "version"), "key": _hidden(page, "key")}
    for _ in range(2):
        assert "Approved" in (await sam.post(f"/decide/requisition/{id}/approve", data=sent, headers=HTMX)).text
    assert (await site.house.events(f"requisition-{id}")).count("ApprovalGiven") == 1


async def test_without_a_reason_nothing_is_rejected(site: Site) -> None:
    id = await submit(site)
    project(site)
    sam = await browser(site, "SAM", "zh")
    answer = await sam.post(f"/decide/requisition/{id}/reject", data={"version": "2"}, headers=HTMX)
    assert "请填写理由" in answer.text and f"card-requisition-{id}" in answer.text
    assert "ApprovalRejected" not in await site.house.events(f"requisition-{id}")
    answer = await sam.post(f"/decide/requisition/{id}/return", data={"version": "2", "text": "说明用途"}, headers=HTMX)
    assert "已退回" in answer.text and "ApprovalReturned" in await site.house.events(f"requisition-{id}")


async def test_what_changed_meanwhile_is_not_decided_blindly(site: Site) -> None:
    id = await submit(site)
    project(site)
    sam = await browser(site, "SAM")
    answer = await sam.post(
        f"/decide/requisition/{id}/reject", data={"version": "1", "text": "too <dear>"}, headers=HTMX
    )
    assert "It has changed since you saw it" in answer.text and "too &lt;dear&gt;" in answer.text
    assert (await sam.post(f"/decide/requisition/{id}/approve", data={"version": "1"})).status_code == 409


@clauses("4.1.1.2")
async def test_what_is_not_mine_is_refused_with_the_rule_and_journalled(site: Site) -> None:
    id = await submit(site)
    project(site)
    bob = await browser(site, "BOB")
    answer = await bob.post(f"/decide/requisition/{id}/approve", data={"version": "2"}, headers=HTMX)
    assert 'class="failed"' in answer.text and "ApprovalGiven" not in await site.house.events(f"requisition-{id}")
    assert [each.who for each in await site.attempts()] == ["BOB"]


async def test_who_stands_in_sees_on_whose_behalf_and_may_look_and_decide(site: Site) -> None:
    grant = GrantDelegation(to="BOB", since=date(2026, 3, 3), until=date(2026, 3, 31), reason="出差")
    await site.house.do("delegation-VICE", grant, "VICE")
    client = await site.as_("SAM")
    answer = await client.post(
        "/api/requisition/submit-requisition",
        json={
            "department": "D-SALES",
            "lines": [{"item": "桌", "specification": "木", "category": "office_supplies", "quantity": "1",
                       "estimated_price": "9000.00"}],
            "purpose": "会议室",
        },
    )  # fmt: skip
    id = answer.json()["id"]
    project(site)
    bob = await browser(site, "BOB", "zh")
    page = (await bob.get("/")).text
    assert id in page and "代 示例VICE" in page
    assert (await bob.get(f"/subjects/requisition/{id}")).status_code == 200
    sent = {"version": _hidden(page, "version"), "acting_for": "VICE"}
    assert "已同意" in (await bob.post(f"/decide/requisition/{id}/approve", data=sent, headers=HTMX)).text


async def test_my_deadlines_are_listed_with_the_late_ones_marked(site: Site) -> None:
    await submit(site)
    site.house.clock.pass_(days=60)
    project(site)
    page = (await (await browser(site, "SAM", "zh")).get("/")).text
    assert "已超时" in page


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]
