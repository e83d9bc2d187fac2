"""Imports the history of approvals 导入审批历史: every case decided again under a procedure, stored with its own time.

The whole file is read and checked before anything is stored. A case's stream and its command's id are made from the
case's name and content, so that importing twice changes nothing; a log that has grown adds what is new.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from application.acts import Busy, Codec, Envelope
from application.import_report import ImportReport
from application.import_survey import Case, Survey, command_id, digest_of, procedure_number, survey
from application.journal import Appended, Draft, Journal, Moved, Outcome, Repeated, Submission
from application.log_cases import Keys, Log
from domain.directory import Directory
from domain.governance.imported_case import IMPORTED_CASE, ImportedDeviationFound, ImportedStepTaken
from domain.governance.imported_procedure import IMPORTED_PROCEDURE, Judge, LogProcedure, RecordImportedProcedure
from domain.kernel import SYSTEM, Aggregate, Basis, Context, Fact, Ruled, Stream
from domain.policy import Policy
from domain.working_time import WorkingTime

TOLD = 50
"""Cases between two reports of progress."""
TRIES = 5

Progress = Callable[[int, int], None]
"""Called with how many cases are stored, and of how many."""


class BulkJournal(Journal, Protocol):
    """A journal that takes very many commands at a time."""

    def bulk_append(self, submissions: Iterable[Submission]) -> AsyncIterator[tuple[Submission, Outcome]]:
        """Append them in order, each whole or not at all, and give each with its outcome; asks for one as it goes."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports logs into one journal, in the name of ``actor``."""

    journal: BulkJournal
    codec: Codec
    clock: Callable[[], datetime]
    new_id: Callable[[datetime], UUID]
    actor: str = SYSTEM

    async def run(
        self, log: Log, procedure: LogProcedure, keys: Keys, *, sha256: str, progress: Progress | None = None
    ) -> ImportReport:
        """Import ``log`` under ``procedure``, whose file has ``sha256``.

        Raises LogError before anything is stored. Raises Unavailable where the database goes away in between: import
        again, and what is stored already stays as it is.
        """
        judge = Judge.by(procedure)
        found = await asyncio.to_thread(survey, log, keys, judge)
        with _set_aside():
            return await self._run(found, judge, sha256, progress)

    async def _run(self, found: Survey, judge: Judge, sha256: str, progress: Progress | None) -> ImportReport:
        log, procedure = found.log, found.procedure
        run = _Run(self, found, judge, procedure_number(procedure), ImportReport(judge, log.name, log.sha256))
        await run.keep_procedure(sha256)
        taken = 0
        async for submission, outcome in self.journal.bulk_append(run.submissions()):
            await run.took(submission, outcome)
            taken += 1
            if progress is not None and (taken % TOLD == 0 or taken == found.total):
                progress(taken, found.total)
        return run.report


