"""The plain page: signing in, what waits, views; nothing that anybody wrote runs."""

from tests.interfaces.http.conftest import PAPER, Site
from tests.interfaces.http.test_commands import submit
from tests.interfaces.http.test_views import project

PASSWORD = "红豆生南国 spring"


async def test_whoever_is_not_signed_in_gets_the_form_in_his_language(site: Site) -> None:
    for language, words in (("en", "Employee number"), ("zh", "员工编号")):
        answer = await (await site.client(language=language)).get("/")
        assert answer.status_code == 200 and words in answer.text
        assert "script-src 'none'" in answer.headers["content-security-policy"]
        assert "<script" not in answer.text and "style=" not in answer.text


async def test_signing_in_shows_what_waits_and_signing_out_forgets(site: Site) -> None:
    await site.desk.access.set_password("SAM", PASSWORD, by="ADA")
    id = await submit(site)
    project(site)
    browser = await site.client(language="zh")
    wrong = await browser.post("/sign-in", data={"user": "SAM", "password": "wrong"})
    assert wrong.status_code == 401 and "员工编号或密码错误" in wrong.text
    answer = await browser.post("/sign-in", data={"user": "SAM", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=zh")
    inbox = await browser.get("/")
    assert f'<a href="/api/requisition/{id}">requisition-{id}</a>' in inbox.text
    assert "待我处理" in inbox.text and "view=requisitions" in inbox.text
    assert "What waits for me" in (await browser.get("/?lang=en")).text
    await browser.post("/sign-out")
    assert "员工编号" in (await browser.get("/")).text


async def test_a_view_is_shown_page_by_page_as_far_as_one_may_see(site: Site) -> None:
    for _ in range(51):
        await submit(site, "ANN")
    project(site)
    token, _ = await site.desk.access.open_session("ANN")
    browser = await site.client()
    browser.cookies.set("guicheng_session", token)
    first = await browser.get("/?view=requisitions&lang=en")
    assert first.text.count("<tr>") == 51
    link = first.text.partition('<p><a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert (await browser.get(link)).text.count("<tr>") == 2
    assert (await browser.get("/?view=unicorns")).status_code == 404


async def test_what_people_wrote_is_shown_and_never_run(site: Site) -> None:
    ann = await site.as_("ANN")
    evil = {**PAPER, "purpose": '<script>alert("1")</script>'}
    await ann.post("/api/requisition/submit-requisition", json=evil)
    project(site)
    token, _ = await site.desk.access.open_session("ANN")
    browser = await site.client()
    browser.cookies.set("guicheng_session", token)
    text = (await browser.get("/?view=requisitions")).text
    assert "<script" not in text
    assert "&lt;script&gt;" in text or "alert" not in text
    answer = await browser.get('/?view="><script>alert(1)</script>')
    assert "<script" not in answer.text


async def test_a_foreign_page_signs_nobody_in_or_out(site: Site) -> None:
    await site.desk.access.set_password("SAM", PASSWORD, by="ADA")
    browser = await site.client()
    foreign = {"Origin": "https://elsewhere.example"}
    answer = await browser.post("/sign-in", data={"user": "SAM", "password": PASSWORD}, headers=foreign)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert (await browser.post("/sign-out", headers=foreign)).status_code == 403
