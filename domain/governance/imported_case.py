"""A case of an imported history 导入案例 (clause 5.2): every step of the log decided again under its procedure.

What the procedure allows is recorded as a step taken, with its historical time and its id in the log; what it would
have refused as a deviation, with the rule that says so; what the log cannot tell as undetermined, never as passed. A
step that deviates has happened all the same: the case goes on from there, so that one deviation is told once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import ClassVar

from pydantic import AwareDatetime, ConfigDict

from domain.governance.imported_judgement import CLAUSE, Course, course_after, judged, unanswered
from domain.governance.imported_procedure import Judge
from domain.kernel import Aggregate, Basis, Command, Context, Decision, Event, Message, Refusal, Ruled, Stream


class AsWritten(Message):
    """What comes from a log is kept as it is written there, white space included."""

    model_config = ConfigDict(str_strip_whitespace=False)


class LoggedStep(AsWritten):
    """An event of the log 日志事件, as read; ``attributes`` is all the log says beyond what has a place of its own."""

    original_id: str
    activity: str
    role: str = ""
    person: str = ""
    happened_at: AwareDatetime
    attributes: dict[str, str] = {}


class ImportCase(Command, AsWritten):
    """Decide a case of a log again 导入案例: all of it, or what the log has learnt since it was imported last."""

    zh: ClassVar[str] = "导入案例"
    by_house: ClassVar[bool] = True
    procedure: str
    file_sha256: str
    original_id: str
    number: str = ""
    amount: str = ""
    department: str = ""
    attributes: dict[str, str] = {}
    steps: tuple[LoggedStep, ...]


class ImportedCaseOpened(Event, AsWritten):
    """A case of a log was opened 导入案例已建立.

    ``amount_text`` is the amount as the log has it; ``amount`` rounds it to two places, half to even, or is None where
    the text is no amount. ``file_sha256`` is that of the log's content, uncompressed.
    """

    zh: ClassVar[str] = "导入案例已建立"
    clause: ClassVar[str] = CLAUSE
    procedure: str
    file_sha256: str
    original_id: str
    number: str
    amount_text: str
    amount: Decimal | None
    currency: str
    rounding: str = "half_even"
    department: str
    attributes: dict[str, str]


class ImportedStepTaken(Event, AsWritten):
    """A step the procedure allows 导入步骤已办理: ``role`` and ``person`` are the log's, ``step`` the procedure's."""

    zh: ClassVar[str] = "导入步骤已办理"
    clause: ClassVar[str] = CLAUSE
    round: int
    step: str
    outcome: str
    original_id: str
    activity: str
    role: str
    person: str
    happened_at: AwareDatetime
    attributes: dict[str, str]


class ImportedDeviationFound(Event, AsWritten):
    """A step the procedure would have refused 导入偏差已发现; ``rule`` names the rule it broke."""

    zh: ClassVar[str] = "导入偏差已发现"
    clause: ClassVar[str] = CLAUSE
    rule: str
    facts: dict[str, str]
    round: int
    step: str
    outcome: str
    original_id: str
    activity: str
    role: str
    person: str
    happened_at: AwareDatetime
    attributes: dict[str, str]


class ImportedMattersUndetermined(Event):
    """What the log cannot tell of a case 导入案例存在无法判定事项; judged neither as passed nor as broken."""

    zh: ClassVar[str] = "导入案例存在无法判定事项"
    clause: ClassVar[str] = CLAUSE
    questions: tuple[str, ...]


ImportedEvent = ImportedCaseOpened | ImportedStepTaken | ImportedDeviationFound | ImportedMattersUndetermined


class ProcedureNotRecorded(Refusal):
    """A case is judged by a procedure on record.

    案例须依据已记录的流程判定。

    → Record the procedure first; the import does so by itself.
    → 请先记录流程；导入时系统自动完成。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """A case as its history left it; ``seen`` are the log's ids of the steps on record."""

    procedure: str = ""
    seen: frozenset[str] = field(default_factory=frozenset)
    course: Course = Course()
    questions: tuple[str, ...] = ()


