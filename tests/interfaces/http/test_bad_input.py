"""Bad input over HTTP: every error names the field or thing and what to do, in both languages; nothing is stored."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain import catalogue
from interfaces.http.bodies import LIMIT
from tests.interfaces.http.conftest import PAPER, Site
from tests.interfaces.http.test_commands import submit

SUBMIT = "/api/requisition/submit-requisition"


def with_line(**changes: Any) -> dict[str, Any]:
    """The form with its line changed; ``None`` leaves a field out."""
    line = {name: value for name, value in {**PAPER["lines"][0], **changes}.items() if value is not None}  # type: ignore[dict-item]
    return {**PAPER, "lines": [line]}


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "a missing field": (with_line(item=None), "body.lines.0.item", "missing"),
    "an unknown field": ({**PAPER, "approved": True}, "body.approved", "extra_forbidden"),
    "who acts": ({**PAPER, "actor": "CLEO"}, "body.actor", "extra_forbidden"),
    "a negative price": (with_line(estimated_price="-1.00"), "body.lines.0.estimated_price", "greater_than"),
    "nothing for nothing": (with_line(quantity="0"), "body.lines.0.quantity", "greater_than"),
    "NaN": (with_line(estimated_price="NaN"), "body.lines.0.estimated_price", "finite_number"),
    "infinity": (with_line(estimated_price="-Infinity"), "body.lines.0.estimated_price", "finite_number"),
    "too many places": (with_line(estimated_price="1.001"), "body.lines.0.estimated_price", "decimal_max_places"),
    "10^30": (with_line(estimated_price="1" + "0" * 30), "body.lines.0.estimated_price", "decimal_max_digits"),
    "10^30 written short": (with_line(estimated_price="1e30"), "body.lines.0.estimated_price", "decimal_max_digits"),
    "a binary float": (with_line(estimated_price=24.5), "body.lines.0.estimated_price", "value_error"),
    "words for a number": (with_line(quantity="十"), "body.lines.0.quantity", "decimal_parsing"),
    "a number for words": ({**PAPER, "purpose": 7}, "body.purpose", "string_type"),
    "an empty text": ({**PAPER, "purpose": "  "}, "body.purpose", "string_too_short"),
    "a long text": ({**PAPER, "purpose": "长" * 2001}, "body.purpose", "string_too_long"),
    "no lines": ({**PAPER, "lines": []}, "body.lines", "too_short"),
    "a list for an object": ({**PAPER, "lines": [[]]}, "body.lines.0", "model_attributes_type"),
    "a NUL character": ({**PAPER, "purpose": "纸\0"}, "body.purpose", "nul_character"),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_wrong_field_is_named_with_what_to_write_instead(site: Site, what: str) -> None:
    body, field, code = BAD[what]
    size = await site.house.journal.size()
    for language, words in (("en", r"^[^\u4e00-\u9fff]+$"), ("zh", r"[\u4e00-\u9fff]")):
        answer = await (await site.as_("ANN", language)).post(SUBMIT, json=body)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"], answer.json()["field"]) == (field, code, field)
        assert re.search(words, error["message"]) and error["message"] in answer.json()["detail"]
    assert await site.house.journal.size() == size


@pytest.mark.parametrize("day", ["2026-02-30", "30/02/2026", "soon", "2026-03-05T10:00:00", ""])
async def test_a_date_that_does_not_exist_is_named(site: Site, day: str) -> None:
    grant = {"to": "PAT", "since": day, "until": "2026-03-06", "reason": "出差"}
    answer = await (await site.as_("SAM")).post("/api/delegation/SAM/grant-delegation", json=grant)
    assert (answer.status_code, answer.json()["field"]) == (422, "body.since")
    assert "2026-03-31" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"purpose": "\\ud800"}',
        b'{"purpose": "\xff"}',
        b'{"amount": NaN}',
        b"[" * 100_000,
        b"\xef\xbb\xbf{}x",
    ],
    ids=["cut off", "empty", "half a surrogate", "not UTF-8", "NaN", "nested without end", "rubbish behind"],
)
async def test_what_is_not_json_is_told_where(site: Site, body: bytes) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post(SUBMIT, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["field"] == "body"
    assert answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7"])
async def test_a_body_that_is_no_object_says_so(site: Site, body: bytes) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post(SUBMIT, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", ""])
async def test_only_json_is_taken(site: Site, media_type: str) -> None:
    answer = await (await site.as_("ANN")).post(SUBMIT, content=b"{}", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["field"]) == (415, "header.Content-Type")


async def parts(taken: list[int]) -> AsyncIterator[bytes]:
    """Ten megabytes, part by part, counted as they are taken."""
    for _ in range(160):
        taken[0] += 1
        yield b" " * (1 << 16)


async def test_ten_megabytes_are_refused_while_they_are_read(site: Site) -> None:
    ann = await site.as_("ANN")
    taken = [0]
    headers = {"Content-Type": "application/json"}
    answer = await ann.post(SUBMIT, content=parts(taken), headers=headers)
    assert (answer.status_code, answer.json()["facts"]) == (413, {"limit_bytes": str(LIMIT)})
    assert taken[0] <= (LIMIT >> 16) + 2
    announced = await ann.post(SUBMIT, content=b" " * (10 << 20), headers=headers)
    assert announced.status_code == 413


@pytest.mark.parametrize(
    ("header", "value", "field"),
    [
        ("If-Match", "3", "header.If-Match"),
        ("If-Match", '"1", "2"', "header.If-Match"),
        ("If-Match", '"' + "9" * 30 + '"', "header.If-Match"),
        ("Idempotency-Key", "", "header.Idempotency-Key"),
        ("Idempotency-Key", "k" * 201, "header.Idempotency-Key"),
        ("X-Acting-For", "SAM; drop", "header.X-Acting-For"),
    ],
)
async def test_a_header_that_cannot_be_read_is_named(site: Site, header: str, value: str, field: str) -> None:
    id = await submit(site)
    answer = await (await site.as_("SAM")).post(f"/api/requisition/{id}/approve", json={}, headers={header: value})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("id", ["%00", "a b", "x" * 65, "'; select 1", "单号"])
async def test_a_number_that_cannot_be_one_is_named(site: Site, id: str) -> None:
    answer = await (await site.as_("ANN")).get(f"/api/requisition/{id}")
    assert (answer.status_code, answer.json()["field"]) == (422, "path.id")


async def test_a_number_nobody_has_is_not_there(site: Site) -> None:
    ann = await site.as_("ANN")
    for path in ("/api/requisition/PR260303-ZZZZZ", "/api/requisition/PR260303-ZZZZZ/history"):
        answer = await ann.get(path)
        assert (answer.status_code, answer.json()["facts"]) == (404, {"subject": "requisition-PR260303-ZZZZZ"})


@pytest.mark.parametrize("as_of", ["yesterday", "2026-03-03T10:00:00", "2026-02-30T10:00:00Z", "-1", "1" * 19, ""])
async def test_a_time_that_cannot_be_one_is_named(site: Site, as_of: str) -> None:
    id = await submit(site)
    answer = await (await site.as_("ANN")).get(f"/api/requisition/{id}", params={"as_of": as_of})
    assert (answer.status_code, answer.json()["field"]) == (422, "query.as_of")


async def test_many_errors_are_told_at_once_but_not_without_end(site: Site) -> None:
    ann = await site.as_("ANN")
    answer = await ann.post(SUBMIT, json={**PAPER, **{f"field{number}": 1 for number in range(500)}})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 50
    assert "499 more" in answer.json()["detail"]


async def test_a_text_too_long_for_an_entry_says_so_and_nothing_is_stored(site: Site) -> None:
    line = {**PAPER["lines"][0], "specification": "规" * 500}  # type: ignore[dict-item]
    size = await site.house.journal.size()
    answer = await (await site.as_("ANN")).post(SUBMIT, json={**PAPER, "lines": [line] * 100})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert await site.house.journal.size() == size


async def test_a_year_without_a_calendar_says_who_publishes_it(site: Site) -> None:
    site.house.clock.pass_(days=365 * 3)
    for language, words in (("en", "2029"), ("zh", "2029年")):
        answer = await (await site.as_("ANN", language)).post(SUBMIT, json=PAPER)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-calendar"), answer.text
        assert words in answer.json()["detail"] and "publish-year" in answer.json()["remedy"]


def test_every_rule_says_in_both_languages_what_to_do() -> None:
    for name, rule in catalogue.refusals().items():
        assert rule.clause, name
        for language in ("en", "zh"):
            han = re.search(r"[\u4e00-\u9fff]", rule.rule(language)) and re.search(
                r"[\u4e00-\u9fff]", rule.remedy(language)
            )
            assert bool(han) is (language == "zh"), (name, language, rule.rule(language), rule.remedy(language))
