"""What a savings idea remembers, and who may handle it 金点子状态."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.directory import Role
from domain.finance import savings_idea_rules as rules
from domain.finance.savings_idea_messages import PilotEnded, PilotPlanned
from domain.kernel import Context

Status = Literal["none", "proposed", "declined", "accepted", "piloted", "ended", "standard", "lessons"]


@dataclass(frozen=True, slots=True)
class SavingsIdea:
    """An idea as its history left it, with the pilot planned last and its end."""

    status: Status = "none"
    proposer: str = ""
    department: str = ""
    rewarded: bool = False
    pilot: PilotPlanned | None = None
    ended: PilotEnded | None = None


def check_finance(context: Context) -> None:
    """Finance handles ideas."""
    if not is_finance(context.principal, context):
        raise rules.HandledByFinance()


def is_finance(person: str, context: Context) -> bool:
    """Whether ``person`` works in finance or is finance manager."""
    return any(context.directory.holds(person, role) for role in (Role.FINANCE, Role.FINANCE_MANAGER))


def check_not_his_own(state: SavingsIdea, context: Context) -> None:
    """Neither the actor nor whom he acts for proposed it."""
    if state.proposer in (context.actor, context.principal):
        raise rules.NotHisOwnIdea()


def check_status(state: SavingsIdea, *wanted: Status) -> None:
    """It stands where the command needs it."""
    if state.status not in wanted:
        raise rules.IdeaNotInThatState(status=state.status, needed=" / ".join(wanted))


def today(context: Context) -> date:
    """The day of the decision in the company's zone."""
    return context.now.astimezone(context.working_time.zone).date()
