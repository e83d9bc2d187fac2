"""成本优化金点子 (2.2.3.1 - 2.2.3.3): called for, proposed, assessed, rewarded, piloted, and judged by their effect."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.finance import savings_idea_rules as rules
from domain.finance.savings_call import SAVINGS_CALL, CallOpened, CallStanding, OpenCall, last_day, standing
from domain.finance.savings_idea import SAVINGS_IDEA
from domain.finance.savings_idea_effect import Effect
from domain.finance.savings_idea_messages import (
    AcceptSavingsIdea,
    AdoptMeasure,
    DeclineSavingsIdea,
    EndPilot,
    EndWithLessons,
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
from domain.governance.open_deadlines import still_open
from domain.kernel import Command, Event, IssuedByTheHouse
from domain.working_time import SHANGHAI
from tests.company import WORKING_TIME
from tests.domain.procurement.world import World
from tests.spec import NOW, Outcome, Spec, clauses, spec

HEADS = ("FAY", "GINA", "HAL", "IAN", "PAT", "SAM", "WES")
OPENED = CallOpened(period="2026-Q1", closes_on=date(2026, 3, 31), informed=HEADS)
OPEN_CALL = CallStanding(date(2026, 3, 31))

PROPOSE = ProposeSavingsIdea(
    call="2026-Q1",
    problem="纸张用量大",
    measure="默认双面打印",
    benefit=Decimal(12000),
    calculation="每月少用 50 包，每包 20 元",
)
PROPOSED = SavingsIdeaProposed(**dict(PROPOSE), department="D-SALES", proposer="ANN")
ACCEPTED = SavingsIdeaAccepted(proposer="ANN", remark="值得试点", by="FAY")
DECLINED = SavingsIdeaDeclined(proposer="ANN", reason="已在实行", by="FAY")
REWARDED = SavingsIdeaRewarded(proposer="ANN", amount=Decimal(500), grounds="效益明显", by="FAY")
REWARD = RewardSavingsIdea(amount=Decimal(500), grounds="效益明显")
PLAN = PlanPilot(
    leader="FRED",
    group=("ANN", "IRIS"),
    plan="销售部先行",
    starts_on=date(2026, 3, 10),
    measured="三个月纸张采购额",
    baseline=Decimal(6000),
    target=Decimal(2000),
)
PLANNED = PilotPlanned(
    number=1,
    leader="FRED",
    group=("FRED", "ANN", "IRIS"),
    plan="销售部先行",
    starts_on=date(2026, 3, 10),
    months=3,
    ends_on=date(2026, 6, 9),
    evaluate_by=datetime(2026, 6, 23, 23, 59, 59, tzinfo=SHANGHAI),
    owed_by=("FRED",),
    measured="三个月纸张采购额",
    baseline=Decimal(6000),
    target=Decimal(2000),
)
LAST_DAY = datetime(2026, 6, 9, 9, 0, tzinfo=SHANGHAI)
ADOPT = AdoptMeasure(standard="所有打印机默认双面")
LEARN = EndWithLessons(lessons="供应商涨价", adjustment="改用电子单据后再试")


def ended(**changes: Any) -> PilotEnded:
    """The pilot saved 3,000 for 1,000."""
    told: dict[str, Any] = {
        "number": 1,
        "ended_on": date(2026, 6, 9),
        "early_because": "",
        "before": Decimal(6000),
        "after": Decimal(3000),
        "saving": Decimal(3000),
        "investment": Decimal(1000),
        "roi": Decimal("200.00"),
        "works": True,
        "target": Decimal(2000),
        "target_reached": True,
        "remark": "",
        "by": "FRED",
    }
    return PilotEnded(**{**told, **changes})


DID_NOT_PAY = ended(after=Decimal(5500), saving=Decimal(500), roi=Decimal("-50.00"), works=False, target_reached=False)
MISSED_TARGET = ended(after=Decimal(4500), saving=Decimal(1500), roi=Decimal("50.00"), target_reached=False)


def idea(*history: Event) -> Spec:
    """An idea of ANN's, in March while the call of the first quarter is open."""
    return spec(SAVINGS_IDEA, *history).knowing("savings_call", "2026-Q1", OPEN_CALL)


