"""Refused attempts 越权尝试: who tried what against authority, duty or access, and which rule refused it."""

from dataclasses import dataclass
from typing import ClassVar

from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal


class RecordAttempt(Command):
    """Keep a refused attempt on record."""

    zh: ClassVar[str] = "记录越权尝试"
    by_house: ClassVar[bool] = True
    who: str
    acting_for: str | None = None
    subject: str
    command: str
    rule: str
    decided_under: str
    facts: dict[str, str] = {}


class AttemptRefused(Event):
    """Somebody tried what he may not do 越权尝试已拒绝."""

    zh: ClassVar[str] = "越权尝试已拒绝"
    clause: ClassVar[str] = "4.3.2.1"
    who: str
    acting_for: str | None = None
    subject: str
    command: str
    rule: str
    decided_under: str
    facts: dict[str, str] = {}


class NotEmployed(Refusal):
    """The regulation is acted under by those employed on that day.

    仅当日在职员工可办理业务。

    → Ask Human Resources to enter you in the organisation, or act under your own employee number.
    → 请人力资源部登记员工信息，或使用本人员工编号办理。
    """

    clause = "5.1"
    attempt = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """A refused attempt."""

    who: str = ""


def decide(command: RecordAttempt, state: Attempt, context: Context) -> Decision:
    """Whatever was refused is recorded."""
    refused = AttemptRefused(**dict(command))
    ruling = context.basis(command.decided_under, command.rule, "refused", who=command.who, subject=command.subject)
    return [refused.under(ruling)]


def evolve(state: Attempt, event: AttemptRefused) -> Attempt:
    """The attempt on record."""
    return Attempt(event.who)


ATTEMPT = Aggregate(name="attempt", zh="越权尝试", prefix="AT", initial=Attempt(), decide=decide, evolve=evolve)
