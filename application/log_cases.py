"""Cases of a log as read from a file 日志案例, and how they become what is imported.

A log gives every case and event a bag of named texts; ``Keys`` says which of them have a place of their own. What all
events of a case share is kept once, with the case; nothing else is moved and nothing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.governance.imported_case import ImportCase, LoggedStep

MOST_BYTES = 60_000
"""Of what a log says of a case or of an event: an entry of the journal stays under 64 KiB."""
YEARS = range(1900, 2200)
"""Years a log can be of; beyond, a time has no place in every zone."""


@dataclass(frozen=True, slots=True)
class RawCase:
    """A case as the file has it; ``line`` and ``lines`` are where it and its events begin."""

    attributes: Mapping[str, str]
    events: Sequence[Mapping[str, str]]
    line: int
    lines: Sequence[int]


class Log(Protocol):
    """A file of cases. Reading raises LogError for what cannot be read."""

    @property
    def name(self) -> str:
        """The file's name, without its folder."""

    @property
    def sha256(self) -> str:
        """Of the content, uncompressed."""

    def cases(self) -> Iterator[RawCase]:
        """Every case, in the file's order."""


class LogError(Exception):
    """A log that cannot be imported 日志无法导入: where, what is wrong, what to do; nothing was stored."""

    def __init__(self, en: str, zh: str, line: int | None = None) -> None:
        self.line = line
        self.en = f"line {line}: {en}" if line else en
        self.zh = f"第{line}行：{zh}" if line else zh
        super().__init__(f"{self.en}\n{self.zh}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The log's names for what has a place of its own. Without ``event`` an event is known by its place in its case."""

    case: str = "concept:name"
    activity: str = "concept:name"
    time: str = "time:timestamp"
    role: str = "org:role"
    person: str = "org:resource"
    event: str | None = None
    number: str | None = None
    amount: str | None = None
    department: str | None = None


def import_command(raw: RawCase, keys: Keys, *, procedure: str, sha256: str) -> ImportCase:
    """What is asked to import a case. Raises LogError naming the line of what lacks what it must have."""
    case_id = raw.attributes.get(keys.case, "")
    if not case_id:
        raise LogError(
            f"a case has no {keys.case}; every case needs a name of its own",
            f"案例缺少 {keys.case}；每个案例须有名称",
            raw.line,
        )
    shared = _shared(raw, keys)
    about = {**raw.attributes, **shared}
    _bounded(about, raw.line)
    first = raw.events[0] if raw.events else {}
    placed = {key: about.pop(key, first.get(key, "")) for key in (keys.number, keys.amount, keys.department) if key}
    about.pop(keys.case, None)
    return ImportCase(
        procedure=procedure,
        file_sha256=sha256,
        original_id=case_id,
        number=placed.get(keys.number or "", ""),
        amount=placed.get(keys.amount or "", ""),
        department=placed.get(keys.department or "", ""),
        attributes=about,
        steps=tuple(_steps(raw, keys, shared)),
    )


def _shared(raw: RawCase, keys: Keys) -> dict[str, str]:
    """What every event of the case says alike, beyond what has a place of its own."""
    if not raw.events:
        return {}
    own = {keys.activity, keys.time, keys.role, keys.person, keys.event}
    rest = raw.events[1:]
    return {
        key: value
        for key, value in raw.events[0].items()
        if key not in own and raw.attributes.get(key, value) == value and all(event.get(key) == value for event in rest)
    }


def _steps(raw: RawCase, keys: Keys, shared: Mapping[str, str]) -> Iterator[LoggedStep]:
    own = {keys.activity, keys.time, keys.role, keys.person, keys.event, *shared}
    known: dict[str, int] = {}
    for number, (event, line) in enumerate(zip(raw.events, raw.lines, strict=True), 1):
        _bounded(event, line)
        id = (event.get(keys.event) if keys.event else None) or str(number)
        # Two events of one name are two events.
        known[id] = known.get(id, 0) + 1
        yield LoggedStep(
            original_id=id if known[id] == 1 else f"{id}#{known[id]}",
            activity=_needed(event, keys.activity, line),
            role=event.get(keys.role, ""),
            person=event.get(keys.person, ""),
            happened_at=_moment(_needed(event, keys.time, line), keys.time, line),
            attributes={key: value for key, value in event.items() if key not in own},
        )


def _needed(event: Mapping[str, str], key: str, line: int) -> str:
    value = event.get(key)
    if not value:
        raise LogError(f"an event has no {key}; add it to the log", f"事件缺少 {key}；请在日志中补充", line)
    return value


def _bounded(said: Mapping[str, str], line: int) -> None:
    # Counting characters is quick, and four bytes are the most that one takes.
    if sum(map(len, said.values())) + sum(map(len, said)) <= MOST_BYTES // 8:
        return
    size = len(json.dumps(said, ensure_ascii=False).encode(errors="replace"))
    if size > MOST_BYTES:
        raise LogError(
            f"what is said here comes to {size} bytes; shorten it to at most {MOST_BYTES}",
            f"此处内容达 {size} 字节；请精简至 {MOST_BYTES} 字节以内",
            line,
        )


def _moment(text: str, key: str, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None or moment.year not in YEARS:
        raise LogError(
            f"{key} is {text[:60]!r}; it must be a time with a zone, of {YEARS[0]} to {YEARS[-1]}, "
            f"e.g. 2018-05-07T09:00:00.000+02:00",
            f"{key} 为 {text[:60]!r}；应为 {YEARS[0]} 至 {YEARS[-1]} 年间带时区的时间，"
            f"例如 2018-05-07T09:00:00.000+02:00",
            line,
        )
    return moment
