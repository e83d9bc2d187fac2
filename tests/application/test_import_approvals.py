"""Importing histories on a real journal: all of it or nothing, once, with its own time and source."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.import_approvals import Importer
from application.import_report import ImportReport
from application.import_survey import case_stream
from application.log_cases import LogError
from domain.governance.imported_case import ImportedCaseOpened, ImportedDeviationFound, ImportedStepTaken
from domain.kernel import SYSTEM, Stream
from infrastructure.codec import Codec
from infrastructure.identifiers import uuid7
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.procedure_file import ProcedureFile, parse
from infrastructure.xes import XesFile
from tests.database import Database
from tests.house import OpenSealer

PROCEDURE = """\
procedure: {name: leave, version: "1", zh: 请假, en: Leave}
log: {event: id, amount: days, department: unit, number: number, unknown_people: [STAFF]}
steps:
  author: {kind: author, zh: 申请人, en: Author, roles: [A]}
  head: {kind: decision, zh: 主管, en: Head, roles: [H], final: true}
  booked: {kind: afterwards, zh: 登记, en: Booked, roles: [S]}
activities:
  submit: {step: author, outcome: submitted}
  approve: {step: head, outcome: finally_approved}
  reject: {step: head, outcome: rejected}
  book: {step: booked, outcome: carried_out}
