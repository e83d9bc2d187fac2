"""Reads a log to its end before anything of it is stored 导入前检查, and names what every case will be called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from application.log_cases import Keys, Log, LogError, import_command
from domain.governance.imported_case import ImportCase
from domain.governance.imported_procedure import Judge, LogProcedure
from domain.kernel import Message, Stream

KEPT = 250_000
"""Events of a log that are kept from checking it to storing it; a larger log is read a second time."""
_NAMES = UUID("3d0f6a51-6c1f-5f0e-9a51-2f6b8f7f5a0d")


@dataclass(frozen=True, slots=True)
class Case:
    """A case to be stored. ``digest`` is of all that is said of it, and makes the command's ``id``."""

    stream: Stream
    command: ImportCase
    digest: bytes
    id: UUID


@dataclass(frozen=True, slots=True)
class Survey:
    """A log that was found sound: how many cases it has, and the commands where they were few enough to keep."""

    log: Log
    keys: Keys
    procedure: LogProcedure
    total: int
    kept: tuple[ImportCase, ...] | None

    def cases(self) -> Iterator[Case]:
        """Every case, in the file's order."""
        number = procedure_number(self.procedure)
        for command in self.kept or _commands(self.log, self.keys, number):
            stream, digest = case_stream(self.procedure.name, command.original_id), digest_of(command)
            yield Case(stream, command, digest, command_id(stream, digest))


def survey(log: Log, keys: Keys, judge: Judge) -> Survey:
    """Raises LogError for whatever stands against importing ``log``."""
    kept: list[ImportCase] | None = []
    names: set[str] = set()
    unknown: dict[str, str] = {}
    events = 0
    for command in _commands(log, keys, procedure_number(judge.procedure)):
        name = command.original_id
        if name in names:
            raise LogError(
                f"two cases are called {name!r}; give each a name of its own", f"两个案例同名：{name}；请使名称唯一"
            )
        names.add(name)
        for step in command.steps:
            if step.activity not in judge.activities:
                unknown.setdefault(step.activity, name)
        events += len(command.steps)
        if events > KEPT:
            kept = None
        if kept is not None:
            kept.append(command)
    if unknown:
        found = "; ".join(f"{activity!r} (first in case {name})" for activity, name in unknown.items())
        raise LogError(
            f"the procedure file does not say what these activities are: {found}; add them under activities",
            f"流程文件未说明以下活动：{found}；请在 activities 中补充",
        )
    if not names:
        raise LogError("the log holds no case", "日志中没有案例")
    return Survey(log, keys, judge.procedure, len(names), None if kept is None else tuple(kept))


def case_stream(procedure: str, case: str) -> Stream:
    """The stream of a case: its name as far as that can be part of an address, and a digest that tells it apart."""
    told = re.sub(r"[^A-Za-z0-9_.]+", "_", case)[:60].strip("_")
    digest = hashlib.sha256(f"{procedure}\0{case}".encode()).hexdigest()[:12]
    return Stream("imported", f"{told}-{digest}" if told else digest)


def procedure_number(procedure: LogProcedure) -> str:
    """The number of a procedure: a changed one is another."""
    return f"{procedure.name}-{digest_of(procedure).hex()[:12]}"


def digest_of(said: Message) -> bytes:
    """sha256 of a message's JSON."""
    return hashlib.sha256(said.model_dump_json().encode()).digest()


def command_id(stream: Stream, digest: bytes) -> UUID:
    """The id of the command that imports this of that stream."""
    return uuid5(_NAMES, f"{stream} {digest.hex()}")


def _commands(log: Log, keys: Keys, procedure: str) -> Iterator[ImportCase]:
    return (import_command(raw, keys, procedure=procedure, sha256=log.sha256) for raw in log.cases())
