"""Lists 列表: every view, filtered, ordered, page by page, downloaded, and never more than one may see."""

from tests.interfaces.http.conftest import PAPER, Site
from tests.interfaces.http.test_commands import submit
from tests.interfaces.http.test_views import project
from tests.interfaces.web.conftest import browser
from tests.spec import clauses


async def test_every_list_is_shown_in_both_languages(site: Site) -> None:
    from projections.catalogue import views

    await submit(site)
    project(site)
    for language in ("zh", "en"):
        fay = await browser(site, "FAY", language)
        page = (await fay.get("/lists")).text
        for view in views().values():
            title = view.zh if language == "zh" else view.en
            answer = await fay.get(f"/lists/{view.name}")
            assert answer.status_code == 200, (view.name, answer.text[:400])
            assert f'href="/lists/{view.name}"' in page and title.replace("'", "&#39;") in answer.text


async def test_filter_order_and_pages(site: Site) -> None:
    for _ in range(31):
        await submit(site)
    await submit(site, "BOB")
    project(site)
    sam = await browser(site, "SAM")
    first = (await sam.get("/lists/requisitions?requester=ANN&order_by=-amount")).text
    assert first.count('data-title="Requisition"') == 30 and 'aria-sort="descending"' in first
    link = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert (await sam.get(link)).text.count('data-title="Requisition"') == 1
    assert "No row fits the filter" in (await sam.get("/lists/requisitions?amount_from=99999")).text
    answer = await sam.get("/lists/requisitions?amount_from=many")
    assert answer.status_code == 422 and "amount" in answer.text


@clauses("4.3.2.1")
async def test_a_list_shows_what_is_within_sight_and_no_more(site: Site) -> None:
    mine, his = await submit(site), await submit(site, "BOB")
    project(site)
    for path in ("/lists/requisitions", "/lists/requisitions.csv"):
        text = (await (await browser(site, "ANN")).get(path)).text
        assert mine in text and his not in text
    answer = await (await browser(site, "ANN")).get("/lists/budget_lines")
    assert answer.status_code == 403 and len(await site.attempts()) == 1


async def test_a_download_is_read_by_spreadsheets_and_runs_nothing(site: Site) -> None:
    client = await site.as_("ANN")
    await client.post("/api/requisition/submit-requisition", json={**PAPER, "purpose": "=HYPERLINK(1)"})
    project(site)
    answer = await (await browser(site, "ANN", "zh")).get("/lists/requisitions.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "requisitions.csv" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert lines[0].startswith("\ufeff申请单,申请人") and "'=HYPERLINK(1)" in lines[1] and "245.00" in lines[1]
