"""Savings idea 成本优化金点子 (clauses 2.2.3.1 - 2.2.3.3): proposed under a call, assessed, piloted, measured.

What works becomes standard in the whole company; what does not ends with lessons and what is adjusted, and may be
piloted again as adjusted. Before and after are measured over equally long times; amounts are in CNY.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.directory import Role
from domain.finance import savings_idea_pilot as pilots
from domain.finance import savings_idea_rules as rules
from domain.finance.savings_call import CLAUSE_CALL, CallStanding
from domain.finance.savings_idea_messages import (
    CLAUSE_PILOT,
    AcceptSavingsIdea,
    AdoptMeasure,
    DeclineSavingsIdea,
    EndPilot,
    EndWithLessons,
    IdeaCommand,
    IdeaEvent,
    MeasureAdopted,
    NotePilotProgress,
    PilotEnded,
    PilotEndedWithLessons,
    PilotPlanned,
    PilotProgressNoted,
    PlanPilot,
    ProposeSavingsIdea,
    RewardSavingsIdea,
    SavingsIdeaAccepted,
    SavingsIdeaDeclined,
    SavingsIdeaProposed,
    SavingsIdeaRewarded,
)
from domain.finance.savings_idea_state import SavingsIdea, check_finance, check_not_his_own, check_status, today
from domain.kernel import Aggregate, Context, Decision, Obligation, Stream


def decide(command: IdeaCommand, state: SavingsIdea, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case ProposeSavingsIdea():
            return _propose(command, state, context)
        case AcceptSavingsIdea(remark=remark):
            _check_assessor(state, context)
            return [SavingsIdeaAccepted(proposer=state.proposer, remark=remark, by=context.principal)]
        case DeclineSavingsIdea(reason=reason):
            _check_assessor(state, context)
            return [SavingsIdeaDeclined(proposer=state.proposer, reason=reason, by=context.principal)]
        case RewardSavingsIdea():
            return _reward(command, state, context)
        case PlanPilot():
            return pilots.plan(command, state, context)
        case NotePilotProgress():
            return pilots.note(command, state, context)
        case EndPilot():
            return pilots.end(command, state, context)
        case AdoptMeasure():
            return pilots.adopt(command, state, context)
        case EndWithLessons():
            return pilots.learn(command, state, context)


def evolve(state: SavingsIdea, event: IdeaEvent) -> SavingsIdea:
    """The idea after ``event``."""
    match event:
        case SavingsIdeaProposed():
            return SavingsIdea("proposed", event.proposer, event.department)
        case SavingsIdeaAccepted():
            return replace(state, status="accepted")
        case SavingsIdeaDeclined():
            return replace(state, status="declined")
        case SavingsIdeaRewarded():
            return replace(state, rewarded=True)
        case PilotPlanned():
            return replace(state, status="piloted", pilot=event, ended=None)
        case PilotProgressNoted():
            return state
        case PilotEnded():
            return replace(state, status="ended", ended=event)
        case MeasureAdopted():
            return replace(state, status="standard")
        case PilotEndedWithLessons():
            return replace(state, status="lessons")


def _propose(command: ProposeSavingsIdea, state: SavingsIdea, context: Context) -> Decision:
    if state.status != "none":
        raise rules.ProposedOnce(status=state.status)
    call = context.fact(CallStanding, "savings_call", command.call)
    if call is None or today(context) > call.closes_on:
        raise rules.NoOpenCall(field="call", call=command.call, closed_on=call.closes_on if call else "-")
    if not command.benefit:
        raise rules.BenefitInMoney(field="benefit")
    proposed = SavingsIdeaProposed(
        **dict(command),
        department=context.directory.department_of(context.principal) or "",
        proposer=context.principal,
    )
    return [proposed.under(context.basis(CLAUSE_CALL, "call", "proposed", call=command.call, closes_on=call.closes_on))]


def _reward(command: RewardSavingsIdea, state: SavingsIdea, context: Context) -> Decision:
    if not context.directory.holds(context.principal, Role.FINANCE_MANAGER):
        raise rules.RewardedByFinanceManager()
    check_not_his_own(state, context)
    if state.rewarded or state.status in ("none", "proposed", "declined"):
        raise rules.OnlyGoodIdeasRewarded(status=state.status)
    return [
        SavingsIdeaRewarded(
            proposer=state.proposer, amount=command.amount, grounds=command.grounds, by=context.principal
        )
    ]


def _check_assessor(state: SavingsIdea, context: Context) -> None:
    check_finance(context)
    check_not_his_own(state, context)
    check_status(state, "proposed")


def consults(command: IdeaCommand, state: SavingsIdea) -> Iterable[Stream]:
    """The call an idea is proposed under."""
    if isinstance(command, ProposeSavingsIdea):
        yield Stream("savings_call", command.call)


def department(command: IdeaCommand, state: SavingsIdea, context: Context) -> str | None:
    """The proposer's department, whose detailed rules apply."""
    return state.department or context.directory.department_of(context.principal)


SAVINGS_IDEA = Aggregate(
    name="savings_idea",
    zh="成本优化金点子",
    prefix="SI",
    initial=SavingsIdea(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    department=department,
    obligations=(
        Obligation(
            clause=CLAUSE_PILOT,
            zh="试点期满评估效果",
            opened_by=PilotPlanned,
            fulfilled_by=(PilotEnded,),
            due=lambda planned: planned.evaluate_by,
            owed_by=lambda planned: planned.owed_by,
            key=lambda event: str(event.number),
        ),
    ),
)
