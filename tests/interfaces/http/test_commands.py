"""Commands over HTTP: routes from the catalogue, repeats, versions, delegation, and what is refused."""

import re

import pytest

from tests.interfaces.http.conftest import PAPER, Site
from tests.spec import clauses


async def submit(site: Site, by: str = "ANN", **headers: str) -> str:
    """A requisition of ``by``; its id."""
    client = await site.as_(by)
    answer = await client.post("/api/requisition/submit-requisition", json=PAPER, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_new_subject_gets_a_number_that_can_be_read_aloud(site: Site) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post("/api/requisition/submit-requisition", json=PAPER)
    assert answer.status_code == 201
    done = answer.json()
    assert re.fullmatch(r"PR260303-[0-9A-HJKMNP-TV-Z]{5}", done["id"])
    assert answer.headers["location"] == f"/api/requisition/{done['id']}"
    assert answer.headers["etag"] == f'"{done["version"]}"' == '"2"'
    assert [each["type"] for each in done["events"]] == ["RequisitionSubmitted", "ApprovalStepOpened"]
    assert done["position"] == done["events"][-1]["position"]
    assert done["events"][0]["actor"] == "ANN"
    assert {each["clause"] for each in done["events"][0]["basis"]} == {"4.1.1.1", "4.1.1.2"}
    assert done["events"][0]["data"]["amount"] == "245.00"


@clauses("4.1.1.2")
async def test_the_next_signer_approves_and_the_version_goes_up(site: Site) -> None:
    id = await submit(site)
    sam = await site.as_("SAM")
    answer = await sam.post(f"/api/requisition/{id}/approve", json={}, headers={"If-Match": '"2"'})
    assert answer.status_code == 200
    assert answer.json()["events"][0]["type"] == "ApprovalGiven"
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


async def test_the_same_key_gives_the_first_answer_again(site: Site) -> None:
    ann = await site.as_("ANN")
    headers = {"Idempotency-Key": "order of paper, March"}
    first = (await ann.post("/api/requisition/submit-requisition", json=PAPER, headers=headers)).json()
    site.house.clock.pass_(days=1)  # the number of a new one would be of another day
    again = (await ann.post("/api/requisition/submit-requisition", json=PAPER, headers=headers)).json()
    assert again == {**first, "repeated": True}


async def test_the_same_key_of_somebody_else_is_another_key(site: Site) -> None:
    assert await submit(site, "ANN", **{"Idempotency-Key": "k"}) != await submit(
        site, "BOB", **{"Idempotency-Key": "k"}
    )


async def test_a_key_is_not_used_for_two_requests(site: Site) -> None:
    ann = await site.as_("ANN")
    headers = {"Idempotency-Key": "k"}
    await ann.post("/api/requisition/submit-requisition", json=PAPER, headers=headers)
    other = {**PAPER, "purpose": "另一用途"}
    answer = await ann.post("/api/requisition/submit-requisition", json=other, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"


async def test_whoever_saw_an_older_version_is_told_which_one_stands(site: Site) -> None:
    id = await submit(site)
    sam = await site.as_("SAM")
    answer = await sam.post(f"/api/requisition/{id}/approve", json={}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer.json()["facts"] == {"expected": "1", "actual": "2"}
    assert answer.headers["etag"] == '"2"'


async def test_any_version_must_be_there(site: Site) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post("/api/requisition/PR-NONE/remind", json={}, headers={"If-Match": "*"})
    assert answer.status_code == 412


@clauses("5.1")
async def test_a_refusal_says_the_rule_its_clause_and_what_to_do_in_the_callers_language(site: Site) -> None:
    id = await submit(site)
    for language, title in (("en", "Refused by the regulation"), ("zh-CN,en;q=0.5", "制度不允许")):
        ann = await site.as_("ANN", language)
        answer = await ann.post(f"/api/requisition/{id}/approve", json={})
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert (told["title"], told["rule"], told["clause"]) == (title, "OwnRequest", "5.1")
    assert answer.headers["content-language"] == "zh"
    assert told["detail"].startswith("任何人不得审批本人的申请")
    assert told["remedy"].startswith("请由该步骤的审批人")
    assert told["type"] == "/problems/rules/OwnRequest"
    explained = (await ann.get(told["type"])).json()
    assert (explained["clause"], explained["remedy"]) == (told["clause"], told["remedy"])
    assert (await ann.get("/problems/rules/Nonsense")).status_code == 404


@clauses("5.1", "4.3.2.1")
async def test_a_refused_attempt_at_authority_is_journalled(site: Site) -> None:
    id = await submit(site)
    bob = await site.as_("BOB")
    assert (await bob.post(f"/api/requisition/{id}/approve", json={})).json()["rule"] == "NotASigner"
    (attempt,) = await site.attempts()
    assert (attempt.who, attempt.subject, attempt.command) == ("BOB", f"requisition-{id}", "Approve")


async def test_the_field_a_rule_is_about_is_named(site: Site) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post("/api/requisition/submit-requisition", json={**PAPER, "supplier_suggested": "示例供应商"})
    assert answer.status_code == 409
    assert (answer.json()["rule"], answer.json()["field"]) == ("ReasonForSupplier", "supplier_reason")


async def test_a_delegate_acts_in_his_own_name_for_the_other(site: Site) -> None:
    id = await submit(site)
    sam = await site.as_("SAM")
    grant = {"to": "PAT", "since": "2026-03-03", "until": "2026-03-06", "reason": "出差"}
    answer = await sam.post("/api/delegation/SAM/grant-delegation", json=grant)
    assert answer.status_code == 200, answer.text
    pat = await site.as_("PAT")
    done = await pat.post(f"/api/requisition/{id}/approve", json={}, headers={"X-Acting-For": "SAM"})
    assert done.status_code == 200, done.text
    given = done.json()["events"][0]
    assert (given["actor"], given["acting_for"]) == ("PAT", "SAM")
    assert given["delegation"]


@clauses("4.3.2.1")
async def test_an_expired_delegation_is_refused_and_journalled(site: Site) -> None:
    sam = await site.as_("SAM")
    grant = {"to": "PAT", "since": "2026-03-03", "until": "2026-03-06", "reason": "出差"}
    await sam.post("/api/delegation/SAM/grant-delegation", json=grant)
    id = await submit(site)
    site.house.clock.pass_(days=7)
    pat = await site.as_("PAT")
    answer = await pat.post(f"/api/requisition/{id}/approve", json={}, headers={"X-Acting-For": "SAM"})
    assert (answer.status_code, answer.json()["rule"]) == (409, "NoDelegation")
    assert [each.rule for each in await site.attempts()] == ["NoDelegation"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/requisition/PR1/mark-ordered", 404),
        ("/api/attempt/record-attempt", 405),
        ("/api/requisition/PR1/fly", 404),
        ("/api/unicorn/U1/approve", 404),
        ("/api/requisition/approve", 405),
        ("/api/organisation/other/leave-employee", 422),
        ("/nowhere", 404),
    ],
)
async def test_what_is_not_offered_is_not_there(site: Site, path: str, status: int) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post(path, json={})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]


async def test_there_is_one_organisation_only(site: Site) -> None:
    ada = await site.as_("ADA")
    leave = {"employee": "BOB", "last_day": "2026-03-31"}
    answer = await ada.post("/api/organisation/other/leave-employee", json=leave)
    assert answer.status_code == 404, answer.text
    assert (await ada.post("/api/organisation/company/leave-employee", json=leave)).status_code == 200


@clauses("4.3.2.1")
async def test_whoever_is_not_employed_acts_no_more(site: Site) -> None:
    former = await site.as_("GONE")
    answer = await former.post("/api/requisition/submit-requisition", json=PAPER)
    assert (answer.status_code, answer.json()["rule"]) == (403, "NotEmployed")
    assert [each.who for each in await site.attempts()] == ["GONE"]


async def test_without_a_token_nothing_is_done(site: Site) -> None:
    nobody = await site.client()
    answer = await nobody.post("/api/requisition/submit-requisition", json=PAPER)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
