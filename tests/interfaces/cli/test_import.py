"""``guicheng import``: an organisation, all of it or nothing; a history of approvals, once, and to be checked after."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import xlsxwriter

from tests.interfaces.cli.command import EXAMPLES, ROOT, Guicheng

ORGANISATION = EXAMPLES / "organisation.csv"
PROCEDURE = EXAMPLES / "request-for-payment.yaml"
SAMPLE = EXAMPLES / "request-for-payment-sample.xes"
HISTORY = ROOT.parent / "shared" / "data" / "RequestForPayment.xes.gz"


def size(guicheng: Guicheng) -> int:
    """How many entries the journal has, which hold."""
    found = guicheng.done("audit", "verify", "--json").json
    assert found["holds"]
    return int(found["size"])


def test_an_organisation_comes_in_once(guicheng: Guicheng) -> None:
    found = guicheng.done("import", "org", ORGANISATION, "--json").json
    assert found["applied"] and found["changes"] == {"found": 7, "hire": 14, "assign": 20}
    before = size(guicheng)
    assert guicheng.done("import", "org", ORGANISATION, "--json").json == {"applied": False, "changes": {}}
    assert "无需变更" in guicheng.done("import", "org", ORGANISATION).out
    assert size(guicheng) == before
    state = guicheng.done("audit", "as-of", "organisation-company", "--json")
    assert "E014" in state.out


def test_the_same_file_as_a_workbook_changes_nothing_more(guicheng: Guicheng, tmp_path: Path) -> None:
    workbook = tmp_path / "组织架构.xlsx"
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(ORGANISATION.read_text(encoding="utf-8-sig").splitlines()):
            sheet.write_row(number, 0, line.split(","))
    assert guicheng.done("import", "org", workbook, "--json").json["changes"]["hire"] == 14
    assert guicheng.done("import", "org", ORGANISATION, "--json").json["applied"] is False


def test_wrong_rows_are_named_with_line_and_reason_and_nothing_is_applied(guicheng: Guicheng, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong[1].csv"
    lines = ORGANISATION.read_text(encoding="utf-8").splitlines()
    lines[8] = lines[8].replace(",9,", ",ninth,")
    lines.append("任职,E999,,,,,,,,总经理,,2020-01-01,")
    lines.append("员工,E015,示例[/b],,E001,D99,职员,2,e015@example.com,,,2020-01-32,")
    wrong.write_text("\n".join(lines), encoding="utf-8")
    guicheng.done("init")
    before = size(guicheng)
    result = guicheng("import", "org", wrong, "--json")
    assert result.code == 1
    assert result.json["applied"] is False
    assert {each["line"] for each in result.json["errors"]} == {9, len(lines) - 1, len(lines)}
    assert all(each["en"] and each["zh"] for each in result.json["errors"])
    for_people = guicheng("import", "org", wrong)
    assert for_people.code == 1 and "wrong[1].csv" in for_people.out
    assert all(each["en"] in for_people.out and each["zh"] in for_people.out for each in result.json["errors"])
    assert size(guicheng) == before


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "wrong"),
        (b"kind,id\nemployee,1\n", "name"),
        (b"kind,id,name,colour\nemployee,1,2,3\n", "colour"),
        (b"kind,id,name\n\xff\xfe\xfa,1,2\n", "wrong"),
        (b"PK\x03\x04 not a workbook", "wrong"),
        (bytes(11 << 20), "wrong"),
    ],
    ids=["empty", "no name", "strange column", "no text", "no workbook", "too large"],
)
def test_what_is_no_organisation_is_told(guicheng: Guicheng, tmp_path: Path, content: bytes, named: str) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(content)
    result = guicheng("import", "org", wrong)
    result.said(named)
    assert result.code == 1


@pytest.mark.parametrize("missing", ["/nowhere/org.csv", "/"])
def test_a_file_that_cannot_be_read_is_named(guicheng: Guicheng, missing: str) -> None:
    guicheng("import", "org", missing).said(missing, "无法读取")
    guicheng("import", "approvals", missing, "--procedure", PROCEDURE).said(missing)
    guicheng("import", "approvals", SAMPLE, "--procedure", missing).said(missing)


def test_a_history_comes_in_once_with_what_it_deviates_in(guicheng: Guicheng) -> None:
    asked = ("import", "approvals", SAMPLE, "--procedure", PROCEDURE, "--json")
    found = guicheng.done(*asked).json
    assert (found["cases"], found["events"]) == (3, 16)
    assert (found["conforming_cases"], found["deviating_cases"]) == (2, 1)
    assert [(each["rule"], each["events"], each["cases"]) for each in found["deviations"]] == [("GivenUpIsOver", 1, 1)]
    assert found["stored"] > 16 and found["unchanged"] == 0
    before = size(guicheng)
    again = guicheng.done(*asked).json
    assert (again["stored"], again["unchanged"]) == (0, 3)
    assert {**again, "stored": 0, "unchanged": 0} == {**found, "stored": 0, "unchanged": 0}
    assert size(guicheng) == before
    assert guicheng.done("audit", "replay", "--json").json["entries"] == before
    told = guicheng.done(*asked[:-1]).out
    assert "conforming" in told and "合规" in told and "separation of duties" in told


def test_a_packed_history_is_the_same_history(guicheng: Guicheng, tmp_path: Path) -> None:
    packed = tmp_path / SAMPLE.name
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    found = guicheng.done("import", "approvals", packed, "--procedure", PROCEDURE, "--json").json
    assert (found["cases"], found["events"]) == (3, 16)


@pytest.mark.skipif(not HISTORY.exists(), reason=f"../shared/data/{HISTORY.name} is not there")
def test_the_real_history_comes_in_once_and_the_journal_holds(guicheng: Guicheng) -> None:
    asked = ("import", "approvals", HISTORY, "--procedure", PROCEDURE, "--json")
    found = guicheng.done(*asked).json
    assert (found["cases"], found["events"]) == (6_760, 36_072)
    assert found["conforming_cases"] + found["deviating_cases"] == 6_760
    assert found["deviations"] and found["undetermined"]
    before = size(guicheng)
    again = guicheng.done(*asked).json
    assert (again["stored"], again["unchanged"]) == (0, 6_760)
    replayed = guicheng.done("audit", "replay", "--json").json
    assert replayed["holds"] and replayed["entries"] == before
    assert replayed["types"]["ImportedStepTaken"] + replayed["types"]["ImportedDeviationFound"] == 36_072


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "wrong.xes"),
        (b"<log><trace>", "wrong.xes"),
        (b"<html/>", "wrong.xes"),
        (b"\x1f\x8b\x08 cut off", "wrong.xes"),
        (b'<!DOCTYPE log [<!ENTITY a "aa">]><log>&a;</log>', "wrong.xes"),
        (SAMPLE.read_bytes().replace(b"2026-01-05T10:00:00.000+08:00", b"yesterday"), "yesterday"),
        (SAMPLE.read_bytes().replace(b"Payment Handled", b"Payment Forgotten"), "Payment Forgotten"),
    ],
    ids=["empty", "cut off", "no log", "no gzip", "document type", "no time", "unknown activity"],
)
def test_what_is_no_history_is_told_and_nothing_is_stored(
    guicheng: Guicheng, tmp_path: Path, content: bytes, named: str
) -> None:
    wrong = tmp_path / "wrong.xes"
    wrong.write_bytes(content)
    guicheng.done("init")
    before = size(guicheng)
    result = guicheng("import", "approvals", wrong, "--procedure", PROCEDURE, "--json")
    result.said(named)
    assert result.code == 1 and result.out == ""
    assert size(guicheng) == before


def test_every_fault_of_a_procedure_is_told_with_line_and_column(guicheng: Guicheng, tmp_path: Path) -> None:
    text = PROCEDURE.read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text("procedure: [unclosed\n", encoding="utf-8")
    guicheng("import", "approvals", SAMPLE, "--procedure", broken).said(f"{broken}:2:1")
    lines = text.splitlines()
    number = next(number for number, line in enumerate(lines, 1) if "giving_up: after_rejection" in line)
    broken.write_text(text.replace("after_rejection\n", "when_he_likes\n").replace("zh: 付款申请", "zh: 7"), "utf-8")
    result = guicheng("import", "approvals", SAMPLE, "--procedure", broken)
    result.said(f"{broken}:{number}:", "after_rejection")
    assert result.code == 1