def end(after: str, investment: str, *, given: Spec | None = None, at: datetime = LAST_DAY, **more: str) -> Outcome:
    """FRED ends the pilot."""
    command = EndPilot(after=Decimal(after), investment=Decimal(investment), **more)
    return (given or idea(PROPOSED, ACCEPTED, PLANNED)).when(command, by="FRED", at=at)


def called_on(every: str) -> list[tuple[date, str]]:
    """The days of the first four months on which the calendar calls, with the period."""
    policy = spec(SAVINGS_CALL).under("2.2.3.1", every=every).policy
    days = (date(2026, 1, 1) + timedelta(days=each) for each in range(120))
    return [
        (day, each.act(day)[0])
        for day in days
        for each in SAVINGS_CALL.schedules
        if each.due_on(day, policy, WORKING_TIME)
    ]


@clauses("2.2.3.1")
def test_ideas_are_called_for_on_each_quarters_first_working_day() -> None:
    # The first of January is a holiday, the second too; the fourth, a Sunday, is worked instead.
    assert called_on("quarter") == [(date(2026, 1, 4), "2026-Q1"), (date(2026, 4, 1), "2026-Q2")]


@clauses("2.2.3.1")
def test_how_often_is_the_policys() -> None:
    assert called_on("year") == [(date(2026, 1, 4), "2026")]
    assert called_on("month") == [
        (date(2026, 1, 4), "2026-01"),
        (date(2026, 2, 2), "2026-02"),
        (date(2026, 3, 2), "2026-03"),
        (date(2026, 4, 1), "2026-04"),
    ]


@clauses("2.2.3.1")
def test_a_call_is_open_until_its_period_ends_and_every_head_is_told() -> None:
    called = spec(SAVINGS_CALL).when(OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    called.then(OPENED).because("2.2.3.1", outcome="opened", every="quarter")
    called.and_then().when(OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True).then()
    spec(SAVINGS_CALL).when(OpenCall(period="2026-Q1"), by="FAY").refused(IssuedByTheHouse)
    assert standing(SAVINGS_CALL.initial) is None
    assert standing(SAVINGS_CALL.fold([OPENED])) == OPEN_CALL
    world = World()
    world.act("savings_call-2026-Q1", OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    world.react()
    assert world.notices("savings_call") == [HEADS]


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2026-Q1", date(2026, 3, 31)),
        ("2026-Q4", date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 31)),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_the_last_day_of_a_period(period: str, last: date) -> None:
    assert last_day(period) == last


@clauses("2.2.3.1")
def test_anybody_proposes_an_idea_with_problem_measure_and_benefit() -> None:
    idea().when(PROPOSE, by="ANN").then(PROPOSED).because("2.2.3.1", call="2026-Q1")
    for field in ("problem", "measure", "calculation"):
        with pytest.raises(ValueError, match=field):
            ProposeSavingsIdea.model_validate({**PROPOSE.model_dump(), field: ""})


@clauses("2.2.3.1")
def test_an_idea_states_its_benefit_in_money() -> None:
    nothing = PROPOSE.model_copy(update={"benefit": Decimal("0.00")})
    idea().when(nothing, by="ANN").refused(rules.BenefitInMoney, field="benefit")


@clauses("2.2.3.1")
def test_an_idea_is_proposed_while_its_call_is_open() -> None:
    last = datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI)
    idea().when(PROPOSE, by="ANN", at=last).then(PROPOSED)
    over = idea().when(PROPOSE, by="ANN", at=last + timedelta(minutes=1))
    over.refused(rules.NoOpenCall, field="call", closed_on="2026-03-31")
    never = PROPOSE.model_copy(update={"call": "2026-Q2"})
    idea().when(never, by="ANN").refused(rules.NoOpenCall, call="2026-Q2", closed_on="-")


@clauses("2.2.3.1")
def test_an_idea_is_proposed_once() -> None:
    idea(PROPOSED).when(PROPOSE, by="BOB").refused(rules.ProposedOnce)


