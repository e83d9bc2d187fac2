"""Signing in over HTTP: sessions and keys that end, failures that look alike, passwords nobody sets for others."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from infrastructure.access.store import TRIES_TOGETHER
from interfaces.http.callers import COOKIE
from tests.interfaces.http.conftest import PAPER, Site
from tests.spec import clauses

PASSWORD = "红豆生南国 spring"


async def sign_in(site: Site, user: str = "ANN", password: str = PASSWORD) -> tuple[httpx.AsyncClient, httpx.Response]:
    browser = await site.client()
    return browser, await browser.post("/session", json={"user": user, "password": password})


async def test_a_browser_gets_a_cookie_out_of_reach_of_scripts(site: Site) -> None:
    await site.desk.access.set_password("ANN", PASSWORD, by="ADA")
    browser, answer = await sign_in(site)
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=43200" in cookie
    me = (await browser.get("/session")).json()
    assert (me["employee"], me["department"], me["sees"]) == ("ANN", "D-SALES", "own")
    assert (await browser.delete("/session")).status_code == 204
    browser.cookies.set(COOKIE, answer.json()["token"])
    assert (await browser.get("/session")).status_code == 401


async def test_how_far_one_sees_follows_from_the_roles(site: Site) -> None:
    seen = {who: (await (await site.as_(who)).get("/session")).json()["sees"] for who in ("ANN", "SAM", "VICE", "FAY")}
    assert seen == {"ANN": "own", "SAM": "department", "VICE": "department", "FAY": "all"}


async def test_a_wrong_password_and_an_unknown_user_look_alike(site: Site) -> None:
    await site.desk.access.set_password("ANN", PASSWORD, by="ADA")
    answers = [(await sign_in(site, user, "wrong"))[1] for user in ("ANN", "NOBODY", "BOB")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


@clauses("4.3.2.1")
async def test_guessing_is_stopped_even_before_the_right_guess(site: Site) -> None:
    await site.desk.access.set_password("ANN", PASSWORD, by="ADA")
    for _ in range(TRIES_TOGETHER):
        assert (await sign_in(site, password="wrong"))[1].status_code == 401
    _, answer = await sign_in(site)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_sessions_are_listed_and_ended_by_their_owner_alone(site: Site) -> None:
    here, there = await site.as_("ANN"), await site.as_("ANN")
    bob = await site.as_("BOB")
    listed = (await here.get("/sessions")).json()
    assert sorted(each["this"] for each in listed) == [False, True]
    other = next(each["id"] for each in listed if not each["this"])
    assert (await bob.delete(f"/sessions/{other}")).status_code == 404
    assert (await here.delete(f"/sessions/{other}")).status_code == 204
    assert (await there.get("/session")).status_code == 401
    assert (await here.get("/session")).status_code == 200


@clauses("4.3.2.1")
async def test_a_key_does_what_its_scopes_name_and_what_it_tries_beyond_is_journalled(site: Site) -> None:
    ann = await site.as_("ANN")
    made = (await ann.post("/keys", json={"name": "报表", "scopes": ["read"]})).json()
    assert "token" not in (await ann.get("/keys")).json()[0]
    key = await site.client(made["token"])
    assert (await key.get("/api/views")).status_code == 200
    answer = await key.post("/api/requisition/submit-requisition", json=PAPER)
    assert (answer.status_code, answer.json()["rule"]) == (403, "BeyondTheKey")
    answer = await key.post("/keys", json={"name": "more", "scopes": ["act"]})
    assert (answer.status_code, answer.json()["rule"]) == (403, "BeyondTheKey")
    assert [each.who for each in await site.attempts()] == ["ANN", "ANN"]
    assert (await ann.delete(f"/keys/{made['id']}")).status_code == 204
    assert (await key.get("/api/views")).status_code == 401


async def test_an_expired_key_is_no_key(site: Site) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    token, _ = await site.desk.access.issue_key("ANN", "old", ["read"], yesterday)
    assert (await (await site.client(token)).get("/api/views")).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "gck_" + "A" * 43, "gcs_" + "é" * 20, "gck_" + "A" * 10_000])
async def test_a_token_of_nobody_is_refused(site: Site, token: str) -> None:
    client = await site.client()
    answer = await client.get("/api/views", headers=[(b"authorization", f"Bearer {token}".encode())])
    assert answer.status_code == 401


@clauses("4.3.2.1")
async def test_the_administrator_alone_sets_a_password_for_somebody_else(site: Site) -> None:
    new = {"password": "a new password"}
    answer = await (await site.as_("BOB")).put("/users/ANN/password", json=new)
    assert (answer.status_code, answer.json()["rule"]) == (403, "NeedsTheRole")
    ada = await site.as_("ADA")
    assert (await ada.put("/users/ANN/password", json=new)).status_code == 204
    assert (await ada.put("/users/NOBODY/password", json=new)).status_code == 404
    assert (await sign_in(site, "ANN", "a new password"))[1].status_code == 201
    assert [each.who for each in await site.attempts()] == ["BOB"]


async def test_changing_ones_password_takes_the_current_one_and_ends_every_session(site: Site) -> None:
    await site.desk.access.set_password("ANN", PASSWORD, by="ADA")
    browser, _ = await sign_in(site)
    new = {"password": "a new password", "current": "wrong"}
    answer = await browser.put("/users/ANN/password", json=new)
    assert (answer.status_code, answer.json()["field"]) == (422, "body.current")
    own_name = {"password": "ann and her password", "current": PASSWORD}
    assert (await browser.put("/users/ANN/password", json=own_name)).json()["field"] == "body.password"
    assert (await browser.put("/users/ANN/password", json={**new, "current": PASSWORD})).status_code == 204
    assert (await browser.get("/session")).status_code == 401
    assert (await sign_in(site))[1].status_code == 401


async def test_a_foreign_page_does_nothing_with_our_cookie(site: Site) -> None:
    token, _ = await site.desk.access.open_session("ANN")
    browser = await site.client()
    browser.cookies.set(COOKIE, token)
    path = "/api/requisition/submit-requisition"
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = await browser.post(path, json=PAPER, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/foreign-page")
    answer = await browser.post(path, json=PAPER, headers={"Origin": "http://guicheng.example"})
    assert answer.status_code == 201
