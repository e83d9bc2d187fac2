"""Pilots of savings ideas 金点子试点 (clauses 2.2.3.2, 2.2.3.3): planned, followed, ended, judged by their effect."""

from datetime import date, datetime, time, timedelta

from domain.directory import Role
from domain.finance import savings_idea_rules as rules
from domain.finance.periods import MONTHS
from domain.finance.savings_idea_effect import Effect
from domain.finance.savings_idea_messages import (
    CLAUSE_EFFECT,
    CLAUSE_PILOT,
    AdoptMeasure,
    EndPilot,
    EndWithLessons,
    MeasureAdopted,
    NotePilotProgress,
    PilotEnded,
    PilotEndedWithLessons,
    PilotPlanned,
    PilotProgressNoted,
    PlanPilot,
)
from domain.finance.savings_idea_state import (
    SavingsIdea,
    check_finance,
    check_not_his_own,
    check_status,
    is_finance,
    today,
)
from domain.kernel import Context, Decision


def plan(command: PlanPilot, state: SavingsIdea, context: Context) -> Decision:
    """A pilot of an accepted idea, or of one that is tried again as adjusted."""
    check_finance(context)
    check_status(state, "accepted", "lessons")
    if not is_finance(command.leader, context):
        raise rules.PilotLedByFinance(field="leader", leader=command.leader)
    strangers = [each for each in command.group if each not in context.directory.employees]
    if strangers:
        raise rules.GroupOfEmployees(field="group", unknown=", ".join(strangers))
    if command.starts_on < today(context):
        raise rules.PlannedBeforeItStarts(field="starts_on", starts_on=command.starts_on)
    if not 0 < command.target <= command.baseline:
        raise rules.TargetInMoney(field="target", target=command.target, baseline=command.baseline)
    usual = int(context.policy.value(CLAUSE_PILOT, "default_months"))
    months = command.months or usual
    ends_on = _months_later(command.starts_on, months) - timedelta(days=1)
    days = int(context.policy.value(CLAUSE_PILOT, "evaluation_days"))
    last_moment = datetime.combine(ends_on, time(12), context.working_time.zone)
    planned = PilotPlanned(
        number=state.pilot.number + 1 if state.pilot else 1,
        leader=command.leader,
        group=tuple(dict.fromkeys((command.leader, *command.group))),
        plan=command.plan,
        starts_on=command.starts_on,
        months=months,
        ends_on=ends_on,
        evaluate_by=context.working_time.calendar_days_after(last_moment, days),
        owed_by=(command.leader,),
        measured=command.measured,
        baseline=command.baseline,
        target=command.target,
    )
    outcome = "usual" if months == usual else "other"
    ruling = context.basis(CLAUSE_PILOT, "default_months", outcome, months=months, default_months=usual, days=days)
    return [planned.under(ruling)]


def note(command: NotePilotProgress, state: SavingsIdea, context: Context) -> Decision:
    """How it gets on."""
    pilot = state.pilot
    if context.principal not in (pilot.group if pilot else ()) and not is_finance(context.principal, context):
        raise rules.NotedByTheGroup()
    check_status(state, "piloted")
    assert pilot is not None
    return [PilotProgressNoted(number=pilot.number, note=command.note, measured=command.measured, by=context.principal)]


def end(command: EndPilot, state: SavingsIdea, context: Context) -> Decision:
    """Before against after."""
    check_finance(context)
    check_status(state, "piloted")
    pilot, day = state.pilot, today(context)
    assert pilot is not None
    if day < pilot.starts_on or (day < pilot.ends_on and not command.early_because):
        raise rules.EndsEarly(field="early_because", starts_on=pilot.starts_on, ends_on=pilot.ends_on)
    effect = Effect(pilot.baseline, command.after, command.investment)
    minimum = context.policy.value(CLAUSE_EFFECT, "minimum_roi_percent")
    works = effect.works(minimum)
    ended = PilotEnded(
        number=pilot.number,
        ended_on=day,
        early_because=command.early_because if day < pilot.ends_on else "",
        before=effect.before,
        after=effect.after,
        saving=effect.saving,
        investment=effect.investment,
        roi=effect.roi,
        works=works,
        target=pilot.target,
        target_reached=effect.saving >= pilot.target,
        remark=command.remark,
        by=context.principal,
    )
    ruling = context.basis(
        CLAUSE_EFFECT,
        "minimum_roi_percent",
        "works" if works else "does not pay",
        before=effect.before,
        after=effect.after,
        investment=effect.investment,
        roi="-" if effect.roi is None else effect.roi,
        minimum_roi_percent=minimum,
        target=pilot.target,
    )
    return [ended.under(ruling)]


def adopt(command: AdoptMeasure, state: SavingsIdea, context: Context) -> Decision:
    """What works becomes standard in every department."""
    check_finance(context)
    check_not_his_own(state, context)
    check_status(state, "ended")
    ended, directory = state.ended, context.directory
    assert ended is not None
    roi = "-" if ended.roi is None else ended.roi
    if not ended.works:
        minimum = context.policy.value(CLAUSE_EFFECT, "minimum_roi_percent")
        raise rules.DoesNotPay(saving=ended.saving, investment=ended.investment, roi=roi, minimum=minimum)
    if not ended.target_reached and not command.target_missed_because:
        raise rules.MissedTargetUnexplained(field="target_missed_because", saving=ended.saving, target=ended.target)
    departments = tuple(sorted(directory.departments))
    heads = {head for each in departments for head in directory.holders(Role.DEPARTMENT_HEAD, each)}
    adopted = MeasureAdopted(
        number=ended.number,
        proposer=state.proposer,
        standard=command.standard,
        departments=departments,
        saving=ended.saving,
        roi=ended.roi,
        target_missed_because="" if ended.target_reached else command.target_missed_because,
        informed=tuple(sorted(heads)),
        by=context.principal,
    )
    outcome = "target reached" if ended.target_reached else "target missed"
    return [adopted.under(context.basis(CLAUSE_EFFECT, "standard", outcome, saving=ended.saving, roi=roi))]


def learn(command: EndWithLessons, state: SavingsIdea, context: Context) -> Decision:
    """What does not work, or missed its target, ends with lessons."""
    check_finance(context)
    check_status(state, "ended")
    ended = state.ended
    assert ended is not None
    if ended.works and ended.target_reached:
        raise rules.WhatWorksBecomesStandard(saving=ended.saving, target=ended.target)
    return [
        PilotEndedWithLessons(
            number=ended.number,
            proposer=state.proposer,
            lessons=command.lessons,
            adjustment=command.adjustment,
            by=context.principal,
        )
    ]


def _months_later(day: date, months: int) -> date:
    """The same day so many months later; the first of the month after where that month is too short."""
    count = day.year * MONTHS + day.month - 1 + months
    first = date(count // MONTHS, count % MONTHS + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=day.day) if day.day <= last.day else last + timedelta(days=1)
