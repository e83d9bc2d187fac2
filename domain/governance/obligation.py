"""Obligations 时限义务: what becomes of the deadlines that aggregates declare (``kernel.Obligation``).

A deadline is opened and fulfilled by events of the subject itself; a view reads that from them. Here stands what the
calendar adds: reminders 提醒, misses 逾期, escalation 上报 to the superior, and that management or the superior waived
it 豁免. One stream for each deadline of a subject; what is recorded for one due time is recorded once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from domain.directory import Directory
from domain.kernel import Aggregate, Command, Context, Decision, Event, Message, Refusal, Stream

CLAUSE = "5.1"
_NAMES = UUID("5c6e9b0e-6a86-5b3c-8a3a-1f3ad0a5c1e7")


def obligation_stream(subject: Stream | str, clause: str, key: str = "") -> Stream:
    """The stream of one deadline: of which subject, under which clause, with which key."""
    return Stream("obligation", uuid5(_NAMES, "\0".join((str(subject), clause, key))).hex)


class Terms(Message):
    """Which deadline it is about, in every command and event of the calendar here."""

    subject: str
    obliged_by: str
    """The clause that sets it."""
    key: str = ""
    what_zh: str
    due_at: datetime
    owed_by: tuple[str, ...]


class RemindObligation(Terms, Command):
    """Remind whoever owes it that it falls due 提醒时限."""

    zh: ClassVar[str] = "提醒时限"
    by_house: ClassVar[bool] = True


class RecordMiss(Terms, Command):
    """Record that the due time passed and nothing was done 记录逾期."""

    zh: ClassVar[str] = "记录逾期"
    by_house: ClassVar[bool] = True


class EscalateObligation(Terms, Command):
    """Tell the superior of whoever owes it 上报逾期."""

    zh: ClassVar[str] = "上报逾期"
    by_house: ClassVar[bool] = True


class WaiveObligation(Command):
    """Let somebody off a deadline, with the reason 豁免时限."""

    zh: ClassVar[str] = "豁免时限"
    reason: str = Field(min_length=1, max_length=2000, description="Why it need not be met 免除理由")


FromCalendar = RemindObligation | RecordMiss | EscalateObligation
ObligationCommand = FromCalendar | WaiveObligation


class ObligationReminded(Terms, Event):
    """Whoever owes it was reminded 时限已提醒."""

    zh: ClassVar[str] = "时限已提醒"
    clause: ClassVar[str] = CLAUSE


class ObligationMissed(Terms, Event):
    """The due time passed and nothing was done 时限已逾期."""

    zh: ClassVar[str] = "时限已逾期"
    clause: ClassVar[str] = CLAUSE


class ObligationEscalated(Terms, Event):
    """A miss went to the superiors of whoever owes it 逾期已上报; to management where nobody stands above."""

    zh: ClassVar[str] = "逾期已上报"
    clause: ClassVar[str] = CLAUSE
    to: tuple[str, ...]


class ObligationWaived(Terms, Event):
    """Whoever owes it was let off 时限已豁免."""

    zh: ClassVar[str] = "时限已豁免"
    clause: ClassVar[str] = CLAUSE
    waived_by: str
    reason: str


ObligationEvent = ObligationReminded | ObligationMissed | ObligationEscalated | ObligationWaived


class NotOnRecord(Refusal):
    """A deadline is waived once the house has reminded of it or recorded its miss.

    时限经系统提醒或记录逾期后方可豁免。

    → Wait for the reminder or the due time; the list of obligations shows both.
    → 请等待提醒或到期，时限清单中均可查看。
    """

    clause = CLAUSE


class NobodyWaivesHisOwn(Refusal):
    """Nobody lets himself off a deadline, neither himself nor through a delegate.

    任何人不得豁免本人的时限，也不得通过代理人豁免。

    → Ask your superior, or somebody of management who does not owe it.
    → 请由直接上级或不负有该义务的管理层成员处理。
    """

    clause = CLAUSE
    attempt = True


class OnlySuperiorWaives(Refusal):
    """A deadline is waived by the superior of whoever owes it, or by management.

    时限由责任人的直接上级或管理层豁免。

    → Ask the superior or somebody of management.
    → 请联系其直接上级或管理层。
    """

    clause = CLAUSE
    attempt = True


class WaivedAlready(Refusal):
    """A deadline is waived once.

    同一时限只豁免一次。

    → Nothing is left to do.
    → 无需再办理。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is on record of a deadline; a new due time starts afresh."""

    last: ObligationEvent | None = None
    reminded: bool = False
    missed: bool = False
    escalated: bool = False
    waived: bool = False


def decide(command: ObligationCommand, state: Deadline, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case WaiveObligation(reason=reason):
            return _waive(reason, state, context)
        case RemindObligation():
            seen = _of(state, command.due_at)
            if seen.reminded or seen.missed or seen.waived:
                return []
            event = ObligationReminded(**dict(command))
            return [event.under(context.basis(event.obliged_by, "deadline", "reminded", due=_on(event)))]
        case RecordMiss():
            seen = _of(state, command.due_at)
            if seen.missed or seen.waived:
                return []
            missed = ObligationMissed(**dict(command))
            return [missed.under(context.basis(missed.obliged_by, "deadline", "missed", due=_on(missed)))]
        case EscalateObligation():
            seen = _of(state, command.due_at)
            if seen.escalated or seen.waived:
                return []
            to = _above(command.owed_by, context.directory)
            gone = ObligationEscalated(**dict(command), to=to)
            return [gone.under(context.basis(gone.obliged_by, "deadline", "escalated", due=_on(gone)))]


def evolve(state: Deadline, event: ObligationEvent) -> Deadline:
    """The deadline after ``event``."""
    seen = _of(state, event.due_at)
    return Deadline(
        last=event,
        reminded=seen.reminded or isinstance(event, ObligationReminded),
        missed=seen.missed or isinstance(event, ObligationMissed),
        escalated=seen.escalated or isinstance(event, ObligationEscalated),
        waived=seen.waived or isinstance(event, ObligationWaived),
    )


def _of(state: Deadline, due_at: datetime) -> Deadline:
    """What is on record for this due time."""
    return state if state.last is not None and state.last.due_at == due_at else Deadline()


def _on(event: ObligationEvent) -> str:
    return event.due_at.isoformat()


def _above(owed_by: tuple[str, ...], directory: Directory) -> tuple[str, ...]:
    superiors = {superior for person in owed_by if (superior := directory.superior_of(person))}
    management = {person for person in directory.employees if directory.is_management(person)}
    return tuple(sorted(superiors - set(owed_by) or management - set(owed_by)))


def _waive(reason: str, state: Deadline, context: Context) -> Decision:
    last = state.last
    if last is None:
        raise NotOnRecord()
    if {context.actor, context.principal} & set(last.owed_by):
        raise NobodyWaivesHisOwn(owed_by=", ".join(last.owed_by))
    superiors = {context.directory.superior_of(person) for person in last.owed_by}
    if context.principal not in superiors and not context.directory.is_management(context.principal):
        raise OnlySuperiorWaives(owed_by=", ".join(last.owed_by))
    if state.waived:
        raise WaivedAlready()
    waived = ObligationWaived(
        subject=last.subject,
        obliged_by=last.obliged_by,
        key=last.key,
        what_zh=last.what_zh,
        due_at=last.due_at,
        owed_by=last.owed_by,
        waived_by=context.principal,
        reason=reason,
    )
    return [waived.under(context.basis(last.obliged_by, "deadline", "waived", due=_on(waived), by=context.actor))]


OBLIGATION = Aggregate(name="obligation", zh="时限义务", prefix="OB", initial=Deadline(), decide=decide, evolve=evolve)
