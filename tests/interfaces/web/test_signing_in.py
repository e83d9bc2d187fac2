"""Signing in 登录 by page: where one comes back to, what foreign pages get, sessions one ends."""

import pytest

from infrastructure.access.store import TRIES_TOGETHER
from interfaces.web.visitor import safe_next
from tests.interfaces.http.conftest import Site
from tests.interfaces.web.conftest import HTMX, browser
from tests.spec import clauses

PASSWORD = "红豆生南国 spring"


async def test_whoever_is_not_signed_in_gets_the_form_in_his_language(site: Site) -> None:
    for language, words in (("en", "Employee number"), ("zh", "员工编号")):
        client = await site.client(language=language)
        sent = await client.get("/lists/requisitions?status=open")
        assert (sent.status_code, sent.headers["location"]) == (
            303,
            "/sign-in?next=%2Flists%2Frequisitions%3Fstatus%3Dopen",
        )
        answer = await client.get(sent.headers["location"])
        assert answer.status_code == 200 and words in answer.text
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
        assert "style=" not in answer.text and "onclick" not in answer.text and "<script>" not in answer.text
        assert '"allowEval":false' in answer.text


async def test_one_comes_back_to_where_one_was_going(site: Site) -> None:
    await site.desk.access.set_password("SAM", PASSWORD, by="ADA")
    client = await site.client(language="zh")
    wrong = await client.post("/sign-in", data={"user": "SAM", "password": "wrong", "next": "/lists"})
    assert wrong.status_code == 401 and "员工编号或密码错误" in wrong.text
    assert 'value="SAM"' in wrong.text and 'value="/lists"' in wrong.text
    answer = await client.post("/sign-in", data={"user": "SAM", "password": PASSWORD, "next": "/lists"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/lists")
    assert "我的工作" in (await client.get("/")).text
    assert (await client.get("/sign-in")).status_code == 303
    await client.post("/sign-out")
    assert (await client.get("/")).status_code == 303


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:x", "/a\nb", "", None,
     "/sign-in"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(path: str | None) -> None:
    assert safe_next(path) == "/"


def test_what_is_ours_is_gone_on_to() -> None:
    assert safe_next("/lists/requisitions?status=open") == "/lists/requisitions?status=open"


async def test_htmx_is_told_to_sign_in_and_to_come_back_to_the_page_it_shows(site: Site) -> None:
    client = await site.client()
    shown = {**HTMX, "HX-Current-URL": "http://guicheng.example/new/requisition/submit-requisition"}
    answer = await client.post("/new/requisition/submit-requisition", data={"purpose": "paper"}, headers=shown)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fnew%2Frequisition%2Fsubmit-requisition"


@clauses("4.3.2.1")
async def test_guessing_is_stopped(site: Site) -> None:
    await site.desk.access.set_password("ANN", PASSWORD, by="ADA")
    client = await site.client()
    for _ in range(TRIES_TOGETHER):
        assert (await client.post("/sign-in", data={"user": "ANN", "password": "wrong"})).status_code == 401
    answer = await client.post("/sign-in", data={"user": "ANN", "password": PASSWORD})
    assert answer.status_code == 429 and "set-cookie" not in answer.headers and "retry-after" in answer.headers


async def test_a_foreign_page_signs_nobody_in_or_out_and_does_nothing_in_his_name(site: Site) -> None:
    await site.desk.access.set_password("SAM", PASSWORD, by="ADA")
    client = await site.client()
    foreign = {"Origin": "https://elsewhere.example"}
    answer = await client.post("/sign-in", data={"user": "SAM", "password": PASSWORD}, headers=foreign)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert (await client.post("/sign-out", headers=foreign)).status_code == 403
    sam = await browser(site, "SAM")
    for headers in (foreign, {"Sec-Fetch-Site": "cross-site"}):
        answer = await sam.post("/new/requisition/submit-requisition", data={}, headers=headers)
        assert answer.status_code == 403 and "foreign page" in answer.text
    assert (await sam.get("/")).status_code == 200


async def test_sessions_are_seen_and_ended_by_their_owner(site: Site) -> None:
    here, there, bob = await browser(site, "ANN"), await browser(site, "ANN"), await browser(site, "BOB")
    page = (await here.get("/account")).text
    assert page.count('action="/account/sessions/') == 1 and "this one" in page
    id = page.partition('action="/account/sessions/')[2].partition("/")[0]
    await bob.post(f"/account/sessions/{id}/end")
    assert (await there.get("/")).status_code == 200
    await here.post(f"/account/sessions/{id}/end")
    assert (await there.get("/")).status_code == 303


async def test_language_and_theme_are_kept(site: Site) -> None:
    ann = await browser(site, "ANN", "en")
    answer = await ann.post("/preferences", data={"language": "zh", "next": "/lists"})
    assert answer.headers["location"] == "/lists"
    await ann.post("/preferences", data={"theme": "dark"})
    page = (await ann.get("/")).text
    assert 'lang="zh-CN"' in page and 'data-theme="dark"' in page and "我的工作" in page


async def test_static_files_are_kept_for_ever_under_the_hash_of_their_content(site: Site) -> None:
    client = await site.client()
    page = (await client.get("/sign-in")).text
    for name in ("guicheng.css", "guicheng.js", "htmx.js", "mark.svg"):
        path = page.partition(f"/{name}")[0].rpartition('"')[2] + f"/{name}"
        answer = await client.get(path)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"], path
        assert answer.headers["content-encoding"] == "gzip"
    assert (await client.get(f"/static/0123/{name}")).headers["cache-control"] == "no-store"
    assert (await client.get("/static/0123/passwd")).status_code == 404
