"""Forms 表单: derived from every command, rows added and taken away, errors at the field, nothing typed lost."""

from typing import Any

import pytest

from domain import catalogue
from interfaces.http.commands import begins, open_commands
from interfaces.http.problems import kebab
from interfaces.web import forms
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_commands import submit
from tests.interfaces.web.conftest import HTMX, browser

NEW = "/new/requisition/submit-requisition"
TYPED = {
    "_key": "one",
    "department": "D-SALES",
    "lines.0._row": "1",
    "lines.0.item": "复印纸",
    "lines.0.specification": "A4",
    "lines.0.category": "office_supplies",
    "lines.0.quantity": "10",
    "lines.0.unit": "包",
    "lines.0.estimated_price": "1,024.50",
    "purpose": "日常办公",
}


async def test_every_command_has_its_form_in_both_languages(site: Site) -> None:
    for language in ("zh", "en"):
        fay = await browser(site, "FAY", language)
        for aggregate in catalogue.aggregates().values():
            for kind in open_commands(aggregate):
                if not begins(aggregate, kind):
                    continue
                answer = await fay.get(f"/new/{aggregate.name}/{kebab(kind.__name__)}")
                assert answer.status_code == 200, (aggregate.name, kind, answer.text[:300])
                for name in kind.model_fields:
                    assert f'name="{name}' in answer.text or f'id="f-{name}"' in answer.text, (kind, name)


async def test_what_is_typed_is_filed_and_the_page_goes_on_to_it(site: Site) -> None:
    ann = await browser(site, "ANN", "zh")
    page = (await ann.get(NEW)).text
    assert "采购明细" in page and "单价" in page and "选填" in page and 'value="D-SALES" selected' in page
    answer = await ann.post(NEW, data=TYPED)
    assert answer.status_code == 303, answer.text
    subject = answer.headers["location"]
    assert subject.startswith("/subjects/requisition/PR260303-")
    assert "¥10,245.00" in (await ann.get(subject)).text
    again = await ann.post(NEW, data=TYPED, headers=HTMX)
    assert again.headers["hx-redirect"] == subject and again.headers["hx-trigger"] == "saved"


async def test_errors_stand_at_their_field_and_everything_typed_stays(site: Site) -> None:
    ann = await browser(site, "ANN", "zh")
    wrong = {**TYPED, "lines.0.quantity": "ten", "lines.1._row": "1", "lines.1.item": "笔", "purpose": ""}
    answer = await ann.post(NEW, data=wrong)
    assert answer.status_code == 422
    for field in ("f-lines-0-quantity", "f-lines-1-specification", "f-purpose"):
        assert f'id="{field}-error"' in answer.text, field
    assert "请填写十进制数" in answer.text and 'value="ten"' in answer.text and 'value="笔"' in answer.text
    assert (await ann.post(NEW, data=wrong, headers=HTMX)).status_code == 200


async def test_a_rule_that_refuses_is_told_in_its_own_words(site: Site) -> None:
    ann = await browser(site, "ANN", "zh")
    answer = await ann.post(NEW, data={**TYPED, "department": "D-NOWHERE"})
    assert answer.status_code == 409 and 'class="refused"' in answer.text and "§" in answer.text
    assert 'value="复印纸"' in answer.text


async def test_rows_are_added_and_taken_away_with_everything_typed(site: Site) -> None:
    ann = await browser(site, "ANN")
    two = await ann.post(NEW, data={**TYPED, "_more": "lines"})
    assert 'name="lines.1.item"' in two.text and 'value="复印纸"' in two.text and "-error" not in two.text
    typed = {**TYPED, "lines.1._row": "1", "lines.1.item": "笔"}
    one = await ann.post(NEW, data={**typed, "_less": "lines.0"})
    assert 'name="lines.1.item"' not in one.text and 'value="笔"' in one.text and 'value="复印纸"' not in one.text


async def test_a_form_for_what_stands_begins_with_what_stands(site: Site) -> None:
    id = await submit(site)
    ann = await browser(site, "ANN")
    page = (await ann.get(f"/subjects/requisition/{id}/revise-requisition")).text
    assert 'value="复印纸"' in page and "日常办公" in page and 'name="_version" value="2"' in page
    answer = await ann.post(
        f"/subjects/requisition/{id}/revise-requisition",
        data={**TYPED, "_version": "1"} | {"department": ""},
    )
    assert answer.status_code == 409 and "What you typed is kept" in answer.text and 'value="1,024.50"' in answer.text


async def test_a_draft_is_shown_again_as_it_was_typed(site: Site) -> None:
    ann = await browser(site, "ANN")
    answer = await ann.post(NEW, data={**TYPED, "lines.3.item": "late row", "_restore": "1"}, headers=HTMX)
    assert 'value="late row"' in answer.text and 'name="lines.1.item"' in answer.text and "-error" not in answer.text


@pytest.mark.parametrize("path", ["/new/unicorn/gallop", "/new/requisition/mark-ordered", "/new/requisition/x"])
async def test_there_is_no_form_for_what_nobody_may_ask(site: Site, path: str) -> None:
    assert (await (await browser(site, "ANN")).get(path)).status_code == 404


def test_rows_are_numbered_anew_and_empty_ones_dropped() -> None:
    typed = {"a.7.x": "seven", "a.2.x": "two", "a.2.b.5.y": "five", "a.3._row": "1", "a.3.x": " ", "_key": "k"}
    assert forms.tidied(typed) == {
        "a.0.x": "two", "a.0.b.0.y": "five", "a.1._row": "1", "a.1.x": " ", "a.2.x": "seven", "_key": "k",
    }  # fmt: skip
    assert forms.tidied(typed, drop_empty=True)["a.1.x"] == "seven"


def test_a_place_that_is_text_and_rows_at_once_is_no_failure() -> None:
    assert forms.tidied({"a": "text", "a.0.x": "row", "b.0": "x"}) == {"a": "text", "b.0": "x"}


def test_what_is_filled_in_from_an_event_reads_back_as_the_same_command() -> None:
    from domain.operations.procurement.requisition_messages import SubmitRequisition

    command = SubmitRequisition.model_validate(
        {
            "department": "D-SALES",
            "lines": [
                {"item": "纸", "specification": "A4", "category": "office_supplies", "quantity": "2.5",
                 "unit": "包", "estimated_price": "3.20"},
                {"item": "笔", "specification": "黑", "category": "office_supplies", "quantity": "1",
                 "unit": "支", "estimated_price": "1.00"},
            ],
            "purpose": "办公",
            "account": "6602",
        }
    )  # fmt: skip
    fields = forms.fields_of(SubmitRequisition, "zh")
    typed: dict[str, Any] = forms.prefilled(fields, command)
    assert SubmitRequisition.model_validate(forms.read(fields, typed)) == command