"""
ROLES = {"submit": "A", "approve": "H", "reject": "H", "book": "S"}
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def xes(**cases: str) -> str:
    """A log of cases, each of activities an hour apart: ``xes(a="submit approve book")``."""
    text = '<log xmlns="http://www.xes-standard.org">'
    for case, names in cases.items():
        text += f'<trace><string key="concept:name" value="{case}"/><string key="origin" value="old system"/>'
        for number, name in enumerate(names.split()):
            text += (
                f'<event><string key="id" value="{case}{number}"/><string key="concept:name" value="{name}"/>'
                f'<string key="org:role" value="{ROLES.get(name, "?")}"/><string key="org:resource" value="STAFF"/>'
                f'<date key="time:timestamp" value="2018-05-07T{9 + number:02}:00:00.000+02:00"/>'
                f'<string key="days" value="2.345"/><string key="unit" value="u1"/><string key="kind" value="k"/>'
                f'<int key="place" value="{number}"/></event>'
            )
        text += "</trace>"
    return f"{text}</log>"


class Desk:
    """Imports texts into one journal."""

    def __init__(self, journal: PostgresJournal, folder: Path) -> None:
        self.journal = journal
        self.codec = Codec(OpenSealer())
        self.importer = Importer(journal, self.codec, lambda: NOW, uuid7)
        self.folder = folder

    async def take(self, log: str, procedure: str = PROCEDURE, name: str = "log.xes") -> ImportReport:
        path = self.folder / name
        path.write_text(log, encoding="utf-8")
        file: ProcedureFile = parse(procedure.encode(), "procedure.yaml")
        return await self.importer.run(XesFile(path), file.procedure, file.keys, sha256=file.sha256)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with PostgresJournal(database.app_url) as journal:
        yield Desk(journal, tmp_path)


async def test_every_event_is_there_with_its_own_time_and_source(desk: Desk) -> None:
    report = await desk.take(xes(a="submit approve book", b="submit book"))
    procedure, *entries = desk.codec.decode_all(await desk.journal.read(-1, 100))
    assert procedure.subject.aggregate == "imported_procedure"
    assert [type(each.event).__name__ for each in entries] == [
        "ImportedCaseOpened",
        "ImportedStepTaken",
        "ImportedStepTaken",
        "ImportedStepTaken",
        "ImportedMattersUndetermined",
        "ImportedCaseOpened",
        "ImportedStepTaken",
        "ImportedDeviationFound",
    ]
    opened, first = entries[0], entries[1]
    assert isinstance(opened.event, ImportedCaseOpened)
    assert isinstance(first.event, ImportedStepTaken)
    assert opened.event.attributes == {"origin": "old system", "kind": "k"}
    assert (opened.event.amount_text, str(opened.event.amount), opened.event.department) == ("2.345", "2.34", "u1")
    assert first.event.attributes == {"place": "0"}
    assert first.occurred_at == datetime(2018, 5, 7, 7, 0, tzinfo=UTC) == opened.occurred_at
    assert (first.recorded_at, first.actor) == (NOW, SYSTEM)
    assert first.source == f"log.xes sha256:{report.sha256} a0"
    assert {(each.clause, each.policy) for entry in entries for each in entry.basis} == {("5.2", "leave 1")}


async def test_the_report_counts_what_was_decided(desk: Desk) -> None:
    told = (await desk.take(xes(a="submit approve book", b="submit book", c="submit reject submit reject"))).as_dict()
    assert (told["cases"], told["events"], told["stored"]) == (3, 9, 14)
    assert (told["conforming_cases"], told["deviating_cases"]) == (2, 1)
    assert [(each["rule"], each["events"], each["cases"], each["clause"]) for each in told["deviations"]] == [
        ("CarriedOutUnapproved", 1, 1, "5.2")
    ]
    assert [(each["question"], each["cases"]) for each in told["undetermined"]] == [("separation_of_duties", 2)]
    assert told["rejections"] == {"head": 2}
    assert told["time_at_step"]["head"] == {
        "en": "Head",
        "zh": "主管",
        "count": 3,
        "median_hours": 1.0,
        "p90_hours": 1.0,
    }
    assert told["ended"] == {"carried_out": 2, "rejected": 1}


async def test_importing_twice_changes_nothing(desk: Desk) -> None:
    log = xes(a="submit approve book", b="submit book")
    first = (await desk.take(log)).as_dict()
    size = await desk.journal.size()
    again = (await desk.take(log, name="renamed.xes")).as_dict()
    assert await desk.journal.size() == size
    assert (again.pop("stored"), again.pop("unchanged"), again.pop("log")) == (0, 2, "renamed.xes")
    assert {key: value for key, value in first.items() if key in again} == again


async def test_a_log_that_has_grown_adds_what_is_new(desk: Desk) -> None:
    await desk.take(xes(a="submit approve", b="submit"))
    grown = await desk.take(xes(a="submit approve book", b="submit", c="submit"))
    assert (grown.stored, grown.unchanged, grown.cases) == (3, 1, 3)
    history = desk.codec.decode_all(await desk.journal.stream(str(case_stream("leave", "a"))))
    assert [each.event.original_id for each in history if isinstance(each.event, ImportedStepTaken)] == [
        "a0",
        "a1",
        "a2",
    ]
    assert (await desk.take(xes(a="submit approve book", b="submit", c="submit"))).stored == 0


async def test_a_case_keeps_the_procedure_it_was_imported_under(desk: Desk) -> None:
    await desk.take(xes(a="submit book"))
    changed = PROCEDURE.replace('version: "1"', 'version: "2"')
    report = await desk.take(xes(a="submit book approve"), procedure=changed)
    assert report.stored == 2
    history = desk.codec.decode_all(await desk.journal.stream(str(case_stream("leave", "a"))))
    assert {each.policy for entry in history for each in entry.basis} == {"leave 1"}


async def test_two_events_of_one_name_are_two_events(desk: Desk) -> None:
    report = await desk.take(xes(a="submit reject submit").replace('value="a2"', 'value="a0"'))
    assert report.events == 3
    history = desk.codec.decode_all(await desk.journal.stream(str(case_stream("leave", "a"))))
    ids = [each.event.original_id for each in history if isinstance(each.event, ImportedStepTaken)]
    assert ids == ["a0", "a1", "a0#2"]


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (xes(a="submit", b="submit dance"), "'dance' \\(first in case b\\)"),
        (xes(a="submit").replace("</log>", xes(a="submit").partition(">")[2]), "two cases are called 'a'"),
        (xes(a="submit").replace("+02:00", ""), "must be a time with a zone"),
        (xes(a="submit").replace("2018-05-07", "yesterday "), "must be a time with a zone"),
        (xes(a="submit").replace("2018-", "0001-"), "of 1900 to 2199"),
        (xes(a="submit").replace("2018-05-07T09:00:00.000+02:00", "9999-12-31T23:59:59-12:00"), "of 1900 to 2199"),
        (xes(a="submit").replace("old system", "旧" * 30_000), "line 1: what is said here comes to 9"),
        (xes(a="submit approve").replace('key="place" value="1"', f'key="place" value="{"x" * 70_000}"'), "bytes"),
        (xes(a="submit").replace('key="time:timestamp"', 'key="when"'), "an event has no time:timestamp"),
        (xes(a="submit").replace('<trace><string key="concept:name" value="a"/>', "<trace>"), "a case has no"),
        (xes(), "the log holds no case"),
        (xes(a="submit")[:-10], "the XML is broken"),
    ],
)
async def test_nothing_is_stored_of_a_log_that_is_not_sound(desk: Desk, log: str, told: str) -> None:
    with pytest.raises(LogError, match=told):
        await desk.take(log)
    assert await desk.journal.size() == 0


def test_the_stream_of_a_case_is_made_of_its_name() -> None:
    stream = case_stream("leave", "request 7/2018 请假")
    assert Stream.parse(str(stream)) == stream
    assert stream.id.startswith("request_7_2018-")
    assert case_stream("leave", "request 7/2018 请假") == stream
    assert len({case_stream("leave", name) for name in ("a b", "a_b", "a  b")} | {case_stream("other", "a b")}) == 4
    assert case_stream("leave", "请假").id.isalnum()


async def test_a_large_log_is_read_again_rather_than_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.import_survey.KEPT", 2)
    report = await desk.take(xes(a="submit approve book", b="submit book"))
    assert (report.cases, report.events, report.stored) == (2, 5, 8)


async def test_a_deviation_says_which_rule_it_broke(desk: Desk) -> None:
    await desk.take(xes(a="submit book"))
    history = desk.codec.decode_all(await desk.journal.stream(str(case_stream("leave", "a"))))
    (found,) = [each for each in history if isinstance(each.event, ImportedDeviationFound)]
    assert isinstance(found.event, ImportedDeviationFound)
    assert (found.event.rule, found.event.facts) == ("CarriedOutUnapproved", {"status": "open"})
