"""Attachments over HTTP: in by their content, out to be saved."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from infrastructure.blobs import LARGEST
from tests.interfaces.http.conftest import Site

PATH = "/api/attachments"


async def test_what_was_brought_comes_back_as_it_was_and_never_runs(site: Site) -> None:
    content = b"<script>alert(1)</script>" * 1000
    ann = await site.as_("ANN")
    for _ in range(2):
        answer = await ann.post(PATH, content=content, headers={"Content-Type": "text/plain; charset=utf-8"})
        assert answer.status_code == 201
    told = answer.json()
    assert told == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "media_type": "text/plain"}
    back = await ann.get(f"{PATH}/{told['sha256']}")
    assert back.content == content
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["content-disposition"].startswith("attachment")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"].startswith("sandbox")
    part = await ann.get(f"{PATH}/{told['sha256']}", headers={"Range": "bytes=1-6"})
    assert (part.status_code, part.content) == (206, b"script")


async def endless(parts: list[int]) -> AsyncIterator[bytes]:
    """An upload that never ends by itself; says how many parts of it were taken."""
    while True:
        parts[0] += 1
        yield bytes(1 << 20)


async def test_an_upload_over_the_limit_is_refused_while_it_is_read(site: Site) -> None:
    ann = await site.as_("ANN")
    parts = [0]
    answer = await ann.post(PATH, content=endless(parts), headers={"Content-Type": "application/pdf"})
    assert (answer.status_code, answer.json()["facts"]) == (413, {"limit_bytes": str(LARGEST)})
    assert parts[0] <= (LARGEST >> 20) + 2
    assert not [path for path in site.house.settings.home.rglob("*") if path.is_file()]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript", ""])
async def test_what_browsers_run_is_not_taken(site: Site, media_type: str) -> None:
    answer = await (await site.as_("ANN")).post(PATH, content=b"x", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["field"]) == (415, "header.Content-Type")


async def test_nothing_is_no_attachment(site: Site) -> None:
    answer = await (await site.as_("ANN")).post(PATH, content=b"", headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


async def test_an_unknown_attachment_is_not_there(site: Site) -> None:
    ann = await site.as_("ANN")
    assert (await ann.get(f"{PATH}/{'0' * 64}")).status_code == 404
    assert (await ann.get(f"{PATH}/{'A' * 64}")).status_code == 422
    assert (await (await site.client()).get(f"{PATH}/{'0' * 64}")).status_code == 401
