"""XES files: read case by case, plain or packed; what cannot be read is said with its line, in both languages."""

import gzip
from pathlib import Path

import pytest

from application.log_cases import LogError, RawCase
from infrastructure.xes import XesFile

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<global scope="event"><string key="concept:name" value="name"/></global>
<string key="creator" value="whole log"/>
"""
CASE = """<trace>
<string key="concept:name" value="case 1"/>
<event>
<string key="concept:name" value="submit &amp; wait "/>
<date key="time:timestamp" value="2018-05-07T09:00:00.000+02:00"/>
<string key="cost" value="7"><string key="currency" value="EUR"/></string>
<list key="parts"><values><string key="a" value="1"/><string key="b" value="2"/></values></list>
</event>
<event><string key="concept:name" value="decide"/></event>
</trace>
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.xes"
    path.write_text(f"{HEAD}{CASE}{CASE.replace('case 1', 'case 2')}</log>", encoding="utf-8")
    return path


def read(path: Path) -> list[RawCase]:
    return list(XesFile(path).cases())


def test_cases_have_what_the_file_says_and_where_it_says_it(log: Path) -> None:
    first, second = read(log)
    assert first == RawCase(
        attributes={"concept:name": "case 1"},
        events=[
            {
                "concept:name": "submit & wait ",
                "time:timestamp": "2018-05-07T09:00:00.000+02:00",
                "cost": "7",
                "cost/currency": "EUR",
                "parts/a": "1",
                "parts/b": "2",
            },
            {"concept:name": "decide"},
        ],
        line=6,
        lines=[8, 14],
    )
    assert (second.attributes, second.line) == ({"concept:name": "case 2"}, 16)


def test_packed_or_plain_it_is_the_same_log(log: Path, tmp_path: Path) -> None:
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert XesFile(packed).sha256 == XesFile(log).sha256
    assert read(packed) == read(log)
    assert XesFile(packed).name == "log.xes.gz"


def test_prefixed_names_are_the_same_names(log: Path, tmp_path: Path) -> None:
    text = log.read_text()
    for name in ("log", "trace", "event", "string", "date", "list", "values", "global", "extension"):
        text = text.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        text = text.replace(f"</{name}>", f"</x:{name}>")
    prefixed = tmp_path / "prefixed.xes"
    prefixed.write_text(text.replace("xmlns=", "xmlns:x="))
    assert [each.events for each in read(prefixed)] == [each.events for each in read(log)]


LAUGHS = '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><log><trace/></log>'
OUTSIDE = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/hostname">]><log>&x;</log>'


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (f"{HEAD}{CASE}", 16, "the XML is broken at column 1: no element found"),
        (f"{HEAD}<trace>\n<event>\n</trace></log>", 8, "mismatched tag"),
        ("", 1, "no element found"),
        ("<html></html>", None, "its root element is not <log>"),
        (f"{HEAD}<event/></log>", 6, "an event stands outside of a trace"),
        (f"{HEAD}<trace><trace/></trace></log>", 6, "a trace stands inside another"),
        (f'{HEAD}<trace><string value="x"/></trace></log>', 6, "an attribute has no key"),
        (f"{HEAD}{CASE.replace('cost', 'concept:name')}</log>", 11, "concept:name stands twice in one place"),
        (LAUGHS, 1, "a document type (DOCTYPE) is not accepted"),
        (OUTSIDE, 1, "a document type (DOCTYPE) is not accepted"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: str, line: int | None, told: str) -> None:
    path = tmp_path / "log.xes"
    path.write_text(content)
    with pytest.raises(LogError) as error:
        read(path)
    assert told in error.value.en
    assert error.value.line == line
    assert error.value.zh


def test_a_damaged_or_missing_file_says_what_to_do(log: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xes.gz"
    cut.write_bytes(gzip.compress(log.read_bytes())[:-20])
    broken = tmp_path / "broken.xes.gz"
    broken.write_bytes(gzip.compress(log.read_bytes())[:30] + b"\xff" * 40)
    for path in (cut, broken):
        with pytest.raises(LogError, match="damaged gzip file"):
            read(path)
    with pytest.raises(LogError, match="check the path"):
        read(tmp_path / "nowhere.xes")
