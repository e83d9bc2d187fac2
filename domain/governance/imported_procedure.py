"""How an imported history is meant to run 导入流程 (clause 5.2): its steps, its activities, and what is unknown.

A log names activities; the procedure says which step and outcome each one is, which steps follow which, and what the
log cannot tell. It is kept in the journal, so that whoever reads a finding reads the rule it was judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import Field

from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Message, Refusal

CLAUSE = "5.2"
NAME = r"^[a-z][a-z0-9_]{0,39}$"

Outcome = Literal["saved", "submitted", "approved", "finally_approved", "rejected", "given_up", "carried_out"]
"""What an activity does: saves 保存, submits 提交, decides 同意/终审同意/驳回, gives up 放弃, carries out 执行."""

KINDS: Mapping[str, frozenset[str]] = {
    "author": frozenset({"saved", "submitted", "given_up"}),
    "decision": frozenset({"approved", "finally_approved", "rejected"}),
    "lost": frozenset({"approved", "finally_approved", "rejected"}),
    "afterwards": frozenset({"carried_out"}),
}
"""The outcomes that steps of each kind can have."""


class LogStep(Message):
    """A step of the procedure 步骤. Steps of one kind stand in the order in which they are taken.

    ``author`` files requests, ``decision`` decides them, ``afterwards`` carries out what was finally approved, each
    once; ``lost`` stands for a role the log lost. ``roles`` are the log's names for who takes it. A step that may be
    ``final`` can give the final approval. ``needed``: always, never a must, or ``unknown``, with ``why``.
    """

    name: str = Field(pattern=NAME)
    kind: Literal["author", "decision", "afterwards", "lost"]
    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)
    roles: tuple[str, ...] = Field((), max_length=20)
    final: bool = False
    needed: Literal["always", "optional", "unknown"] = "optional"
    why_zh: str = Field("", max_length=300)
    why_en: str = Field("", max_length=300)


class Activity(Message):
    """What an activity of the log is 活动: which step, with which outcome."""

    named: str = Field(min_length=1, max_length=300)
    step: str
    outcome: Outcome


class LogProcedure(Message):
    """A procedure as imported histories are judged by it.

    ``after_giving_up``: whether a request its author gave up is ``closed`` or may be submitted ``again``.
    ``giving_up``: only ``after_rejection``, or at ``any_time`` before the final approval. ``unknown_people`` and
    ``unknown_roles`` are the log's words for whom and what it does not tell.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    version: str = Field(min_length=1, max_length=40)
    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=100)
    steps: tuple[LogStep, ...] = Field(min_length=2, max_length=60)
    activities: tuple[Activity, ...] = Field(min_length=1, max_length=500)
    after_giving_up: Literal["closed", "again"] = "closed"
    giving_up: Literal["after_rejection", "any_time"] = "after_rejection"
    unknown_people: tuple[str, ...] = Field((), max_length=100)
    unknown_roles: tuple[str, ...] = Field((), max_length=100)
    currency: str = Field("CNY", pattern=r"^[A-Z]{3}$")


class RecordImportedProcedure(Command):
    """Keep the procedure a history is imported under 记录导入流程."""

    zh: ClassVar[str] = "记录导入流程"
    by_house: ClassVar[bool] = True
    procedure: LogProcedure
    sha256: str


class ImportedProcedureRecorded(Event):
    """A history is judged by this procedure 导入流程已记录; ``sha256`` is that of its file."""

    zh: ClassVar[str] = "导入流程已记录"
    clause: ClassVar[str] = CLAUSE
    procedure: LogProcedure
    sha256: str


class ProcedureKeptAlready(Refusal):
    """A procedure under which a history was imported is not rewritten; a changed one is another version.

    导入历史所依据的流程不得改写；变更即为新版本。

    → Import under the changed procedure file: it gets a number of its own.
    → 请以变更后的流程文件导入，系统将另行编号。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Judge(Fact):
    """A procedure made ready to judge by: what each activity is, and where each step stands."""

    procedure: LogProcedure
    activities: Mapping[str, Activity] = field(repr=False)
    steps: Mapping[str, LogStep] = field(repr=False)
    rank: Mapping[str, int] = field(repr=False)
    """Place of each step among those of its kind, from 0."""

    @classmethod
    def by(cls, procedure: LogProcedure) -> "Judge":
        """Raises ValueError where two things have one name, or an activity has no step that could have its outcome."""
        steps = {step.name: step for step in procedure.steps}
        activities = {activity.named: activity for activity in procedure.activities}
        if len(steps) < len(procedure.steps) or len(activities) < len(procedure.activities):
            raise ValueError("two steps or two activities have one name")
        if unknown := {each.step for each in procedure.activities} - steps.keys():
            raise ValueError(f"activities of steps that are not there: {', '.join(sorted(unknown))}")
        for each in procedure.activities:
            if each.outcome not in KINDS[steps[each.step].kind]:
                raise ValueError(f"{each.named}: a step of kind {steps[each.step].kind} has no outcome {each.outcome}")
        places: dict[str, int] = {}
        rank: dict[str, int] = {}
        for step in procedure.steps:
            rank[step.name] = places.get(step.kind, 0)
            places[step.kind] = rank[step.name] + 1
        return cls(procedure, activities, steps, rank)

    def of_kind(self, kind: str) -> tuple[LogStep, ...]:
        """The steps of a kind, in order."""
        return tuple(step for step in self.procedure.steps if step.kind == kind)


@dataclass(frozen=True, slots=True)
class ImportedProcedure:
    """The procedure on record."""

    judge: Judge | None = None


def decide(command: RecordImportedProcedure, state: ImportedProcedure, context: Context) -> Decision:
    """Kept once; the same again changes nothing."""
    if state.judge is not None:
        if state.judge.procedure != command.procedure:
            raise ProcedureKeptAlready()
        return []
    Judge.by(command.procedure)
    return [ImportedProcedureRecorded(procedure=command.procedure, sha256=command.sha256)]


def evolve(state: ImportedProcedure, event: ImportedProcedureRecorded) -> ImportedProcedure:
    """The procedure on record."""
    return ImportedProcedure(Judge.by(event.procedure))


IMPORTED_PROCEDURE = Aggregate(
    name="imported_procedure",
    zh="导入流程",
    prefix="IP",
    initial=ImportedProcedure(),
    decide=decide,
    evolve=evolve,
    fact=lambda state: state.judge,
)