@clauses("2.2.3.1")
def test_finance_finds_it_worth_piloting_or_declines_it_with_the_reason() -> None:
    idea(PROPOSED).when(AcceptSavingsIdea(remark="值得试点"), by="FAY").then(ACCEPTED)
    idea(PROPOSED).when(DeclineSavingsIdea(reason="已在实行"), by="FAY").then(DECLINED)
    for command in (AcceptSavingsIdea(), DeclineSavingsIdea(reason="已在实行")):
        assert len(idea(PROPOSED).when(command, by="FRED").events) == 1
        for who in ("SAM", "GINA", "BOB"):
            idea(PROPOSED).when(command, by=who).refused(rules.HandledByFinance)
        for history in ((), (PROPOSED, ACCEPTED), (PROPOSED, DECLINED)):
            idea(*history).when(command, by="FAY").refused(rules.IdeaNotInThatState)


@clauses("2.2.3.1")
def test_nobody_assesses_rewards_or_adopts_his_own_idea_nor_through_a_delegate() -> None:
    own = PROPOSED.model_copy(update={"proposer": "FAY", "department": "D-FIN"})
    for command, history in (
        (AcceptSavingsIdea(), (own,)),
        (DeclineSavingsIdea(reason="不行"), (own,)),
        (REWARD, (own, ACCEPTED)),
        (ADOPT, (own, ACCEPTED, PLANNED, ended())),
    ):
        idea(*history).when(command, by="FAY").refused(rules.NotHisOwnIdea)
        idea(*history).when(command, by="FRED", acting_for="FAY").refused(rules.NotHisOwnIdea)
    freds = PROPOSED.model_copy(update={"proposer": "FRED", "department": "D-FIN"})
    idea(freds).when(AcceptSavingsIdea(), by="FRED", acting_for="FAY").refused(rules.NotHisOwnIdea)


@clauses("2.2.3.1")
def test_a_good_idea_is_rewarded_once_by_the_finance_manager() -> None:
    for history in ((PROPOSED, ACCEPTED), (PROPOSED, ACCEPTED, PLANNED, ended())):
        idea(*history).when(REWARD, by="FAY").then(REWARDED)
    for who in ("FRED", "HAL", "SAM"):
        idea(PROPOSED, ACCEPTED).when(REWARD, by=who).refused(rules.RewardedByFinanceManager)
    for unrewarded in ((), (PROPOSED,), (PROPOSED, DECLINED), (PROPOSED, ACCEPTED, REWARDED)):
        idea(*unrewarded).when(REWARD, by="FAY").refused(rules.OnlyGoodIdeasRewarded)


@clauses("2.2.3.2")
def test_a_pilot_has_a_group_a_plan_three_months_and_a_target() -> None:
    idea(PROPOSED, ACCEPTED).when(PLAN, by="FRED").then(PLANNED).because("2.2.3.2", outcome="usual", months="3")
    two = PLAN.model_copy(update={"months": 2})
    idea(PROPOSED, ACCEPTED).when(two, by="FAY").because("2.2.3.2", outcome="other", months="2", default_months="3")
    (planned,) = (
        idea(PROPOSED, ACCEPTED).under("2.2.3.2", default_months=6, evaluation_days=7).when(PLAN, by="FAY").events
    )
    assert isinstance(planned, PilotPlanned)
    assert (planned.months, planned.ends_on) == (6, date(2026, 9, 9))
    assert planned.evaluate_by == datetime(2026, 9, 16, 23, 59, 59, tzinfo=SHANGHAI)


@clauses("2.2.3.2")
@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2026, 4, 1), 3, date(2026, 6, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 29), 3, date(2028, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 30)),
    ],
)
def test_a_pilot_lasts_whole_months(starts: date, months: int, ends: date) -> None:
    plan = PLAN.model_copy(update={"starts_on": starts, "months": months})
    (planned,) = idea(PROPOSED, ACCEPTED).when(plan, by="FRED").events
    assert isinstance(planned, PilotPlanned)
    assert planned.ends_on == ends


@clauses("2.2.3.2")
def test_a_pilot_is_planned_and_led_by_finance() -> None:
    for who in ("ANN", "SAM", "GINA"):
        idea(PROPOSED, ACCEPTED).when(PLAN, by=who).refused(rules.HandledByFinance)
        led = PLAN.model_copy(update={"leader": who})
        idea(PROPOSED, ACCEPTED).when(led, by="FAY").refused(rules.PilotLedByFinance, field="leader", leader=who)