def decide(command: ImportCase, state: ImportedCase, context: Context) -> Decision:
    """Every step that is not on record yet, in the log's order; a case keeps the procedure it was imported under."""
    judge = context.fact(Judge, "imported_procedure", state.procedure or command.procedure)
    if judge is None:
        raise ProcedureNotRecorded(field="procedure", procedure=command.procedure)
    decision: list[Event | Ruled] = []
    if not state.procedure:
        opened = _open(command, judge)
        decision.append(opened)
        state = evolve(state, opened)
    for logged in command.steps:
        if logged.original_id not in state.seen:
            ruled = _take(logged, state, judge)
            decision.append(ruled)
            state = evolve(state, ruled.event)  # type: ignore[arg-type]
    questions = unanswered(state.course, judge)
    if _amount(command.amount) is None and command.amount:
        questions = (*questions, "amount")
    if questions != state.questions:
        open_now = ", ".join(questions)
        ruling = Basis(clause=CLAUSE, policy=_version(judge), rule="undetermined", outcome=open_now)
        decision.append(ImportedMattersUndetermined(questions=questions).under(ruling))
    return decision


def evolve(state: ImportedCase, event: ImportedEvent) -> ImportedCase:
    """The case after ``event``."""
    match event:
        case ImportedCaseOpened(procedure=procedure):
            return replace(state, procedure=procedure)
        case ImportedStepTaken() | ImportedDeviationFound():
            course = course_after(
                state.course, event.step, event.outcome, role=event.role, person=event.person, at=event.happened_at
            )
            return ImportedCase(state.procedure, state.seen | {event.original_id}, course, state.questions)
        case ImportedMattersUndetermined(questions=questions):
            return replace(state, questions=questions)


def _open(command: ImportCase, judge: Judge) -> ImportedCaseOpened:
    return ImportedCaseOpened(
        procedure=command.procedure,
        file_sha256=command.file_sha256,
        original_id=command.original_id,
        number=command.number,
        amount_text=command.amount,
        amount=_amount(command.amount),
        currency=judge.procedure.currency,
        department=command.department,
        attributes=command.attributes,
    )


def _take(logged: LoggedStep, state: ImportedCase, judge: Judge) -> Ruled:
    activity = judge.activities.get(logged.activity)
    step, outcome = (activity.step, activity.outcome) if activity else ("", "")
    broken = judged(state.course, activity, logged.role, logged.person, judge)
    terms = {
        "round": state.course.round + (outcome == "submitted"),
        "step": step,
        "outcome": outcome,
        "original_id": logged.original_id,
        "activity": logged.activity,
        "role": logged.role,
        "person": logged.person,
        "happened_at": logged.happened_at,
        "attributes": logged.attributes,
    }
    if broken is None:
        taken = ImportedStepTaken.model_validate(terms)
        return taken.under(_ruling(judge, "order", "conforms", step, outcome))
    rule = type(broken).__name__
    found = ImportedDeviationFound.model_validate({**terms, "rule": rule, "facts": broken.facts})
    return found.under(_ruling(judge, rule, "deviates", step, outcome, broken.clause))


def _ruling(judge: Judge, rule: str, result: str, step: str, outcome: str, clause: str = CLAUSE) -> Basis:
    inputs = {"step": step, "outcome": outcome}
    return Basis(clause=clause, policy=_version(judge), rule=rule, inputs=inputs, outcome=result)


def _version(judge: Judge) -> str:
    return f"{judge.procedure.name} {judge.procedure.version}"


def _amount(text: str) -> Decimal | None:
    """Two places, half to even, as the events say; None for what is no amount."""
    try:
        value = Decimal(text)
        return value.quantize(Decimal("0.01"), ROUND_HALF_EVEN) if value.is_finite() else None
    except InvalidOperation:
        return None


def consults(command: ImportCase, state: ImportedCase) -> Iterable[Stream]:
    """The procedure it is judged by."""
    return (Stream("imported_procedure", state.procedure or command.procedure),)


IMPORTED_CASE = Aggregate(
    name="imported",
    zh="导入案例",
    prefix="IM",
    initial=ImportedCase(),
    decide=decide,
    evolve=evolve,
    consults=consults,
)