@contextmanager
def _set_aside() -> Iterator[None]:
    """Spares the garbage collector what is kept of a log: looking through it took half of all deciding."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class _Run:
    """One import: what is imported, by what it is judged, and what came of it."""

    by: Importer
    survey: Survey
    judge: Judge
    number: str
    """That of the procedure."""
    report: ImportReport
    waiting: dict[UUID, Case] = field(default_factory=dict)
    """Cases handed to the journal whose outcome is not known yet."""

    async def keep_procedure(self, sha256: str) -> None:
        """The procedure goes into the journal first, once."""
        stream = Stream("imported_procedure", self.number)
        command = RecordImportedProcedure(procedure=self.judge.procedure, sha256=sha256)
        state, version = await self._state(IMPORTED_PROCEDURE, stream)
        ruled = IMPORTED_PROCEDURE.decided(command, state, self._context(stream, {}))
        if ruled:
            digest = digest_of(command)
            await self.by.journal.append(self._submission(stream, ruled, version, command_id(stream, digest), digest))

    def submissions(self) -> Iterator[Submission]:
        """Every case decided from its beginning and counted, as the journal asks for the next."""
        facts = self._facts
        for case in self.survey.cases():
            ruled = IMPORTED_CASE.decided(case.command, IMPORTED_CASE.initial, self._context(case.stream, facts))
            self.report.count(item.event for item in ruled)
            self.waiting[case.id] = case
            yield self._submission(case.stream, ruled, 0, case.id, case.digest)

    async def took(self, submission: Submission, outcome: Outcome) -> None:
        """What the journal made of a case: stored, there already, or there and to be added to."""
        case = self.waiting.pop(submission.command_id)
        added = len(submission.drafts) if isinstance(outcome, Appended) else 0
        if isinstance(outcome, Moved):
            added = await self._grow(case)
        self.report.stored += added
        self.report.unchanged += not added

    async def _grow(self, case: Case) -> int:
        """The case is there already: add what its log has learnt since, under the procedure it was imported under."""
        for _ in range(TRIES):
            state, version = await self._state(IMPORTED_CASE, case.stream)
            known = Stream("imported_procedure", state.procedure)
            judge = self._facts.get(known) or (await self._state(IMPORTED_PROCEDURE, known))[0].judge
            ruled = IMPORTED_CASE.decided(case.command, state, self._context(case.stream, {known: judge}))
            if not ruled:
                return 0
            outcome = await self.by.journal.append(self._submission(case.stream, ruled, version, case.id, case.digest))
            if isinstance(outcome, Appended):
                return len(ruled)
            if isinstance(outcome, Repeated):
                return 0
        raise Busy(str(case.stream))

    async def _state(self, aggregate: Aggregate[Any, Any, Any], stream: Stream) -> tuple[Any, int]:
        recorded = self.by.codec.decode_all(await self.by.journal.stream(str(stream)))
        return aggregate.fold(each.event for each in recorded), len(recorded)

    def _context(self, stream: Stream, facts: dict[Stream, Fact | None]) -> Context:
        """What a case is judged under: its procedure, and nothing of the company as it is today."""
        return Context(
            subject=stream,
            actor=self.by.actor,
            now=self.by.clock(),
            policy=Policy(version=self._under, effective_from=None, parameters={}),
            directory=Directory(),
            working_time=WorkingTime(),
            by_house=True,
            facts=facts,
        )

    @property
    def _facts(self) -> dict[Stream, Fact | None]:
        return {Stream("imported_procedure", self.number): self.judge}

    @property
    def _under(self) -> str:
        return f"{self.judge.procedure.name} {self.judge.procedure.version}"

    def _submission(
        self, stream: Stream, ruled: Sequence[Ruled], version: int, command_id: UUID, digest: bytes
    ) -> Submission:
        envelopes = self._envelopes(stream, ruled, version, command_id)
        drafts = [
            Draft(
                event_id=each.event_id,
                type=type(each.event).__name__,
                stream=str(stream),
                version=each.version,
                occurred_at=each.occurred_at,
                actor=each.actor,
                body=self.by.codec.encode(each),
            )
            for each in envelopes
        ]
        return Submission(command_id=command_id, digest=digest, drafts=drafts, expected={str(stream): version})

    def _envelopes(self, stream: Stream, ruled: Sequence[Ruled], version: int, command_id: UUID) -> Iterator[Envelope]:
        """Steps at the time the log gives them, the opening of a case at that of its first step."""
        now = self.by.clock()
        source = f"{self.survey.log.name} sha256:{self.survey.log.sha256}"
        first = next((item.event.happened_at for item in ruled if isinstance(item.event, _Step)), now)
        for number, (event, basis) in enumerate(ruled, version + 1):
            step = event if isinstance(event, _Step) else None
            happened = step.happened_at if step else first if number == 1 else now
            yield Envelope(
                event=event,
                subject=stream,
                version=number,
                event_id=self.by.new_id(now),
                command_id=command_id,
                occurred_at=happened,
                recorded_at=now,
                actor=self.by.actor,
                acting_for=None,
                delegation=None,
                correlation=str(stream),
                causation=None,
                basis=basis or (Basis(clause=event.clause, policy=self._under, rule="import", outcome="recorded"),),
                source=f"{source} {step.original_id}" if step else source,
            )


_Step = ImportedStepTaken | ImportedDeviationFound