@clauses("2.2.3.2")
def test_the_group_are_people_employed_here() -> None:
    strangers = PLAN.model_copy(update={"group": ("ANN", "ZOE")})
    idea(PROPOSED, ACCEPTED).when(strangers, by="FRED").refused(rules.GroupOfEmployees, unknown="ZOE")


@clauses("2.2.3.2")
def test_a_pilot_is_planned_before_it_starts() -> None:
    yesterday = PLAN.model_copy(update={"starts_on": date(2026, 3, 2)})
    idea(PROPOSED, ACCEPTED).when(yesterday, by="FRED").refused(rules.PlannedBeforeItStarts, field="starts_on")
    today = PLAN.model_copy(update={"starts_on": date(2026, 3, 3)})
    assert len(idea(PROPOSED, ACCEPTED).when(today, by="FRED").events) == 1


@clauses("2.2.3.2")
def test_a_target_is_more_than_zero_and_no_more_than_what_is_spent() -> None:
    for target in ("0.00", "6000.01"):
        plan = PLAN.model_copy(update={"target": Decimal(target)})
        idea(PROPOSED, ACCEPTED).when(plan, by="FRED").refused(rules.TargetInMoney, field="target", target=target)
    whole = PLAN.model_copy(update={"target": Decimal(6000)})
    assert len(idea(PROPOSED, ACCEPTED).when(whole, by="FRED").events) == 1


@clauses("2.2.3.2")
def test_the_group_and_finance_note_how_it_gets_on() -> None:
    note = NotePilotProgress(note="首月用纸减半", measured=Decimal(900))
    for who in ("FRED", "IRIS", "FAY"):
        noted = PilotProgressNoted(number=1, note="首月用纸减半", measured=Decimal(900), by=who)
        idea(PROPOSED, ACCEPTED, PLANNED).when(note, by=who).then(noted)
    for stranger in ("BOB", "GINA"):
        idea(PROPOSED, ACCEPTED, PLANNED).when(note, by=stranger).refused(rules.NotedByTheGroup)
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(note, by="FRED").refused(rules.IdeaNotInThatState)


@clauses("2.2.3.2")
def test_the_leader_owes_the_effect_two_weeks_after_the_last_day() -> None:
    (owed,) = SAVINGS_IDEA.obligations
    assert (owed.clause, owed.owed_by(PLANNED)) == ("2.2.3.2", ("FRED",))
    assert still_open(owed, "1", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED])
    assert not still_open(owed, "1", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED, ended()])
    second = PLANNED.model_copy(update={"number": 2})
    assert still_open(owed, "2", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED, ended(), second])


@clauses("2.2.3.2")
def test_a_pilot_that_ends_before_its_last_day_says_why() -> None:
    day_before = LAST_DAY - timedelta(days=1)
    end("3000", "1000", at=day_before).refused(rules.EndsEarly, field="early_because", ends_on="2026-06-09")
    early = end("3000", "1000", at=day_before, early_because="供应商停产")
    early.then(ended(ended_on=date(2026, 6, 8), early_because="供应商停产"))
    not_begun = end("3000", "1000", at=NOW, early_because="不做了")
    not_begun.refused(rules.EndsEarly, starts_on="2026-03-10")
    end("3000", "1000", early_because="期满").then(ended())


@clauses("2.2.3.3")
def test_before_is_compared_with_after_and_the_return_on_what_was_invested() -> None:
    end("3000", "1000").then(ended()).because("2.2.3.3", outcome="works", roi="200.00", before="6000.00")
    end("5500", "1000").then(DID_NOT_PAY).because("2.2.3.3", outcome="does not pay", roi="-50.00")
    end("4500", "1000").then(MISSED_TARGET).because("2.2.3.3", outcome="works", target="2000.00")
    dearer = ended(after=Decimal(6500), saving=Decimal(-500), roi=Decimal("-150.00"), works=False, target_reached=False)
    end("6500", "1000").then(dearer)


@clauses("2.2.3.3")
def test_where_nothing_was_invested_any_saving_counts() -> None:
    works = ended(
        after=Decimal("5999.99"), saving=Decimal("0.01"), investment=Decimal(0), roi=None, target_reached=False
    )
    end("5999.99", "0").then(works).because("2.2.3.3", outcome="works", roi="-")
    nothing = ended(
        after=Decimal(6000), saving=Decimal(0), investment=Decimal(0), roi=None, works=False, target_reached=False
    )
    end("6000", "0").then(nothing)


