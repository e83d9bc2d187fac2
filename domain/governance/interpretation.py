"""Interpretation 制度解释 (clause 5.1): what management says a clause means, on record and citing the clause.

An interpretation explains; it changes no parameter. What changes a number is a new version of the policy (5.3).
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import Field

from domain.governance.parameters import speaks_for
from domain.governance.regulation import clauses
from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal

CLAUSE = "5.1"


class InterpretClause(Command):
    """Record what a clause means 记录制度解释."""

    zh: ClassVar[str] = "记录制度解释"
    cites: str = Field(min_length=1, max_length=20, description="Clause it is about 所涉条款")
    question: str = Field(min_length=1, max_length=4000, description="What was unclear 疑问")
    meaning: str = Field(min_length=1, max_length=8000, description="What it means 解释")


class RevokeInterpretation(Command):
    """End an interpretation 撤销制度解释; it goes on explaining what was decided under it."""

    zh: ClassVar[str] = "撤销制度解释"
    reason: str = Field(min_length=1, max_length=2000, description="Why it no longer holds 撤销理由")


InterpretationCommand = InterpretClause | RevokeInterpretation


class ClauseInterpreted(Event):
    """Management said what a clause means 制度已解释."""

    zh: ClassVar[str] = "制度已解释"
    clause: ClassVar[str] = CLAUSE
    cites: str
    question: str
    meaning: str
    by: str
    policy: str


class InterpretationRevoked(Event):
    """An interpretation was ended 制度解释已撤销."""

    zh: ClassVar[str] = "制度解释已撤销"
    clause: ClassVar[str] = CLAUSE
    cites: str
    by: str
    reason: str


InterpretationEvent = ClauseInterpreted | InterpretationRevoked


class OnlyManagementInterprets(Refusal):
    """The regulation is interpreted by management.

    本规定由管理层解释。

    → Put the question to the general manager, the chief executive or a vice president.
    → 请将疑问提交总经理、首席执行官或分管副总。
    """

    clause = CLAUSE
    attempt = True


class CitesNoClause(Refusal):
    """An interpretation cites a clause of the regulation.

    制度解释须注明本规定的条款。

    → Give the clause's number as the rulebook shows it, e.g. 4.1.1.2.
    → 请按制度页面填写条款编号，如 4.1.1.2。
    """

    clause = CLAUSE


class InterpretedAlready(Refusal):
    """An interpretation is recorded once; another reading is a new one, after the old one is revoked.

    一项解释只记录一次；另作解释的，先撤销原解释再另行记录。

    → Revoke this one, then record the new reading.
    → 请先撤销本解释，再另行记录。
    """

    clause = CLAUSE


class NotInForce(Refusal):
    """Only an interpretation in force can be revoked.

    仅有效的解释可以撤销。

    → Look at its history: it was never recorded, or was revoked before.
    → 请查看其记录：尚未作出，或已撤销。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Interpretation:
    """An interpretation; in force while ``by`` is set and it is not revoked."""

    cites: str = ""
    meaning: str = ""
    by: str = ""
    revoked: bool = False


def decide(command: InterpretationCommand, state: Interpretation, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    who_may = speaks_for(context.policy.value(CLAUSE, "interpreted_by"))
    if not any(context.directory.holds(context.principal, role) for role in who_may):
        raise OnlyManagementInterprets(may=", ".join(who_may))
    match command:
        case InterpretClause(cites=cites):
            if state.by:
                raise InterpretedAlready(by=state.by)
            if cites not in clauses():
                raise CitesNoClause(field="cites", cites=cites)
            said = ClauseInterpreted(
                cites=cites,
                question=command.question,
                meaning=command.meaning,
                by=context.principal,
                policy=context.policy.version,
            )
            return [said.under(context.basis(CLAUSE, "management_interprets", "recorded", cites=cites))]
        case RevokeInterpretation(reason=reason):
            if not state.by or state.revoked:
                raise NotInForce(revoked=state.revoked)
            return [InterpretationRevoked(cites=state.cites, by=context.principal, reason=reason)]


def evolve(state: Interpretation, event: InterpretationEvent) -> Interpretation:
    """The interpretation after ``event``."""
    match event:
        case ClauseInterpreted():
            return Interpretation(cites=event.cites, meaning=event.meaning, by=event.by)
        case InterpretationRevoked():
            return replace(state, revoked=True)


INTERPRETATION = Aggregate(
    name="interpretation", zh="制度解释", prefix="IN", initial=Interpretation(), decide=decide, evolve=evolve
)
