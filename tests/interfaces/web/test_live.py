"""Live 实时: a page hears of what it shows and may see, once the views have read it, and of nothing else."""

from interfaces.http.callers import COOKIE
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.listening import listening
from tests.interfaces.http.test_commands import submit
from tests.interfaces.http.test_views import project
from tests.interfaces.web.conftest import HTMX, browser


async def test_it_tells_what_changed_to_whoever_may_see_it(site: Site) -> None:
    mine, his = await submit(site), await submit(site, "BOB")
    token, _ = await site.desk.access.open_session("ANN")
    path = f"/live?topic=requisition-{his}&topic=requisition-{mine}&topic=nonsense&topic=view:budget_lines"
    async with listening(site.app, path, "", cookie=f"{COOKIE}={token}") as listener:
        status, headers = await listener.started()
        assert status == 200 and headers["content-type"].startswith("text/event-stream")
        await listener.sent.get()  # the comment: from here on everything is heard
        sam = await browser(site, "SAM")
        for id in (his, mine):
            await sam.post(f"/decide/requisition/{id}/approve", data={"version": "2"}, headers=HTMX)
        heard = await listener.next()
        assert (heard.event, heard.data) == ("changed", f"requisition-{mine}")
        await site.desk.access.end_sessions("ANN")
        await submit(site)
        await listener.ends()


async def test_a_list_hears_of_what_its_view_reads(site: Site) -> None:
    token, _ = await site.desk.access.open_session("SAM")
    async with listening(site.app, "/live?topic=view:requisitions", "", cookie=f"{COOKIE}={token}") as listener:
        await listener.started()
        await listener.sent.get()
        await submit(site)
        project(site)
        assert (await listener.next()).data == "view:requisitions"


async def test_nobody_listens_who_is_not_signed_in(site: Site) -> None:
    assert (await (await site.client()).get("/live?topic=me")).status_code == 303