@clauses("2.2.3.3")
def test_the_return_has_to_exceed_the_minimum_exactly_not_as_it_is_shown() -> None:
    even = ended(after=Decimal(5000), saving=Decimal(1000), roi=Decimal("0.00"), works=False, target_reached=False)
    end("5000", "1000").then(even)
    # 0.001 % more than nothing: shown as 0.00, and yet it exceeds it.
    large = PLANNED.model_copy(update={"baseline": Decimal(3000000), "target": Decimal(1)})
    given = idea(PROPOSED, ACCEPTED, large)
    (just,) = end("1999990", "1000000", given=given).events
    assert isinstance(just, PilotEnded)
    assert (just.roi, just.works) == (Decimal("0.00"), True)
    hurdle = idea(PROPOSED, ACCEPTED, PLANNED).under("2.2.3.3", minimum_roi_percent=Decimal(200))
    end("3000", "1000", given=hurdle).because("2.2.3.3", outcome="does not pay", minimum_roi_percent="200")
    end("2999.99", "1000", given=hurdle).because("2.2.3.3", outcome="works")


FENS = st.integers(0, 10**15 - 1).map(lambda fens: Decimal(fens) / 100)


@clauses("2.2.3.3")
@for_all(before=FENS, after=FENS, investment=FENS)
def test_the_return_is_exact_and_shown_to_two_places(before: Decimal, after: Decimal, investment: Decimal) -> None:
    effect = Effect(before, after, investment)
    assert Fraction(effect.saving) == Fraction(before) - Fraction(after)
    if not investment:
        assert effect.roi is None
        assert effect.works(Decimal(50)) == (before > after)
        return
    exact = (Fraction(before) - Fraction(after) - Fraction(investment)) / Fraction(investment) * 100
    assert effect.roi is not None
    assert effect.roi.as_tuple().exponent == -2
    assert abs(Fraction(effect.roi) - exact) <= Fraction(1, 200)
    assert effect.works(Decimal(50)) == (exact > 50)


@clauses("2.2.3.3", "2.2.3.2")
def test_what_works_becomes_standard_in_every_department() -> None:
    adopted = MeasureAdopted(
        number=1,
        proposer="ANN",
        standard="所有打印机默认双面",
        departments=("D-FIN", "D-GM", "D-HR", "D-IT", "D-PUR", "D-SALES", "D-WH"),
        saving=Decimal(3000),
        roi=Decimal("200.00"),
        target_missed_because="",
        informed=HEADS,
        by="FAY",
    )
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(ADOPT, by="FAY").then(adopted).because(
        "2.2.3.3", outcome="target reached"
    )


@clauses("2.2.3.3")
def test_a_missed_target_is_stated_where_the_measure_becomes_standard() -> None:
    missed = idea(PROPOSED, ACCEPTED, PLANNED, MISSED_TARGET)
    missed.when(ADOPT, by="FAY").refused(
        rules.MissedTargetUnexplained, field="target_missed_because", saving="1500.00", target="2000.00"
    )
    stated = ADOPT.model_copy(update={"target_missed_because": "旺季用量上升"})
    found = missed.when(stated, by="FAY").because("2.2.3.3", outcome="target missed")
    (adopted,) = found.events
    assert isinstance(adopted, MeasureAdopted)
    assert adopted.target_missed_because == "旺季用量上升"
    (reached,) = idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(stated, by="FAY").events
    assert isinstance(reached, MeasureAdopted)
    assert reached.target_missed_because == ""


@clauses("2.2.3.3")
def test_what_does_not_pay_never_becomes_standard() -> None:
    stated = ADOPT.model_copy(update={"target_missed_because": "仍想推广"})
    idea(PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY).when(stated, by="FAY").refused(
        rules.DoesNotPay, saving="500.00", roi="-50.00", minimum="0"
    )


@clauses("2.2.3.3")
def test_what_does_not_work_ends_with_lessons_and_is_piloted_again_as_adjusted() -> None:
    learned = PilotEndedWithLessons(
        number=1, proposer="ANN", lessons="供应商涨价", adjustment="改用电子单据后再试", by="FRED"
    )
    for last in (DID_NOT_PAY, MISSED_TARGET):
        idea(PROPOSED, ACCEPTED, PLANNED, last).when(LEARN, by="FRED").then(learned)
    again = PLAN.model_copy(update={"starts_on": date(2026, 7, 1)})
    closed = idea(PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY, learned)
    (planned,) = closed.when(again, by="FRED").events
    assert isinstance(planned, PilotPlanned)
    assert planned.number == 2
    closed.when(ADOPT, by="FAY").refused(rules.IdeaNotInThatState)
    for field in ("lessons", "adjustment"):
        with pytest.raises(ValueError, match=field):
            EndWithLessons.model_validate({**LEARN.model_dump(), field: ""})


@clauses("2.2.3.3")
def test_what_works_and_reached_its_target_is_not_given_up() -> None:
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(LEARN, by="FRED").refused(rules.WhatWorksBecomesStandard)


@clauses("2.2.3.2", "2.2.3.3")
@pytest.mark.parametrize(
    ("command", "history"),
    [
        (PLAN, (PROPOSED,)),
        (PLAN, (PROPOSED, DECLINED)),
        (PLAN, (PROPOSED, ACCEPTED, PLANNED)),
        (EndPilot(after=Decimal(1), investment=Decimal(1)), (PROPOSED, ACCEPTED)),
        (EndPilot(after=Decimal(1), investment=Decimal(1)), (PROPOSED, ACCEPTED, PLANNED, ended())),
        (ADOPT, (PROPOSED, ACCEPTED, PLANNED)),
        (LEARN, (PROPOSED, ACCEPTED, PLANNED)),
    ],
)
def test_each_step_follows_the_one_before(command: Command, history: tuple[Event, ...]) -> None:
    idea(*history).when(command, by="FRED", at=LAST_DAY).refused(rules.IdeaNotInThatState)


@clauses("2.2.3.2", "2.2.3.3")
def test_nobody_but_finance_ends_a_pilot_or_judges_it() -> None:
    end_now = EndPilot(after=Decimal(1), investment=Decimal(1))
    for who in ("ANN", "GINA"):
        idea(PROPOSED, ACCEPTED, PLANNED).when(end_now, by=who, at=LAST_DAY).refused(rules.HandledByFinance)
        for command in (ADOPT, LEARN):
            idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(command, by=who).refused(rules.HandledByFinance)


@clauses("2.2.3.1", "2.2.3.2", "2.2.3.3")
def test_an_idea_from_the_call_to_the_standard_and_who_is_told() -> None:
    world = World(now=NOW)
    world.act("savings_call-2026-Q1", OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    world.act("savings_idea-SI1", PROPOSE, by="ANN")
    world.act("savings_idea-SI1", AcceptSavingsIdea(remark="值得试点"), by="FRED")
    world.act("savings_idea-SI1", PLAN, by="FAY")
    world.act("savings_idea-SI1", NotePilotProgress(note="首月用纸减半"), by="ANN")
    world.now = LAST_DAY
    world.act("savings_idea-SI1", EndPilot(after=Decimal(3000), investment=Decimal(1000)), by="FRED")
    world.act("savings_idea-SI1", ADOPT, by="FAY")
    world.act("savings_idea-SI1", REWARD, by="FAY")
    world.react()
    assert world.state("savings_idea-SI1").status == "standard"
    assert world.notices("savings_idea") == [
        ("FAY",),
        ("ANN",),
        ("FRED", "ANN", "IRIS"),
        (*HEADS, "ANN"),
        ("ANN",),
    ]


@clauses("2.2.3.1", "2.2.3.3")
def test_its_proposer_is_told_what_became_of_an_idea_that_did_not_make_it() -> None:
    world = World(now=LAST_DAY)
    world.given("savings_idea-SI1", PROPOSED)
    world.given("savings_idea-SI2", PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY)
    world.act("savings_idea-SI1", DeclineSavingsIdea(reason="已在实行"), by="FAY")
    world.act("savings_idea-SI2", LEARN, by="FRED")
    world.react()
    assert world.notices("savings_idea") == [("ANN",), ("ANN",)]
